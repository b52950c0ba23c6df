// A network from a file that runs freely, on demand, for the comparisons of analysis/benchmarks:
//
//     bench_spiking FILE THREADS [KEY=VALUE]...
//
// Keys as for `apical run --set`. Its first line is `ready` and how many seconds it took to build the network, on the
// wall and of the processor, and by how many bytes the memory of the process grew. Then `run N` takes N steps, as
// on_demand.hpp says, and keeps all spikes; `spikes FILE` writes them as pairs of 32-bit words, the step at whose end a
// cell fired and the number of the cell, counted over all populations in the order of the file; `forget` drops them.
#include <unistd.h>

#include <cstdint>
#include <exception>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "program/shipped.hpp"
#include "sim/core/document.hpp"
#include "sim/dynamics/simulation.hpp"
#include "sim/experiment/experiment.hpp"
#include "sim/experiment/trained_circuit.hpp"
#include "sim/parallel/thread_pool.hpp"
#include "tests/bench/on_demand.hpp"

namespace {

using namespace apical;

/// Bytes of this process that are in memory.
std::uint64_t resident() {
    std::ifstream file("/proc/self/statm");
    std::uint64_t all = 0, pages = 0;
    file >> all >> pages;
    return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

class FreeRun {
   public:
    FreeRun(const Experiment& experiment, int threads)
        : simulation_(simulation_of<float>(experiment, std::make_shared<ThreadPool>(threads))) {
        for (const Population& population : simulation_.circuit().populations) {
            names_.push_back(population.name);
            first_.push_back(cells_);
            cells_ += static_cast<std::uint32_t>(population.units);
        }
    }

    void run(long steps) {
        const auto count = static_cast<std::uint64_t>(steps);
        // A step begins with the spikes of the one before.
        simulation_.advance(count, [&](std::uint64_t k) {
            if (k > 0) record();
        });
        if (count > 0) record();
    }
    void write(const std::string& path) const {
        std::ofstream file(path, std::ios::binary);
        if (!file.write(reinterpret_cast<const char*>(spikes_.data()),
                        static_cast<std::streamsize>(sizeof(spikes_[0]) * spikes_.size())))
            throw std::runtime_error("cannot write " + path);
        std::cout << spikes_.size() / 2;
    }
    void forget() { spikes_.clear(); }

   private:
    void record() {
        ++step_;
        for (std::size_t p = 0; p < names_.size(); ++p)
            for (const std::uint32_t cell : simulation_.spikes(names_[p])) {
                spikes_.push_back(step_);
                spikes_.push_back(first_[p] + cell);
            }
    }

    Simulation<float> simulation_;
    std::vector<std::string> names_;
    std::vector<std::uint32_t> first_;
    std::uint32_t cells_ = 0, step_ = 0;
    std::vector<std::uint32_t> spikes_;
};

}  // namespace

int main(int count, char** arguments) try {
    if (count < 3) throw std::invalid_argument("usage: bench_spiking FILE THREADS [KEY=VALUE]...");
    Node document = parse_toml_file(arguments[1]);
    for (int k = 3; k < count; ++k) set(document, arguments[k]);
    const Catalogue catalogue = shipped();
    const Experiment experiment = resolve(document, catalogue);
    const std::uint64_t before = resident();
    const bench::Stopwatch built;
    FreeRun network(experiment, std::stoi(arguments[2]));
    std::cout << "ready " << built << ' ' << static_cast<std::int64_t>(resident() - before) << std::endl;
    bench::serve([&](long steps) { network.run(steps); },
                 [&](const std::string& command) {
                     if (command == "forget") network.forget();
                     else if (command == "spikes") network.write(bench::next_word());
                     else return false;
                     return true;
                 });
} catch (const std::exception& error) {
    std::cerr << "bench_spiking: " << error.what() << '\n';
    return 1;
}
