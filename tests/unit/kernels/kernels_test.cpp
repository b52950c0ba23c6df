// Every loop in every instruction set that this processor has, against the expression that says what it computes.
#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/core/matrix.hpp"
#include "sim/core/random.hpp"
#include "sim/kernels/instruction_set.hpp"
#include "tests/support/catch.hpp"

using namespace apical;

namespace {

template <class S>
const Kernels<S>& kernels_of(const InstructionSet& set) {
    if constexpr (std::is_same_v<S, float>) return set.kernels->of_float;
    else return set.kernels->of_double;
}

template <class S>
Matrix<S> drawn(std::size_t rows, std::size_t columns, const char* stream) {
    const Random random(5);
    Matrix<S> m(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns));
    std::uint32_t entity = 0;
    for (S& value : m.reshaped()) value = static_cast<S>(random.normal(Random::stream(stream), entity++));
    return m;
}

/// The largest difference, by the largest number.
template <class S>
double apart(const Matrix<S>& found, const Matrix<double>& expected) {
    return (found.template cast<double>() - expected).cwiseAbs().maxCoeff() / expected.cwiseAbs().maxCoeff();
}

template <class S>
constexpr double tolerance = std::is_same_v<S, float> ? 1e-5 : 1e-13;

struct Shape {
    std::size_t rows, columns, lanes;
};
// The last has more columns than a block of the products, and something left over in every direction.
constexpr Shape shapes[] = {{1, 1, 1}, {3, 5, 1}, {10, 200, 1}, {45, 10, 2}, {67, 131, 37}, {97, 784, 70}};

template <class S, class Check>
void in_every_set(const Check& check) {
    for (const InstructionSet& set : instruction_sets()) {
        if (!set.is_supported) continue;
        CAPTURE(set.name);
        for (const auto& [rows, columns, lanes] : shapes) {
            CAPTURE(rows, columns, lanes);
            check(kernels_of<S>(set), rows, columns, lanes);
        }
    }
}

template <class S>
Matrix<double> wide(const Matrix<S>& m) {
    return m.template cast<double>();
}

}  // namespace

TEMPLATE_TEST_CASE("products are those of the matrices, in all rows or in some", "", float, double) {
    using S = TestType;
    in_every_set<S>([](const Kernels<S>& kernels, std::size_t rows, std::size_t columns, std::size_t lanes) {
        const Matrix<S> w = drawn<S>(rows, columns, "W");
        for (const bool transposed : {false, true}) {
            CAPTURE(transposed);
            const std::size_t height = transposed ? columns : rows;
            const Matrix<S> x = drawn<S>(transposed ? rows : columns, lanes, "x"),
                            before = drawn<S>(height, lanes, "y");
            const Matrix<double> m = transposed ? Matrix<double>(wide<S>(w).transpose()) : wide<S>(w);
            const Matrix<double> product = m * wide<S>(x);
            for (const bool assign : {false, true}) {
                Matrix<S> y = before;
                const std::size_t cut = height / 2;
                for (const auto& [first, end] : {std::pair{std::size_t(0), cut}, std::pair{cut, height}})
                    kernels.multiply(
                        {w.data(), rows, columns, transposed, x.data(), y.data(), lanes, first, end, assign, S(0.5)});
                const Matrix<double> start = assign ? Matrix<double>(0 * wide<S>(before)) : wide<S>(before);
                CHECK(apart<S>(y, start + 0.5 * product) < tolerance<S>);
            }
        }
    });
}

TEMPLATE_TEST_CASE("outer products add to what is left of the matrix", "", float, double) {
    using S = TestType;
    in_every_set<S>([](const Kernels<S>& kernels, std::size_t rows, std::size_t columns, std::size_t lanes) {
        const Matrix<S> post = drawn<S>(rows, lanes, "post"), pre = drawn<S>(columns, lanes, "pre");
        for (const double decay : {1.0, 0.75}) {
            Matrix<S> w = drawn<S>(rows, columns, "W");
            const Matrix<double> expected = decay * wide<S>(w) + 0.25 * wide<S>(post) * wide<S>(pre).transpose();
            const std::size_t side = std::max(rows, columns), cut = side / 3;
            for (const auto& [first, end] : {std::pair{std::size_t(0), cut}, std::pair{cut, side}})
                kernels.add_outer({w.data(), rows, columns, post.data(), pre.data(), lanes, first, end, S(0.25),
                                   static_cast<S>(decay)});
            CHECK(apart<S>(w, expected) < tolerance<S>);
        }
    });
}

