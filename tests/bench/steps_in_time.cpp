// Steps of continuous dynamics on demand, for analysis/benchmarks/continuous_vs_peers.py and continuous_scaling.py:
//
//     bench_steps_in_time LANES STEPS strategies|plain moving|held FOLDER UNITS...
//
// feedback_alignment of leaky cells, squared error, forward Euler; STEPS steps of 0.5 ms a presentation, UNITS of the
// layers from the input on. FOLDER holds inputs.f32 (samples x units of the input) and targets.f32 (samples x units of
// the output), presented in this order, LANES at a time, again and again. `plain` switches held sources and one pass
// off; `moving` spreads the change of the input over the presentation. Its commands stand in on_demand.hpp.
#include <exception>

#include "models/baselines/baselines.hpp"
#include "tests/bench/networks.hpp"
#include "tests/bench/on_demand.hpp"

namespace {

using namespace apical;
using bench::M;

Training<float> simulation_of(std::size_t lanes, double steps, const std::string& strategies, const std::string& input,
                              const std::vector<std::int64_t>& units) {
    Upstream upstream;
    upstream.hidden = {units.begin() + 1, units.end() - 1};
    upstream.eta_W = upstream.gamma_W = 1e-2;
    Setup setup;
    setup.mode = Mode::continuous;
    setup.lanes = lanes;
    setup.clock.stepper = "euler";
    setup.clock.step = 0.5;
    setup.clock.presentation = 0.5 * steps;
    setup.clock.held_sources = setup.clock.one_pass = strategies == "strategies";
    if (input == "moving") setup.clock.ramp = setup.clock.presentation - setup.clock.step;
    const TaskShape task{static_cast<std::size_t>(units.front()), static_cast<std::size_t>(units.back()),
                         Loss::squared_error, 60000};
    return {feedback_circuit(upstream, 1, false, task), setup};
}

/// Samples x units in a file; batches of lanes, (units x lanes).
std::vector<M> batches(const std::string& path, std::int64_t units, Eigen::Index lanes) {
    const std::vector<float> values = bench::read_file<float>(path);
    const auto samples = static_cast<Eigen::Index>(values.size()) / units;
    const Eigen::Map<const M> all(values.data(), samples, units);
    std::vector<M> result;
    for (Eigen::Index k = 0; k + lanes <= samples; k += lanes)
        result.emplace_back(all.middleRows(k, lanes).transpose());
    if (result.empty()) throw std::invalid_argument(path + " has fewer samples than there are lanes");
    return result;
}

}  // namespace

int main(int count, char** arguments) try {
    if (count < 8)
        throw std::invalid_argument(
            "usage: bench_steps_in_time LANES STEPS strategies|plain moving|held FOLDER UNITS...");
    const int lanes = std::stoi(arguments[1]);
    const std::string folder = arguments[5];
    std::vector<std::int64_t> units;
    for (int k = 6; k < count; ++k) units.push_back(std::stoll(arguments[k]));
    Training<float> simulation =
        simulation_of(static_cast<std::size_t>(lanes), std::stod(arguments[2]), arguments[3], arguments[4], units);
    const std::vector<M> inputs = batches(folder + "/inputs.f32", units.front(), lanes),
                         targets = batches(folder + "/targets.f32", units.back(), lanes);
    std::size_t next = 0;
    bench::serve(simulation, [&](long number) {
        for (long k = 0; k < number; ++k, next = (next + 1) % inputs.size())
            simulation.present(inputs[next].data(), targets[next].data());
    });
} catch (const std::exception& error) {
    std::cerr << "bench_steps_in_time: " << error.what() << '\n';
    return 1;
}
