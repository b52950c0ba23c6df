#pragma once
#include <memory>
#include <string>
#include <vector>

#include "sim/synapses/deferred_update.hpp"
#include "sim/synapses/static_source.hpp"

namespace apical {

/// What is given: how long inputs stand still, and which shortcuts are wanted.
struct ShortcutOptions {
    bool held_sources = true;
    bool one_pass = true;
    bool inputs_stand_still = true;  ///< from the beginning to the end of a presentation
    bool repeats = true;             ///< a presentation has more than one step
};

/// Why the drive of these weights cannot be held; "" if it can. The same for every number of lanes.
std::string why_not_held(const Circuit& circuit, WeightsId weights, const ShortcutOptions& options);
/// Why update and drive of these weights cannot be one pass; "" if they can.
std::string why_not_one_pass(const Circuit& circuit, WeightsId weights, std::size_t lanes,
                             const ShortcutOptions& options);

/// The shortcuts in the continuous dynamics of one network. Weights without one are read for every drive and written
/// for every update.
template <class S>
class Shortcuts {
   public:
    /// For a network that learns.
    Shortcuts(const Circuit& circuit, std::vector<WeightState<S>>& weights, std::size_t lanes,
              const ShortcutOptions& options);
    /// For one that looks at weights that stand still.
    Shortcuts(const Circuit& circuit, const std::vector<WeightState<S>>& weights, std::size_t lanes,
              const ShortcutOptions& options);

    /// Null where there is none.
    HeldDrive<S>* held(WeightsId weights) const { return held_[weights].get(); }
    OnePass<S>* one_pass(WeightsId weights) const { return one_pass_[weights].get(); }

   private:
    std::vector<std::unique_ptr<HeldDrive<S>>> held_;
    std::vector<std::unique_ptr<OnePass<S>>> one_pass_;
};

extern template class Shortcuts<float>;
extern template class Shortcuts<double>;

}  // namespace apical
