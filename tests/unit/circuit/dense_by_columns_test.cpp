#include "sim/synapses/dense_by_columns.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/circuit/naive.hpp"

using namespace apical;

TEMPLATE_TEST_CASE("a copy by columns transmits and learns as the weights do, and is stored back", "", float, double) {
    using S = TestType;
    for (const auto& [rows, columns] :
         std::vector<std::pair<std::size_t, std::size_t>>{{1, 1}, {3, 7}, {8, 10}, {45, 10}, {200, 20}, {64, 64}}) {
        CAPTURE(rows, columns);
        WeightState<S> weights = weights_of<S>(random_matrix<S>(rows, columns, "W"));
        ColumnMajorCopy<S> copy(rows, columns);
        copy.load(weights.values().data());
        const Matrix<S> x = random_matrix<S>(columns, 1, "x"), post = random_matrix<S>(rows, 1, "post"),
                        pre = random_matrix<S>(columns, 1, "pre"), before = random_matrix<S>(rows, 1, "y");
        const auto terms = static_cast<Eigen::Index>(columns);
        const MatrixD W = weights.matrix(), source = x.template cast<double>();

        Matrix<S> y = before;
        copy.transmit({0, rows}, x.data(), y.data(), /*assign*/ true, S(0.5));
        CHECK(error_over_bound<S>(y.template cast<double>(), product(0.5 * W, source), terms) < 1);

        const S gain = S(0.25);
        y = before;
        // In two parts, the second one first: each updates its own rows.
        for (const auto& [first, end] : {std::pair{rows / 3, rows}, std::pair{std::size_t{0}, rows / 3}})
            copy.learn_and_transmit({first, end}, {post.data(), pre.data(), gain}, x.data(), y.data(), false, S(0.5));
        copy.store(weights.values().data());

        Bounded learnt = product(double(gain) * post.template cast<double>(), pre.template cast<double>().transpose());
        learnt.value += W;
        learnt.magnitude += W.cwiseAbs();
        CHECK(error_over_bound<S>(weights.matrix(), learnt, 2) < 1);
        Bounded drive = product(0.5 * weights.matrix(), source);
        drive.value += before.template cast<double>();
        drive.magnitude += before.template cast<double>().cwiseAbs();
        CHECK(error_over_bound<S>(y.template cast<double>(), drive, terms + 1) < 1);
    }
}
