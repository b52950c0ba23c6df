// Statistics of spikes that have gone by, against the same from all of them.
#include "sim/experiment/spike_statistics.hpp"

#include <cmath>
#include <map>

#include "sim/core/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_archive.hpp"

using namespace apical;

namespace {

using Values = std::vector<double>;
using Train = std::vector<std::uint64_t>;  ///< steps, ascending

constexpr SpikeStatistics::Window window{0.1, 200, 50};
constexpr std::uint64_t seed = 7, end = 20000;

/// Trains of cells that fire with a probability that goes up and down together.
std::vector<Train> trains(std::size_t cells, std::uint32_t first) {
    std::vector<Train> all(cells);
    const Random random(3);
    for (std::uint64_t step = 1; step <= end; ++step)
        for (std::uint32_t cell = 0; cell < cells; ++cell) {
            const double chance = 0.004 * (1 + std::sin(0.01 * static_cast<double>(step))) * (cell % 3 == 2 ? 0.02 : 1);
            if (random.uniform(Random::stream("test"), first + cell, step) < chance) all[cell].push_back(step);
        }
    return all;
}

std::vector<std::uint32_t> fired(const std::vector<Train>& all, std::uint64_t step) {
    std::vector<std::uint32_t> cells;
    for (std::uint32_t cell = 0; cell < all.size(); ++cell)
        if (std::binary_search(all[cell].begin(), all[cell].end(), step)) cells.push_back(cell);
    return cells;
}

double mean(const Values& x) {
    double sum = 0;
    for (const double one : x) sum += one;
    return sum / static_cast<double>(x.size());
}

double covariance(const Values& x, const Values& y, double fewer) {
    double sum = 0;
    for (std::size_t k = 0; k < x.size(); ++k) sum += (x[k] - mean(x)) * (y[k] - mean(y));
    return sum / (static_cast<double>(x.size()) - fewer);
}

/// By the definitions, from whole trains; all pairs of cells.
std::map<std::string, double> by_hand(const std::vector<Train>& all, std::uint64_t now) {
    std::map<std::string, double> found;
    const std::uint64_t bins = (now - window.from) / window.bin;
    Values cvs, together(bins);
    std::vector<Values> counts(all.size(), Values(bins));
    double spikes = 0;
    for (std::size_t cell = 0; cell < all.size(); ++cell) {
        Values intervals;
        std::uint64_t last = 0;
        for (const std::uint64_t step : all[cell]) {
            if (step <= window.from || step > now) continue;
            ++spikes;
            if (last > 0) intervals.push_back(static_cast<double>(step - last));
            last = step;
            const std::uint64_t bin = (step - window.from - 1) / window.bin;
            if (bin >= bins) continue;
            ++counts[cell][bin];
            ++together[bin];
        }
        if (intervals.size() >= 10) cvs.push_back(std::sqrt(covariance(intervals, intervals, 1)) / mean(intervals));
    }
    const auto cells = static_cast<double>(all.size());
    found["rate"] = spikes / cells / (1e-4 * static_cast<double>(now - window.from));
    found["cv_isi"] = mean(cvs);
    found["fano_factor"] = covariance(together, together, 0) / mean(together);
    double variances = 0, correlations = 0, pairs = 0;
    for (const Values& one : counts) variances += covariance(one, one, 0);
    found["synchrony"] = std::sqrt(covariance(together, together, 0) / (cells * cells) / (variances / cells));
    for (std::size_t a = 0; a < all.size(); ++a)
        for (std::size_t b = a + 1; b < all.size(); ++b) {
            const double deviations =
                std::sqrt(covariance(counts[a], counts[a], 0) * covariance(counts[b], counts[b], 0));
            if (deviations == 0) continue;
            correlations += covariance(counts[a], counts[b], 0) / deviations;
            ++pairs;
        }
    found["correlation"] = correlations / pairs;
    return found;
}

std::map<std::string, double> named(const SpikeStatistics& statistics, const Values& row) {
    std::map<std::string, double> all;
    const std::vector<Variable> variables = statistics.variables();
    REQUIRE(variables.size() == row.size());
    for (std::size_t k = 0; k < row.size(); ++k) all[variables[k].name] = row[k];
    return all;
}

SpikeStatistics of_two() { return SpikeStatistics({{"E", 30}, {"I", 12}}, window, seed); }

}  // namespace

