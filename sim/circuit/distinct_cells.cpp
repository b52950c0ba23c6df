#include "sim/circuit/distinct_cells.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

namespace apical {
namespace {

/// By inversion, of a law with one mode on [low, high] that is given by ratio(k) = P(k + 1) / P(k). What is less
/// probable than the mode by a factor of 2^-60 is left out on either side. The sum is taken over the numbers
/// themselves, not from a formula for P(mode), which would lose digits for large populations.
template <class Ratio>
std::uint64_t inverted(double u, std::uint64_t low, std::uint64_t high, std::uint64_t mode, const Ratio& ratio) {
    constexpr double negligible = 0x1p-60;
    double sum = 1, p = 1;
    std::uint64_t last = mode;
    for (; last < high && p > negligible; ++last) sum += p *= ratio(last);
    std::uint64_t k = mode;
    for (p = 1; k > low && p > negligible; --k) sum += p /= ratio(k - 1);
    for (double rest = u * sum; k < last && rest >= p; ++k) {
        rest -= p;
        p *= ratio(k);
    }
    return k;
}

double number(std::uint64_t n) { return static_cast<double>(n); }

}  // namespace

std::uint64_t binomial(double u, std::uint64_t n, double p) {
    if (p <= 0) return 0;
    if (p >= 1) return n;
    const double odds = p / (1 - p);
    const auto mode = std::min(n, static_cast<std::uint64_t>((number(n) + 1) * p));
    return inverted(u, 0, n, mode, [=](std::uint64_t k) { return number(n - k) / number(k + 1) * odds; });
}

std::uint64_t hypergeometric(double u, std::uint64_t all, std::uint64_t marked, std::uint64_t drawn) {
    const std::uint64_t others = all - marked, low = drawn > others ? drawn - others : 0;
    const std::uint64_t high = std::min(marked, drawn);
    const auto mode = static_cast<std::uint64_t>((number(drawn) + 1) * (number(marked) + 1) / (number(all) + 2));
    return inverted(u, low, high, std::clamp(mode, low, high), [=](std::uint64_t k) {
        return number(marked - k) * number(drawn - k) / (number(k + 1) * number(others + k + 1 - drawn));
    });
}

DistinctCells::DistinctCells(const Random& random, std::uint32_t stream, std::uint32_t n)
    : random_(random), stream_(stream), n_(n), seen_((std::size_t{n} + 63) / 64) {}

bool DistinctCells::is_new(std::uint32_t cell) {
    std::uint64_t& word = seen_[cell / 64];
    const std::uint64_t bit = std::uint64_t{1} << cell % 64;
    const bool fresh = (word & bit) == 0;
    word |= bit;
    return fresh;
}

template <class Take>
void DistinctCells::draw_until(std::uint64_t line, std::size_t enough, const Take& take) {
    std::size_t found = 0;
    for (std::uint32_t first = 0; found < enough; first += Random::together) {
        const Random::Block block = random_.bits_together(stream_, first, line);
        for (std::size_t k = 0; k < Random::together && found < enough; ++k)
            if (const std::uint32_t cell = Random::below(n_, block[0][k], block[1][k]); is_new(cell)) {
                take(cell);
                ++found;
            }
    }
}

/// By digits of eight bits, from the lowest on: several times as fast as comparisons where there are hundreds.
void DistinctCells::sort(std::span<std::uint32_t> cells) {
    constexpr std::size_t few = 64;
    constexpr unsigned digit = 8;
    const auto bits = static_cast<unsigned>(std::bit_width(n_ - 1));
    if (cells.size() < few) {
        std::ranges::sort(cells);
        return;
    }
    scratch_.resize(cells.size());
    std::span<std::uint32_t> from = cells, to = scratch_;
    for (unsigned shift = 0; shift < bits; shift += digit, std::swap(from, to)) {
        const auto digit_of = [&](std::uint32_t cell) { return (cell >> shift) % (1U << digit); };
        std::array<std::uint32_t, (1U << digit) + 1> begin{};
        for (const std::uint32_t cell : from) ++begin[digit_of(cell) + 1];
        std::partial_sum(begin.begin(), begin.end(), begin.begin());
        for (const std::uint32_t cell : from) to[begin[digit_of(cell)]++] = cell;
    }
    if (from.data() != cells.data()) std::ranges::copy(from, cells.begin());
}

void DistinctCells::draw_again(std::uint64_t line, std::span<std::uint32_t> into) {
    for (std::size_t first = 0; first < into.size(); first += Random::together) {
        const Random::Block block = random_.bits_together(stream_, static_cast<std::uint32_t>(first), line);
        for (std::size_t k = 0; k < std::min(Random::together, into.size() - first); ++k)
            into[first + k] = Random::below(n_, block[0][k], block[1][k]);
    }
    sort(into);
}

void DistinctCells::draw(std::uint64_t line, std::span<std::uint32_t> into) {
    if (into.size() <= n_ / 2) {
        auto next = into.begin();
        draw_until(line, into.size(), [&](std::uint32_t cell) { *next++ = cell; });
        sort(into);
        for (const std::uint32_t cell : into) seen_[cell / 64] = 0;
        return;
    }
    draw_until(line, n_ - into.size(), [](std::uint32_t) {});
    auto next = into.begin();
    for (std::uint32_t cell = 0; cell < n_; ++cell)
        if ((seen_[cell / 64] >> cell % 64 & 1U) == 0) *next++ = cell;
    std::ranges::fill(seen_, 0);
}

}  // namespace apical
