// A batch of random rows of a table of bytes, standardised and turned to (features x lanes): against the memory moved.
#include "data/stored.hpp"
#include "tests/bench/networks.hpp"
#include "tests/bench/triad.hpp"

namespace {

using namespace apical;
using namespace apical::bench;

void gather_bytes(benchmark::State& state) {
    constexpr std::size_t samples = 60000;
    auto records = std::make_shared<Records>();
    records->features = inputs;
    records->outputs = outputs;
    records->full_scale = 255;
    records->labels.resize(samples);
    std::vector<std::uint8_t> bytes(samples * inputs);
    for (std::size_t k = 0; k < bytes.size(); ++k) bytes[k] = static_cast<std::uint8_t>(k * 2654435761U >> 13U);
    records->inputs = std::move(bytes);
    const std::vector<std::uint32_t> rows = all_rows(*records);
    const StoredSamples set(records, rows, standardise(*records, rows, "none"));

    const std::vector<std::uint32_t> order = Random(1).permutation(samples, 0);
    std::vector<std::uint64_t> index(lanes);
    M x(inputs, lanes), y(outputs, lanes);
    std::size_t at = 0;
    report_bandwidth(state, 5.0 * inputs * lanes, [&] {  // a byte read and a float written
        for (std::uint64_t& sample : index) sample = order[at++ % samples];
        set.gather(index, x.data(), y.data());
    });
}
BENCHMARK(gather_bytes)->Iterations(500)->Unit(benchmark::kMicrosecond);

}  // namespace