TEST_CASE("statistics of spikes are those of the definitions, of every population and of all cells") {
    const std::vector<Train> E = trains(30, 0), I = trains(12, 100);
    std::vector<Train> all = E;
    all.insert(all.end(), I.begin(), I.end());
    SpikeStatistics statistics = of_two();
    Values last;
    std::uint64_t before = window.from;
    for (std::uint64_t step = 1; step <= end; ++step) {
        statistics.add(0, step, fired(E, step));
        statistics.add(1, step, fired(I, step));
        if (step != 4321 && step != 9950 && step != end) continue;
        last = statistics.row(step);
        const auto found = named(statistics, last);
        for (const auto& [suffix, those] :
             {std::pair<const char*, const std::vector<Train>*>{"", &all}, {"_E", &E}, {"_I", &I}}) {
            for (const auto& [name, value] : by_hand(*those, step)) {
                INFO(name << suffix << " after " << step << " steps");
                CHECK(found.at(name + suffix) == Approx(value).epsilon(1e-12));
            }
            double recent = 0;
            for (const Train& train : *those)
                for (const std::uint64_t spike : train) recent += spike > before && spike <= step ? 1 : 0;
            CHECK(found.at(std::string("recent_rate") + suffix) ==
                  Approx(recent / static_cast<double>(those->size()) / (1e-4 * static_cast<double>(step - before))));
        }
        before = step;
    }

    SECTION("asked more often, and stopped and gone on, they are the same numbers") {
        SpikeStatistics often = of_two();
        for (std::uint64_t step = 1; step <= end; ++step) {
            often.add(0, step, fired(E, step));
            often.add(1, step, fired(I, step));
            if (step % 777 != 0 && step != 4321 && step != 9950) continue;
            static_cast<void>(often.row(step));
            MemoryArchive archive;
            often.save(archive, "here");
            often = of_two();
            often.load(archive, "here");
        }
        auto found = named(often, often.row(end)), expected = named(statistics, last);
        for (const auto& [name, value] : expected)
            if (!name.starts_with("recent")) CHECK(found.at(name) == value);
    }
}

TEST_CASE("what cannot be said of spikes is not a number") {
    SpikeStatistics statistics({{"E", 3}}, window, seed);
    for (const auto& [name, value] : named(statistics, statistics.row(100))) {
        INFO(name);
        CHECK(std::isnan(value));
    }
    const auto silent = named(statistics, statistics.row(1200));
    CHECK(silent.at("rate") == 0);
    CHECK(silent.at("recent_rate_E") == 0);
    for (const char* name : {"cv_isi", "fano_factor", "synchrony", "correlation"}) CHECK(std::isnan(silent.at(name)));

    SECTION("regular cells that fire together have no variation, and all their variance in common") {
        SpikeStatistics regular({{"E", 3}}, window, seed);
        for (std::uint64_t step = 220; step <= end; step += 100)
            regular.add(0, step, std::vector<std::uint32_t>{0, 1, 2});
        const auto found = named(regular, regular.row(end));
        CHECK(found.at("cv_isi") == 0);
        CHECK(found.at("synchrony") == Approx(1));
        CHECK(found.at("correlation") == Approx(1));
        CHECK(found.at("rate") == Approx(100).epsilon(0.01));
    }
    SECTION("one spike in every bin of every cell is no variance at all") {
        SpikeStatistics constant({{"E", 3}}, window, seed);
        for (std::uint64_t step = 220; step <= end; step += 50)
            constant.add(0, step, std::vector<std::uint32_t>{0, 1, 2});
        const auto found = named(constant, constant.row(end));
        CHECK(found.at("fano_factor") == 0);
        CHECK(std::isnan(found.at("synchrony")));
        CHECK(std::isnan(found.at("correlation")));
    }
    SECTION("a population without cells") {
        SpikeStatistics none({{"E", 0}, {"I", 2}}, window, seed);
        CHECK(std::isnan(named(none, none.row(end)).at("rate_E")));
    }
}

TEST_CASE("the cells whose correlation is measured are drawn by the seed") {
    const std::vector<Train> E = trains(200, 0);
    const auto correlation = [&](std::uint64_t by) {
        SpikeStatistics statistics({{"E", 200}}, window, by);
        for (std::uint64_t step = 1; step <= end; ++step) statistics.add(0, step, fired(E, step));
        return named(statistics, statistics.row(end)).at("correlation_E");
    };
    const double first = correlation(1);
    CHECK(first == correlation(1));
    CHECK(first != correlation(2));
    CHECK(std::abs(first) < 0.3);
}
