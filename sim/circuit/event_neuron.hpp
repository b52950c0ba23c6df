#pragma once
#include <Eigen/Core>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/circuit/cell.hpp"
#include "sim/circuit/info.hpp"
#include "sim/circuit/quantity.hpp"
#include "sim/core/matrix.hpp"
#include "sim/core/units.hpp"
#include "sim/core/whole_steps.hpp"

namespace apical {

/// Steps for which a cell is still held at its reset after a spike: a column of cells that have a refractory time.
inline constexpr Tag<"refractory"> refractory;

/// A number of a cell, the same in all cells of a population or another in each.
struct CellParameter {
    std::string_view name;
    double preset;
    std::string_view unit, text;
};
template <class T>
struct CellParameterOf : CellParameter {
    using Named = T;
};
template <Name text>
constexpr CellParameterOf<Tag<text>> parameter(Tag<text>, double preset, std::string_view unit, std::string_view says) {
    return {{text.view(), preset, unit, says}};
}

/// A column of a cell that fires. What arrives in an input or a receptor is a weight in its unit.
struct CellColumn {
    std::string_view name, unit, text;
};
template <class T>
struct CellColumnOf : CellColumn {
    using Named = T;
};
template <Name text>
constexpr CellColumnOf<Tag<text>> column(Tag<text>, std::string_view unit, std::string_view says) {
    return {{text.view(), unit, says}};
}

/// The numbers of the cells of a population, by parameter and by column; what is not named keeps its preset.
struct CellNumbers {
    const std::string& population;
    const std::map<std::string, Quantity>& parameters;
    const std::map<std::string, Quantity>& initial;
    const Random& random;
    std::size_t lanes = 1;  ///< in all of which a cell has the same numbers

