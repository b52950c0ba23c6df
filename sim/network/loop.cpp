#include "sim/network/loop.hpp"

#include <fmt/format.h>

#include <Eigen/LU>
#include <algorithm>
#include <limits>
#include <map>
#include <ranges>

#include "sim/network/real_parts.hpp"
#include "sim/synapses/dense.hpp"

namespace apical {

namespace {

bool are_projections(const auto& stages) {
    return std::ranges::none_of(stages, [](const auto& stage) { return stage.sources.empty(); });
}

/// slope += scale W behind, or scale W^T behind.
template <class S>
void add_product(Matrix<S>& slope, const typename SynapticInput<S>::Source& source, const Matrix<S>& behind) {
    const WeightState<S>& w = *source.weights;
    const bool transposed = source.transposed;
    if (w.dense() && w.kept() == 1) {
        DenseMatrix<S>(w.rows(), w.columns())
            .transmit(w.data(), {0, static_cast<std::size_t>(slope.rows())}, behind.data(), slope.data(),
                      static_cast<std::size_t>(slope.cols()), {transposed, false, source.scale});
        return;
    }
    const Matrix<S> W = w.matrix().template cast<S>();
    if (transposed) slope.noalias() += source.scale * W.transpose() * behind;
    else slope.noalias() += source.scale * W * behind;
}

/// The first columns of slope += scale W, or scale W^T.
template <class S>
void add_weights(Matrix<S>& slope, const typename SynapticInput<S>::Source& source) {
    const WeightState<S>& w = *source.weights;
    const auto add = [&](const auto& W) {
        if (source.transposed) slope.leftCols(W.rows()) += source.scale * W.transpose();
        else slope.leftCols(W.cols()) += source.scale * W;
    };
    if (w.dense() && w.kept() == 1) add(Eigen::Map<const Matrix<S>>(w.data(), index(w.rows()), index(w.columns())));
    else add(Matrix<S>(w.matrix().template cast<S>()));
}

}  // namespace

/// What depends on weights alone.
template <class S>
struct Loop<S>::Factors final {
    /// Decomposes A.
    void compute(const Loop& loop) {
        const Matrix<S> A = minus_jacobian(loop);
        failure.clear();
        if (A.allFinite())  // else whoever looks for numbers that are not finite names the weights
            if (const auto least = real_parts.not_positive(A))
                failure = fmt::format(
                    "{} does not settle: what it sends comes back to it through other cells and grows on the way (an "
                    "eigenvalue of the loop has the real part {:.3g}; all have to be negative); the weights that lead "
                    "out and back have to fit each other, or it needs a larger leak",
                    loop.state_computation_.label, -*least);
        lu.compute(A);
    }
    Matrix<S> minus_jacobian(const Loop& loop) {
        constexpr Eigen::Index whole_vectors = 64 / sizeof(S);  // so the kernels like their lanes
        const Eigen::Index n = index(loop.units_), wide = (n + whole_vectors - 1) / whole_vectors * whole_vectors;
        const std::size_t x = loop.state_computation_.writes[0];
        for (const Piece<S>& stage : loop.stages_) {
            Matrix<S>& slope = slopes[stage.computation.writes[0]];
            slope.setZero(index(stage.units), wide);
            for (const auto& source : stage.sources) {
                if (source.column == x) {
                    if (source.weights != nullptr) add_weights<S>(slope, source);
                    else slope.diagonal().array() += source.scale;
                } else if (const auto behind = slopes.find(source.column); behind != slopes.end()) {
                    if (source.weights != nullptr) add_product<S>(slope, source, behind->second);
                    else slope += source.scale * behind->second;
                }
            }
        }
        return -slopes.at(loop.state_computation_.reads[0]).leftCols(n);
    }

