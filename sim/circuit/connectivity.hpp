#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/core/random.hpp"

namespace apical {

/// The synapses of a Weights as they are stored, by postsynaptic cell, which is the order of a row-major matrix: the
/// presynaptic cells of cell i stand at [begin[i], begin[i + 1]) of `pre`, ascending, none twice unless there are
/// multapses. 4 B a synapse and 8 B a cell.
struct Adjacency {
    std::vector<std::uint64_t> begin{0};
    std::vector<std::uint32_t> pre{};

    std::size_t post_units() const { return begin.size() - 1; }
    std::uint64_t synapses() const { return pre.size(); }
    std::span<const std::uint32_t> row(std::size_t post) const {
        return std::span(pre).subspan(begin[post], begin[post + 1] - begin[post]);
    }
    bool operator==(const Adjacency&) const = default;
};

/// The same synapses seen from the other side: row j lists the postsynaptic cells of presynaptic cell j.
Adjacency transposed(const Adjacency& of, std::size_t pre_units);

/// Which synapses exist between two populations: a rule, not a list, unless it is given as one. At most one synapse
/// leads from one cell to another, unless multapses are allowed. Random rules draw at addresses of their own (streams
/// "connectivity/<name>" and "connectivity/<name>/count"), so that they do not depend on the initial weights, nor these
/// on them. The functions throw std::invalid_argument for a number that makes no sense.
class Connectivity {
   public:
    /// Dense, which is stored as a matrix.
    Connectivity() = default;
    static Connectivity dense() { return {}; }
    /// Cell i to cell i, of as many cells.
    static Connectivity one_to_one();
    /// Every pair on its own with probability p in [0, 1] (Erdos-Renyi).
    static Connectivity probability(double p);
    /// Every postsynaptic cell hears n cells, every presynaptic cell speaks to n cells: any n are as probable.
    static Connectivity in_degree(std::uint32_t n);
    static Connectivity out_degree(std::uint32_t n);
    /// n synapses in all: any n pairs are as probable.
    static Connectivity total(std::uint64_t n);
    /// From pre[k] to post[k], in any order.
    static Connectivity list(std::vector<std::uint32_t> post, std::vector<std::uint32_t> pre);
    /// The synapses that `other` draws for the weights called `name`, each in the other direction.
    static Connectivity transpose_of(std::string name, const Connectivity& other);
    /// The same without synapses from cell i to cell i, which must be as many on both sides. Not for one_to_one and
    /// list; of transpose_of, `other` says it.
    Connectivity without_autapses() const;
    /// The same with any number of synapses from one cell to another: each is drawn on its own, with replacement. For
    /// in_degree, out_degree, total and list; weights do not take it, projections of spikes do.
    Connectivity with_multapses() const;
    bool has_multapses() const { return multapses_; }

    /// Stored as a matrix. Everything else is stored by rows, however many synapses there are.
    bool is_dense() const { return law_ == Law::dense && autapses_; }
    /// Drawn, so that another version of the program may draw other synapses.
    bool is_random() const;
    /// How many there will be; of `probability` the mean, rounded.
    std::uint64_t expected_synapses(std::size_t post_units, std::size_t pre_units) const;
    /// Those of the weights called `name`, or of what else `of` says, without ever making a matrix of them. Throws
    /// std::invalid_argument, naming them, if there are not so many pairs, or the list leads to cells that do not exist
    /// or, without multapses, to one twice.
    Adjacency draw(std::size_t post_units, std::size_t pre_units, const Random& random, const std::string& name,
                   const char* of = "weights") const;
    /// Of a list: draw() has as its k-th synapse the one that stands in the list at places()[k]. Empty for others,
    /// which have no other order.
    std::vector<std::uint64_t> places() const;

   private:
    enum class Law { dense, one_to_one, probability, in_degree, out_degree, total, list, transpose };
    struct Pairs {
        std::vector<std::uint32_t> post, pre;
    };
    struct Other;
    Connectivity(Law law, double probability, std::uint64_t count);
    template <class Refuse>
    Adjacency sorted(std::size_t post_units, std::size_t pre_units, const Refuse& refuse) const;

    Law law_ = Law::dense;
    double probability_ = 1;
    std::uint64_t count_ = 0;  ///< of in_degree, out_degree and total
    bool autapses_ = true, multapses_ = false;
    std::shared_ptr<const Pairs> pairs_{};
    std::shared_ptr<const Other> other_{};
};

}  // namespace apical