TEMPLATE_TEST_CASE("updates that waited are made on the way to a product", "", float, double) {
    using S = TestType;
    in_every_set<S>([](const Kernels<S>& kernels, std::size_t rows, std::size_t columns, std::size_t) {
        for (const std::size_t waiting : {std::size_t(1), std::size_t(3), Kernels<S>::most_waiting}) {
            CAPTURE(waiting);
            const Matrix<S> posts = drawn<S>(waiting, rows, "post"), pres = drawn<S>(waiting, columns, "pre"),
                            left = drawn<S>(waiting, 1, "left"), x = drawn<S>(columns, 1, "x"),
                            start = drawn<S>(rows, columns, "W");
            Matrix<S> w = start, y(static_cast<Eigen::Index>(rows), 1);
            Matrix<double> expected = wide<S>(start);
            for (Eigen::Index k = 0; k < left.rows(); ++k)
                expected += double(left(k)) * wide<S>(posts).row(k).transpose() * wide<S>(pres).row(k);
            kernels.make_deferred({w.data(), nullptr, rows, columns, 0, rows, waiting, posts.data(), pres.data(),
                                   left.data(), S(1), S(0), x.data(), y.data(), true, S(0.5)});
            CHECK(apart<S>(w, expected) < tolerance<S>);
            // Sums of both signs: the error is measured by what is added.
            const Matrix<double> product = 0.5 * expected * wide<S>(x),
                                 size = expected.cwiseAbs() * wide<S>(x).cwiseAbs();
            CHECK((wide<S>(y) - product).cwiseAbs().maxCoeff() < tolerance<S> * size.maxCoeff());
            Matrix<S> silent = start;
            kernels.make_deferred({silent.data(), nullptr, rows, columns, 0, rows, waiting, posts.data(), pres.data(),
                                   left.data(), S(1), S(0), x.data(), nullptr, true, S(1)});
            CHECK(silent == w);
        }
    });
}

TEMPLATE_TEST_CASE("an update by way of traces is made on the way to a product", "", float, double) {
    using S = TestType;
    in_every_set<S>([](const Kernels<S>& kernels, std::size_t rows, std::size_t columns, std::size_t) {
        const Matrix<S> post = drawn<S>(rows, 1, "post"), pre = drawn<S>(columns, 1, "pre"),
                        x = drawn<S>(columns, 1, "x");
        Matrix<S> w = drawn<S>(rows, columns, "W"), e = drawn<S>(rows, columns, "E"), y = drawn<S>(rows, 1, "y");
        const S left(0.5);
        const Matrix<double> traces = 0.75 * wide<S>(e) + 0.25 * wide<S>(post) * wide<S>(pre).transpose(),
                             expected = wide<S>(w) + 0.5 * traces,
                             size = expected.cwiseAbs() * wide<S>(x).cwiseAbs() + wide<S>(y).cwiseAbs(),
                             sum = wide<S>(y) + expected * wide<S>(x);
        kernels.make_deferred({w.data(), e.data(), rows, columns, 0, rows, 1, post.data(), pre.data(), &left, S(0.75),
                               S(0.25), x.data(), y.data(), false, S(1)});
        CHECK(apart<S>(e, traces) < tolerance<S>);
        CHECK(apart<S>(w, expected) < tolerance<S>);
        CHECK((wide<S>(y) - sum).cwiseAbs().maxCoeff() < tolerance<S> * size.maxCoeff());
    });
}

TEMPLATE_TEST_CASE("a matrix by columns gives the same products, with and without an update", "", float, double) {
    using S = TestType;
    in_every_set<S>([](const Kernels<S>& kernels, std::size_t rows, std::size_t columns, std::size_t) {
        const Matrix<S> post = drawn<S>(rows, 1, "post"), pre = drawn<S>(columns, 1, "pre"),
                        x = drawn<S>(columns, 1, "x"), start = drawn<S>(rows, columns, "W");
        for (const bool learns : {false, true}) {
            Matrix<S> transposed = start.transpose(), y = drawn<S>(rows, 1, "y");
            Matrix<double> expected = wide<S>(start);
            if (learns) expected += 0.25 * wide<S>(post) * wide<S>(pre).transpose();
            const Matrix<double> size = expected.cwiseAbs() * wide<S>(x).cwiseAbs() + wide<S>(y).cwiseAbs(),
                                 sum = wide<S>(y) + 0.5 * expected * wide<S>(x);
            kernels.multiply_by_columns({transposed.data(), rows, columns, 0, rows, learns ? post.data() : nullptr,
                                         pre.data(), S(0.25), x.data(), y.data(), false, S(0.5)});
            CHECK(apart<S>(transposed, expected.transpose()) < tolerance<S>);
            CHECK((wide<S>(y) - sum).cwiseAbs().maxCoeff() < tolerance<S> * size.maxCoeff());
        }
    });
}

namespace {

/// Synapses of which cell i of the postsynaptic ones has i % 3.
struct Listed {
    std::vector<std::uint32_t> post, pre;
    Listed(std::size_t rows, std::size_t columns) {
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t k = 0; k < i % 3; ++k) {
                post.push_back(static_cast<std::uint32_t>(i));
                pre.push_back(static_cast<std::uint32_t>((7 * i + 3 * k) % columns));
            }
    }
};

}  // namespace

