#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sim/circuit/id.hpp"
#include "sim/circuit/tag.hpp"

namespace apical {

/// A column of a population as the circuit names it.
struct Read {
    std::string column;
    Instant instant = Instant::now;
};

/// Where a column stands: an offset into an arena whose base may be exchanged (step flip, stages of a stepper) without
/// binding anything again. 64-byte aligned; (units x lanes) row-major, padded to whole packs.
template <class S>
struct Ref {
    S* const* base = nullptr;
    std::size_t offset = 0;
    S* data() const { return *base + offset; }
};

/// Resolves columns while functions and rules are bound.
template <class S>
class Layout {
   public:
    virtual ~Layout() = default;
    virtual Ref<S> ref(PopulationId population, std::string_view column, Instant instant) const = 0;
    /// The slope of a state column (continuous dynamics only).
    virtual Ref<S> slope(PopulationId population, std::string_view state) const = 0;
    /// units x lanes, without padding.
    virtual std::size_t cells(PopulationId population) const = 0;
};

/// Work that is bound to columns and only needs to be run: all its parts, which write different places, so that they
/// may run in any order and at the same time.
template <class S>
class Op {
   public:
    virtual ~Op() = default;
    virtual std::size_t parts() const { return 1; }
    /// Of all parts together, in multiply-adds of a matrix product that would take as long.
    virtual double work() const = 0;
    virtual void run(std::size_t part) = 0;
    /// All parts, with the same bits: what a thread that is alone does, for whom cutting is a loss.
    virtual void run_whole() {
        for (std::size_t part = 0, end = parts(); part < end; ++part) run(part);
    }
};

}  // namespace apical
