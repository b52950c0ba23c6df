#include "sim/circuit/pack.hpp"
#include "sim/kernels/compiled.hpp"

namespace apical::APICAL_SET {

namespace {

/// W <- W + sum of post_k pre_k^T in some rows and packs of columns, while they are in registers; total += W x. `w`,
/// `pre` and `x` point to the first of these columns, `stride` columns are a row of W and of pre. Four rows of two
/// packs need fifteen registers of sixteen: a factor of decay here would be one too many.
template <std::size_t packs, std::size_t rows, class S>
void update_and_transmit(S* w, std::size_t stride, std::size_t waiting, const S (*post)[rows], const S* pre, const S* x,
                         Pack<S> (&total)[rows]) {
    using P = Pack<S>;
    P value[rows][packs];
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t p = 0; p < packs; ++p) value[r][p] = P::load_anywhere(w + r * stride + p * P::size);
    for (std::size_t k = 0; k < waiting; ++k, pre += stride) {
        P before[packs];
        for (std::size_t p = 0; p < packs; ++p) before[p] = P::load_anywhere(pre + p * P::size);
        for (std::size_t r = 0; r < rows; ++r) {
            const P factor(post[k][r]);
            for (std::size_t p = 0; p < packs; ++p) value[r][p] = P::multiply_add(factor, before[p], value[r][p]);
        }
    }
    for (std::size_t p = 0; p < packs; ++p) {
        const P source = P::load_anywhere(x + p * P::size);
        for (std::size_t r = 0; r < rows; ++r) {
            value[r][p].store_anywhere(w + r * stride + p * P::size);
            total[r] = P::multiply_add(value[r][p], source, total[r]);
        }
    }
}

template <std::size_t rows, class S>
void make_rows(const typename Kernels<S>::Deferred& updates, std::size_t first, S* sums) {
    constexpr std::size_t size = Pack<S>::size;
    const auto& [all, e, height, columns, begin, end, waiting, post, pre, left, trace_decay, trace_gain, x, y, assign,
                 scale] = updates;
    S factors[Kernels<S>::most_waiting][rows];
    for (std::size_t k = 0; k < waiting; ++k)
        for (std::size_t r = 0; r < rows; ++r) factors[k][r] = left[k] * post[k * height + first + r];
    S* const w = all + first * columns;
    Pack<S> total[rows];
    for (Pack<S>& sum : total) sum = Pack<S>(0);
    std::size_t j = 0;
    for (; j + 2 * size <= columns; j += 2 * size)
        update_and_transmit<2>(w + j, columns, waiting, factors, pre + j, x + j, total);
    for (; j + size <= columns; j += size)
        update_and_transmit<1>(w + j, columns, waiting, factors, pre + j, x + j, total);
    for (std::size_t r = 0; r < rows; ++r) sums[r] = total[r].sum();  // alone, or `total` would not stay in registers
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = j; c < columns; ++c) {
            S& value = w[r * columns + c];
            for (std::size_t k = 0; k < waiting; ++k) value += factors[k][r] * pre[k * columns + c];
            sums[r] += value * x[c];
        }
}

template <std::size_t rows, class S>
void make_rows_with_trace(const typename Kernels<S>::Deferred& updates, std::size_t first, S* sums) {
    using P = Pack<S>;
    const std::size_t columns = updates.columns;
    S *const w = updates.w + first * columns, *const e = updates.e + first * columns;
    const S *const pre = updates.pre, *const x = updates.x, decay = updates.trace_decay, gain = updates.left[0];
    S factor[rows];
    P total[rows];
    for (std::size_t r = 0; r < rows; ++r) {
        factor[r] = updates.trace_gain * updates.post[first + r];
        total[r] = P(0);
    }
    std::size_t j = 0;
    for (; j + P::size <= columns; j += P::size) {
        const P before = P::load_anywhere(pre + j), source = P::load_anywhere(x + j);
        for (std::size_t r = 0; r < rows; ++r) {
            S *const value_at = w + r * columns + j, *const trace_at = e + r * columns + j;
            const P trace = P::multiply_add(P(factor[r]), before, P(decay) * P::load_anywhere(trace_at));
            const P value = P::multiply_add(P(gain), trace, P::load_anywhere(value_at));
            trace.store_anywhere(trace_at);
            value.store_anywhere(value_at);
            total[r] = P::multiply_add(value, source, total[r]);
        }
    }
    for (std::size_t r = 0; r < rows; ++r) sums[r] = total[r].sum();
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = j, at = r * columns + j; c < columns; ++c, ++at) {
            const S trace = decay * e[at] + factor[r] * pre[c], value = w[at] + gain * trace;
            e[at] = trace;
            w[at] = value;
            sums[r] += value * x[c];
        }
}

}  // namespace

template <class S>
void make_deferred(const typename Kernels<S>::Deferred& updates) {
    constexpr std::size_t together = 4;
    const auto make = [&updates]<std::size_t rows>(std::size_t first) {
        S sums[rows];
        if (updates.e != nullptr) make_rows_with_trace<rows>(updates, first, sums);
        else make_rows<rows>(updates, first, sums);
        if (updates.y == nullptr) return;
        S* const y = updates.y + first;
        const S scale = updates.scale;
        for (std::size_t r = 0; r < rows; ++r) y[r] = updates.assign ? scale * sums[r] : y[r] + scale * sums[r];
    };
    std::size_t i = updates.first;
    for (; i + together <= updates.end; i += together) make.template operator()<together>(i);
    for (; i < updates.end; ++i) make.template operator()<1>(i);
}

template void make_deferred<float>(const Kernels<float>::Deferred&);
template void make_deferred<double>(const Kernels<double>::Deferred&);

}  // namespace apical::APICAL_SET
