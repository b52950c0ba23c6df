// A circuit in a closed loop with a world of one's own, from the parts of the engine alone: no experiment, no command
// line. An eye is turned by what its cell fires, and the cell sees how far the eye is from a light:
//
//     tau du/dt = -u + W x,  r = u,  dW = eta r x,  W <= 1;  x = light - eye,  d eye/dt = speed r
//
// The synapse learns as long as the eye is off, and stays once it looks at the light.
#include <sim/circuit/circuit.hpp>
#include <sim/circuit/neuron.hpp>
#include <sim/circuit/rule.hpp>
#include <sim/circuit/signal.hpp>
#include <sim/dynamics/setup.hpp>
#include <sim/dynamics/simulation.hpp>

#include <cstdio>

namespace {

using namespace apical;

struct Leaky {
    double tau;  // ms
    static constexpr auto sees = tags(basal);
    static constexpr auto state = tags(soma);
    std::array<double, 1> rates() const { return {1 / tau}; }
    template <class C>
    auto target(const C& c) const {
        return c[basal];
    }
};

struct RateIsPotential {
    static constexpr auto is = soma;
    static constexpr auto writes = tags(rate);
};

struct Hebbian {
    double eta;  // per Clock::presentation, here 100 ms
    static constexpr auto post_is = rate;
    static constexpr auto pre_is = rate;
    double gain() const { return eta; }
};

Circuit eye() {
    Circuit circuit;
    const PopulationId sight = circuit.add(Population{.name = "sight", .units = 1, .clamped = {"rate"}});
    const PopulationId cell = circuit.add(Population{.name = "cell",
                                                     .units = 1,
                                                     .compartments = {"basal"},
                                                     .neurons = {neuron(Leaky{10})},
                                                     .signals = {signal(RateIsPotential{})}});
    const WeightsId W = circuit.add(Weights{
        .name = "W", .post = cell, .pre = sight, .rule = rule(Hebbian{1}), .upper = 1, .initial = constant(0.1)});
    circuit.add(Projection{.weights = W, .source = sight, .signal = "rate", .target = cell, .compartment = "basal"});
    circuit.open("distance", sight, "rate");
    circuit.open("muscle", cell, "rate");
    return circuit;
}

}  // namespace

int main() {
    Setup setup;
    setup.mode = Mode::continuous;
    setup.lanes = 1;
    setup.clock.step = 1;
    Simulation<double> simulation(eye(), setup);
    const PortHandle distance = simulation.port("distance"), muscle = simulation.port("muscle");

    constexpr double light = 1, speed = 0.01;  // per ms
    double position = 0;
    const double before = simulation.weights("W")(0, 0);
    for (int k = 0; k < 2000; ++k) {
        const double x = light - position;
        simulation.set(distance, {&x, 1});
        simulation.advance(1);
        position += setup.clock.step * speed * simulation.column(muscle)[0];
    }
    std::printf("after %.0f ms the eye is at %.4f, and W went from %.2f to %.4f\n", simulation.time(), position, before,
                simulation.weights("W")(0, 0));
}
