#include "sim/experiment/spike_statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <ostream>

#include "sim/core/random.hpp"

namespace apical {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint32_t fewest_spikes = 11;  ///< ten intervals
constexpr std::size_t most_drawn = 100;

/// Values of a square matrix with this many rows that stand at or above its diagonal, row by row.
constexpr std::size_t above_diagonal(std::size_t rows) { return rows * (rows + 1) / 2; }

struct Statistic {
    const char* name;
    const char* unit;
    const char* text;  ///< {} where the width of a bin belongs
};

constexpr Statistic all_statistics[] = {
    {"rate", "Hz", "spikes of a cell and second since record.statistics_from"},
    {"recent_rate", "Hz", "spikes of a cell and second since the row before"},
    {"cv_isi", "1", "coefficient of variation of inter-spike intervals, mean over cells with at least ten"},
    {"fano_factor", "1", "variance over mean of the number of spikes of all these cells in {}"},
    {"synchrony", "1",
     "chi of counts in {}: root of the variance of their mean over cells, over the mean of their variances"},
    {"correlation", "1", "Pearson correlation of counts in {}, mean over pairs of up to 100 drawn cells"},
};

}  // namespace

SpikeStatistics::SpikeStatistics(const std::vector<CountedCells>& populations, Window window, std::uint64_t seed)
    : window_(window), groups_(1), asked_(window.from) {
    for (const CountedCells& one : populations) {
        Group& made = groups_.emplace_back();
        made.suffix = "_" + one.population;
        made.first = groups_.front().cells;
        made.cells = one.cells;
        groups_.front().cells += one.cells;
    }
    cells_.resize(groups_.front().cells);
    is_drawn_.resize(cells_.size());
    for (Group& group : groups_) draw(group, seed);
}

void SpikeStatistics::draw(Group& group, std::uint64_t seed) {
    std::vector<std::uint32_t> order =
        Random(seed).permutation(static_cast<std::uint32_t>(group.cells), Random::stream("statistics" + group.suffix));
    order.resize(std::min(order.size(), most_drawn));
    for (std::uint32_t& cell : order) cell += static_cast<std::uint32_t>(group.first);
    std::ranges::sort(order);
    for (const std::uint32_t cell : order) is_drawn_[cell] = true;
    group.drawn_in_bin.resize(order.size());
    group.sums.resize(order.size());
    group.products.resize(above_diagonal(order.size()));
    group.drawn = std::move(order);
}

void SpikeStatistics::add(std::size_t population, std::uint64_t step, std::span<const std::uint32_t> cells) {
    if (step <= window_.from || cells.empty()) return;
    const std::uint64_t bin = bin_of(step);
    end_bins(bin);
    Group& own = groups_[population + 1];
    for (const std::uint32_t number : cells) {
        const auto at = static_cast<std::uint32_t>(own.first + number);
        Cell& cell = cells_[at];
        const bool again = cell.spikes > 0 && bin_of(cell.last) == bin;
        cell.in_bin = again ? cell.in_bin + 1 : 1;
        if (cell.spikes > 0)
            cell.intervals.take(static_cast<double>(step - cell.last), static_cast<double>(cell.spikes));
        ++cell.spikes;
        cell.last = step;
        // From the square of one less to its own.
        const std::uint64_t more_squares = 2 * std::uint64_t{cell.in_bin} - 1;
        own.squares_in_bin += more_squares;
        groups_.front().squares_in_bin += more_squares;
        if (!is_drawn_[at]) continue;
        for (Group* group : {&own, &groups_.front()})
            if (const auto there = std::ranges::lower_bound(group->drawn, at);
                there != group->drawn.end() && *there == at)
                ++group->drawn_in_bin[static_cast<std::size_t>(there - group->drawn.begin())];
    }
    for (Group* group : {&own, &groups_.front()}) {
        group->spikes += cells.size();
        group->in_bin += cells.size();
    }
}

void SpikeStatistics::end_bins(std::uint64_t bin) {
    for (; bins_ < bin; ++bins_)
        for (Group& group : groups_) {
            group.counts.take(static_cast<double>(group.in_bin), static_cast<double>(bins_ + 1));
            group.squares += group.squares_in_bin;
            if (group.in_bin == 0) continue;
            std::vector<std::uint64_t>& now = group.drawn_in_bin;
            for (std::size_t a = 0, row = 0; a < now.size(); row += now.size() - a, ++a) {
                if (now[a] == 0) continue;
                group.sums[a] += now[a];
                for (std::size_t b = a; b < now.size(); ++b) group.products[row + b - a] += now[a] * now[b];
            }
            std::ranges::fill(now, 0);
            group.in_bin = group.squares_in_bin = 0;
        }
}