    /// Of cell i: drawn at the address (parameter/population/name, i).
    double parameter(const CellParameter& of, std::size_t i) const;
    /// The column of cell i before the first step, `preset` if it is not given.
    double initial_of(std::string_view column, std::size_t i, double preset) const;
    /// Whether all cells have the same parameters.
    bool alike() const;
    /// Throws std::invalid_argument for a name that is neither a parameter nor a column of the neuron, and for as many
    /// values as there are no cells.
    void check(std::span<const CellParameter> parameters_known, std::span<const CellColumn> columns,
               std::size_t cells) const;
    /// Throws std::invalid_argument that names the population.
    [[noreturn]] void refuse(const std::string& why) const;
};

/// The cells of a population bound to their columns.
template <class S>
class EventCells {
   public:
    virtual ~EventCells() = default;
    /// Room for the cells [first, end) of a step; amplitudes are written where the neuron has some.
    struct Fired {
        std::uint32_t* cells;
        S* amplitudes;
    };
    /// One step of the cells [first, end), `first` a multiple of 64. Writes those that fire, ascending, to `fired`, and
    /// returns how many there are. Columns of instantaneous input are 0 afterwards.
    virtual std::size_t step(std::size_t first, std::size_t end, Fired fired) = 0;
    /// All columns as they are before the first step.
    virtual void rest() = 0;
};

/// A cell that fires: threshold, reset, refractory time, and what it does between spikes, exactly or not, in steps of a
/// fixed length. The struct of one has no data:
///
///     struct Delta {                                     // tau dV/dt = -V, a spike adds to V
///         static constexpr auto parameters = std::tuple{parameter(tau_m, 20, "ms", "membrane time constant"), ...};
///         static constexpr auto inputs = std::tuple{column(delta, "mV", "jumps of this step")};  // instantaneous:
///                                                        // arrivals at t + dt, seen by `advance`
///         static constexpr auto receptors = std::tuple{};  // kinetic: `advance`, then arrivals are added
///         static constexpr auto states = std::tuple{column(V, "mV", "membrane potential")};  // what is reset
///         static constexpr auto coefficients_are = tags(decay, V_th, V_reset);
///         template <class P> static std::array<double, 3> coefficients(const P& p, double dt);  // once a cell
///         template <class C, class K> static auto advance(const C& c, const K& k);  // a tuple, of t + dt
///         template <class C, class K> static auto fires(const C& c, const K& k);    // at t + dt
///         template <class C, class K> static auto reset(const C& c, const K& k);    // a tuple
///         template <class C, class K> static auto held(const C& c, const K& k);     // a tuple; as `reset` if missing
///         template <class P> static double refractory_time(const P& p);             // ms
///         template <class P> static std::array<double, 1> initial(const P& p);      // of states
///         template <class P> static std::string refuse(const P& p);                 // "", or why it makes no sense
///         template <class P> static std::string refuse_step(const P& p, double dt);  // or in such steps; if it does
///     };
///
/// `advance` returns all receptors, then all states; `reset` the states after a spike, `held` those of a cell that is
/// refractory, both from what `advance` returned. Further words, for cells that live with graded columns, and for
/// events that are no spikes:
///
///         static constexpr auto sees = tags(dendrite);   // columns of the population: compartments, signals, states
///         static constexpr auto emits = EventTag<"error">{};   // spike, if it does not say
///         template <class C, class K> static auto amplitude(const C& c, const K& k);  // of what `fires`, before
///                                                        // `reset`; 1, if it does not say, and 0 is no event
///
/// `advance` sees the columns of this instant. Without `refractory_time` a cell has no column for it.
class EventNeuron {
   public:
    virtual ~EventNeuron() = default;
    virtual Info info() const = 0;
    virtual std::vector<CellParameter> parameters() const = 0;
    virtual std::vector<CellColumn> inputs() const = 0;     ///< instantaneous
    virtual std::vector<CellColumn> receptors() const = 0;  ///< kinetic
    virtual std::vector<CellColumn> states() const = 0;
    virtual std::vector<Read> reads() const = 0;  ///< what it sees beside these
    virtual std::string event() const = 0;        ///< column of its events
    virtual bool has_amplitudes() const = 0;      ///< other than 1
    virtual bool has_refractory_time() const = 0;
    /// Names of all of its own, and of the refractory steps.
    std::vector<std::string> columns() const;
    /// Those that have a value before the first step: receptors, then states.
    std::vector<CellColumn> begun() const;
    /// What spikes and other drives may reach.
    struct Receptor {
        CellColumn column;
        bool instantaneous;
    };
    /// The input or the receptor of that name. Throws std::invalid_argument that names those that there are.
    Receptor receptor(std::string_view name) const;
    /// Cells in steps of `dt` ms. Throws std::invalid_argument for numbers that make no sense.
    virtual std::unique_ptr<EventCells<float>> bind(const Layout<float>& layout, PopulationId population,
                                                    const CellNumbers& numbers, double dt) const = 0;
    virtual std::unique_ptr<EventCells<double>> bind(const Layout<double>& layout, PopulationId population,
                                                     const CellNumbers& numbers, double dt) const = 0;
};

template <class... T>
constexpr Tags<typename T::Named...> named(const std::tuple<T...>&) {
    return {};
}

template <class N>
constexpr auto beside_of() {
    if constexpr (requires { N::sees; }) return N::sees;
    else return tags();
}
template <class N>
constexpr auto event_of() {
    if constexpr (requires { N::emits; }) return N::emits;
    else return spike;
}

/// Everything that bound cells and the description of them say of the struct.
template <class N>
struct EventNeuronTraits {
    using Inputs = decltype(named(N::inputs));
    using Receptors = decltype(named(N::receptors));
    using State = decltype(named(N::states));
    using Written = decltype(joined(Receptors{}, State{}));
    using Beside = decltype(beside_of<N>());
    using Seen = decltype(joined(joined(Inputs{}, Written{}), Beside{}));
    using Coefficients = std::remove_cvref_t<decltype(N::coefficients_are)>;
    using Parameters = decltype(named(N::parameters));
};

template <class S, class N>
class EventCellsOf final : public EventCells<S> {
    using Is = EventNeuronTraits<N>;
    using P = Pack<S>;
    static constexpr std::size_t inputs = Is::Inputs::count, receptors = Is::Receptors::count,
                                 states = Is::State::count, written = receptors + states, seen = Is::Seen::count,
                                 factors = Is::Coefficients::count;
    static constexpr bool rests = requires(Cell<double, typename Is::Parameters> p) { N::refractory_time(p); };
    using Fired = typename EventCells<S>::Fired;

   public:
    EventCellsOf(const Layout<S>& layout, PopulationId p, const CellNumbers& numbers, double dt)
        : columns_(refs_of<S>(typename Is::Seen{}, layout, p)),
          left_(rests ? layout.ref(p, refractory.name, Instant::now) : Ref<S>{}),
          cells_(layout.cells(p)),
          alike_(numbers.alike()) {
        constexpr std::size_t line = 64 / sizeof(S);
        const std::size_t rows = alike_ ? line : (cells_ + line - 1) / line * line;
        coefficients_.resize(index(rows), index(factors + 1));
        first_.resize(index(cells_), index(written));
        for (std::size_t i = 0; i < std::max(rows, cells_); ++i) {
            const std::size_t cell = std::min(i, cells_ - 1) / numbers.lanes;  // the padding is as the last
            const auto p_i = numbers_of(numbers, cell, typename Is::Parameters{});
            if (i < rows) set_coefficients(i, p_i, numbers, dt);
            if (i < cells_) set_initial(i, cell, p_i, numbers);
        }
    }

