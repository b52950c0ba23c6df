#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/circuit/pack.hpp"
#include "sim/equations/evaluate.hpp"
#include "sim/equations/text_neuron.hpp"

namespace apical::equations {

/// Cells that fire as a text says, bound to their columns: block by block, which stays in the nearest cache.
template <class S>
class TextCells final : public EventCells<S> {
    using P = Pack<S>;
    using Fired = typename EventCells<S>::Fired;
    using Table = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>;
    static constexpr std::size_t line = 64 / sizeof(S), block = 256;

   public:
    /// `text` outlives the cells. Throws std::invalid_argument for numbers that make no sense.
    TextCells(const TextNeuron& text, const Layout<S>& layout, PopulationId p, const CellNumbers& numbers, double dt)
        : text_(text), cells_(layout.cells(p)), alike_(numbers.alike()) {
        const auto add = [&](const std::string& name, Instant instant) {
            names_.push_back({name, instant});
            columns_.push_back(layout.ref(p, name, instant));
        };
        for (const TextNeuron::Column& of : text.inputs) add(of.name, Instant::now);
        for (const TextNeuron::Receptor& of : text.receptors) add(of.column.name, Instant::now);
        for (const TextNeuron::State& of : text.states) add(of.column.name, Instant::now);
        for (const Read& of : text.sees) add(of.column, of.instant);
        if (text.refractory) left_ = layout.ref(p, refractory.name, Instant::now);
        for (const TextNeuron::State& of : text.states) next_.push_back(part(of.next));
        for (const TextNeuron::State& of : text.states) reset_.push_back(part(of.reset));
        fires_ = part(*text.fires);
        const std::size_t rows = alike_ ? line : (cells_ + line - 1) / line * line;
        constants_.resize(index(rows), index(text.receptors.size() + 1));
        first_.resize(index(cells_), index(text.receptors.size() + text.states.size()));
        for (std::size_t i = 0; i < std::max(rows, cells_); ++i) {
            const std::size_t cell = std::min(i, cells_ - 1) / numbers.lanes;  // the padding is as the last
            const std::vector<double> known = parameters_of(cell, numbers, dt);
            if (i < rows) set_constants(i, known, numbers, dt);
            if (i < cells_) set_initial(i, cell, known, numbers);
        }
    }

    std::size_t step(std::size_t first, std::size_t end, Fired fired) override {
        Work work(*this);
        std::size_t count = 0;
        for (std::size_t i = first; i < end; i += block) {
            work.begin_at(i);
            advance(work, i, std::min(block, end - i));
            count += fire(work, i, std::min(block, end - i), fired.cells + count);
        }
        return count;
    }

    void rest() override {
        const std::size_t inputs = text_.inputs.size(), begun = text_.receptors.size() + text_.states.size();
        for (std::size_t k = 0; k < inputs; ++k) std::fill_n(columns_[k].data(), cells_, S(0));
        for (std::size_t k = 0; k < begun; ++k)
            std::copy_n(first_.col(index(k)).data(), cells_, columns_[inputs + k].data());
        if (text_.refractory) std::fill_n(left_.data(), cells_, S(0));
    }

   private:
    /// A formula with the places of its inputs among the columns, and its coefficients of every cell, or of one line.
    struct Part {
        const Formula* formula = nullptr;
        std::vector<std::size_t> from{};
        Table coefficients{};
    };
    /// Room for one block, and where the columns of its cells begin.
    struct Work {
        explicit Work(const TextCells& of)
            : next(index(block), index(of.next_.size())), reset(index(block), index(of.next_.size())), fires(block) {
            columns.reserve(of.columns_.size());
            for (const Ref<S>& column : of.columns_) columns.push_back(column.data());
            now.resize(columns.size());
        }
        void begin_at(std::size_t first) {
            for (std::size_t k = 0; k < columns.size(); ++k) now[k] = columns[k] + first;
        }
        std::vector<S*> columns;    ///< of the first cell
        std::vector<const S*> now;  ///< of the first cell of the block; states are exchanged for what they will be
        std::vector<Stream<S>> inputs{}, coefficients{}, after{};
        Table next, reset;
        Eigen::Matrix<S, Eigen::Dynamic, 1> fires;
    };

