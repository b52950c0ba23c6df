#include "sim/circuit/connectivity.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <stdexcept>

#include "sim/circuit/distinct_cells.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;
using Catch::Matchers::Contains;

const Random random_numbers(3);

Adjacency draw(const Connectivity& connectivity, std::size_t post, std::size_t pre, const std::string& name = "W") {
    return connectivity.draw(post, pre, random_numbers, name);
}

/// Every row within the cells that there are, ascending, none twice; returns how many synapses each presynaptic cell
/// has.
std::vector<std::uint64_t> sent(const Adjacency& synapses, std::size_t post, std::size_t pre) {
    REQUIRE(synapses.post_units() == post);
    REQUIRE(synapses.begin.back() == synapses.synapses());
    std::vector<std::uint64_t> counts(pre, 0);
    bool ascending = true, inside = true;
    for (std::size_t i = 0; i < post; ++i) {
        const auto row = synapses.row(i);
        ascending = ascending && std::ranges::adjacent_find(row, std::greater_equal<>()) == row.end();
        inside = inside && (row.empty() || row.back() < pre);
        if (inside)
            for (const std::uint32_t cell : row) ++counts[cell];
    }
    REQUIRE(inside);
    CHECK(ascending);
    return counts;
}

/// How far chi square lies from its mean n - 1, in deviations sqrt(2 (n - 1)), of counts with this mean and variance.
double surprise(const std::vector<std::uint64_t>& counts, double mean, double variance) {
    double chi_square = 0;
    for (const std::uint64_t count : counts) chi_square += std::pow(static_cast<double>(count) - mean, 2) / variance;
    const auto freedom = static_cast<double>(counts.size() - 1);
    return (chi_square - freedom) / std::sqrt(2 * freedom);
}

std::vector<std::uint64_t> received(const Adjacency& synapses) {
    std::vector<std::uint64_t> counts;
    for (std::size_t i = 0; i < synapses.post_units(); ++i) counts.push_back(synapses.row(i).size());
    return counts;
}

constexpr double sigmas = 5;

}  // namespace

TEST_CASE("one to one, lists and all: the synapses that were asked for") {
    CHECK(draw(Connectivity::one_to_one(), 3, 3) == Adjacency{{0, 1, 2, 3}, {0, 1, 2}});
    CHECK(draw(Connectivity::list({2, 0, 2}, {1, 3, 0}), 3, 4) == Adjacency{{0, 1, 1, 3}, {3, 0, 1}});
    CHECK(draw(Connectivity::list({}, {}), 2, 2) == Adjacency{{0, 0, 0}, {}});
    CHECK(draw(Connectivity::dense(), 2, 3) == Adjacency{{0, 3, 6}, {0, 1, 2, 0, 1, 2}});
    CHECK(Connectivity::dense().is_dense());
    const Connectivity no_autapses = Connectivity::dense().without_autapses();
    CHECK(!no_autapses.is_dense());
    CHECK(draw(no_autapses, 3, 3) == Adjacency{{0, 2, 4, 6}, {1, 2, 0, 2, 0, 1}});
    for (const Connectivity& all : {Connectivity::probability(1), Connectivity::in_degree(3),
                                    Connectivity::out_degree(2), Connectivity::total(6)})
        CHECK(draw(all, 2, 3) == draw(Connectivity::dense(), 2, 3));
}

TEST_CASE("no synapses, no cells and one cell") {
    for (const Connectivity& none : {Connectivity::probability(0), Connectivity::in_degree(0),
                                     Connectivity::out_degree(0), Connectivity::total(0), Connectivity::list({}, {})}) {
        CHECK(draw(none, 4, 5) == Adjacency{{0, 0, 0, 0, 0}, {}});
        CHECK(draw(none, 0, 5) == Adjacency{});
        CHECK(draw(none, 4, 0).synapses() == 0);
        CHECK(none.expected_synapses(4, 5) == 0);
    }
    for (const Connectivity& one : {Connectivity::probability(1), Connectivity::in_degree(1),
                                    Connectivity::out_degree(1), Connectivity::total(1), Connectivity::one_to_one()})
        CHECK(draw(one, 1, 1) == Adjacency{{0, 1}, {0}});
    CHECK(draw(Connectivity::probability(1).without_autapses(), 1, 1).synapses() == 0);
    CHECK(draw(Connectivity::probability(0.5).without_autapses(), 0, 0).synapses() == 0);
}

