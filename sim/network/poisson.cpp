#include "sim/network/poisson.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "sim/circuit/unusable.hpp"

namespace apical {
namespace {

constexpr std::int32_t never = std::numeric_limits<std::int32_t>::max();
/// Thresholds are looked at so many at a time; the rest of the last ones is `never`.
constexpr std::size_t lines_together = 4;

/// In the order of signed numbers, which vector instructions compare.
std::int32_t ordered(std::uint32_t word) { return static_cast<std::int32_t>(word ^ 0x80000000U); }

/// So many words are compared at a time, in vector registers: comparisons are -1 where they hold.
constexpr std::size_t group = 8;
using Words = std::int32_t __attribute__((vector_size(group * sizeof(std::int32_t))));

template <class Word>
Words words_at(const Word* from) {
    Words words;
    std::memcpy(&words, from, sizeof words);
    return words;
}
Words ordered(Words words) { return words ^ std::numeric_limits<std::int32_t>::min(); }
bool any(Words truth) {
    using Quads = std::int64_t __attribute__((vector_size(sizeof(Words))));
    const auto quads = std::bit_cast<Quads>(truth);
    return (quads[0] | quads[1] | quads[2] | quads[3]) != 0;
}

/// A cell with a mean count: it has k + 1 events or more if its word is above thresholds[k]. On the first threshold
/// itself, which matters where the mean is small, a second word is to be above `remainder`.
struct Table {
    std::vector<std::int32_t> thresholds;
    std::uint32_t remainder;
};

Table table_of(double mean, bool at_most_one) {
    constexpr double words = 0x1p32, last = words - 1;
    const double some = words * (at_most_one ? mean : -std::expm1(-mean)), some_words = std::ceil(some);
    Table table;
    table.thresholds.push_back(ordered(static_cast<std::uint32_t>(std::min(words - some_words, last))));
    table.remainder = some > 0 ? static_cast<std::uint32_t>(std::min((some_words - some) * words, last))
                               : std::numeric_limits<std::uint32_t>::max();
    if (at_most_one) return table;
    double p = std::exp(-mean), sum = p;
    for (double k = 1;; ++k) {
        sum += p *= mean / k;
        const double below = std::round(words * sum);
        // Beyond the mean, since sums of what was rounded may stay below 1.
        if (below >= words || (k > mean && p * words < 0.25)) return table;
        table.thresholds.push_back(ordered(static_cast<std::uint32_t>(std::max(below - 1, 0.0))));
    }
}

}  // namespace

template <class S>
Poisson<S>::Poisson(const PoissonDrive& drive, std::size_t cells, double step, const Random& random)
    : random_(random),
      stream_(Random::stream("poisson/" + drive.name)),
      second_stream_(Random::stream("poisson/" + drive.name + "/second")),
      cells_(cells),
      width_(drive.rate.is_number() ? 1 : together),
      step_(step),
      course_(drive.course),
      at_most_one_(drive.at_most_one) {
    const auto refuse = [&](const std::string& what) { throw Unusable("input", drive.name, "rate", what); };
    const auto refuse_weight = [&](const std::string& what) { throw Unusable("input", drive.name, "weight", what); };
    if (const std::string why = drive.rate.refuse(cells); !why.empty()) refuse("rates: " + why);
    const Interval factors = course_ ? course_->range() : Interval{1, 1};
    for (std::size_t cell = 0; cell < (drive.rate.is_number() ? 1 : cells); ++cell) {
        constexpr double ms = 1e-3;
        const double hertz = drive.rate.at(random, Random::stream("rate/" + drive.name), cell);
        means_.push_back(hertz * ms * step);
        for (const double factor : {factors.lower, factors.upper})
            if (const double mean = factor * means_.back(), largest = at_most_one_ ? 1 : most;
                !(mean >= 0 && mean <= largest))
                refuse(fmt::format("a rate of {} Hz, {} events a step of {} ms, expected from 0 to {}", factor * hertz,
                                   mean, step, largest));
    }
    weight_ = drive_numbers<S>(drive.weight, cells, random, "weight/" + drive.name, refuse_weight);
    set_thresholds(1);
}

template <class S>
void Poisson<S>::set_thresholds(double factor) {
    factor_ = factor;
    block_begin_.assign(1, 0);
    thresholds_.clear();
    remainder_.clear();
    for (std::size_t first = 0; first < means_.size(); first += together) {
        std::vector<Table> tables;
        std::size_t lines = 0;
        for (std::size_t cell = first; cell < std::min(means_.size(), first + together); ++cell) {
            tables.push_back(table_of(factor * means_[cell], at_most_one_));
            remainder_.push_back(tables.back().remainder);
            lines = std::max(lines, tables.back().thresholds.size());
        }
        lines = (lines + lines_together - 1) / lines_together * lines_together;
        const std::size_t begin = thresholds_.size();
        thresholds_.resize(begin + lines * width_, never);
        for (std::size_t cell = 0; cell < tables.size(); ++cell)
            for (std::size_t k = 0; k < tables[cell].thresholds.size(); ++k)
                thresholds_[begin + k * width_ + cell] = tables[cell].thresholds[k];
        block_begin_.push_back(thresholds_.size());
    }
}

template <class S>
void Poisson<S>::prepare(std::uint64_t step) {
    if (!course_) return;
    const double factor = course_->at((static_cast<double>(step) + 0.5) * step_);
    if (factor != factor_) set_thresholds(factor);
}

/// Whether there are any. `width`: thresholds in a line, one for all cells or one for each.
template <class S>
template <std::size_t width>
bool Poisson<S>::draw(std::uint64_t step, std::size_t block, Counts& counts) const {
    const Random::Block drawn =
        random_.bits_together(stream_, static_cast<std::uint32_t>(block * Random::together), step);
    const std::size_t line_begin = block_begin_[width == 1 ? 0 : block],
                      line_end = block_begin_[width == 1 ? 1 : block + 1];
    const std::int32_t* const first = thresholds_.data() + line_begin;
    const auto at = [](const std::int32_t* line, std::size_t begin) {
        return width == 1 ? Words{} + line[0] : words_at(line + begin);
    };

    Words some{}, equal{};
    std::array<Words, together / group> words;
    for (std::size_t g = 0; g < words.size(); ++g) {
        words[g] = ordered(words_at(&drawn[g * group / Random::together][g * group % Random::together]));
        const Words threshold = at(first, g * group);
        some |= words[g] >= threshold;
        equal |= words[g] == threshold;
    }
    if (!any(some)) return false;

    constexpr std::size_t at_once = 4;  // groups whose words and counts stay in registers
    for (std::size_t begin = 0; begin < words.size(); begin += at_once) {
        std::array<Words, at_once> found{};
        for (const std::int32_t *line = first, *const end = thresholds_.data() + line_end; line < end;) {
            Words more{};
            for (std::size_t l = 0; l < lines_together; ++l, line += width)
                for (std::size_t g = 0; g < at_once; ++g) {
                    const Words above = words[begin + g] > at(line, (begin + g) * group);
                    found[g] -= above;
                    if (l + 1 == lines_together) more |= above;
                }
            if (!any(more)) break;
        }
        std::memcpy(counts.data() + begin * group, found.data(), sizeof found);
    }
    if (any(equal))
        for (std::size_t k = 0; k < together; ++k) {
            const std::size_t cell = block * together + k;
            if (words[k / group][k % group] != first[width == 1 ? 0 : k] || cell >= cells_) continue;
            const auto word = random_.bits(second_stream_, static_cast<std::uint32_t>(cell), step)[0];
            counts[k] += word > remainder_[width == 1 ? 0 : cell] ? 1 : 0;
        }
    return true;
}

template <class S>
void Poisson<S>::add(std::uint64_t step, S* into, Rows cells) const {
    Counts counts;
    for (std::size_t block = cells.first / together; block * together < cells.end; ++block) {
        if (!(width_ == 1 ? draw<1>(step, block, counts) : draw<together>(step, block, counts))) continue;
        const std::size_t begin = block * together, first = std::max(begin, cells.first),
                          end = std::min(begin + together, cells.end);
        if (weight_.size() == 1)
            for (std::size_t c = first; c < end; ++c) into[c] += weight_[0] * static_cast<S>(counts[c - begin]);
        else
            for (std::size_t c = first; c < end; ++c) into[c] += weight_[c] * static_cast<S>(counts[c - begin]);
    }
}

template class Poisson<float>;
template class Poisson<double>;

}  // namespace apical
