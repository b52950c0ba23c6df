// Weights of the topographic motif, one value a pair of cells: against the memory that they move.
#include "sim/synapses/pathways.hpp"
#include "tests/bench/triad.hpp"
#include "tests/bench/weights_of.hpp"

namespace {

using namespace apical;
using namespace apical::bench;

struct Topographic {
    std::size_t rows, columns;
    WeightState<float> weights;
    std::unique_ptr<Pathway<float>> pathway;
    M x, y;
    double bytes = 4.0 * lanes * (downstream + hidden);  // both populations once

    explicit Topographic(bool back)
        : rows(back ? hidden : downstream),
          columns(back ? downstream : hidden),
          weights(random_weights({.name = "V", .connectivity = partners(back)}, rows, columns)),
          pathway(direct_pathway(Access<float>(weights), lanes)),
          x(M::Random(static_cast<Eigen::Index>(columns), lanes)),
          y(M::Random(static_cast<Eigen::Index>(rows), lanes)) {}
};

void drive_pairs(benchmark::State& state) {
    Topographic pairs(state.range(0) != 0);
    const Tiles tiles = Tiles::of_cells(pairs.rows, lanes);
    report_bandwidth(state, pairs.bytes, [&] {
        for (std::size_t k = 0; k < tiles.count; ++k)
            pairs.pathway->transmit({tiles.begin(k), tiles.begin(k + 1)}, pairs.x.data(), pairs.y.data(), {});
    });
}
BENCHMARK(drive_pairs)->ArgName("back")->Arg(0)->Arg(1)->Iterations(500)->Unit(benchmark::kMicrosecond);

void learn_pairs(benchmark::State& state) {
    Topographic pairs(state.range(0) != 0);
    const std::size_t tiles = pairs.pathway->learning().parts;
    const OuterProduct<float> term[] = {{pairs.y.data(), pairs.x.data(), 1e-5}};
    report_bandwidth(state, pairs.bytes, [&] {
        for (std::size_t k = 0; k < tiles; ++k) pairs.pathway->learn(k, term, {1 - 1e-5});
    });
}
BENCHMARK(learn_pairs)->ArgName("back")->Arg(0)->Arg(1)->Iterations(500)->Unit(benchmark::kMicrosecond);

}  // namespace