TEST_CASE("numbers that make no sense are refused") {
    for (double p : {-0.1, 1.1, std::nan(""), std::numeric_limits<double>::infinity()})
        CHECK_THROWS_AS(Connectivity::probability(p), std::invalid_argument);
    CHECK_THROWS_AS(Connectivity::list({1}, {1, 2}), std::invalid_argument);
    CHECK_THROWS_AS(Connectivity::one_to_one().without_autapses(), std::invalid_argument);
    const auto refused = [](const Connectivity& connectivity, const std::string& why) {
        CHECK_THROWS_WITH(draw(connectivity, 3, 4), "weights 'W': " + why);
    };
    refused(Connectivity::one_to_one(), "one to one from 4 cells to 3 cells, expected as many on both sides");
    refused(Connectivity::probability(0.5).without_autapses(),
            "without autapses from 4 cells to 3 cells, expected as many on both sides");
    refused(Connectivity::in_degree(5), "an in-degree of 5, expected at most 4");
    refused(Connectivity::out_degree(4), "an out-degree of 4, expected at most 3");
    refused(Connectivity::total(13), "a total of 13, expected at most 12");
    refused(Connectivity::list({3}, {0}), "a synapse from cell 0 to cell 3, expected cells below 4 and 3");
    refused(Connectivity::list({0}, {4}), "a synapse from cell 4 to cell 0, expected cells below 4 and 3");
    refused(Connectivity::list({1, 0, 1}, {2, 2, 2}), "two synapses from cell 2 to cell 1, expected one");
    CHECK_THROWS_WITH(Connectivity::in_degree(3).without_autapses().draw(3, 3, random_numbers, "W"),
                      "weights 'W': an in-degree of 3, expected at most 2");
    CHECK_THROWS_WITH(draw(Connectivity::probability(0), std::size_t{1} << 32, 1),
                      Contains("expected at most 4294967295 on either side"));
}

TEST_CASE("in-degree and out-degree are exact, the other side is binomial, and every cell as probable") {
    const std::size_t post = 3000, pre = 2000;
    const std::uint32_t n = 70;
    const Adjacency in = draw(Connectivity::in_degree(n), post, pre);
    CHECK(in.synapses() == post * n);
    CHECK(in.synapses() == Connectivity::in_degree(n).expected_synapses(post, pre));
    for (const std::uint64_t count : received(in)) REQUIRE(count == n);
    const double p = double(n) / pre;
    CHECK(std::abs(surprise(sent(in, post, pre), post * p, post * p * (1 - p))) < sigmas);

    const Adjacency out = draw(Connectivity::out_degree(n), post, pre);
    CHECK(out.synapses() == pre * n);
    CHECK(out.synapses() == Connectivity::out_degree(n).expected_synapses(post, pre));
    for (const std::uint64_t count : sent(out, post, pre)) REQUIRE(count == n);
    const double q = double(n) / post;
    CHECK(std::abs(surprise(received(out), pre * q, pre * q * (1 - q))) < sigmas);
}

TEST_CASE("more than half of the cells: those left out are as random") {
    const std::size_t post = 2000, pre = 300;
    const std::uint32_t n = 200;
    const Adjacency in = draw(Connectivity::in_degree(n), post, pre);
    for (const std::uint64_t count : received(in)) REQUIRE(count == n);
    const double p = double(n) / pre;
    CHECK(std::abs(surprise(sent(in, post, pre), post * p, post * p * (1 - p))) < sigmas);
}

TEST_CASE("any two of four cells are as probable") {
    // With few cells all choices can be counted: 6 pairs, each 1/6.
    const std::size_t rows = 60000;
    const Adjacency in = draw(Connectivity::in_degree(2), rows, 4);
    std::vector<std::uint64_t> counts(16, 0);
    for (std::size_t i = 0; i < rows; ++i) ++counts[4 * in.row(i)[0] + in.row(i)[1]];
    std::erase(counts, 0);
    REQUIRE(counts.size() == 6);
    CHECK(surprise(counts, rows / 6.0, rows / 6.0) < sigmas);
}

