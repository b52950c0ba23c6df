#include <Eigen/Core>

#include "sim/circuit/pack.hpp"
#include "sim/kernels/compiled.hpp"

namespace apical::APICAL_SET {

namespace {

template <class S>
using RowMajor = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class S>
using View = Eigen::Map<RowMajor<S>, Eigen::Aligned64>;
template <class S>
using ConstView = Eigen::Map<const RowMajor<S>, Eigen::Aligned64>;

Eigen::Index index(std::size_t k) { return static_cast<Eigen::Index>(k); }

/// Vector registers hold a tile of the result, whole vectors of lanes: then a row of x is what a product needs side by
/// side, and nothing has to be packed. With 32 of them (AVX-512) that is the fastest product there is at the shapes of
/// a step; with 16 Eigen's is.
#ifdef __AVX512F__
constexpr bool has_many_registers = true;
#else
constexpr bool has_many_registers = false;
#endif

/// A tile of y (+)= scale M x, or M^T x: `rows` rows and `packs` vectors of lanes, over `depth` cells of x. Everything
/// points to the first number of the tile; `row` and `cell` are the distances in M of two rows of y, and two of x.
template <std::size_t rows, std::size_t packs, class S>
void multiply_tile(const S* m, std::size_t row, std::size_t cell, const S* x, S* y, std::size_t lanes,
                   std::size_t depth, bool assign, S scale) {
    using P = Pack<S>;
    P sum[rows][packs];
    for (auto& of_row : sum)
        for (P& part : of_row) part = P(0);
    for (std::size_t k = 0; k < depth; ++k, m += cell, x += lanes) {
        P source[packs];
        for (std::size_t p = 0; p < packs; ++p) source[p] = P::load(x + p * P::size);
        for (std::size_t r = 0; r < rows; ++r) {
            const P weight(m[r * row]);
            for (std::size_t p = 0; p < packs; ++p) sum[r][p] = P::multiply_add(weight, source[p], sum[r][p]);
        }
    }
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t p = 0; p < packs; ++p) {
            S* const to = y + r * lanes + p * P::size;
            (assign ? P(scale) * sum[r][p] : P::multiply_add(P(scale), sum[r][p], P::load(to))).store(to);
        }
}

/// All rows of some lanes, from the first. `packs` times 6 or 12 sums and what is multiplied fit into 32 registers.
template <std::size_t packs, class S>
void multiply_lanes(const typename Kernels<S>::Product& product, std::size_t lane, std::size_t from, std::size_t to) {
    constexpr std::size_t together = packs == 4 ? 6 : 12;
    const std::size_t lanes = product.lanes, end = product.end;
    const std::size_t row = product.transposed ? 1 : product.columns, cell = product.transposed ? product.columns : 1;
    const S *const m = product.m + from * cell, *const x = product.x + from * lanes + lane;
    const bool assign = product.assign && from == 0;
    const auto tile = [&]<std::size_t count>(std::size_t i) {
        multiply_tile<count, packs>(m + i * row, row, cell, x, product.y + i * lanes + lane, lanes, to - from, assign,
                                    product.scale);
    };
    std::size_t i = product.first;
    for (; i + together <= end; i += together) tile.template operator()<together>(i);
    for (; i + 4 <= end; i += 4) tile.template operator()<4>(i);
    for (; i + 2 <= end; i += 2) tile.template operator()<2>(i);
    for (; i < end; ++i) tile.template operator()<1>(i);
}

template <class S>
void multiply_in_registers(const typename Kernels<S>::Product& product) {
    constexpr std::size_t size = Pack<S>::size;
    constexpr std::size_t deep = 1024;  // a panel of x, four vectors wide, is 256 KiB: it stays in the second cache
    const std::size_t lanes = product.lanes, cells = product.transposed ? product.rows : product.columns;
    for (std::size_t from = 0; from < cells; from += deep) {
        const std::size_t to = from + deep < cells ? from + deep : cells;
        std::size_t lane = 0;
        for (; lane + 4 * size <= lanes; lane += 4 * size) multiply_lanes<4, S>(product, lane, from, to);
        for (; lane + 2 * size <= lanes; lane += 2 * size) multiply_lanes<2, S>(product, lane, from, to);
        for (; lane < lanes; lane += size) multiply_lanes<1, S>(product, lane, from, to);
    }
}

/// Rows of y (+)= scale M x in one lane, side by side, so that one of x is loaded once for all and no sum waits for
/// itself: each is that of whole vectors and then of what is left, number by number. `skips`: weights of cells that are
/// all 0 are not read, and add nothing: memory is what binds.
template <std::size_t rows, bool skips, class S>
void multiply_rows(const S* m, std::size_t columns, const S* x, S* y, bool assign, S scale) {
    using P = Pack<S>;
    P total[rows];
    for (P& sum : total) sum = P(0);
    std::size_t j = 0;
    for (; j + P::size <= columns; j += P::size) {
        const P source = P::load(x + j);
        if constexpr (skips)
            if (!any(source != P(0))) continue;
        for (std::size_t r = 0; r < rows; ++r)
            total[r] = P::multiply_add(P::load_anywhere(m + r * columns + j), source, total[r]);
    }
    S sums[rows];
    for (std::size_t r = 0; r < rows; ++r) sums[r] = total[r].sum();
    for (; j < columns; ++j)
        for (std::size_t r = 0; r < rows; ++r) sums[r] += m[r * columns + j] * x[j];
    for (std::size_t r = 0; r < rows; ++r) y[r] = (assign ? S(0) : y[r]) + scale * sums[r];
}

template <bool skips, class S>
void multiply_all_rows(const typename Kernels<S>::Product& product) {
    const auto& [m, rows, columns, transposed, x, y, lanes, begin, end, assign, scale] = product;
    std::size_t i = begin;
    for (; i + 8 <= end; i += 8) multiply_rows<8, skips>(m + i * columns, columns, x, y + i, assign, scale);
    for (; i + 4 <= end; i += 4) multiply_rows<4, skips>(m + i * columns, columns, x, y + i, assign, scale);
    for (; i + 2 <= end; i += 2) multiply_rows<2, skips>(m + i * columns, columns, x, y + i, assign, scale);
    for (; i < end; ++i) multiply_rows<1, skips>(m + i * columns, columns, x, y + i, assign, scale);
}

/// Whether a vector of x, of those that `multiply_rows` loads, is all 0.
template <class S>
bool has_silence(const S* x, std::size_t columns) {
    using P = Pack<S>;
    for (std::size_t j = 0; j + P::size <= columns; j += P::size)
        if (!any(P::load(x + j) != P(0))) return true;
    return false;
}

/// The rows in one lane, with the bits of Eigen's product and without its copy of x. False where it is not made here:
/// Eigen sums one row, small matrices, and what is left of a last row alone in narrower vectors in another order, and
/// reads long rows from memory faster.
template <class S>
bool multiply_one_lane(const typename Kernels<S>::Product& product) {
    const auto& [m, rows, columns, transposed, x, y, lanes, begin, end, assign, scale] = product;
    constexpr std::size_t small = 20, long_row = 12288 / sizeof(S), narrowest = 16 / sizeof(S);
    const std::size_t height = end - begin;
    if (lanes != 1 || transposed || height < 2 || height + columns + 1 < small || columns > long_row) return false;
    if (height % 2 != 0 && columns % Pack<S>::size >= narrowest) return false;
    if (has_silence(x, columns)) multiply_all_rows<true, S>(product);
    else multiply_all_rows<false, S>(product);
    return true;
}

}  // namespace

