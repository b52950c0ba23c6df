#include "sim/circuit/connectivity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "sim/circuit/distinct_cells.hpp"

namespace apical {
namespace {

/// The most presynaptic cells, and hence the largest number of pairs, that 32 and 64 bits can tell apart.
constexpr std::uint64_t most_cells = std::numeric_limits<std::uint32_t>::max();

/// How many synapses each of the cells of one side, the lines, has: draws them in the order of the cells.
using Count = std::function<std::uint64_t(std::uint32_t line)>;

/// Cells of one side, each with so many synapses, which come from any of `candidates` cells of the other side.
struct Lines {
    std::size_t count;
    std::uint32_t candidates;
    bool skips;      ///< the candidates are the cells without the one of the same number
    bool multapses;  ///< a candidate may be drawn again
};

Adjacency draw_rows(const Lines& of, const Random& random, std::uint32_t stream, const Count& count) {
    const auto& [lines, candidates, skips, multapses] = of;
    Adjacency found;
    found.begin.resize(lines + 1, 0);
    for (std::uint32_t line = 0; line < lines; ++line) found.begin[line + 1] = found.begin[line] + count(line);
    found.pre.resize(found.begin.back());
    DistinctCells cells(random, stream, candidates);
    for (std::uint32_t line = 0; line < lines; ++line) {
        const auto row = std::span(found.pre).subspan(found.begin[line], found.begin[line + 1] - found.begin[line]);
        if (multapses) cells.draw_again(line, row);
        else cells.draw(line, row);
        if (skips)
            for (std::uint32_t& cell : row)
                if (cell >= line) ++cell;
    }
    return found;
}

Adjacency identity(std::size_t units) {
    Adjacency found;
    found.begin.resize(units + 1);
    std::iota(found.begin.begin(), found.begin.end(), std::uint64_t{0});
    found.pre.resize(units);
    std::iota(found.pre.begin(), found.pre.end(), 0U);
    return found;
}

}  // namespace

struct Connectivity::Other {
    std::string name;
    Connectivity connectivity;
};

Adjacency transposed(const Adjacency& of, std::size_t pre_units) {
    Adjacency found;
    found.begin.resize(pre_units + 1, 0);
    found.pre.resize(of.pre.size());
    for (const std::uint32_t pre : of.pre) ++found.begin[pre + 1];
    std::partial_sum(found.begin.begin(), found.begin.end(), found.begin.begin());
    std::vector<std::uint64_t> next = found.begin;
    for (std::uint32_t post = 0; post < of.post_units(); ++post)
        for (const std::uint32_t pre : of.row(post)) found.pre[next[pre]++] = post;
    return found;
}

/// By presynaptic cell first, then by postsynaptic cell: in order on both sides, in linear time.
template <class Refuse>
Adjacency Connectivity::sorted(std::size_t post_units, std::size_t pre_units, const Refuse& refuse) const {
    const auto& [post, pre] = *pairs_;
    Adjacency by_pre;
    by_pre.begin.resize(pre_units + 1, 0);
    for (std::size_t k = 0; k < pre.size(); ++k) {
        if (post[k] >= post_units || pre[k] >= pre_units)
            refuse(fmt::format("a synapse from cell {} to cell {}, expected cells below {} and {}", pre[k], post[k],
                               pre_units, post_units));
        ++by_pre.begin[pre[k] + 1];
    }
    std::partial_sum(by_pre.begin.begin(), by_pre.begin.end(), by_pre.begin.begin());
    std::vector<std::uint64_t> next = by_pre.begin;
    by_pre.pre.resize(pre.size());
    for (std::size_t k = 0; k < pre.size(); ++k) by_pre.pre[next[pre[k]]++] = post[k];
    Adjacency found = transposed(by_pre, post_units);
    if (multapses_) return found;
    for (std::size_t i = 0; i < post_units; ++i) {
        const auto row = found.row(i);
        if (const auto twice = std::ranges::adjacent_find(row); twice != row.end())
            refuse(fmt::format("two synapses from cell {} to cell {}, expected one", *twice, i));
    }
    return found;
}

Connectivity::Connectivity(Law law, double probability, std::uint64_t count)
    : law_(law), probability_(probability), count_(count) {}

Connectivity Connectivity::one_to_one() { return {Law::one_to_one, 1, 0}; }

Connectivity Connectivity::probability(double p) {
    if (!(p >= 0 && p <= 1))
        throw std::invalid_argument(fmt::format("a connection probability of {}, expected a number from 0 to 1", p));
    return {Law::probability, p, 0};
}

Connectivity Connectivity::in_degree(std::uint32_t n) { return {Law::in_degree, 1, n}; }
Connectivity Connectivity::out_degree(std::uint32_t n) { return {Law::out_degree, 1, n}; }
Connectivity Connectivity::total(std::uint64_t n) { return {Law::total, 1, n}; }

Connectivity Connectivity::list(std::vector<std::uint32_t> post, std::vector<std::uint32_t> pre) {
    if (post.size() != pre.size())
        throw std::invalid_argument(
            fmt::format("a list of synapses with {} postsynaptic and {} presynaptic cells", post.size(), pre.size()));
    Connectivity result{Law::list, 1, post.size()};
    result.pairs_ = std::make_shared<const Pairs>(Pairs{std::move(post), std::move(pre)});
    return result;
}

Connectivity Connectivity::transpose_of(std::string name, const Connectivity& other) {
    if (other.is_dense()) return other;
    Connectivity result{Law::transpose, 1, 0};
    result.multapses_ = other.multapses_;
    result.other_ = std::make_shared<const Other>(Other{std::move(name), other});
    return result;
}

Connectivity Connectivity::without_autapses() const {
    if (law_ == Law::one_to_one || law_ == Law::list || law_ == Law::transpose)
        throw std::invalid_argument("without_autapses() is for dense and for random connectivity");
    Connectivity result = *this;
    result.autapses_ = false;
    return result;
}

Connectivity Connectivity::with_multapses() const {
    if (law_ != Law::in_degree && law_ != Law::out_degree && law_ != Law::total && law_ != Law::list)
        throw std::invalid_argument("with_multapses() is for in_degree, out_degree, total and list");
    Connectivity result = *this;
    result.multapses_ = true;
    return result;
}

bool Connectivity::is_random() const {
    switch (law_) {
        case Law::dense:
        case Law::one_to_one:
        case Law::list:
            return false;
        case Law::transpose:
            return other_->connectivity.is_random();
        default:
            return true;
    }
}

std::uint64_t Connectivity::expected_synapses(std::size_t post_units, std::size_t pre_units) const {
    const std::uint64_t pairs = post_units * (pre_units - (autapses_ || pre_units == 0 ? 0 : 1));
    switch (law_) {
        case Law::dense:
            return pairs;
        case Law::one_to_one:
            return post_units;
        case Law::probability:
            return static_cast<std::uint64_t>(std::llround(probability_ * static_cast<double>(pairs)));
        case Law::in_degree:
            return post_units * count_;
        case Law::out_degree:
            return pre_units * count_;
        case Law::total:
        case Law::list:
            return count_;
        case Law::transpose:
            return other_->connectivity.expected_synapses(pre_units, post_units);
    }
    return 0;
}

Adjacency Connectivity::draw(std::size_t post_units, std::size_t pre_units, const Random& random,
                             const std::string& name, const char* of) const {
    const auto refuse = [&](const std::string& what) {
        throw std::invalid_argument(fmt::format("{} '{}': {}", of, name, what));
    };
    if (post_units > most_cells || pre_units > most_cells)
        refuse(
            fmt::format("{} cells to {} cells, expected at most {} on either side", pre_units, post_units, most_cells));
    if ((law_ == Law::one_to_one || !autapses_) && post_units != pre_units)
        refuse(fmt::format("{} from {} cells to {} cells, expected as many on both sides",
                           autapses_ ? "one to one" : "without autapses", pre_units, post_units));
    const auto candidates = [&](std::size_t units) {
        return static_cast<std::uint32_t>(units - (autapses_ || units == 0 ? 0 : 1));
    };
    const auto require = [&](std::uint64_t n, std::uint64_t among, const char* what) {
        if (multapses_ ? n > 0 && among == 0 : n > among)
            refuse(fmt::format("{} of {}, expected at most {}", what, n, among));
    };
    const std::uint32_t cells = Random::stream("connectivity/" + name),
                        counts = Random::stream("connectivity/" + name + "/count"), from = candidates(pre_units);
    const auto rows = [&](const Count& count) {
        return draw_rows({post_units, from, !autapses_, multapses_}, random, cells, count);
    };
    switch (law_) {
        case Law::dense:
            return rows([&](std::uint32_t) { return from; });
        case Law::one_to_one:
            return identity(post_units);
        case Law::probability:
            return rows([&](std::uint32_t i) { return binomial(random.uniform(counts, i), from, probability_); });
        case Law::in_degree:
            if (post_units > 0) require(count_, from, "an in-degree");
            return rows([&](std::uint32_t) { return count_; });
        case Law::out_degree: {
            const std::uint32_t to = candidates(post_units);
            if (pre_units > 0) require(count_, to, "an out-degree");
            return transposed(
                draw_rows({pre_units, to, !autapses_, multapses_}, random, cells, [&](auto) { return count_; }),
                post_units);
        }
        case Law::total: {
            std::uint64_t left = count_, pairs = std::uint64_t{from} * post_units;
            require(left, pairs, "a total");
            return rows([&](std::uint32_t i) {
                const double u = random.uniform(counts, i);
                const std::uint64_t here = multapses_ ? binomial(u, left, 1 / static_cast<double>(post_units - i))
                                                      : hypergeometric(u, pairs, from, left);
                left -= here;
                pairs -= from;
                return here;
            });
        }
        case Law::list:
            return sorted(post_units, pre_units, refuse);
        case Law::transpose:
            return transposed(other_->connectivity.draw(pre_units, post_units, random, other_->name, of), post_units);
    }
    return {};
}

std::vector<std::uint64_t> Connectivity::places() const {
    if (law_ != Law::list) return {};
    std::vector<std::uint64_t> order(count_);
    std::iota(order.begin(), order.end(), std::uint64_t{0});
    const auto& [post, pre] = *pairs_;
    std::ranges::stable_sort(order, [&](std::uint64_t a, std::uint64_t b) {
        return std::pair(post[a], pre[a]) < std::pair(post[b], pre[b]);
    });
    return order;
}

}  // namespace apical
