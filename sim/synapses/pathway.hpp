#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include "sim/circuit/tiles.hpp"
#include "sim/synapses/update.hpp"
#include "sim/synapses/weight_state.hpp"

namespace apical {

/// Rows of a result, from `first` up to before `end`.
struct Rows {
    std::size_t first, end;
};

/// into = scale W from, or into += scale W from; or W^T.
template <class S>
struct Write {
    bool transposed = false, assign = true;
    S scale = 1;
    bool events = false;  ///< `from` is 0 in most cells, in those that have no event: a hint
};

/// One term of an update: gain times the sum over lanes of post pre^T, both sides (units x lanes), row-major, 64-byte
/// aligned.
template <class S>
struct OuterProduct {
    const S *post, *pre;
    double gain;
};

/// Work in parts that write different places, so that they may run in any order and at the same time. No parts: there
/// is nothing to do.
struct Share {
    std::size_t parts = 0;
    double work = 0;  ///< of all parts together, in multiply-adds of a matrix product that would take as long
};

/// One Weights in one network: how its synapses are stored, read and updated. `choose` says which kind a Weights gets,
/// and why. One virtual call serves all synapses of a tile. Activities are (units x lanes), row-major.
template <class S>
class Pathway {
   public:
    virtual ~Pathway() = default;
    Pathway(const Pathway&) = delete;
    Pathway& operator=(const Pathway&) = delete;

    /// "dense; static source: read once a presentation".
    const std::string& reason() const { return reason_; }
    void set_reason(std::string reason) { reason_ = std::move(reason); }

    /// The rows of into (+)= scale W from. Rows may be cut anywhere, but where `transmit_tiles` says how.
    virtual void transmit(Rows rows, const S* from, S* into, const Write<S>& how) = 0;
    virtual double transmit_work(bool transposed) const = 0;
    virtual std::optional<Tiles> transmit_tiles(bool /*transposed*/) const { return std::nullopt; }
    /// All rows have been transmitted from accepted columns (not those of a stepper's stage).
    virtual void transmitted() {}

    /// A presentation begins: a source that is clamped will be `now` until the next one, and was `before`; then all
    /// parts of `reading`.
    virtual void begin(const S* /*now*/, const S* /*before*/) {}
    virtual Share reading() const { return {}; }
    virtual void read(std::size_t /*part*/) {}

    /// One update of weights with a rule, as `Update` says: all parts of `learning`, then all of `limiting`. Throws
    /// std::logic_error in a network that only looks at the weights.
    virtual Share learning() const { return {}; }
    virtual void learn(std::size_t part, std::span<const OuterProduct<S>> terms, const Update& update) = 0;
    virtual Share limiting() const { return {}; }
    virtual void limit(std::size_t /*part*/, const Update&) {}
    /// All parts, with the same bits: what a thread that is alone does.
    virtual void limit_whole(const Update& update) {
        for (std::size_t part = 0, end = limiting().parts; part < end; ++part) limit(part, update);
    }

    /// What waits comes into the weights, before anybody else looks at them.
    virtual Share flushing() const { return {}; }
    virtual void flush(std::size_t /*part*/) {}

   protected:
    Pathway() = default;

   private:
    std::string reason_;
};

/// The weights that a pathway reads and, in a network that learns, changes.
template <class S>
class Access {
   public:
    explicit Access(WeightState<S>& weights) : seen_(&weights), own_(&weights) {}
    explicit Access(const WeightState<S>& weights) : seen_(&weights) {}
    const WeightState<S>* operator->() const { return seen_; }
    bool learns() const { return own_ != nullptr; }
    /// Throws std::logic_error in a network that only looks.
    WeightState<S>& own() const {
        if (!learns()) throw std::logic_error("a network that only looks at weights cannot change them");
        return *own_;
    }

   private:
    const WeightState<S>* seen_;
    WeightState<S>* own_ = nullptr;
};

}  // namespace apical