    std::size_t step(std::size_t first, std::size_t end, Fired fired) override {
        return alike_ ? step_cells<true>(first, end, fired) : step_cells<false>(first, end, fired);
    }

    void rest() override {
        for (std::size_t k = 0; k < inputs; ++k) std::fill_n(columns_[k].data(), cells_, S(0));
        for (std::size_t k = 0; k < written; ++k)
            std::copy_n(first_.col(index(k)).data(), cells_, columns_[inputs + k].data());
        if constexpr (rests) std::fill_n(left_.data(), cells_, S(0));
    }

   private:
    using Coefficients = Cell<P, typename Is::Coefficients>;

    template <class... T>
    static Cell<double, Tags<T...>> numbers_of(const CellNumbers& numbers, std::size_t i, Tags<T...>) {
        return std::apply([&](const auto&... of) { return Cell<double, Tags<T...>>({numbers.parameter(of, i)...}); },
                          N::parameters);
    }
    void set_coefficients(std::size_t i, const auto& p, const CellNumbers& numbers, double dt) {
        if (const std::string why = N::refuse(p); !why.empty()) numbers.refuse(why);
        if constexpr (requires { N::refuse_step(p, dt); })
            if (const std::string why = N::refuse_step(p, dt); !why.empty()) numbers.refuse(why);
        const std::array<double, factors> k = N::coefficients(p, dt);
        for (std::size_t c = 0; c < factors; ++c) coefficients_(index(i), index(c)) = finite(k[c], numbers);
        if constexpr (rests) set_refractory(i, N::refractory_time(p), numbers, dt);
    }
    void set_refractory(std::size_t i, double time, const CellNumbers& numbers, double dt) {
        const std::optional<std::uint64_t> held = whole_steps(time, dt);
        constexpr std::uint64_t most = 1 << 24;  // floats count so far
        if (!held || *held > most)
            numbers.refuse("the refractory time of " + with_unit(time, "ms") + " is no whole number of steps of " +
                           with_unit(dt, "ms") + ", at most 2^24");
        coefficients_(index(i), index(factors)) = static_cast<S>(*held);
    }
    static S finite(double number, const CellNumbers& numbers) {
        const S rounded = static_cast<S>(number);
        if (!std::isfinite(rounded)) numbers.refuse("its parameters or columns are not finite in this precision");
        return rounded;
    }
    void set_initial(std::size_t i, std::size_t cell, const auto& p, const CellNumbers& numbers) {
        const std::vector<std::string> names = names_of(typename Is::Written{});
        const std::array<double, states> at_rest = N::initial(p);
        for (std::size_t k = 0; k < written; ++k)
            first_(index(i), index(k)) =
                finite(numbers.initial_of(names[k], cell, k < receptors ? 0 : at_rest[k - receptors]), numbers);
    }

    template <class... V>
    static std::array<P, sizeof...(V)> as_array(const std::tuple<V...>& values) {
        return std::apply([](const auto&... v) { return std::array<P, sizeof...(V)>{P(v)...}; }, values);
    }
    static constexpr bool holds_apart = requires(Cell<P, typename Is::Written> c, Coefficients k) { N::held(c, k); };
    static std::array<P, states> while_refractory(const Cell<P, typename Is::Written>& there, const Coefficients& k) {
        if constexpr (holds_apart) return as_array(N::held(there, k));
        else return as_array(N::reset(there, k));
    }
    Coefficients coefficients_at(std::size_t i) const {
        std::array<P, factors> k;
        for (std::size_t c = 0; c < factors; ++c) k[c] = P::load(coefficients_.col(index(c)).data() + i);
        return Coefficients(k);
    }

    static constexpr bool has_amplitudes = requires(Cell<P, typename Is::Written> c, Coefficients k) {
        N::amplitude(c, k);
    };