TEST_CASE("a probability: every pair on its own") {
    const std::size_t post = 2000, pre = 3000;
    for (double p : {0.01, 0.4, 0.9}) {
        CAPTURE(p);
        const Connectivity connectivity = Connectivity::probability(p);
        const Adjacency drawn = draw(connectivity, post, pre);
        const double pairs = double(post) * pre, deviation = std::sqrt(pairs * p * (1 - p));
        CHECK(double(connectivity.expected_synapses(post, pre)) == Approx(p * pairs));
        CHECK(std::abs(double(drawn.synapses()) - p * pairs) < sigmas * deviation);
        CHECK(std::abs(surprise(received(drawn), pre * p, pre * p * (1 - p))) < sigmas);
        CHECK(std::abs(surprise(sent(drawn, post, pre), post * p, post * p * (1 - p))) < sigmas);
    }
}

TEST_CASE("a total: so many synapses, degrees hypergeometric on both sides") {
    const std::size_t post = 2000, pre = 3000;
    for (std::uint64_t n : {1ULL, 60000ULL, 5900000ULL, 6000000ULL}) {
        CAPTURE(n);
        const Adjacency drawn = draw(Connectivity::total(n), post, pre);
        CHECK(drawn.synapses() == n);
        const auto senders = sent(drawn, post, pre);
        if (n < 1000 || n == post * pre) continue;
        const double p = double(n) / (double(post) * pre);
        CHECK(std::abs(surprise(received(drawn), pre * p, pre * p * (1 - p))) < sigmas);
        CHECK(std::abs(surprise(senders, post * p, post * p * (1 - p))) < sigmas);
    }
}

TEST_CASE("without autapses: no cell to itself, all others as probable") {
    const std::size_t cells = 1000;
    for (const Connectivity& connectivity : {Connectivity::probability(0.05), Connectivity::in_degree(50),
                                             Connectivity::out_degree(50), Connectivity::total(50000)}) {
        const Adjacency without = draw(connectivity.without_autapses(), cells, cells);
        const Adjacency with = draw(connectivity, cells, cells);
        const auto autapses = [&](const Adjacency& synapses) {
            std::size_t count = 0;
            for (std::uint32_t i = 0; i < cells; ++i) count += std::ranges::count(synapses.row(i), i);
            return count;
        };
        CHECK(autapses(without) == 0);
        CHECK(autapses(with) > 20);  // 50 on average
        CHECK(std::abs(double(connectivity.expected_synapses(cells, cells)) - 50000) < 1);
        CHECK(std::abs(double(connectivity.without_autapses().expected_synapses(cells, cells)) - 50000) < 51);
        const double p = 50.0 / (cells - 1);
        CHECK(surprise(received(without), 50, 50 * (1 - p)) < sigmas);
        CHECK(surprise(sent(without, cells, cells), 50, 50 * (1 - p)) < sigmas);
    }
}

