#include "sim/synapses/weight_state.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/circuit/naive.hpp"

namespace {

using namespace apical;

struct Shape {
    std::size_t rows, columns;
};
const std::vector<Shape> shapes{{1, 1}, {3, 7}, {17, 5}, {64, 64}, {200, 784}};
const std::vector<std::size_t> lane_counts{1, 3, 8, 128};

/// Transmission in both directions, assigned and added, against the loops.
template <class S>
void check_transmit(const WeightState<S>& state, std::size_t lanes) {
    const MatrixD W = state.matrix();
    const auto pathway = direct_pathway(Access<S>(state), lanes);
    for (bool transposed : {false, true}) {
        const std::size_t in = transposed ? state.rows() : state.columns();
        const std::size_t out = transposed ? state.columns() : state.rows();
        const Matrix<S> x = random_matrix<S>(in, lanes, "x"), before = random_matrix<S>(out, lanes, "y");
        // Half is exact in binary, so that scaling adds no rounding of its own to the reference.
        const Bounded exact = product(0.5 * (transposed ? MatrixD(W.transpose()) : W), x.template cast<double>());
        Matrix<S> y = before;
        pathway->transmit({0, out}, x.data(), y.data(), {transposed, /*assign*/ true, S(0.5)});
        CHECK(error_over_bound<S>(y.template cast<double>(), exact, static_cast<Eigen::Index>(in)) < 1);
        y = before;
        // In two halves, the second one first.
        for (const auto& [first, end] : {std::pair{out / 2, out}, std::pair{std::size_t{0}, out / 2}})
            pathway->transmit({first, end}, x.data(), y.data(), {transposed, /*assign*/ false, S(0.5)});
        const MatrixD old = before.template cast<double>();
        CHECK(error_over_bound<S>(y.template cast<double>(), {old + exact.value, old.cwiseAbs() + exact.magnitude},
                                  static_cast<Eigen::Index>(in) + 1) < 1);
    }
}

template <class S>
void check_learn(WeightState<S> state, std::size_t lanes) {
    const MatrixD W = state.matrix();
    const Matrix<S> post = random_matrix<S>(state.rows(), lanes, "post"),
                    pre = random_matrix<S>(state.columns(), lanes, "pre");
    const S change = S(0.25) / static_cast<S>(lanes), decay = S(0.125), keep = S(1) - decay;
    Bounded exact = product(double(change) * post.template cast<double>(), pre.template cast<double>().transpose());
    Bounded mean = product(post.template cast<double>() / double(lanes), pre.template cast<double>().transpose());
    if (!state.dense()) {
        const MatrixD present = state.as_matrix(std::vector<double>(state.synapses(), 1.0));
        for (MatrixD* m : {&exact.value, &exact.magnitude, &mean.value, &mean.magnitude}) *m = m->cwiseProduct(present);
    }
    const auto terms = static_cast<Eigen::Index>(lanes);
    const MatrixD direction = state.as_matrix(state.direction(post.data(), pre.data(), lanes));
    // Dense, it is summed in S, as the update itself.
    if (state.dense()) CHECK(error_over_bound<S>(direction, mean, terms) < 1);
    else CHECK(error_over_bound<double>(direction, mean, terms) < 1);
    learn(state, post, pre, change, decay);
    exact.value += double(keep) * W;
    exact.magnitude += double(keep) * W.cwiseAbs();
    CHECK(error_over_bound<S>(state.matrix(), exact, terms + 1) < 1);
}

}  // namespace

TEMPLATE_TEST_CASE("dense weights transmit and learn as the naive loops do, to rounding", "", float, double) {
    using S = TestType;
    for (const Shape& shape : shapes)
        for (std::size_t lanes : lane_counts) {
            CAPTURE(shape.rows, shape.columns, lanes);
            const auto state = weights_of<S>(random_matrix<S>(shape.rows, shape.columns, "W"));
            check_transmit(state, lanes);
            check_learn(state, lanes);
        }
}

TEMPLATE_TEST_CASE("pairs transmit and learn as the same matrix with zeros does, to rounding", "", float, double) {
    using S = TestType;
    for (const Shape& shape : {Shape{1, 1}, Shape{3, 7}, Shape{17, 5}, Shape{14, 7}, Shape{7, 14}, Shape{64, 64}})
        for (std::size_t lanes : lane_counts) {
            CAPTURE(shape.rows, shape.columns, lanes);
            for (const Connectivity& pairs :
                 {fan_in_of_one(shape.rows, shape.columns), mirrored(fan_in_of_one(shape.columns, shape.rows)),
                  random_mask(shape.rows, shape.columns)}) {
                const auto state = weights_of<S>(random_matrix<S>(shape.rows, shape.columns, "W"), pairs);
                CHECK(static_cast<std::size_t>((state.matrix().array() != 0).count()) ==
                      pairs.expected_synapses(shape.rows, shape.columns));
                check_transmit(state, lanes);
                check_learn(state, lanes);
            }
        }
}

