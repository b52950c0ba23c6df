// The bits of an evaluated text are those of the same operations in C++.
#include <Eigen/Core>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "sim/circuit/powers.hpp"
#include "sim/core/random.hpp"
#include "sim/equations/evaluate.hpp"
#include "tests/support/catch.hpp"

using namespace apical;
using namespace apical::equations;

namespace {

template <class S>
using Columns = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>;
constexpr std::size_t room = 1024;  // rows of a column, whole packs
const std::vector<Symbol> symbols{
    {"x", false, {}}, {"y", false, {}, 1}, {"r", false, unit_from("Hz").dimension, 1e-3}, {"k", true, {}}};
const std::vector<double> parameters{0.3};

template <class S>
Columns<S> numbers() {
    Columns<S> all(index(room), 3);
    for (std::size_t k = 0; k < 3 * room; ++k)
        all.data()[k] = static_cast<S>(Random(7).normal(Random::stream("x"), static_cast<std::uint32_t>(k), 0));
    all(3, 0) = 0;
    all(5, 0) = std::numeric_limits<S>::infinity();
    all(7, 0) = std::numeric_limits<S>::quiet_NaN();
    return all;
}

template <class S>
Columns<S> evaluated(const std::string& text, std::size_t n) {
    const Bound<S> bound(Formula(parse(text), symbols, parameters, {}), parameters);
    const Columns<S> from = numbers<S>();
    std::vector<Stream<S>> inputs;
    for (const Read& read : bound.formula().inputs())
        inputs.push_back({from.col(read.column == "x" ? 0 : read.column == "y" ? 1 : 2).data(), false});
    Columns<S> to = Columns<S>::Zero(index(room), 1);
    bound(n, inputs, to.data());
    return to;
}

/// The same with a function of packs.
template <class S, class Function>
void check(const std::string& text, const Function& function) {
    INFO(text);
    using P = Pack<S>;
    const Columns<S> from = numbers<S>();
    for (const std::size_t n : {std::size_t{1}, std::size_t{37}, std::size_t{256}, std::size_t{1000}}) {
        const Columns<S> to = evaluated<S>(text, n);
        Columns<S> by_hand = Columns<S>::Zero(index(room), 1);
        for (std::size_t i = 0; i < n; i += P::size)
            P(function(P::load(from.col(0).data() + i), P::load(from.col(1).data() + i),
                       P::load(from.col(2).data() + i)))
                .store(by_hand.data() + i);
        int unlike = 0;
        for (Eigen::Index i = 0; i < index(n); ++i)
            if (!(to(i) == by_hand(i)) && !(std::isnan(to(i)) && std::isnan(by_hand(i)))) ++unlike;
        CHECK(unlike == 0);
    }
}

}  // namespace

TEMPLATE_TEST_CASE("equations: bits of C++", "", float, double) {
    using S = TestType;
    using P = Pack<S>;
    const P k(0.3);
    check<S>("x * y + k", [&](P x, P y, P) { return x * y + k; });
    check<S>("x - y / x", [](P x, P y, P) { return x - y / x; });  // division by 0 as in C++
    check<S>("-x * (y - x) * k", [&](P x, P y, P) { return -x * (y - x) * k; });
    check<S>("2 * k * x", [](P x, P, P) { return P(2 * 0.3) * x; });  // parameters first, in double
    check<S>("k^0.7 * x", [](P x, P, P) { return P(std::pow(0.3, 0.7)) * x; });
    check<S>("select(x > 0, y, k)", [&](P x, P y, P) { return select(x > P(0), y, k); });
    check<S>("select(!(x > y) && (x < 1 || y >= 0.5), x, y)",
             [](P x, P y, P) { return select(!(x > y) && (x < P(1) || y >= P(0.5)), x, y); });
    check<S>("max(x, 0) + min(y, k)", [&](P x, P y, P) { return max(x, P(0)) + min(y, k); });
    check<S>("abs(x) + x^2 + floor(y)", [](P x, P y, P) { return abs(x) + square(x) + floor(y); });
    check<S>("sqrt(abs(x)) + exp(y)", [](P x, P y, P) { return sqrt(abs(x)) + exp(y); });
    check<S>("tanh(x) * sigmoid(y) + log(abs(y))", [](P x, P y, P) { return tanh(x) * sigmoid(y) + log(abs(y)); });
    check<S>("sin(y) + cos(y)", [](P, P y, P) { return sin(y) + cos(y); });
    check<S>("pow(abs(y), k) + power(abs(y), k)", [&](P, P y, P) { return pow(abs(y), k) + power(abs(y), k); });
    check<S>("x", [](P x, P, P) { return x; });
    check<S>("k + 1", [](P, P, P) { return P(0.3 + 1); });
    check<S>("r * (1 ms)", [](P, P, P r) { return r * P(1e-3) * P(1); });  // a column in Hz
    check<S>("r", [](P, P, P r) { return r * P(1e-3); });
    check<S>("(x+1)*((x+2)*((x+3)*((y+4)*((y+5)*((x+y)*((x-y)*(x*y)))))))", [](P x, P y, P) {
        return (x + P(1)) * ((x + P(2)) * ((x + P(3)) * ((y + P(4)) * ((y + P(5)) * ((x + y) * ((x - y) * (x * y)))))));
    });
}

TEST_CASE("equations: constants that floats do not hold are refused") {
    const Formula large(parse("1e300 * k * x"), symbols, parameters, {});
    CHECK_THROWS_AS(Bound<double>(large, parameters), ExpressionError);
    CHECK_THROWS_AS(Bound<float>(large, parameters), ExpressionError);
}
