// As it stands this compiles. With one of UNDECLARED_BY_POST, _PRE, _SIGNAL or _NEURON defined, that function reads a
// tag which it did not declare; CTest asks the compiler, and expects it to refuse with the reason.
#include "sim/circuit/neuron.hpp"
#include "sim/circuit/rule.hpp"
#include "sim/circuit/signal.hpp"

namespace apical {

#ifdef UNDECLARED_BY_POST
constexpr auto post_may_read = tags(apical);
#else
constexpr auto post_may_read = tags(soma, apical);
#endif
#ifdef UNDECLARED_BY_PRE
constexpr auto pre_may_read = tags(rate);  // the rate of now is not the rate before
#else
constexpr auto pre_may_read = tags(previous(rate));
#endif
#ifdef UNDECLARED_BY_SIGNAL
constexpr auto signal_may_read = tags();
#else
constexpr auto signal_may_read = tags(soma);
#endif
#ifdef UNDECLARED_BY_NEURON
constexpr auto neuron_may_read = tags(apical);
#else
constexpr auto neuron_may_read = tags(basal);
#endif

struct SomeRule {
    static constexpr auto post_sees = post_may_read;
    static constexpr auto pre_sees = pre_may_read;
    double gain() const { return 1; }
    template <class C>
    auto post(const C& c) const {
        return c[soma];
    }
    template <class C>
    auto pre(const C& c) const {
        return c[previous(rate)];
    }
};

struct SomeSignal {
    static constexpr auto sees = signal_may_read;
    static constexpr auto writes = tags(rate);
    template <class C>
    auto operator()(const C& c) const {
        return max(c[soma], 0);
    }
};

struct SomeNeuron {
    static constexpr auto sees = neuron_may_read;
    static constexpr auto state = tags(soma);
    std::array<double, 1> rates() const { return {1}; }
    template <class C>
    auto target(const C& c) const {
        return c[basal];
    }
};

std::shared_ptr<const Rule> some_rule() { return rule(SomeRule{}); }
std::shared_ptr<const Signal> some_signal() { return signal(SomeSignal{}); }
std::shared_ptr<const Neuron> some_neuron() { return neuron(SomeNeuron{}); }

}  // namespace apical
