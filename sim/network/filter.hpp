#pragma once
#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/circuit/event.hpp"
#include "sim/circuit/layout.hpp"
#include "sim/circuit/pack.hpp"
#include "sim/circuit/tiles.hpp"

namespace apical {

/// A step of a ColumnFilter.
template <class S>
class FilterStep final : public Op<S> {
   public:
    FilterStep(const ColumnFilter& filter, Ref<S> column, Ref<S> of, std::size_t cells, double dt)
        : column_(column), of_(of), tiles_(Tiles::of_cells(cells, 1)), keep_(std::exp(-dt / filter.tau)) {}

    void rest() { std::copy_n(of_.data(), tiles_.extent, column_.data()); }

    std::size_t parts() const override { return tiles_.count; }
    double work() const override { return 2 * static_cast<double>(tiles_.extent); }
    void run(std::size_t part) override {
        const std::size_t first = tiles_.begin(part), end = tiles_.begin(part + 1);
        S* const column = column_.data();
        const S* const of = of_.data();
        const Pack<S> keep = keep_, rest = 1 - keep_, nothing = least / epsilon;
        for (std::size_t i = first; i < end; i += Pack<S>::size) {
            const Pack<S> x = Pack<S>::load(column + i) * keep + Pack<S>::load(of + i) * rest;
            select(abs(x) < nothing, Pack<S>(0), x).store(column + i);
        }
    }

   private:
    /// Below their ratio a column is 0: subnormal numbers are slow, and products of it with weights are none either.
    static constexpr double least = std::numeric_limits<S>::min(), epsilon = std::numeric_limits<S>::epsilon();

    Ref<S> column_, of_;
    Tiles tiles_;
    double keep_;
};

}  // namespace apical
