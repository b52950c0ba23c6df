#pragma once
#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/circuit/circuit.hpp"

namespace apical {

/// Which synapses a cell of one side has, and a loop over them that is unrolled where all have equally few, in order,
/// as in a one-to-one or a topographic projection.
class SynapsesByCell {
   public:
    /// `cells[k]` is the cell of synapse k.
    SynapsesByCell(const std::vector<std::uint32_t>& cells, std::size_t units);
    std::size_t units() const { return begin_.size() - 1; }
    bool one_each() const { return each_ == 1; }  ///< synapse k is that of cell k

    /// act(of), where of(cell, visit) calls visit(k) for every synapse k of a cell, in ascending order.
    template <class Act>
    void with(const Act& act) const {
        if (each_ == 1) return act(Regular<1>{});
        if (each_ == 2) return act(Regular<2>{});
        act(Listed{begin_.data(), synapses_.data()});
    }

   private:
    template <std::size_t each>
    struct Regular {
        template <class Visit>
        void operator()(std::size_t cell, const Visit& visit) const {
            for (std::size_t r = 0; r < each; ++r) visit(each * cell + r);
        }
    };
    struct Listed {
        const std::uint32_t *begin, *synapses;
        template <class Visit>
        void operator()(std::size_t cell, const Visit& visit) const {
            for (std::uint32_t at = begin[cell]; at < begin[cell + 1]; ++at) visit(std::size_t(synapses[at]));
        }
    };

    std::vector<std::uint32_t> begin_, synapses_;  ///< those of cell i stand at [begin[i], begin[i + 1])
    std::size_t each_ = 0;                         ///< synapse k belongs to cell k / each; 0: they are listed
};

/// Weights that are a list of pairs of cells with a value each, and the only loops over them. Activities are (units x
/// lanes), row-major; the values are not held here.
class Pairs {
   public:
    Pairs(const Adjacency& rows, std::size_t pre_units);

    /// y (+)= scale W x, or W^T x, in the rows [first, end) of y.
    template <class S>
    void transmit(const S* values, std::size_t first, std::size_t end, const S* x, S* y, std::size_t lanes,
                  bool transposed, bool assign, S scale) const;
    /// The same in one lane, cell by cell of those where x is not 0.
    template <class S>
    void transmit_events(const S* values, std::size_t first, std::size_t end, const S* x, S* y, bool transposed,
                         bool assign, S scale) const;
    /// w_k <- decay w_k + gain (sum over lanes of post pre) for the synapses [first, end).
    template <class S>
    void add_outer(S* values, std::size_t first, std::size_t end, const S* post, const S* pre, std::size_t lanes,
                   S gain, S decay) const;
    // Of the cells [first, end): presynaptic ones if scaling is outgoing, else postsynaptic ones.
    template <class S>
    void clip(S* values, S lower, S upper, Scaling scaling, std::size_t first, std::size_t end) const;
    /// Brings the sum of squares of what a cell receives, or sends, to 1; `squares` has room for a number a cell.
    template <class S>
    void scale(S* values, Scaling scaling, Eigen::Matrix<S, Eigen::Dynamic, 1>& squares, std::size_t first,
               std::size_t end) const;

    std::size_t size() const { return post_.size(); }
    std::size_t bytes() const {
        return sizeof(std::uint32_t) * (4 * size() + into_post_.units() + into_pre_.units() + 2);
    }
    const std::vector<std::uint32_t>& post() const { return post_; }
    const std::vector<std::uint32_t>& pre() const { return pre_; }

   private:
    template <class S>
    void transmit_one_lane(const S* values, std::size_t first, std::size_t end, const S* x, S* y, bool transposed,
                           S scale) const;
    template <class S>
    void add_one_lane(S* values, std::size_t first, std::size_t end, const S* post, const S* pre, S gain,
                      S decay) const;

    const SynapsesByCell& side(Scaling scaling) const { return scaling == Scaling::outgoing ? into_pre_ : into_post_; }

    std::vector<std::uint32_t> post_, pre_;
    SynapsesByCell into_post_, into_pre_;
};

}  // namespace apical