template <class S>
void multiply(const typename Kernels<S>::Product& product) {
    if constexpr (has_many_registers)
        if (product.lanes % Pack<S>::size == 0) return multiply_in_registers<S>(product);
    if constexpr (sizeof(S) == sizeof(float))  // in double small nets took 2 to 4 % longer
        if (multiply_one_lane<S>(product)) return;
    const auto& [m, rows, columns, transposed, x, y, lanes, begin, end, assign, scale] = product;
    const ConstView<S> w(m, index(rows), index(columns));
    const ConstView<S> source(x, index(transposed ? rows : columns), index(lanes));
    View<S> target(y, index(transposed ? columns : rows), index(lanes));
    const Eigen::Index first = index(begin), n = index(end - begin);
    auto part = target.middleRows(first, n);
    if (transposed) {
        if (assign) part.noalias() = scale * w.middleCols(first, n).transpose() * source;
        else part.noalias() += scale * w.middleCols(first, n).transpose() * source;
    } else {
        if (assign) part.noalias() = scale * w.middleRows(first, n) * source;
        else part.noalias() += scale * w.middleRows(first, n) * source;
    }
}

template <class S>
void add_outer(const typename Kernels<S>::Outer& update) {
    const auto& [m, rows, columns, post, pre, lanes, begin, end, gain, decay] = update;
    View<S> w(m, index(rows), index(columns));
    const ConstView<S> p(post, index(rows), index(lanes)), q(pre, index(columns), index(lanes));
    const Eigen::Index first = index(begin), n = index(end - begin);
    const bool by_rows = rows >= columns;
    auto part = by_rows ? w.block(first, 0, n, w.cols()) : w.block(0, first, w.rows(), n);
    const auto part_post = by_rows ? p.middleRows(first, n) : p.middleRows(0, p.rows());
    const auto part_pre = by_rows ? q.middleRows(0, q.rows()) : q.middleRows(first, n);
    // The decay is a pass of its own, and no loss: it streams the tile into cache, which the product would do in a less
    // orderly way. Keeping decay in a common factor of the whole matrix instead made a step 4 % slower.
    if (decay != S(1)) part *= decay;
    part.noalias() += gain * part_post * part_pre.transpose();
}

template <class S>
void add_rows(const typename Kernels<S>::Outer& update) {
    using P = Pack<S>;
    const auto& [m, rows, columns, post, pre, lanes, begin, end, gain, decay] = update;
    const bool by_rows = rows >= columns;
    const std::size_t top = by_rows ? begin : 0, bottom = by_rows ? end : rows;
    const std::size_t left = by_rows ? 0 : begin, right = by_rows ? columns : end;
    for (std::size_t i = top; i < bottom; ++i) {
        if (post[i] == S(0)) continue;
        const S factor = gain * post[i];
        const P factors = P(factor);
        S* const row = m + i * columns;
        std::size_t j = left;
        for (; j + P::size <= right; j += P::size)
            P::multiply_add(factors, P::load_anywhere(pre + j), P::load_anywhere(row + j)).store_anywhere(row + j);
        for (; j < right; ++j) row[j] += factor * pre[j];
    }
}

template void multiply<float>(const Kernels<float>::Product&);
template void multiply<double>(const Kernels<double>::Product&);
template void add_outer<float>(const Kernels<float>::Outer&);
template void add_outer<double>(const Kernels<double>::Outer&);
template void add_rows<float>(const Kernels<float>::Outer&);
template void add_rows<double>(const Kernels<double>::Outer&);

}  // namespace apical::APICAL_SET
