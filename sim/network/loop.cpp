#include "sim/network/loop.hpp"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <algorithm>
#include <limits>
#include <map>
#include <stdexcept>

namespace apical {

namespace {

/// By columns, as the decompositions are fastest.
template <class S>
using Square = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>;

/// Whether all eigenvalues of A have a positive real part; else the least of them. It is certain where the symmetric
/// part is positive definite, which is seen for a fraction of the price of eigenvalues.
template <class S>
std::optional<double> least_real_part_unless_positive(const Square<S>& A) {
    const Square<S> symmetric = (A + A.transpose()) / 2;
    if (Eigen::LLT<Square<S>>(symmetric).info() == Eigen::Success) return std::nullopt;
    const Eigen::EigenSolver<Eigen::MatrixXd> exact(A.template cast<double>(), false);
    const double least = exact.eigenvalues().real().minCoeff();
    return least > 0 ? std::nullopt : std::optional(least);
}

/// W behind, or W^T behind; `behind` null: the identity.
template <class S>
Matrix<S> through(const WeightState<S>& w, bool transposed, const Matrix<S>* behind) {
    const auto product = [&](const auto& W) -> Matrix<S> {
        if (behind == nullptr) return transposed ? Matrix<S>(W.transpose()) : Matrix<S>(W);
        return transposed ? Matrix<S>(W.transpose() * *behind) : Matrix<S>(W * *behind);
    };
    if (w.dense() && w.kept() == 1)
        return product(Eigen::Map<const Matrix<S>>(w.data(), static_cast<Eigen::Index>(w.rows()),
                                                   static_cast<Eigen::Index>(w.columns())));
    return product(Matrix<S>(w.matrix().template cast<S>()));
}

bool are_projections(const auto& stages) {
    return std::ranges::none_of(stages, [](const auto& stage) { return stage.sources.empty(); });
}

}  // namespace

template <class S>
struct Loop<S>::Factors final : Op<S> {
    explicit Factors(Loop& of) : loop(of) {}
    double work() const override {
        const auto n = static_cast<double>(loop.units_);
        return 2 * n * n * n;
    }
    void run(std::size_t) override {
        const Square<S> A = loop.minus_jacobian();
        loop.failure_.clear();
        if (A.allFinite())  // else whoever looks for numbers that are not finite names the weights
            if (const auto least = least_real_part_unless_positive(A))
                loop.failure_ = fmt::format(
                    "{} does not settle: what it sends comes back to it through other cells and grows on the way (an "
                    "eigenvalue of the loop has the real part {:.3g}; all have to be negative); the weights that lead "
                    "out and back have to fit each other, or it needs a larger leak",
                    loop.name_, -*least);
        lu.compute(A);
    }
    Loop& loop;
    Eigen::PartialPivLU<Square<S>> lu;
};

template <class S>
Loop<S>::Loop(const Piece<S>& state, std::vector<Piece<S>> stages, std::size_t lanes, bool is_watched)
    : name_(state.computation.label),
      closing_(*state.closing),
      stages_(std::move(stages)),
      state_column_(state.computation.writes[0]),
      sum_column_(state.computation.reads[0]),
      state_(state.to),
      units_(state.units),
      lanes_(lanes),
      is_watched_(is_watched) {
    std::vector<std::string> labels{name_};
    for (const Piece<S>& stage : stages_) labels.push_back(stage.computation.label);
    if (stages_.empty() || (closing_.steps == 0 && !are_projections(stages_))) throw Cycle(labels);
    sum_ = stages_.back().to;
    if (closing_.steps > 0) return;
    for (const Piece<S>& stage : stages_) {
        auto others = stage.sources;
        std::erase_if(others, [&](const auto& source) { return source.column == state_column_; });
        open_.push_back(others.size() == stage.sources.size()
                            ? nullptr
                            : std::make_unique<SynapticInput<S>>(std::move(others), stage.to, stage.units, lanes));
    }
    factors_ = std::make_unique<Factors>(*this);
}

template <class S>
Loop<S>::~Loop() = default;

template <class S>
Op<S>* Loop<S>::factorisation() {
    return factors_.get();
}

template <class S>
double Loop<S>::work() const {
    double once = 0;
    for (const Piece<S>& stage : stages_) once += stage.op->work();
    if (closing_.steps > 0) return once * static_cast<double>(closing_.steps + 1);
    return once + static_cast<double>(units_ * units_ * lanes_);
}

template <class S>
Eigen::Map<Matrix<S>> Loop<S>::view(const Ref<S>& column) const {
    return {column.data(), static_cast<Eigen::Index>(units_), static_cast<Eigen::Index>(lanes_)};
}

template <class S>
void Loop<S>::run(std::size_t) {
    if (factors_) solve();
    else step();
    if (!factors_ || is_watched_) complete();
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
void Loop<S>::solve() {
    for (std::size_t k = 0; k < stages_.size(); ++k) (open_[k] ? *open_[k] : *stages_[k].op).run_whole();
    if (failure_.empty()) view(state_) = factors_->lu.solve(view(sum_));
    else view(state_).setConstant(std::numeric_limits<S>::quiet_NaN());
}

template <class S>
Matrix<S> Loop<S>::minus_jacobian() const {
    const auto n = static_cast<Eigen::Index>(units_);
    std::map<std::size_t, Matrix<S>> slopes;  // of the stages' columns in x
    for (const Piece<S>& stage : stages_) {
        Matrix<S> slope = Matrix<S>::Zero(static_cast<Eigen::Index>(stage.units), n);
        for (const auto& source : stage.sources) {
            const bool is_state = source.column == state_column_;
            const auto inside = slopes.find(source.column);
            if (!is_state && inside == slopes.end()) continue;
            const Matrix<S>* const behind = is_state ? nullptr : &inside->second;
            if (source.weights != nullptr) slope += source.scale * through(*source.weights, source.transposed, behind);
            else if (is_state) slope.diagonal().array() += source.scale;
            else slope += source.scale * *behind;
        }
        slopes[stage.computation.writes[0]] = std::move(slope);
    }
    return -slopes.at(sum_column_);
}

template <class S>
std::vector<Loop<S>*> close_loops(std::vector<Piece<S>>& pieces, std::size_t lanes,
                                  const std::vector<std::size_t>& watched) {
    std::vector<Computation> open;  // where no state follows from what it adds up
    for (const Piece<S>& piece : pieces) {
        open.push_back(piece.computation);
        if (piece.closing) open.back().reads.clear();
    }
    std::vector<Loop<S>*> loops;
    for (std::size_t k = 0; k < pieces.size(); ++k) {
        Piece<S>& state = pieces[k];
        if (!state.closing) continue;
        const std::vector<std::size_t> order = between(k, state.computation.reads, open);
        std::vector<std::size_t> inside{state.computation.writes};
        std::vector<Piece<S>> stages;
        Computation whole = state.computation;
        for (std::size_t j : order) {
            whole.reads.insert(whole.reads.end(), pieces[j].computation.reads.begin(),
                               pieces[j].computation.reads.end());
            whole.writes.insert(whole.writes.end(), pieces[j].computation.writes.begin(),
                                pieces[j].computation.writes.end());
            stages.push_back(std::exchange(pieces[j], {}));
        }
        const auto is_made_here = [&](std::size_t column) {
            return std::ranges::find(whole.writes, column) != whole.writes.end();
        };
        std::erase_if(whole.reads, is_made_here);
        const auto reads_stage = [&](const std::vector<std::size_t>& columns) {
            return std::ranges::any_of(
                columns, [&](std::size_t c) { return c != state.computation.writes[0] && is_made_here(c); });
        };
        const bool is_watched = reads_stage(watched) || std::ranges::any_of(pieces, [&](const Piece<S>& piece) {
                                    return &piece != &state && reads_stage(piece.computation.reads);
                                });
        auto loop = std::make_unique<Loop<S>>(state, std::move(stages), lanes, is_watched);
        loops.push_back(loop.get());
        state.computation = std::move(whole);
        state.op = std::move(loop);
    }
    std::erase_if(pieces, [](const Piece<S>& piece) { return piece.op == nullptr; });
    return loops;
}

template class Loop<float>;
template class Loop<double>;
template std::vector<Loop<float>*> close_loops(std::vector<Piece<float>>&, std::size_t,
                                               const std::vector<std::size_t>&);
template std::vector<Loop<double>*> close_loops(std::vector<Piece<double>>&, std::size_t,
                                                const std::vector<std::size_t>&);

}  // namespace apical
