#pragma once
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "sim/circuit/layout.hpp"
#include "sim/circuit/tiles.hpp"
#include "sim/equations/evaluate.hpp"

namespace apical::equations {

/// Writes what a formula makes of the columns of a population's cells.
template <class S>
class FormulaOp final : public Op<S> {
   public:
    FormulaOp(Bound<S> formula, std::vector<Ref<S>> from, Ref<S> to, std::size_t cells)
        : formula_(std::move(formula)), from_(std::move(from)), to_(to), tiles_(Tiles::of_cells(cells, 1)) {}

    std::size_t parts() const override { return tiles_.count; }
    double work() const override {
        constexpr double products_an_operation = 5;
        return products_an_operation * static_cast<double>(formula_.formula().instructions().size() + 2) *
               static_cast<double>(tiles_.extent);
    }
    void run(std::size_t part) override { run_cells(tiles_.begin(part), tiles_.begin(part + 1)); }
    void run_whole() override { run_cells(0, tiles_.extent); }

   private:
    void run_cells(std::size_t first, std::size_t end) {
        std::vector<Stream<S>> inputs;
        inputs.reserve(from_.size());
        for (const Ref<S>& column : from_) inputs.push_back({column.data() + first, false});
        formula_(end - first, inputs, to_.data() + first);
    }

    Bound<S> formula_;
    std::vector<Ref<S>> from_;
    Ref<S> to_;
    Tiles tiles_;
};

/// Throws what Formula::coefficients throws.
template <class S>
std::unique_ptr<Op<S>> formula_op(const Formula& formula, std::span<const double> parameters, const Layout<S>& layout,
                                  PopulationId p, Ref<S> to) {
    std::vector<Ref<S>> from;
    from.reserve(formula.inputs().size());
    for (const Read& read : formula.inputs()) from.push_back(layout.ref(p, read.column, read.instant));
    return std::make_unique<FormulaOp<S>>(Bound<S>(formula, parameters), std::move(from), to, layout.cells(p));
}

}  // namespace apical::equations
