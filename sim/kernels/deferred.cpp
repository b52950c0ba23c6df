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
    for (std::size_t r = 0; r < rows; ++r) {
        sums[r] = total[r].sum();
        for (std::size_t c = j; c < columns; ++c) {
            S& value = w[r * columns + c];
            for (std::size_t k = 0; k < waiting; ++k) value += factors[k][r] * pre[k * columns + c];
            sums[r] += value * x[c];
        }
    }
}

template <class S>
S make_row_with_trace(const typename Kernels<S>::Deferred& updates, std::size_t row) {
    using P = Pack<S>;
    const std::size_t columns = updates.columns;
    S* const w = updates.w + row * columns;
    S* const e = updates.e + row * columns;
    const S factor = updates.trace_gain * updates.post[row];
    const P trace_decay(updates.trace_decay), gain(updates.left[0]);
    P total(0);
    std::size_t j = 0;
    for (; j + P::size <= columns; j += P::size) {
        const P pre = P::load_anywhere(updates.pre + j);
        const P trace = P::multiply_add(P(factor), pre, trace_decay * P::load_anywhere(e + j));
        const P value = P::multiply_add(gain, trace, P::load_anywhere(w + j));
        trace.store_anywhere(e + j);
        value.store_anywhere(w + j);
        total = P::multiply_add(value, P::load_anywhere(updates.x + j), total);
    }
    S sum = total.sum();
    for (; j < columns; ++j) {
        e[j] = updates.trace_decay * e[j] + factor * updates.pre[j];
        w[j] += updates.left[0] * e[j];
        sum += w[j] * updates.x[j];
    }
    return sum;
}

}  // namespace

template <class S>
void make_deferred(const typename Kernels<S>::Deferred& updates) {
    RETURN_NARROWER(make_deferred, updates.columns, updates);
    constexpr std::size_t together = 4;
    S sums[together];
    const auto put = [&updates](std::size_t row, S sum) {
        if (updates.y == nullptr) return;
        updates.y[row] = updates.assign ? updates.scale * sum : updates.y[row] + updates.scale * sum;
    };
    std::size_t i = updates.first;
    if (updates.e != nullptr) {
        for (; i < updates.end; ++i) put(i, make_row_with_trace<S>(updates, i));
        return;
    }
    for (; i + together <= updates.end; i += together) {
        make_rows<together>(updates, i, sums);
        for (std::size_t r = 0; r < together; ++r) put(i + r, sums[r]);
    }
    for (; i < updates.end; ++i) {
        make_rows<1>(updates, i, sums);
        put(i, sums[0]);
    }
}

template void make_deferred<float>(const Kernels<float>::Deferred&);
template void make_deferred<double>(const Kernels<double>::Deferred&);

}  // namespace apical::APICAL_SET
