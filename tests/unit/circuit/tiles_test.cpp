#include "sim/circuit/tiles.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/circuit/naive.hpp"

namespace {

using namespace apical;

}  // namespace

TEST_CASE("tiles cover every row once, in order, none is empty, and all begin where kernels and cache lines do") {
    const auto check = [](const Tiles& tiles, std::size_t grain) {
        std::size_t next = 0;
        bool sound = tiles.begin(0) == 0 && tiles.begin(tiles.count) == tiles.extent;
        for (std::size_t k = 0; k < tiles.count; ++k) {
            sound = sound && tiles.begin(k) == next && tiles.begin(k + 1) > tiles.begin(k) && next % grain == 0;
            next = tiles.begin(k + 1);
        }
        if (!sound) FAIL("side " << tiles.extent << ", grain " << grain << ", tiles " << tiles.count);
    };
    for (std::size_t side = 1; side < 5000; side += side < 400 ? 1 : 37) {
        for (const auto& [others, wide] :
             {std::pair<std::size_t, std::size_t>{100, 192}, {12800, 192}, {100352, 512}, {10000000, 192}})
            check(Tiles::of_product(side, others, wide), 4);
        check(Tiles::of_cells(side * 128, 1), 64);
        check(Tiles::of_cells(side, 1), 64);
        check(Tiles::of_cells(side, 128), 1);
        check(Tiles::of_cells(side, 100000), 1);
    }
    CHECK(Tiles::of_product(191, 1000000, 192).count == 1);    // too narrow
    CHECK(Tiles::of_product(100000, 1, 192).count == 1);       // too little to do
    CHECK(Tiles::of_product(200, 784 * 128, 192).count == 2);  // a layer of digits
    CHECK(Tiles::of_product(200, 784 * 128, 192).begin(1) == 100);
    CHECK(Tiles::of_product(1536, 784 * 128, 192).count == 4);
    CHECK(Tiles::of_product(100000, 100000, 192).count == 8);
    CHECK(Tiles::of_cells(200 * 128, 1).count == 4);
    CHECK(Tiles::of_cells(30 * 32, 1).count == 1);
}

TEMPLATE_TEST_CASE("a product in tiles is the whole product", "", float, double) {
    using S = TestType;
    struct Shape {
        std::size_t rows, columns, lanes;
    };
    for (const Shape& shape : {Shape{200, 784, 128}, Shape{784, 200, 37}, Shape{1543, 70, 64}, Shape{2000, 2000, 1}}) {
        const std::size_t rows = shape.rows, columns = shape.columns, lanes = shape.lanes;
        CAPTURE(rows, columns, lanes);
        const Matrix<S> W = random_matrix<S>(rows, columns, "W");
        const auto state = weights_of<S>(W);
        const auto pathway = direct_pathway(Access<S>(state), lanes);
        for (bool transposed : {false, true}) {
            const MatrixD factor =
                transposed ? MatrixD(W.transpose().template cast<double>()) : W.template cast<double>();
            const Matrix<S> x = random_matrix<S>(static_cast<std::size_t>(factor.cols()), lanes, "x");
            Matrix<S> y = zeros<S>(static_cast<std::size_t>(factor.rows()), lanes);
            const Tiles tiles = pathway->transmit_tiles(transposed).value();
            for (std::size_t k = tiles.count; k-- > 0;)
                pathway->transmit({tiles.begin(k), tiles.begin(k + 1)}, x.data(), y.data(), {transposed});
            CHECK(error_over_bound<S>(y.template cast<double>(), product(factor, x.template cast<double>()),
                                      factor.cols()) < 1);
        }
    }
}

TEMPLATE_TEST_CASE("where lanes are whole packs, a product in tiles has the bits of the whole one", "", float, double) {
    using S = TestType;
    for (const auto& [rows, columns] :
         {std::pair<std::size_t, std::size_t>{200, 784}, {203, 77}, {1543, 70}, {600, 600}})
        for (std::size_t lanes : {16, 48, 128}) {
            CAPTURE(rows, columns, lanes);
            const auto state = weights_of<S>(random_matrix<S>(rows, columns, "W"));
            const auto pathway = direct_pathway(Access<S>(state), lanes);
            for (bool transposed : {false, true}) {
                const std::size_t in = transposed ? rows : columns, out = transposed ? columns : rows;
                const Matrix<S> x = random_matrix<S>(in, lanes, "x");
                Matrix<S> whole = zeros<S>(out, lanes), tiled = whole;
                pathway->transmit({0, out}, x.data(), whole.data(), {transposed});
                for (std::size_t first = 0; first < out; first += 52)
                    pathway->transmit({first, std::min(out, first + 52)}, x.data(), tiled.data(), {transposed});
                CHECK(whole == tiled);
            }
        }
}

TEMPLATE_TEST_CASE("an update in tiles, by rows or by columns, is the whole update", "", float, double) {
    using S = TestType;
    for (const auto& [rows, columns] : {std::pair<std::size_t, std::size_t>{90, 784}, {1543, 70}}) {
        const std::size_t lanes = 64;
        const Matrix<S> W = random_matrix<S>(rows, columns, "W"), post = random_matrix<S>(rows, lanes, "post"),
                        pre = random_matrix<S>(columns, lanes, "pre");
        auto state = weights_of<S>(W);
        CHECK(direct_pathway(Access<S>(state), lanes)->learning().parts > 1);
        learn(state, post, pre, S(0.25), S(0.125));
        Bounded exact = product(0.25 * post.template cast<double>(), pre.template cast<double>().transpose());
        exact.value += 0.875 * W.template cast<double>();
        exact.magnitude += 0.875 * W.template cast<double>().cwiseAbs();
        CHECK(error_over_bound<S>(state.matrix(), exact, static_cast<Eigen::Index>(lanes) + 1) < 1);
    }
}