    Part part(const Formula& formula) const {
        Part made{&formula};
        for (const Read& read : formula.inputs()) {
            const auto is_it = [&](const Read& one) {
                return one.column == read.column && one.instant == read.instant;
            };
            made.from.push_back(static_cast<std::size_t>(std::ranges::find_if(names_, is_it) - names_.begin()));
        }
        return made;
    }

    std::vector<double> parameters_of(std::size_t cell, const CellNumbers& numbers, double dt) const {
        std::vector<double> known;
        known.reserve(text_.parameters.size() + 1);
        for (const Parameter& of : text_.parameters)
            known.push_back(of.preset.factor *
                            numbers.parameter({of.name, of.preset.in_unit, of.preset.unit, ""}, cell));
        known.push_back(dt);
        return known;
    }
    void set_initial(std::size_t i, std::size_t cell, const std::vector<double>& known, const CellNumbers& numbers) {
        const std::size_t receptors = text_.receptors.size();
        for (std::size_t k = 0; k < receptors; ++k)
            first_(index(i), index(k)) = finite(numbers.initial_of(text_.receptors[k].column.name, cell, 0), numbers);
        for (std::size_t k = 0; k < text_.states.size(); ++k) {
            const TextNeuron::State& of = text_.states[k];
            first_(index(i), index(receptors + k)) = finite(
                numbers.initial_of(of.column.name, cell, coefficients_of(of.initial, known, numbers).front()), numbers);
        }
    }
    void set_constants(std::size_t i, const std::vector<double>& known, const CellNumbers& numbers, double dt) {
        const std::size_t receptors = text_.receptors.size();
        for (std::size_t k = 0; k < receptors; ++k) {
            const double tau = coefficients_of(text_.receptors[k].tau, known, numbers).front();
            if (!(tau > 0))
                numbers.refuse("the time constant of '" + text_.receptors[k].column.name + "' is " +
                               with_unit(tau, "ms") + ", expected more than 0");
            constants_(index(i), index(k)) = finite(std::exp(-dt / tau), numbers);
        }
        constants_(index(i), index(receptors)) = text_.refractory ? held_steps(known, numbers, dt) : S(0);
        const auto fill = [&](Part& one) {
            const std::vector<double> all = coefficients_of(*one.formula, known, numbers);
            if (i == 0) one.coefficients.resize(constants_.rows(), index(all.size()));
            for (std::size_t k = 0; k < all.size(); ++k) one.coefficients(index(i), index(k)) = static_cast<S>(all[k]);
        };
        for (Part& one : next_) fill(one);
        for (Part& one : reset_) fill(one);
        fill(fires_);
    }
    static std::vector<double> coefficients_of(const Formula& formula, const std::vector<double>& known,
                                               const CellNumbers& numbers) {
        try {
            return formula.coefficients(known);
        } catch (const ExpressionError& error) {
            numbers.refuse(error.what());
        }
    }
    static S finite(double number, const CellNumbers& numbers) {
        const S rounded = static_cast<S>(number);
        if (!std::isfinite(rounded)) numbers.refuse("its parameters or columns are not finite in this precision");
        return rounded;
    }
    S held_steps(const std::vector<double>& known, const CellNumbers& numbers, double dt) const {
        const double time = coefficients_of(*text_.refractory, known, numbers).front();
        const std::optional<std::uint64_t> steps = whole_steps(time, dt);
        constexpr std::uint64_t most = 1 << 24;  // floats count so far
        if (!steps || *steps > most)
            numbers.refuse("the refractory time of " + with_unit(time, "ms") + " is no whole number of steps of " +
                           with_unit(dt, "ms") + ", at most 2^24");
        return static_cast<S>(*steps);
    }

    static std::size_t step_in(const Stream<S>& of) { return of.is_held ? 0 : P::size; }
    Stream<S> stream(const Table& table, std::size_t k, std::size_t first) const {
        const S* const column = table.col(index(k)).data();
        return {alike_ ? column : column + first, alike_};
    }
    /// What a formula is of the cells of a block; where it is one number, that.
    Stream<S> worked_out(Work& work, const Part& one, std::size_t first, std::size_t n, S* to) const {
        if (one.from.empty()) return stream(one.coefficients, one.formula->whole().index, first);
        work.inputs.clear();
        work.coefficients.clear();
        for (const std::size_t k : one.from) work.inputs.push_back({work.now[k], false});
        for (Eigen::Index k = 0; k < one.coefficients.cols(); ++k)
            work.coefficients.push_back(stream(one.coefficients, static_cast<std::size_t>(k), first));
        evaluate(*one.formula, n, work.inputs, work.coefficients, to);
        return {to, false};
    }

