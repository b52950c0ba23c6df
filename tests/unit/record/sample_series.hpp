#pragma once
#include <string>
#include <vector>

#include "sim/record/sonata.hpp"
#include "tests/support/folder.hpp"

namespace apical::test {

/// 0, 1, 2 ...
inline std::vector<double> counted(std::size_t n) {
    std::vector<double> values(n);
    for (std::size_t k = 0; k < n; ++k) values[k] = static_cast<double>(k);
    return values;
}

/// Two variables, one of them a scalar.
inline Series metrics() {
    return {"/metrics",
            {"time", "1", "presented samples", {}},
            {},
            {{"loss", "1", "squared error", {}}, {"error", "1", "fraction of wrong classes", {}}}};
}

/// A matrix that is not square: post units in rows.
inline Series weights(std::size_t post, std::size_t pre) {
    return {"/weights",
            {"time", "1", "presented samples", {}},
            {{"post", "1", "postsynaptic unit", counted(post)}, {"pre", "1", "presynaptic unit", counted(pre)}},
            {{"W1", "nS", "weights from input to hidden", {"post", "pre"}}}};
}

/// What number `k` of row `row` is: exact in float32, different everywhere nearby.
inline double number(std::uint64_t row, std::size_t k) { return static_cast<double>((row * 131 + k * 7) % 8191) / 16; }

inline std::vector<double> row_of(std::uint64_t row, std::size_t length) {
    std::vector<double> values(length);
    for (std::size_t k = 0; k < length; ++k) values[k] = number(row, k);
    return values;
}

inline void append_rows(Sink& sink, Sink::Id id, std::uint64_t begin, std::uint64_t end, std::size_t length) {
    for (std::uint64_t row = begin; row < end; ++row)
        sink.append(id, 10.0 * static_cast<double>(row), row_of(row, length));
}

/// Cells that fire in a step, ascending: none, one or two.
inline std::vector<std::uint32_t> cells_of(std::uint32_t step) {
    std::vector<std::uint32_t> cells(step * 5 % 3, 3 * step);
    if (cells.size() == 2) cells = {3 * step, 3 * step + 5};
    return cells;
}

inline void append_spikes(Sink& sink, Sink::Id id, std::uint32_t begin, std::uint32_t end) {
    for (std::uint32_t step = begin; step < end; ++step) sink.append_each(id, 0.1 * step, cells_of(step));
}

}  // namespace apical::test
