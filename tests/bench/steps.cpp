// Steps of a circuit on demand, for analysis/benchmarks/settled_vs_pytorch.py, which times them in turn with its own:
//
//     bench_steps dense|topographic|backpropagation|burst_ccn THREADS FOLDER
//
// FOLDER holds images.u8 (samples x 784), labels.u8 and order.u64, the order in which samples are presented, gathered
// from the bytes. Its commands stand in on_demand.hpp.
#include <exception>
#include <iostream>
#include <stdexcept>

#include "data/stored.hpp"
#include "sim/protocol/batch.hpp"
#include "tests/bench/networks.hpp"
#include "tests/bench/on_demand.hpp"

namespace {

using namespace apical;
using bench::read_file, bench::serve;

StoredSamples samples_in(const std::string& folder) {
    auto records = std::make_shared<Records>();
    records->features = bench::inputs;
    records->outputs = bench::outputs;
    records->full_scale = 255;
    records->inputs = read_file<std::uint8_t>(folder + "/images.u8");
    for (std::uint8_t label : read_file<std::uint8_t>(folder + "/labels.u8")) records->labels.push_back(label);
    const std::vector<std::uint32_t> rows = all_rows(*records);
    return {records, rows, standardise(*records, rows, "none")};
}

class Steps {
   public:
    Steps(bench::Motif motif, int threads, const std::string& folder)
        : simulation_(bench::network(motif, threads)),
          samples_(samples_in(folder)),
          order_(read_file<std::uint64_t>(folder + "/order.u64")),
          index_(simulation_.setup().lanes) {}

    void run(long steps) {
        for (long k = 0; k < steps; ++k) {
            for (std::uint64_t& sample : index_) sample = order_[next_++ % order_.size()];
            batch_.gather(samples_, index_);
            simulation_.present(batch_.inputs(), batch_.targets());
        }
    }

    const Training<float>& simulation() const { return simulation_; }

   private:
    Training<float> simulation_;
    StoredSamples samples_;
    std::vector<std::uint64_t> order_, index_;
    Batch<float> batch_;
    std::size_t next_ = 0;
};

}  // namespace

int main(int count, char** arguments) try {
    if (count != 4) throw std::invalid_argument("usage: bench_steps MOTIF THREADS FOLDER");
    Steps steps(bench::motif_named(arguments[1]), std::stoi(arguments[2]), arguments[3]);
    serve(steps.simulation(), [&](long number) { steps.run(number); });
} catch (const std::exception& error) {
    std::cerr << "bench_steps: " << error.what() << '\n';
    return 1;
}