    /// What states are a step later, beside what they are; receptors decay in their place.
    void advance(Work& work, std::size_t first, std::size_t n) const {
        const std::size_t inputs = text_.inputs.size(), receptors = text_.receptors.size();
        for (std::size_t k = 0; k < next_.size(); ++k) {
            S* const to = work.next.col(index(k)).data();
            const Stream<S> made = worked_out(work, next_[k], first, n, to);
            if (made.data == to) continue;
            for (std::size_t i = 0, t = 0; i < n; i += P::size, t += step_in(made))
                P::load(made.data + t).store(to + i);
        }
        for (std::size_t k = 0; k < receptors; ++k) {
            S* const g = work.columns[inputs + k] + first;
            const Stream<S> decay = stream(constants_, k, first);
            for (std::size_t i = 0, t = 0; i < n; i += P::size, t += step_in(decay))
                (P::load(decay.data + t) * P::load(g + i)).store(g + i);
        }
        for (std::size_t k = 0; k < next_.size(); ++k)
            work.now[inputs + receptors + k] = work.next.col(index(k)).data();
    }

    /// Spikes, resets and refractory times. Those that fire are written to `fired`.
    std::size_t fire(Work& work, std::size_t first, std::size_t n, std::uint32_t* fired) const {
        const std::size_t inputs = text_.inputs.size(), receptors = text_.receptors.size();
        const Stream<S> events = worked_out(work, fires_, first, n, work.fires.data());
        const Stream<S> rest = stream(constants_, receptors, first);
        S* const left = text_.refractory ? left_.data() + first : nullptr;
        work.after.clear();
        for (std::size_t k = 0; k < reset_.size(); ++k)
            work.after.push_back(worked_out(work, reset_[k], first, n, work.reset.col(index(k)).data()));
        const auto waiting = [&](std::size_t i) { return left == nullptr ? P(0) : P::load(left + i); };
        const auto fires_at = [&](std::size_t i, std::size_t t) {
            return P::load(events.data + t) != P(0) && !(waiting(i) > P(0));
        };
        for (std::size_t k = 0; k < reset_.size(); ++k) {
            const Stream<S> after = work.after[k];
            const S* const next = work.next.col(index(k)).data();
            S* const to = work.columns[inputs + receptors + k] + first;
            const bool is_held = reset_[k].from.empty();
            for (std::size_t i = 0, t = 0, e = 0; i < n; i += P::size, t += step_in(after), e += step_in(events)) {
                const auto fires = fires_at(i, e);
                const auto moved = is_held ? (fires || waiting(i) > P(0)) : fires;
                select(moved, P::load(after.data + t), P::load(next + i)).store(to + i);
            }
        }
        for (std::size_t k = 0; k < inputs; ++k)
            std::fill_n(work.columns[k] + first, (n + P::size - 1) / P::size * P::size, S(0));
        std::size_t count = 0;
        for (std::size_t i = 0, t = 0, e = 0; i < n; i += P::size, t += step_in(rest), e += step_in(events)) {
            const auto fires = fires_at(i, e);
            if (left != nullptr) select(fires, P::load(rest.data + t), max(waiting(i) - P(1), P(0))).store(left + i);
            if (!any(fires)) continue;
            alignas(64) std::array<S, P::size> all;
            select(fires, P(1), P(0)).store(all.data());
            for (std::size_t k = 0; k < P::size && i + k < n; ++k)
                if (all[k] != 0) fired[count++] = static_cast<std::uint32_t>(first + i + k);
        }
        return count;
    }

    const TextNeuron& text_;
    std::vector<Read> names_;
    std::vector<Ref<S>> columns_;
    Ref<S> left_;
    std::size_t cells_;
    bool alike_;
    std::vector<Part> next_, reset_;
    Part fires_;
    Table constants_;  ///< (one line or cells) x (decay of receptors, refractory steps)
    Table first_;      ///< cells x (receptors, states)
};

}  // namespace apical::equations
