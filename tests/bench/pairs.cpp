// Weights of the topographic motif, one value a pair of cells: against the memory that they move.
#include "tests/bench/triad.hpp"
#include "tests/bench/weights_of.hpp"

namespace {

using namespace apical;
using namespace apical::bench;

struct Pairs {
    std::size_t rows, columns;
    WeightState<float> weights;
    M x, y;
    double bytes = 4.0 * lanes * (downstream + hidden);  // both populations once

    explicit Pairs(bool back)
        : rows(back ? hidden : downstream),
          columns(back ? downstream : hidden),
          weights(random_weights({.name = "V", .connectivity = partners(back)}, rows, columns)),
          x(M::Random(static_cast<Eigen::Index>(columns), lanes)),
          y(M::Random(static_cast<Eigen::Index>(rows), lanes)) {}
};

void drive_pairs(benchmark::State& state) {
    Pairs pairs(state.range(0) != 0);
    const Tiles tiles = pairs.weights.drive_tiles(lanes, false);
    report_bandwidth(state, pairs.bytes, [&] {
        for (std::size_t k = 0; k < tiles.count; ++k)
            pairs.weights.drive({tiles.begin(k), tiles.begin(k + 1)}, pairs.x.data(), pairs.y.data(), lanes, false,
                                true, 1);
    });
}
BENCHMARK(drive_pairs)->ArgName("back")->Arg(0)->Arg(1)->Iterations(500)->Unit(benchmark::kMicrosecond);

void learn_pairs(benchmark::State& state) {
    Pairs pairs(state.range(0) != 0);
    const std::size_t tiles = pairs.weights.tiles(lanes).count;
    report_bandwidth(state, pairs.bytes, [&] {
        for (std::size_t k = 0; k < tiles; ++k)
            pairs.weights.learn(k, pairs.y.data(), pairs.x.data(), lanes, 1e-5F, 1e-5F);
    });
}
BENCHMARK(learn_pairs)->ArgName("back")->Arg(0)->Arg(1)->Iterations(500)->Unit(benchmark::kMicrosecond);

}  // namespace