TEST_CASE("with multapses: degrees as asked for, every draw on its own") {
    constexpr std::size_t post = 1000, pre = 500, n = 100;
    const Adjacency in = draw(Connectivity::in_degree(n).with_multapses(), post, pre);
    std::uint64_t again = 0, autapses = 0;
    std::vector<std::uint64_t> senders(pre, 0);
    for (std::size_t i = 0; i < post; ++i) {
        const auto row = in.row(i);
        REQUIRE(row.size() == n);
        REQUIRE(std::ranges::is_sorted(row));
        REQUIRE(row.back() < pre);
        for (const std::uint32_t cell : row) ++senders[cell];
        for (std::size_t a = 0; a < n; ++a)
            for (std::size_t b = a + 1; b < n && row[b] == row[a]; ++b) ++again;
    }
    CHECK(std::abs(surprise(senders, 1.0 * post * n / pre, 1.0 * post * n / pre)) < sigmas);
    const double pairs = post * n * (n - 1.0) / 2 / pre;  // of synapses from the same cell
    CHECK(std::abs(static_cast<double>(again) - pairs) < 4 * std::sqrt(pairs));

    const Adjacency out = draw(Connectivity::out_degree(n).with_multapses(), post, pre);
    for (const std::uint64_t count : [&] {
             std::vector<std::uint64_t> counts(pre, 0);
             for (const std::uint32_t cell : out.pre) ++counts[cell];
             return counts;
         }())
        REQUIRE(count == n);
    CHECK(std::abs(surprise(received(out), 1.0 * pre * n / post, 1.0 * pre * n / post)) < sigmas);

    const Adjacency total = draw(Connectivity::total(60000).with_multapses(), post, pre);
    CHECK(total.synapses() == 60000);
    CHECK(std::abs(surprise(received(total), 60, 60)) < sigmas);

    const Adjacency none_to_itself =
        draw(Connectivity::in_degree(2000).with_multapses().without_autapses(), 100, 100);  // more than there are cells
    for (std::uint32_t i = 0; i < 100; ++i) {
        REQUIRE(none_to_itself.row(i).size() == 2000);
        autapses += static_cast<std::uint64_t>(std::ranges::count(none_to_itself.row(i), i));
    }
    CHECK(autapses == 0);

    CHECK(draw(Connectivity::list({1, 0, 1}, {2, 2, 2}).with_multapses(), 3, 4) == Adjacency{{0, 1, 3, 3}, {2, 2, 2}});
    CHECK(draw(Connectivity::total(3).with_multapses(), 1, 1) == Adjacency{{0, 3}, {0, 0, 0}});
    CHECK(draw(Connectivity::in_degree(5).with_multapses(), 0, 0) == Adjacency{});
    CHECK_THROWS_WITH(draw(Connectivity::in_degree(5).with_multapses(), 1, 0),
                      "weights 'W': an in-degree of 5, expected at most 0");
    CHECK_THROWS_WITH(draw(Connectivity::total(1).with_multapses(), 0, 1),
                      "weights 'W': a total of 1, expected at most 0");
    for (const Connectivity& other : {Connectivity::dense(), Connectivity::one_to_one(), Connectivity::probability(1)})
        CHECK_THROWS_AS(other.with_multapses(), std::invalid_argument);
}

TEST_CASE("the places of a list: where the synapses stood in it") {
    using Places = std::vector<std::uint64_t>;
    const Connectivity list = Connectivity::list({2, 0, 2, 0, 2}, {1, 3, 0, 3, 1}).with_multapses();
    CHECK(draw(list, 3, 4) == Adjacency{{0, 2, 2, 5}, {3, 3, 0, 1, 1}});
    CHECK(list.places() == Places{1, 3, 2, 0, 4});
    CHECK(Connectivity::in_degree(2).places().empty());
}

// Streams that are copies of each other, shifted by a draw or two, leave degrees as they should be, and synchronise a
// network.
TEST_CASE("neighbouring cells share as many sources as chance gives them") {
    constexpr std::size_t cells = 2000, n = 200, rows = cells - 1;
    const auto check = [&](const Adjacency& drawn, std::size_t distance) {
        double sum = 0, most = 0;
        std::vector<std::uint32_t> shared;
        for (std::size_t i = 0; i + distance < cells; ++i) {
            shared.clear();
            std::ranges::set_intersection(drawn.row(i), drawn.row(i + distance), std::back_inserter(shared));
            const auto count = static_cast<double>(shared.size());
            sum += count;
            most = std::max(most, count);
        }
        // Of lists of distinct cells; where a cell comes twice, it counts once with either.
        constexpr double chance = 1.0 * n * n / cells;
        const double deviation = std::sqrt(chance) * (1 - 1.0 * n / cells);
        CHECK(std::abs(sum / rows - chance) < 4 * deviation / std::sqrt(1.0 * rows) + chance * 0.005);
        CHECK(most < chance + 7 * deviation);
    };
    for (const Connectivity& law :
         {Connectivity::in_degree(n), Connectivity::out_degree(n), Connectivity::total(n * cells),
          Connectivity::probability(0.1), Connectivity::in_degree(n).without_autapses()})
        for (const std::size_t distance : {1U, 2U, 16U}) check(draw(law, cells, cells), distance);
    // With replacement, the number of different cells of a row is smaller.
    Adjacency distinct = draw(Connectivity::in_degree(n).with_multapses(), cells, cells);
    double sum = 0, different = 0;
    for (std::size_t i = 0; i + 1 < cells; ++i) {
        std::vector<std::uint32_t> a, b, shared;
        std::ranges::unique_copy(distinct.row(i), std::back_inserter(a));
        std::ranges::unique_copy(distinct.row(i + 1), std::back_inserter(b));
        std::ranges::set_intersection(a, b, std::back_inserter(shared));
        sum += static_cast<double>(shared.size());
        different += static_cast<double>(a.size() * b.size()) / cells;
    }
    CHECK(std::abs(sum - different) < 4 * std::sqrt(different));
}

