#include "sim/synapses/sparse_rows.hpp"

#include <algorithm>

#include "sim/kernels/kernels.hpp"

namespace apical {

template <class S>
SparseRows<S>::SparseRows(Access<S> weights, std::size_t lanes, bool decays_beside, bool by_events)
    : Direct<S>(weights, lanes, decays_beside, by_events),
      adjacency_(weights->adjacency()),
      columns_(Tiles::of_cells(weights->columns(), lanes)) {
    splits_.reserve(adjacency_.post_units() * (columns_.count - 1));
    for (std::size_t post = 0; post < adjacency_.post_units(); ++post)
        for (std::size_t tile = 1; tile < columns_.count; ++tile)
            splits_.push_back(static_cast<std::uint32_t>(place(post, columns_.begin(tile), columns_.count)));
}

template <class S>
std::size_t SparseRows<S>::place(std::size_t post, std::size_t cell, std::size_t tile) const {
    const auto row = adjacency_.row(post);
    if (cell == 0) return 0;
    if (cell == columns_.extent) return row.size();
    if (tile < columns_.count) return splits_[post * (columns_.count - 1) + tile - 1];
    return static_cast<std::size_t>(std::ranges::lower_bound(row, static_cast<std::uint32_t>(cell)) - row.begin());
}

template <class S>
void SparseRows<S>::transmit(Rows rows, const S* from, S* into, const Write<S>& how) {
    if (how.assign) std::fill(into + rows.first * this->lanes(), into + rows.end * this->lanes(), S(0));
    if (how.transposed) push(rows, from, into, this->scale_of(how));
    else gather(rows, from, into, this->scale_of(how));
}

template <class S>
void SparseRows<S>::gather(Rows rows, const S* from, S* into, S scale) const {
    const std::size_t lanes = this->lanes();
    const S* const values = this->weights()->data();
    const std::uint32_t* const pre = adjacency_.pre.data();
    for (std::size_t post = rows.first; post < rows.end; ++post) {
        const std::size_t first = adjacency_.begin[post], end = adjacency_.begin[post + 1];
        if (lanes == 1) {
            S sum = 0;
            for (std::size_t k = first; k < end; ++k) sum += values[k] * from[pre[k]];
            into[post] += scale * sum;
            continue;
        }
        S* const target = into + post * lanes;
        for (std::size_t k = first; k < end; ++k) {
            const S w = scale * values[k];
            const S* const source = from + pre[k] * lanes;
            for (std::size_t lane = 0; lane < lanes; ++lane) target[lane] += w * source[lane];
        }
    }
}

template <class S>
void SparseRows<S>::push(Rows columns, const S* from, S* into, S scale) const {
    const auto tile_of = [&](std::size_t cell) {
        std::size_t tile = 0;
        while (tile < columns_.count && columns_.begin(tile) != cell) ++tile;
        return tile;
    };
    const std::size_t lanes = this->lanes(), first_tile = tile_of(columns.first), end_tile = tile_of(columns.end);
    const S* const values = this->weights()->data();
    const std::uint32_t* const pre = adjacency_.pre.data();
    for (std::size_t post = 0; post < adjacency_.post_units(); ++post) {
        const std::size_t begin = adjacency_.begin[post], first = begin + place(post, columns.first, first_tile),
                          end = begin + place(post, columns.end, end_tile);
        const S* const source = from + post * lanes;
        if (lanes == 1) {
            const S x = scale * *source;
            if (x == 0) continue;
            for (std::size_t k = first; k < end; ++k) into[pre[k]] += values[k] * x;
            continue;
        }
        for (std::size_t k = first; k < end; ++k) {
            const S w = scale * values[k];
            S* const target = into + pre[k] * lanes;
            for (std::size_t lane = 0; lane < lanes; ++lane) target[lane] += w * source[lane];
        }
    }
}

template <class S>
Tiles SparseRows<S>::learn_tiles() const {
    const std::size_t units = adjacency_.post_units();
    return Tiles::of_cells(units, this->lanes() * (adjacency_.synapses() / std::max<std::size_t>(units, 1)));
}

template <class S>
void SparseRows<S>::add_outer(S* m, std::size_t part, const OuterProduct<S>& term, S gain, S decay) const {
    const Tiles cut = learn_tiles();
    const std::size_t lanes = this->lanes();
    const std::uint32_t* const pre = adjacency_.pre.data();
    const Kernels<S>& of_lanes = kernels<S>(1, lanes);  // a row of lanes is what stands side by side
    for (std::size_t post = cut.begin(part); post < cut.begin(part + 1); ++post) {
        const std::size_t first = adjacency_.begin[post], end = adjacency_.begin[post + 1];
        if (lanes == 1) {
            const S factor = gain * term.post[post];
            for (std::size_t k = first; k < end; ++k) m[k] = decay * m[k] + factor * term.pre[pre[k]];
            continue;
        }
        of_lanes.add_dots({m, nullptr, pre, term.post + post * lanes, term.pre, lanes, first, end, gain, decay});
    }
}

template <class S>
void SparseRows<S>::add_trace(S* w, const S* e, std::size_t part, S gain, S decay) const {
    const Tiles cut = learn_tiles();
    for (std::size_t k = adjacency_.begin[cut.begin(part)]; k < adjacency_.begin[cut.begin(part + 1)]; ++k)
        w[k] = decay * w[k] + gain * e[k];
}

template class SparseRows<float>;
template class SparseRows<double>;

}  // namespace apical
