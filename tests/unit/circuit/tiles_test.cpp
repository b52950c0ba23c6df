#include "sim/run/tiles.hpp"

#include <cstring>

#include "models/self_assembly/circuit.hpp"
#include "sim/run/simulation.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/circuit/naive.hpp"

namespace {

using namespace apical;

template <class S>
bool same_bits(const Matrix<S>& a, const Matrix<S>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(S)) == 0;
}

}  // namespace

TEST_CASE("tiles cover every row once, in order, none is empty, and all begin at whole cache lines") {
    for (std::size_t side = 1; side < 5000; side += side < 400 ? 1 : 37)
        for (const auto& [others, wide] :
             {std::pair<std::size_t, std::size_t>{0, 1}, {100, 192}, {12800, 192}, {100352, 512}, {10000000, 192}}) {
            const Tiles tiles(side, others, wide);
            std::size_t next = 0;
            bool sound = tiles.begin(0) == 0 && tiles.begin(tiles.count) == side;
            for (std::size_t k = 0; k < tiles.count; ++k) {
                sound = sound && tiles.begin(k) == next && tiles.begin(k + 1) > tiles.begin(k) && next % 16 == 0;
                next = tiles.begin(k + 1);
            }
            if (!sound) FAIL("side " << side << ", others " << others << ", tiles " << tiles.count);
        }
    CHECK(Tiles(191, 1000000, 192).count == 1);    // too narrow
    CHECK(Tiles(100000, 1, 192).count == 1);       // too little to do
    CHECK(Tiles(200, 784 * 128, 192).count == 2);  // a layer of digits
    CHECK(Tiles(1536, 784 * 128, 192).count == 4);
    CHECK(Tiles(100000, 100000, 192).count == 8);
}

TEMPLATE_TEST_CASE("one, two and three threads drive alike, bit for bit", "", float, double) {
    using S = TestType;
    struct Shape {
        std::size_t rows, columns, lanes;
    };
    for (const Shape& shape : {Shape{200, 784, 128}, Shape{784, 200, 37}, Shape{1543, 70, 64}, Shape{2000, 2000, 1}}) {
        const std::size_t rows = shape.rows, columns = shape.columns, lanes = shape.lanes;
        CAPTURE(rows, columns, lanes);
        const Matrix<S> W = random_matrix<S>(rows, columns, "W"), below = random_matrix<S>(columns, lanes, "x"),
                        above = random_matrix<S>(rows, lanes, "y");
        const auto state = weights_of<S>(W);
        const auto driven = [&](bool transposed, int threads) {
            Matrix<S> result = zeros<S>(transposed ? columns : rows, lanes);
            state.drive(transposed ? above.data() : below.data(), result.data(), lanes, transposed, true, S(1),
                        threads);
            return result;
        };
        for (bool transposed : {false, true}) {
            const Matrix<S> one = driven(transposed, 1);
            CHECK(same_bits(one, driven(transposed, 2)));
            CHECK(same_bits(one, driven(transposed, 3)));
        }
        // Cutting must not change what is computed.
        const Bounded exact = product(W.template cast<double>(), below.template cast<double>());
        CHECK(error_over_bound<S>(driven(false, 1).template cast<double>(), exact, static_cast<Eigen::Index>(columns)) <
              1);
    }
}

TEMPLATE_TEST_CASE("an update in tiles, by rows or by columns, is the whole update", "", float, double) {
    using S = TestType;
    for (const auto& [rows, columns] : {std::pair<std::size_t, std::size_t>{90, 784}, {1543, 70}}) {
        const std::size_t lanes = 64;
        const Matrix<S> W = random_matrix<S>(rows, columns, "W"), post = random_matrix<S>(rows, lanes, "post"),
                        pre = random_matrix<S>(columns, lanes, "pre");
        auto state = weights_of<S>(W);
        CHECK(state.tiles(lanes).count > 1);
        learn(state, post, pre, S(0.25), S(0.125));
        Bounded exact = product(0.25 * post.template cast<double>(), pre.template cast<double>().transpose());
        exact.value += 0.875 * W.template cast<double>();
        exact.magnitude += 0.875 * W.template cast<double>().cwiseAbs();
        CHECK(error_over_bound<S>(state.matrix(), exact, static_cast<Eigen::Index>(lanes) + 1) < 1);
    }
}

TEST_CASE("a whole circuit learns the same bits with one, two and three threads") {
    const auto learnt = [](int threads) {
        Upstream upstream;
        upstream.hidden = {200, 200};
        self_assembly::Parameters parameters;
        parameters.motif = "dense";
        parameters.gate = "linear";
        parameters.mask = true;
        Setup setup;
        setup.lanes = 64;
        setup.threads = threads;
        Simulation<float> simulation(self_assembly::circuit(upstream, parameters, {784, 10}), setup);
        Matrix<float> x = random_matrix<float>(784, 64, "x"), target = zeros<float>(10, 64);
        target.row(3).setOnes();
        for (int k = 0; k < 3; ++k) simulation.present(x.data(), target.data());
        std::vector<MatrixD> weights;
        for (const auto& state : simulation.weights()) weights.push_back(state.matrix());
        return weights;
    };
    const auto one = learnt(1);
    CHECK(one == learnt(2));
    CHECK(one == learnt(3));
    CHECK(one[0].allFinite());
}