TEST_CASE("connectivity follows from seed and name alone, and its transpose from those of the other") {
    const Connectivity connectivity = Connectivity::in_degree(20);
    const Adjacency drawn = draw(connectivity, 100, 200);
    CHECK(draw(connectivity, 100, 200) == drawn);
    CHECK(draw(connectivity, 100, 200, "V") != drawn);
    CHECK(connectivity.draw(100, 200, Random(4), "W") != drawn);
    const Connectivity back = Connectivity::transpose_of("W", connectivity);
    CHECK(draw(back, 200, 100, "V") == transposed(drawn, 200));
    CHECK(transposed(transposed(drawn, 200), 100) == drawn);
    CHECK(back.expected_synapses(200, 100) == 2000);
    CHECK(Connectivity::transpose_of("W", Connectivity::dense()).is_dense());
}

TEST_CASE("a row does not depend on how many rows there are") {
    for (const Connectivity& connectivity : {Connectivity::in_degree(30), Connectivity::probability(0.1)}) {
        const Adjacency few = draw(connectivity, 10, 300), many = draw(connectivity, 1000, 300);
        for (std::size_t i = 0; i < 10; ++i) CHECK(std::ranges::equal(few.row(i), many.row(i)));
    }
}

TEST_CASE("the laws of counts: probabilities of small cases are exact") {
    // Inversion turns a uniform grid into every number as often as it is probable, but for one cell of the grid.
    const int grid = 100000;
    const auto frequencies = [&](const auto& law, std::size_t most) {
        std::vector<double> found(most + 1, 0);
        for (int k = 0; k < grid; ++k) found.at(law((k + 0.5) / grid)) += 1.0 / grid;
        return found;
    };
    const auto binomials = frequencies([](double u) { return binomial(u, 3, 0.25); }, 3);
    for (const auto& [k, expected] : {std::pair{0, 27.0 / 64}, {1, 27.0 / 64}, {2, 9.0 / 64}, {3, 1.0 / 64}})
        CHECK(std::abs(binomials[static_cast<std::size_t>(k)] - expected) < 2.0 / grid);
    // 4 of 10, 3 of which are marked: C(3, k) C(7, 4 - k) / C(10, 4)
    const auto hypergeometrics = frequencies([](double u) { return hypergeometric(u, 10, 3, 4); }, 3);
    for (const auto& [k, expected] : {std::pair{0, 35.0 / 210}, {1, 105.0 / 210}, {2, 63.0 / 210}, {3, 7.0 / 210}})
        CHECK(std::abs(hypergeometrics[static_cast<std::size_t>(k)] - expected) < 2.0 / grid);
    CHECK(hypergeometric(0.5, 10, 10, 4) == 4);
    CHECK(hypergeometric(1e-9, 10, 8, 5) == 3);
    CHECK(binomial(1 - 0x1p-53, 1000, 1e-300) == 0);
    CHECK(binomial(0x1p-53, 1000, 1 - 1e-16) >= 999);
    // Of many: the median lies at the mean.
    CHECK(std::abs(double(hypergeometric(0.5, 10000000000, 100000, 10000000)) - 100) <= 1);
    CHECK(std::abs(double(binomial(0.5, 4294967295, 0.5)) - 2147483647.5) <= 1);
}
