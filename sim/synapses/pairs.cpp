#include "sim/synapses/pairs.hpp"

#include <algorithm>

#include "sim/kernels/kernels.hpp"
#include "sim/synapses/events_in.hpp"
#include "sim/synapses/inverse_roots.hpp"

namespace apical {

namespace {

/// The postsynaptic cell of every synapse.
std::vector<std::uint32_t> post_of(const Adjacency& rows) {
    std::vector<std::uint32_t> post;
    post.reserve(rows.pre.size());
    for (std::size_t i = 0; i < rows.post_units(); ++i)
        post.insert(post.end(), rows.row(i).size(), static_cast<std::uint32_t>(i));
    return post;
}

}  // namespace

SynapsesByCell::SynapsesByCell(const std::vector<std::uint32_t>& cells, std::size_t units)
    : begin_(units + 1, 0), synapses_(cells.size()) {
    for (std::uint32_t cell : cells) ++begin_[cell + 1];
    for (std::size_t i = 0; i < units; ++i) begin_[i + 1] += begin_[i];
    std::vector<std::uint32_t> next = begin_;
    for (std::size_t k = 0; k < cells.size(); ++k) synapses_[next[cells[k]]++] = static_cast<std::uint32_t>(k);

    const std::size_t each = units > 0 ? cells.size() / units : 0;
    const auto regular = [&](std::size_t k) { return cells[k] == k / each; };
    std::size_t k = 0;
    while (each > 0 && k < cells.size() && regular(k)) ++k;
    if (each > 0 && k == cells.size() && k == each * units) each_ = each;
}

Pairs::Pairs(const Adjacency& rows, std::size_t pre_units)
    : post_(post_of(rows)), pre_(rows.pre), into_post_(post_, rows.post_units()), into_pre_(pre_, pre_units) {}

template <class S>
void Pairs::transmit(const S* values, std::size_t first, std::size_t end, const S* x, S* y, std::size_t lanes,
                     bool transposed, bool assign, S scale) const {
    if (lanes == 1) {
        if (assign) std::fill_n(y + first, end - first, S(0));
        return transmit_one_lane(values, first, end, x, y, transposed, scale);
    }
    const std::uint32_t* const from = transposed ? post_.data() : pre_.data();
    (transposed ? into_pre_ : into_post_).with([=](const auto synapses_of) {
        for (std::size_t i = first; i < end; ++i) {
            S* const target = y + i * lanes;
            bool fresh = assign;
            synapses_of(i, [=, &fresh](std::size_t k) {
                const S w = scale * values[k];
                const S* const source = x + from[k] * lanes;
                if (fresh)
                    for (std::size_t lane = 0; lane < lanes; ++lane) target[lane] = w * source[lane];
                else
                    for (std::size_t lane = 0; lane < lanes; ++lane) target[lane] += w * source[lane];
                fresh = false;
            });
            if (fresh) std::fill_n(target, lanes, S(0));
        }
    });
}

template <class S>
void Pairs::transmit_events(const S* values, std::size_t first, std::size_t end, const S* x, S* y, bool transposed,
                            bool assign, S scale) const {
    if (assign) std::fill_n(y + first, end - first, S(0));
    const std::uint32_t* const target = transposed ? pre_.data() : post_.data();
    const SynapsesByCell& from = transposed ? into_post_ : into_pre_;
    from.with([&](const auto synapses_of) {
        for_each_event(x, from.units(), [&](std::size_t cell) {
            const S source = scale * x[cell];
            synapses_of(cell, [&](std::size_t k) {
                if (const std::size_t to = target[k]; to >= first && to < end) y[to] += values[k] * source;
            });
        });
    });
}

// With one lane indices cost more than the product. Most often one side has one synapse a cell, in order, so that they
// are not needed: synapse k is of cell k.

template <class S>
void Pairs::transmit_one_lane(const S* values, std::size_t first, std::size_t end, const S* x, S* y, bool transposed,
                              S scale) const {
    const SynapsesByCell &into = transposed ? into_pre_ : into_post_, &from = transposed ? into_post_ : into_pre_;
    if (from.one_each()) {
        into.with([=](const auto synapses_of) {
            for (std::size_t i = first; i < end; ++i) {
                S sum = 0;
                synapses_of(i, [&](std::size_t k) { sum += values[k] * x[k]; });
                y[i] += scale * sum;
            }
        });
    } else if (into.one_each() && first == 0 && end == into.units()) {
        from.with([=, units = from.units()](const auto synapses_of) {
            for (std::size_t i = 0; i < units; ++i) {
                const S source = scale * x[i];
                synapses_of(i, [=](std::size_t k) { y[k] += values[k] * source; });
            }
        });
    } else {
        const std::uint32_t* const cell = transposed ? post_.data() : pre_.data();
        into.with([=](const auto synapses_of) {
            for (std::size_t i = first; i < end; ++i) {
                S sum = 0;
                synapses_of(i, [&](std::size_t k) { sum += values[k] * x[cell[k]]; });
                y[i] += scale * sum;
            }
        });
    }
}

template <class S>
void Pairs::add_outer(S* values, std::size_t first, std::size_t end, const S* post, const S* pre, std::size_t lanes,
                      S gain, S decay) const {
    if (lanes == 1) return add_one_lane(values, first, end, post, pre, gain, decay);
    // A row of lanes is what stands side by side.
    kernels<S>(1, lanes).add_dots({values, post_.data(), pre_.data(), post, pre, lanes, first, end, gain, decay});
}

template <class S>
void Pairs::add_one_lane(S* values, std::size_t first, std::size_t end, const S* post, const S* pre, S gain,
                         S decay) const {
    const bool by_post = into_pre_.one_each();
    if ((by_post || into_post_.one_each()) && first == 0 && end == post_.size()) {
        const S *const of_cell = by_post ? post : pre, *const of_synapse = by_post ? pre : post;
        const SynapsesByCell& cells = by_post ? into_post_ : into_pre_;
        cells.with([=, units = cells.units()](const auto synapses_of) {
            for (std::size_t i = 0; i < units; ++i) {
                const S factor = gain * of_cell[i];
                synapses_of(i, [=](std::size_t k) { values[k] = decay * values[k] + factor * of_synapse[k]; });
            }
        });
        return;
    }
    for (std::size_t k = first; k < end; ++k) values[k] = decay * values[k] + gain * (post[post_[k]] * pre[pre_[k]]);
}

template <class S>
void Pairs::clip(S* values, S lower, S upper, Scaling scaling, std::size_t first, std::size_t end) const {
    side(scaling).with([=](const auto synapses_of) {
        for (std::size_t i = first; i < end; ++i)
            synapses_of(i, [=](std::size_t k) { values[k] = std::min(std::max(values[k], lower), upper); });
    });
}

template <class S>
void Pairs::scale(S* values, Scaling scaling, Eigen::Matrix<S, Eigen::Dynamic, 1>& squares, std::size_t first,
                  std::size_t end) const {
    const SynapsesByCell& cells = side(scaling);
    S* const of_cell = squares.data();
    cells.with([=](const auto synapses_of) {
        for (std::size_t i = first; i < end; ++i) {
            S sum = 0;
            synapses_of(i, [&](std::size_t k) { sum += values[k] * values[k]; });
            of_cell[i] = sum;
        }
    });
    inverse_roots<S>(squares.segment(static_cast<Eigen::Index>(first), static_cast<Eigen::Index>(end - first)));
    cells.with([=](const auto synapses_of) {
        for (std::size_t i = first; i < end; ++i) {
            const S factor = of_cell[i];
            synapses_of(i, [=](std::size_t k) { values[k] *= factor; });
        }
    });
}

template void Pairs::transmit(const float*, std::size_t, std::size_t, const float*, float*, std::size_t, bool, bool,
                              float) const;
template void Pairs::transmit(const double*, std::size_t, std::size_t, const double*, double*, std::size_t, bool, bool,
                              double) const;
template void Pairs::transmit_events(const float*, std::size_t, std::size_t, const float*, float*, bool, bool,
                                     float) const;
template void Pairs::transmit_events(const double*, std::size_t, std::size_t, const double*, double*, bool, bool,
                                     double) const;
template void Pairs::add_outer(float*, std::size_t, std::size_t, const float*, const float*, std::size_t, float,
                               float) const;
template void Pairs::add_outer(double*, std::size_t, std::size_t, const double*, const double*, std::size_t, double,
                               double) const;
template void Pairs::clip(float*, float, float, Scaling, std::size_t, std::size_t) const;
template void Pairs::clip(double*, double, double, Scaling, std::size_t, std::size_t) const;
template void Pairs::scale(float*, Scaling, Eigen::Matrix<float, Eigen::Dynamic, 1>&, std::size_t, std::size_t) const;
template void Pairs::scale(double*, Scaling, Eigen::Matrix<double, Eigen::Dynamic, 1>&, std::size_t, std::size_t) const;

}  // namespace apical
