#pragma once
#include <string>

#include "sim/core/error.hpp"
#include "sim/dynamics/dynamics.hpp"

namespace apical {

/// Every signal at its fixed point for the present ports: a step is one evaluation and one update of the weights, and
/// takes no time.
template <class S>
class Settled final : public Dynamics<S> {
   public:
    using typename Dynamics<S>::Context;

    explicit Settled(Network<S>& network) : network_(network) {}
    void begin(const Context&) override {}
    void restart() override {}
    void step(std::uint64_t k, const Context& context) override {
        network_.evaluate(context.pool);
        // Whoever only looks sees that there is no number; but nothing can be learnt from that.
        if (const std::string& why = network_.failure(); context.update != nullptr && !why.empty()) throw RunError(why);
        if (context.observe || context.update == nullptr) network_.complete();
        if (context.observe) context.observe(k);
        if (context.update != nullptr) context.update->run(context.rate, context.pool);
    }
    void evaluate(std::uint64_t, const Context& context) override {
        network_.evaluate(context.pool);
        network_.complete();
    }
    void relax(std::uint64_t, ThreadPool&) override {}  // there is nothing to wait for
    void rest() override { network_.rest(); }
    double time() const override { return 0; }

    void save(ArchiveWriter&, const std::string&) const override {}  // every step computes all anew
    void load(const ArchiveReader&, const std::string&) override {}

   private:
    Network<S>& network_;
};

}  // namespace apical