TEMPLATE_TEST_CASE("a synapse's change depends on its own two cells and its own weight", "", float, double) {
    using S = TestType;
    const std::size_t rows = 21, columns = 13, lanes = 5, i = 6, j = 11;
    for (const Connectivity& pairs :
         {Connectivity{}, random_mask(rows, columns), Connectivity::list({1, 6, 6}, {11, 3, 11})}) {
        Matrix<S> W = random_matrix<S>(rows, columns, "W"), post = random_matrix<S>(rows, lanes, "post"),
                  pre = random_matrix<S>(columns, lanes, "pre");
        auto state = weights_of<S>(W, pairs);
        learn(state, post, pre, S(0.1), S(0.01));
        const auto spoil = [](Matrix<S>& m, std::size_t kept) {
            for (Eigen::Index row = 0; row < m.rows(); ++row)
                if (row != static_cast<Eigen::Index>(kept))
                    m.row(row).setConstant(row % 2 == 0 ? S(1e30) : std::numeric_limits<S>::quiet_NaN());
        };
        const S own = W(i, j);
        spoil(post, i);
        spoil(pre, j);
        W.setConstant(std::numeric_limits<S>::quiet_NaN());
        W(i, j) = own;
        auto spoilt = weights_of<S>(W, pairs);
        learn(spoilt, post, pre, S(0.1), S(0.01));
        // Equal also where the mask has no such synapse: both are zero.
        CHECK(spoilt.matrix()(i, j) == state.matrix()(i, j));
    }
}

TEST_CASE("values come out as they were assigned, the right way round") {
    Matrix<float> W(2, 3);
    W << 1, 2, 3, 4, 5, 6;
    const auto state = weights_of<float>(W);
    CHECK(state.rows() == 2);
    CHECK(state.columns() == 3);
    CHECK(state.matrix() == W.cast<double>());
    CHECK(state.values()[1] == 2);  // row-major: post x pre
}

namespace {

/// Writes down what it is shown.
class Listing final : public SynapseVisitor {
   public:
    void visit(std::span<const std::uint32_t> post, std::span<const std::uint32_t> pre,
               std::span<const double> values) override {
        REQUIRE(post.size() == pre.size());
        REQUIRE(post.size() == values.size());
        for (std::size_t k = 0; k < post.size(); ++k) all.push_back({post[k], pre[k], values[k]});
    }
    struct Synapse {
        std::uint32_t post, pre;
        double value;
    };
    std::vector<Synapse> all;
};

/// Numbers synapses in the order in which it is shown them.
class Numbering final : public SynapseEditor {
   public:
    void edit(std::span<const std::uint32_t>, std::span<const std::uint32_t>, std::span<double> values) override {
        for (double& value : values) value = number++;
    }
    double number = 0;
};

}  // namespace

TEMPLATE_TEST_CASE(
    "a visitor sees each synapse once, in the order of the stored numbers, with decay that stands beside", "", float,
    double) {
    using S = TestType;
    for (const Connectivity& pairs : {Connectivity{}, fan_in_of_one(12, 7), random_mask(12, 7)}) {
        auto state = weights_of<S>(random_matrix<S>(12, 7, "W"), pairs);
        state.decay(0.75);
        Listing seen;
        std::as_const(state).visit(seen);
        REQUIRE(seen.all.size() == state.synapses());
        MatrixD sum = MatrixD::Zero(12, 7);
        for (std::size_t k = 0; k < seen.all.size(); ++k) {
            sum(seen.all[k].post, seen.all[k].pre) += seen.all[k].value;
            CHECK(seen.all[k].value == 0.75 * double(state.values()[static_cast<Eigen::Index>(k)]));
            CHECK(seen.all[k].post == state.post_of(k));
        }
        CHECK(sum == state.matrix());
    }
}

TEMPLATE_TEST_CASE("an editor changes each synapse, at once and wholly", "", float, double) {
    using S = TestType;
    for (const Connectivity& pairs : {Connectivity{}, fan_in_of_one(12, 7), random_mask(12, 7)}) {
        auto state = weights_of<S>(random_matrix<S>(12, 7, "W"), pairs);
        state.decay(0.75);
        Numbering numbering;
        state.edit(numbering);
        CHECK(numbering.number == double(state.synapses()));
        CHECK(state.kept() == 1);
        for (std::size_t k = 0; k < state.synapses(); ++k)
            CHECK(state.values()[static_cast<Eigen::Index>(k)] == static_cast<S>(k));
    }
}