TEMPLATE_TEST_CASE("listed synapses learn the products of their cells", "", float, double) {
    using S = TestType;
    in_every_set<S>([](const Kernels<S>& kernels, std::size_t rows, std::size_t columns, std::size_t lanes) {
        const Listed list(rows, columns);
        const Matrix<S> post = drawn<S>(rows, lanes, "post"), pre = drawn<S>(columns, lanes, "pre");
        const Matrix<S> start = drawn<S>(list.post.size() + 1, 1, "values");
        for (const bool of_one_cell : {false, true}) {
            Matrix<S> values = start;
            Matrix<double> expected = wide<S>(start);
            for (std::size_t k = 0; k < list.post.size(); ++k) {
                double& value = expected(static_cast<Eigen::Index>(k));
                const Eigen::Index cell = of_one_cell ? 0 : list.post[k];
                value = 0.75 * value + 0.25 * wide<S>(post).row(cell).dot(wide<S>(pre).row(list.pre[k]));
            }
            kernels.add_dots({values.data(), of_one_cell ? nullptr : list.post.data(), list.pre.data(), post.data(),
                              pre.data(), lanes, 0, list.post.size(), S(0.25), S(0.75)});
            CHECK((wide<S>(values) - expected).cwiseAbs().maxCoeff() < 10 * tolerance<S>);
        }
    });
}

TEST_CASE("one lane of a few cells is left to the next narrower set") {
    const InstructionSet& set = instruction_set();
    CHECK(&kernels<float>(1, 63) == &set.for_few_cells->of_float);
    CHECK(&kernels<float>(1, 64) == &set.kernels->of_float);
    CHECK(&kernels<float>(2, 10) == &set.kernels->of_float);
    CHECK(&kernels<double>(1, 31) == &set.for_few_cells->of_double);
    CHECK(&kernels<double>(1, 32) == &set.kernels->of_double);
    const auto few = [](std::string_view name) {
        return choose_instruction_set(std::string(name).c_str()).for_few_cells;
    };
    for (const InstructionSet& one : instruction_sets())
        if (one.is_supported) CHECK((few(one.name) == one.kernels) == (one.name != "v4"));
}

TEST_CASE("an instruction set is chosen by its name, or by the processor") {
    CHECK(instruction_sets().front().name == "baseline");
    CHECK(instruction_sets().front().is_supported);
    CHECK(choose_instruction_set(nullptr).is_supported);
    CHECK(&choose_instruction_set("") == &choose_instruction_set(nullptr));
    for (const InstructionSet& set : instruction_sets()) {
        const std::string name(set.name);
        if (set.is_supported) CHECK(choose_instruction_set(name.c_str()).name == name);
        else
            CHECK_THROWS_WITH(
                choose_instruction_set(name.c_str()),
                Catch::Contains("environment: APICAL_ISA: found " + name + ", expected one of baseline") &&
                    Catch::Contains("(this processor does not have these instructions)"));
    }
    CHECK_THROWS_WITH(choose_instruction_set("AVX512"),
                      Catch::Contains("environment: APICAL_ISA: found AVX512, expected one of baseline"));
}

TEMPLATE_TEST_CASE("rows of an update whose postsynaptic side is 0 are not touched, the others learn", "", float,
                   double) {
    using S = TestType;
    in_every_set<S>([](const Kernels<S>& kernels, std::size_t rows, std::size_t columns, std::size_t) {
        const Matrix<S> before = drawn<S>(rows, columns, "m");
        Matrix<S> post = drawn<S>(rows, 1, "post"), pre = drawn<S>(columns, 1, "pre");
        for (Eigen::Index i = 0; i < post.rows(); i += 2) post(i) = 0;
        const S gain = S(0.25);
        const Matrix<double> expected = wide(before) + 0.25 * wide(post) * wide(pre).transpose();
        const std::size_t side = std::max(rows, columns), cut = side / 3;
        Matrix<S> m = before;
        for (const auto& [first, end] : {std::pair{std::size_t{0}, cut}, {cut, side}})
            kernels.add_rows({m.data(), rows, columns, post.data(), pre.data(), 1, first, end, gain, S(1)});
        CHECK(apart(m, expected) < tolerance<S>);
        for (Eigen::Index i = 0; i < m.rows(); i += 2) CHECK(m.row(i) == before.row(i));
        pre(0) = std::numeric_limits<S>::quiet_NaN();  // it does not even look
        post.setZero();
        const Matrix<S> learnt = m;
        kernels.add_rows({m.data(), rows, columns, post.data(), pre.data(), 1, 0, side, gain, S(1)});
        CHECK(m == learnt);
    });
}