    template <bool alike>
    std::size_t step_cells(std::size_t first, std::size_t end, Fired fired) {
        std::array<S*, seen> at;
        for (std::size_t k = 0; k < seen; ++k) at[k] = columns_[k].data();
        S* const left_at = rests ? left_.data() : nullptr;
        const S* const held_at = coefficients_.col(index(factors)).data();
        Coefficients k = coefficients_at(alike ? 0 : first);
        P held = P::load(held_at);
        std::size_t count = 0;
        for (std::size_t i = first; i < end; i += P::size) {
            if constexpr (!alike) {
                k = coefficients_at(i);
                held = P::load(held_at + i);
            }
            std::array<P, seen> now;
            for (std::size_t c = 0; c < seen; ++c) now[c] = P::load(at[c] + i);
            auto next = as_array(N::advance(Cell<P, typename Is::Seen>(now), k));
            static_assert(next.size() == written, "advance(cell, k) returns all receptors, then all states");
            const Cell<P, typename Is::Written> there(next);
            const auto after_spike = as_array(N::reset(there, k));
            const auto while_held = while_refractory(there, k);
            static_assert(after_spike.size() == states && while_held.size() == states,
                          "reset(cell, k) and held(cell, k) return all states");
            P left(0);
            if constexpr (rests) left = P::load(left_at + i);
            const auto resting = left > P(0);
            const auto fires = N::fires(there, k) && !resting;
            for (std::size_t c = 0; c < inputs; ++c) P(0).store(at[c] + i);
            for (std::size_t c = 0; c < receptors; ++c) next[c].store(at[inputs + c] + i);
            for (std::size_t c = receptors; c < written; ++c) {
                const std::size_t state = c - receptors;
                if constexpr (holds_apart)
                    next[c] = select(resting, while_held[state], select(fires, after_spike[state], next[c]));
                else next[c] = select(resting || fires, after_spike[state], next[c]);
                next[c].store(at[inputs + c] + i);
            }
            if constexpr (rests) select(fires, held, max(left - P(1), P(0))).store(left_at + i);
            if (!any(fires)) continue;
            P amplitude(1);
            if constexpr (has_amplitudes) amplitude = N::amplitude(there, k);
            count += list(select(fires, amplitude, P(0)), i, end,
                          {fired.cells + count, has_amplitudes ? fired.amplitudes + count : nullptr});
        }
        return count;
    }
    static std::size_t list(P amplitude, std::size_t i, std::size_t end, Fired fired) {
        alignas(64) std::array<S, P::size> events;
        amplitude.store(events.data());
        // Every cell is written down, and the next in its place unless it fires: no branch that nobody can foretell.
        std::size_t count = 0;
        const std::size_t cells = std::min(P::size, end - i);
        for (std::size_t k = 0; k < cells; ++k) {
            if constexpr (has_amplitudes) fired.amplitudes[count] = events[k];
            fired.cells[count] = static_cast<std::uint32_t>(i + k);
            count += events[k] != 0 ? 1 : 0;
        }
        return count;
    }

    std::array<Ref<S>, seen> columns_;
    Ref<S> left_;
    std::size_t cells_;
    bool alike_;
    using Table = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>;
    Table coefficients_;  ///< (one line or cells) x (factors, refractory steps)
    Table first_;         ///< cells x (receptors, states)
};

template <class N>
class EventNeuronOf final : public EventNeuron {
    using Is = EventNeuronTraits<N>;

   public:
    Info info() const override { return info_of<N>(); }
    std::vector<CellParameter> parameters() const override { return listed<CellParameter>(N::parameters); }
    std::vector<CellColumn> inputs() const override { return listed<CellColumn>(N::inputs); }
    std::vector<CellColumn> receptors() const override { return listed<CellColumn>(N::receptors); }
    std::vector<CellColumn> states() const override { return listed<CellColumn>(N::states); }
    std::vector<Read> reads() const override { return reads_of(typename Is::Beside{}); }
    std::string event() const override { return event_of<N>(); }
    bool has_amplitudes() const override {
        using K = Cell<double, typename Is::Coefficients>;
        return requires(Cell<double, typename Is::Written> c, K k) { N::amplitude(c, k); };
    }
    bool has_refractory_time() const override {
        return requires(Cell<double, typename Is::Parameters> p) { N::refractory_time(p); };
    }
    std::unique_ptr<EventCells<float>> bind(const Layout<float>& layout, PopulationId population,
                                            const CellNumbers& numbers, double dt) const override {
        return bound(layout, population, numbers, dt);
    }
    std::unique_ptr<EventCells<double>> bind(const Layout<double>& layout, PopulationId population,
                                             const CellNumbers& numbers, double dt) const override {
        return bound(layout, population, numbers, dt);
    }

   private:
    template <class One, class All>
    static std::vector<One> listed(const All& all) {
        return std::apply([](const auto&... one) { return std::vector<One>{one...}; }, all);
    }
    template <class S>
    std::unique_ptr<EventCells<S>> bound(const Layout<S>& layout, PopulationId population, const CellNumbers& numbers,
                                         double dt) const {
        return std::make_unique<EventCellsOf<S, N>>(layout, population, numbers, dt);
    }
};

template <class N>
std::shared_ptr<const EventNeuron> event_neuron(N) {
    return std::make_shared<EventNeuronOf<N>>();
}

}  // namespace apical