std::vector<Variable> SpikeStatistics::variables() const {
    std::vector<Variable> all;
    const std::string bin = fmt::format("{:.6g} ms", window_.step * static_cast<double>(window_.bin));
    for (const Statistic& one : all_statistics)
        for (const Group& group : groups_) {
            const std::string whose = group.suffix.empty() ? "all cells" : group.suffix.substr(1);
            all.push_back(
                {one.name + group.suffix, one.unit, whose + ": " + fmt::format(fmt::runtime(one.text), bin), {}});
        }
    return all;
}

std::vector<double> SpikeStatistics::row(std::uint64_t now) {
    const std::uint64_t elapsed = now - std::min(now, window_.from);
    end_bins(elapsed / window_.bin);
    const auto rate_of = [&](std::uint64_t spikes, const Group& group, std::uint64_t steps) {
        const double seconds = 1e-3 * window_.step * static_cast<double>(steps);
        return steps == 0 || group.cells == 0
                   ? undefined
                   : static_cast<double>(spikes) / (static_cast<double>(group.cells) * seconds);
    };
    std::vector<double> row;
    for (const Group& group : groups_) row.push_back(rate_of(group.spikes, group, elapsed));
    for (Group& group : groups_) {
        row.push_back(rate_of(group.spikes - group.spikes_before, group, now - std::min(now, asked_)));
        group.spikes_before = group.spikes;
    }
    asked_ = std::max(asked_, now);
    for (const Group& group : groups_) row.push_back(cv_isi(group));
    for (const Group& group : groups_)
        row.push_back(group.counts.mean > 0 ? group.counts.squares / static_cast<double>(bins_) / group.counts.mean
                                            : undefined);
    for (const Group& group : groups_) row.push_back(synchrony(group));
    for (const Group& group : groups_) row.push_back(correlation(group));
    return row;
}

double SpikeStatistics::cv_isi(const Group& group) const {
    double sum = 0, counted = 0;
    for (std::size_t at = group.first; at < group.first + group.cells; ++at) {
        const Cell& cell = cells_[at];
        if (cell.spikes < fewest_spikes) continue;
        sum += std::sqrt(cell.intervals.squares / (cell.spikes - 2)) / cell.intervals.mean;
        ++counted;
    }
    return counted > 0 ? sum / counted : undefined;
}

double SpikeStatistics::synchrony(const Group& group) const {
    if (bins_ == 0) return undefined;
    const auto bins = static_cast<double>(bins_), cells = static_cast<double>(group.cells);
    double variances = static_cast<double>(group.squares) / bins;  // of single cells, summed
    for (std::size_t at = group.first; at < group.first + group.cells; ++at) {
        const Cell& cell = cells_[at];
        const bool in_bin = cell.spikes > 0 && bin_of(cell.last) >= bins_;
        const double mean = (cell.spikes - (in_bin ? cell.in_bin : 0)) / bins;
        variances -= mean * mean;
    }
    // Where no cell varies what is left is rounding.
    if (variances <= 1e-12 * static_cast<double>(group.squares) / bins) return undefined;
    return std::sqrt(group.counts.squares / bins / (cells * variances));
}

double SpikeStatistics::correlation(const Group& group) const {
    const auto bins = static_cast<double>(bins_);
    const std::size_t count = group.drawn.size();
    std::vector<double> deviation(count);
    const auto covariance = [&](std::size_t row, std::size_t a, std::size_t b) {
        return bins * static_cast<double>(group.products[row + b - a]) -
               static_cast<double>(group.sums[a]) * static_cast<double>(group.sums[b]);
    };
    for (std::size_t a = 0, row = 0; a < count; row += count - a, ++a)
        deviation[a] = std::sqrt(std::max(0.0, covariance(row, a, a)));
    double sum = 0, pairs = 0;
    for (std::size_t a = 0, row = 0; a < count; row += count - a, ++a)
        for (std::size_t b = a + 1; b < count; ++b) {
            if (deviation[a] == 0 || deviation[b] == 0) continue;
            sum += covariance(row, a, b) / (deviation[a] * deviation[b]);
            ++pairs;
        }
    return pairs > 0 ? sum / pairs : undefined;
}

