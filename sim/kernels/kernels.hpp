#pragma once
#include <cstddef>
#include <cstdint>

namespace apical {

/// The loops in which a step spends its time, compiled once for every instruction set (instruction_set.hpp) and called
/// through this table. Matrices are row-major and dense; nothing but numbers and pointers crosses, since each set has
/// an Eigen of its own. The same bits on every call with the same arguments, so on any thread.
template <class S>
struct Kernels {
    /// The rows [first, end) of y (+)= scale M x, or of scale M^T x. M is rows x columns, x and y have `lanes` columns;
    /// all are 64-byte aligned.
    struct Product {
        const S* m;
        std::size_t rows, columns;
        bool transposed;
        const S* x;
        S* y;
        std::size_t lanes, first, end;
        bool assign;
        S scale;
    };
    void (*multiply)(const Product&);

    /// M <- decay M + gain post pre^T in the rows [first, end) of M if it has at least as many rows as columns, else in
    /// these columns. M is rows x columns, post rows x lanes, pre columns x lanes; all are 64-byte aligned.
    struct Outer {
        S* m;
        std::size_t rows, columns;
        const S *post, *pre;
        std::size_t lanes, first, end;
        S gain, decay;
    };
    void (*add_outer)(const Outer&);
    /// The same in one lane and without decay, only of the rows where `post` is not 0: no other row is touched.
    void (*add_rows)(const Outer&);

    /// Updates that have waited are made in the rows [first, end) of W: W <- W + sum over k < waiting of left_k post_k
    /// pre_k^T; post_k is row k of a matrix with `rows` columns, pre_k of one with `columns`. With traces E, one waits:
    /// E <- trace_decay E + trace_gain post pre^T, W <- W + left_0 E. On the way y (+)= scale W x, in one lane, unless
    /// y is null.
    struct Deferred {
        S *w, *e;  ///< e is null without traces
        std::size_t rows, columns, first, end, waiting;
        const S *post, *pre, *left;
        S trace_decay, trace_gain;
        const S* x;
        S* y;
        bool assign;
        S scale;
    };
    static constexpr std::size_t most_waiting = 16;
    void (*make_deferred)(const Deferred&);

    /// The rows [first, end) of y (+)= scale W x in one lane, with W^T (columns x rows) in memory; unless post is null,
    /// first W <- W + gain post pre^T in these rows.
    struct ByColumns {
        S* transposed;
        std::size_t rows, columns, first, end;
        const S *post, *pre;
        S gain;
        const S* x;
        S* y;
        bool assign;
        S scale;
    };
    void (*multiply_by_columns)(const ByColumns&);

    /// values_k <- decay values_k + gain (sum over lanes of post pre) for the synapses [first, end). Synapse k is of
    /// the cells post_cells[k] and pre_cells[k]; if the former is null, all are of the first cell of `post`.
    struct Dots {
        S* values;
        const std::uint32_t *post_cells, *pre_cells;
        const S *post, *pre;
        std::size_t lanes, first, end;
        S gain, decay;
    };
    void (*add_dots)(const Dots&);
};

/// Those of the instruction set in use, for matrices with so many cells side by side. One lane of a few cells fills no
/// wide vector, and what is left over, number by number, would be most of it: there the next narrower set serves. To be
/// asked once, not on every call. Throws as `instruction_set` does.
template <class S>
const Kernels<S>& kernels(std::size_t lanes, std::size_t cells);

template <>
const Kernels<float>& kernels(std::size_t lanes, std::size_t cells);
template <>
const Kernels<double>& kernels(std::size_t lanes, std::size_t cells);

}  // namespace apical
