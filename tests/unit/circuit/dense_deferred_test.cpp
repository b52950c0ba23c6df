#include "sim/synapses/dense_by_columns.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/circuit/naive.hpp"

using namespace apical;

TEMPLATE_TEST_CASE("updates that wait make what updates at once make, however strong the decay", "", float, double) {
    using S = TestType;
    const double tolerance = std::is_same_v<S, float> ? 2e-5 : 1e-13;
    // With few presynaptic cells a copy by columns learns.
    for (const auto& [rows, columns] : std::vector<std::pair<std::size_t, std::size_t>>{{45, 10}, {20, 100}}) {
        CAPTURE(rows, columns);
        WeightState<S> waiting = weights_of<S>(random_matrix<S>(rows, columns, "W")), at_once = waiting;
        const auto pathway = columns <= most_columns_of_a_copy
                                 ? std::unique_ptr<Pathway<S>>(new DenseByColumns<S>(Access<S>(waiting)))
                                 : std::make_unique<DenseDeferred<S>>(Access<S>(waiting));
        Matrix<S> y(static_cast<Eigen::Index>(rows), 1);
        const double decays[] = {1, 0.99, 0.7, 0.6, 0.3, 0, 0.9, -0.5, 1e-30, 0.8, 0.8};
        for (std::size_t k = 0; k < std::size(decays); ++k) {
            CAPTURE(k, decays[k]);
            const std::string n = std::to_string(k);
            const Matrix<S> post = random_matrix<S>(rows, 1, ("post" + n).c_str()),
                            pre = random_matrix<S>(columns, 1, ("pre" + n).c_str()),
                            x = random_matrix<S>(columns, 1, ("x" + n).c_str());
            const OuterProduct<S> term[] = {{post.data(), pre.data(), 0.25}};
            pathway->learn(0, term, {decays[k]});
            learn<S>(at_once, post, pre, S(0.25), static_cast<S>(1 - decays[k]));
            pathway->transmit({0, rows}, x.data(), y.data(), {});
            pathway->transmitted();
            const MatrixD expected = at_once.matrix() * x.template cast<double>();
            CHECK((y.template cast<double>() - expected).norm() <= tolerance * (1 + expected.norm()));
        }
        pathway->flush(0);
        CHECK((waiting.matrix() - at_once.matrix()).norm() <= tolerance * at_once.matrix().norm());
    }
}
