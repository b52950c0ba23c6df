#include "sim/circuit/pack.hpp"
#include "sim/kernels/compiled.hpp"

namespace apical::APICAL_SET {

namespace {

/// One value as if it were a pack, for the last rows.
template <class S>
struct Single {
    static constexpr std::size_t size = 1;
    S value;
    static Single load_anywhere(const S* from) { return {*from}; }
    void store_anywhere(S* to) const { *to = value; }
    static Single multiply_add(Single a, Single b, Single c) { return {a.value * b.value + c.value}; }
    friend Single operator*(Single a, Single b) { return {a.value * b.value}; }
};

template <bool learns, class P, std::size_t packs, class S>
void block(const typename Kernels<S>::ByColumns& product, std::size_t first) {
    const auto& [transposed, stride, count, begin, end, post, pre, gain, x, y, assign, scale] = product;
    P sum[packs], factor[packs];
    for (std::size_t p = 0; p < packs; ++p) {
        sum[p] = P{S(0)};
        if constexpr (learns) factor[p] = P{gain} * P::load_anywhere(post + first + p * P::size);
    }
    S* column = transposed + first;
    for (std::size_t j = 0; j < count; ++j, column += stride) {
        const P source{x[j]};
        for (std::size_t p = 0; p < packs; ++p) {
            P value = P::load_anywhere(column + p * P::size);
            if constexpr (learns) {
                value = P::multiply_add(factor[p], P{pre[j]}, value);
                value.store_anywhere(column + p * P::size);
            }
            sum[p] = P::multiply_add(value, source, sum[p]);
        }
    }
    for (std::size_t p = 0; p < packs; ++p) {
        S* const to = y + first + p * P::size;
        (assign ? P{scale} * sum[p] : P::multiply_add(P{scale}, sum[p], P::load_anywhere(to))).store_anywhere(to);
    }
}

template <bool learns, class S>
void pass(const typename Kernels<S>::ByColumns& product) {
    constexpr std::size_t size = Pack<S>::size;
    std::size_t i = product.first;
    for (; i + 4 * size <= product.end; i += 4 * size) block<learns, Pack<S>, 4, S>(product, i);
    for (; i + 2 * size <= product.end; i += 2 * size) block<learns, Pack<S>, 2, S>(product, i);
    for (; i + size <= product.end; i += size) block<learns, Pack<S>, 1, S>(product, i);
    // Together, since a sum waits for the one before.
    for (; i + 4 <= product.end; i += 4) block<learns, Single<S>, 4, S>(product, i);
    for (; i + 2 <= product.end; i += 2) block<learns, Single<S>, 2, S>(product, i);
    for (; i < product.end; ++i) block<learns, Single<S>, 1, S>(product, i);
}

}  // namespace

template <class S>
void multiply_by_columns(const typename Kernels<S>::ByColumns& product) {
    if (product.post != nullptr) pass<true, S>(product);
    else pass<false, S>(product);
}

template void multiply_by_columns<float>(const Kernels<float>::ByColumns&);
template void multiply_by_columns<double>(const Kernels<double>::ByColumns&);

}  // namespace apical::APICAL_SET
