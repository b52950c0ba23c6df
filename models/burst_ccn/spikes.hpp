#pragma once
#include <limits>

namespace apical::burst_ccn {

/// What a spike says to synapses (the paper, and all published code): one that comes more than `limit` after the spike
/// before is an event; the first after an event that comes within it makes a burst of that event; further ones of the
/// burst say nothing. So a burst is an event, too, and p = bursts / events.
class BurstDetector {
   public:
    enum class Says { event, burst, nothing };

    explicit BurstDetector(double limit = 16) : limit_(limit) {}

    /// A spike at `time` (ms), later than the one before.
    Says spike(double time) {
        const bool soon = time - last_ <= limit_;
        last_ = time;
        if (!soon) {
            is_bursting_ = false;
            return Says::event;
        }
        if (is_bursting_) return Says::nothing;
        is_bursting_ = true;
        return Says::burst;
    }

   private:
    double limit_;  ///< ms
    double last_ = -std::numeric_limits<double>::infinity();
    bool is_bursting_ = false;
};

/// Eq. (1), spike by spike: a postsynaptic event changes the weight by -eta p_b pre, a burst by eta pre, on average
/// eta (b - p_b e) pre = eta (p - p_b) e pre. This is the factor of eta pre.
inline double valence(BurstDetector::Says what, double p_b) {
    switch (what) {
        case BurstDetector::Says::event:
            return -p_b;
        case BurstDetector::Says::burst:
            return 1;
        case BurstDetector::Says::nothing:
            break;
    }
    return 0;
}

}  // namespace apical::burst_ccn