void SpikeStatistics::save(ArchiveWriter& archive, const std::string& prefix) const {
    std::vector<std::uint64_t> whole{bins_, asked_};
    std::vector<double> real;
    for (const Group& group : groups_) {
        whole.insert(whole.end(),
                     {group.spikes, group.spikes_before, group.in_bin, group.squares, group.squares_in_bin});
        for (const auto* list : {&group.drawn_in_bin, &group.sums, &group.products})
            whole.insert(whole.end(), list->begin(), list->end());
        real.insert(real.end(), {group.counts.mean, group.counts.squares});
    }
    for (const Cell& cell : cells_) {
        whole.insert(whole.end(), {cell.last, cell.spikes, cell.in_bin});
        real.insert(real.end(), {cell.intervals.mean, cell.intervals.squares});
    }
    archive.put(prefix + "/counts", std::span<const std::uint64_t>(whole));
    archive.put(prefix + "/moments", std::span<const double>(real));
}

void SpikeStatistics::load(const ArchiveReader& archive, const std::string& prefix) {
    std::size_t count = 2 + 3 * cells_.size();
    for (const Group& group : groups_) count += 5 + 2 * group.drawn.size() + group.products.size();
    std::vector<std::uint64_t> whole(count);
    std::vector<double> real(2 * (groups_.size() + cells_.size()));
    archive.take(prefix + "/counts", std::span<std::uint64_t>(whole));
    archive.take(prefix + "/moments", std::span<double>(real));
    const std::uint64_t* next = whole.data();
    const double* number = real.data();
    bins_ = *next++;
    asked_ = *next++;
    for (Group& group : groups_) {
        for (std::uint64_t* one :
             {&group.spikes, &group.spikes_before, &group.in_bin, &group.squares, &group.squares_in_bin})
            *one = *next++;
        for (auto* list : {&group.drawn_in_bin, &group.sums, &group.products})
            for (std::uint64_t& one : *list) one = *next++;
        group.counts.mean = *number++;
        group.counts.squares = *number++;
    }
    for (Cell& cell : cells_) {
        cell.last = *next++;
        cell.spikes = static_cast<std::uint32_t>(*next++);
        cell.in_bin = static_cast<std::uint32_t>(*next++);
        cell.intervals.mean = *number++;
        cell.intervals.squares = *number++;
    }
}

void print_statistics(const std::map<std::string, double>& statistics, std::ostream& out) {
    std::vector<std::string> suffixes;
    for (const auto& [name, value] : statistics)
        if (name.starts_with("rate_")) suffixes.push_back(name.substr(4));
    if (suffixes.size() > 1) suffixes.insert(suffixes.begin(), "");
    std::size_t width = 16;
    for (const std::string& suffix : suffixes) width = std::max(width, suffix.size());
    const auto cell = [&](const std::string& name, int columns) {
        const auto found = statistics.find(name);
        const bool is_number = found != statistics.end() && !std::isnan(found->second);
        return fmt::format("{:>{}}", is_number ? fmt::format("{:.4g}", found->second) : "-", columns);
    };
    out << fmt::format("  {:<{}}{:>11}{:>10}{:>14}{:>12}{:>14}\n", "", width, "rate (Hz)", "CV (ISI)", "Fano factor",
                       "synchrony", "correlation");
    for (const std::string& suffix : suffixes)
        out << fmt::format("  {:<{}}", suffix.empty() ? "all cells" : suffix.substr(1), width)
            << cell("rate" + suffix, 11) << cell("cv_isi" + suffix, 10) << cell("fano_factor" + suffix, 14)
            << cell("synchrony" + suffix, 12) << cell("correlation" + suffix, 14) << '\n';
}

std::vector<Component> spike_statistics() {
    std::vector<Component> all;
    for (const Statistic& one : all_statistics)
        all.push_back({one.name,
                       fmt::format("Of cells that fire{}: {}.",
                                   std::string(one.unit) == "1" ? "" : ", in " + std::string(one.unit),
                                   fmt::format(fmt::runtime(one.text), "record.statistics_bin")),
                       "",
                       "",
                       {}});
    return all;
}

}  // namespace apical