    std::map<std::size_t, Matrix<S>> slopes;  ///< of the stages' columns in x, padded with columns of 0
    RealParts real_parts;
    std::string failure;
    Eigen::PartialPivLU<Matrix<S>> lu;
};

/// In the graph of columns: the factors.
template <class S>
struct Loop<S>::Decompose final : Op<S> {
    explicit Decompose(Loop& of) : loop(of) {}
    double work() const override {
        const auto n = static_cast<double>(loop.units_);
        double total = n * n * n;
        for (const Piece<S>& stage : loop.stages_)
            for (const auto& source : stage.sources)
                if (source.weights != nullptr && source.column != loop.state_computation_.writes[0])
                    total += n * static_cast<double>(source.weights->synapses());
        return total;
    }
    void run(std::size_t) override { loop.factors_->compute(loop); }
    Loop& loop;
};

/// x from what adds up without it.
template <class S>
struct Loop<S>::Solve final : Op<S> {
    explicit Solve(const Loop& of) : loop(of), tiles(tiles_of(of.lanes_)) {}
    static Tiles tiles_of(std::size_t lanes) {
        constexpr std::size_t wide = 64;
        return {lanes, std::clamp<std::size_t>(lanes / wide, 1, Tiles::most)};
    }
    std::size_t parts() const override { return tiles.count; }
    double work() const override { return static_cast<double>(loop.units_ * loop.units_ * loop.lanes_); }
    void run(std::size_t part) override {
        const Eigen::Index first = index(tiles.begin(part)), n = index(tiles.begin(part + 1)) - first;
        auto x = loop.view(loop.state_).middleCols(first, n);
        const auto c = loop.view(loop.sum_).middleCols(first, n);
        if (loop.failure().empty()) x = loop.factors_->lu.solve(c);
        else x.setConstant(std::numeric_limits<S>::quiet_NaN());
    }
    const Loop& loop;
    Tiles tiles;
};

/// x, and all that lies within the loop.
template <class S>
struct Loop<S>::Whole final : Op<S> {
    explicit Whole(Loop& of) : loop(of), solve(of) {
        if (loop.factors_)
            for (const Piece<S>& stage : loop.stages_) open.push_back(loop.without_state(stage));
    }
    double work() const override {
        double once = 0;
        for (const Piece<S>& stage : loop.stages_) once += stage.op->work();
        return loop.factors_ ? 2 * once + solve.work() : once * static_cast<double>(loop.closing_.steps + 1);
    }
    void run(std::size_t) override {
        if (loop.factors_) {
            for (const auto& stage : open) stage->run_whole();
            solve.run_whole();
        } else {
            loop.step();
        }
        loop.complete();
    }
    Loop& loop;
    Solve solve;
    std::vector<std::unique_ptr<Op<S>>> open;
};

template <class S>
Loop<S>::Loop(const Piece<S>& state, std::vector<Piece<S>> stages, std::size_t lanes)
    : state_computation_(state.computation),
      closing_(*state.closing),
      stages_(std::move(stages)),
      state_(state.to),
      units_(state.units),
      lanes_(lanes) {
    std::vector<std::string> labels{state_computation_.label};
    for (const Piece<S>& stage : stages_) labels.push_back(stage.computation.label);
    if (stages_.empty() || (closing_.steps == 0 && !are_projections(stages_))) throw Cycle(labels);
    sum_ = stages_.back().to;
    if (closing_.steps == 0) factors_ = std::make_unique<Factors>();
}

template <class S>
Loop<S>::~Loop() = default;

template <class S>
const std::string& Loop<S>::failure() const {
    static const std::string none;
    return factors_ ? factors_->failure : none;
}

template <class S>
Eigen::Map<Matrix<S>> Loop<S>::view(const Ref<S>& column) const {
    return {column.data(), index(units_), index(lanes_)};
}

template <class S>
void Loop<S>::complete() {
    for (const Piece<S>& stage : stages_) stage.op->run_whole();
}

template <class S>
void Loop<S>::step() {
    view(state_).setZero();
    for (std::size_t k = 0; k < closing_.steps; ++k) {
        complete();
        view(state_) += static_cast<S>(closing_.gain) * view(sum_);
    }
}

template <class S>
std::unique_ptr<Op<S>> Loop<S>::without_state(const Piece<S>& stage) const {
    auto others = stage.sources;
    std::erase_if(others, [&](const auto& source) { return source.column == state_computation_.writes[0]; });
    return std::make_unique<SynapticInput<S>>(std::move(others), stage.to, stage.units, lanes_);
}

template <class S>
std::vector<Piece<S>> Loop<S>::pieces(bool is_watched, std::size_t factors) {
    std::vector<Piece<S>> result;
    const std::string& label = state_computation_.label;
    if (factors_) result.push_back({{label, {}, {factors}}, std::make_unique<Decompose>(*this)});
    if (factors_ && !is_watched) {
        for (const Piece<S>& stage : stages_) {
            Computation open = stage.computation;
            std::erase(open.reads, state_computation_.writes[0]);
            result.push_back({std::move(open), without_state(stage)});
        }
        result.push_back({{label, {state_computation_.reads[0], factors}, state_computation_.writes},
                          std::make_unique<Solve>(*this)});
        return result;
    }
    Computation all = state_computation_;
    for (const Piece<S>& stage : stages_) {
        all.reads.insert(all.reads.end(), stage.computation.reads.begin(), stage.computation.reads.end());
        all.writes.insert(all.writes.end(), stage.computation.writes.begin(), stage.computation.writes.end());
    }
    std::erase_if(all.reads, [&](std::size_t column) { return std::ranges::count(all.writes, column) > 0; });
    if (factors_) all.reads.push_back(factors);
    result.push_back({std::move(all), std::make_unique<Whole>(*this)});
    return result;
}

template <class S>
std::vector<std::unique_ptr<Loop<S>>> close_loops(std::vector<Piece<S>>& pieces, std::size_t lanes,
                                                  const std::vector<std::size_t>& watched) {
    std::vector<Computation> open;  // where no state follows from what it adds up
    for (const Piece<S>& piece : pieces) {
        open.push_back(piece.computation);
        if (piece.closing) open.back().reads.clear();
    }
    std::vector<std::unique_ptr<Loop<S>>> loops;
    std::vector<Piece<S>> closed;
    std::size_t factors = std::numeric_limits<std::size_t>::max();
    for (std::size_t k = 0; k < pieces.size(); ++k) {
        if (!pieces[k].closing) continue;
        std::vector<Piece<S>> stages;
        std::vector<std::size_t> inside;
        for (std::size_t j : between(k, pieces[k].computation.reads, open)) {
            stages.push_back(std::exchange(pieces[j], {}));
            inside.push_back(stages.back().computation.writes[0]);
        }
        const Piece<S> state = std::exchange(pieces[k], {});
        const auto reads_inside = [&](const std::vector<std::size_t>& columns) {
            return std::ranges::find_first_of(columns, inside) != columns.end();
        };
        const bool is_watched = reads_inside(watched) || std::ranges::any_of(pieces, [&](const Piece<S>& piece) {
                                    return reads_inside(piece.computation.reads);
                                });
        loops.push_back(std::make_unique<Loop<S>>(state, std::move(stages), lanes));
        std::ranges::move(loops.back()->pieces(is_watched, factors--), std::back_inserter(closed));
    }
    std::erase_if(pieces, [](const Piece<S>& piece) { return piece.op == nullptr; });
    std::ranges::move(closed, std::back_inserter(pieces));
    return loops;
}

template class Loop<float>;
template class Loop<double>;
template std::vector<std::unique_ptr<Loop<float>>> close_loops(std::vector<Piece<float>>&, std::size_t,
                                                               const std::vector<std::size_t>&);
template std::vector<std::unique_ptr<Loop<double>>> close_loops(std::vector<Piece<double>>&, std::size_t,
                                                                const std::vector<std::size_t>&);

}  // namespace apical
