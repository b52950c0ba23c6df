#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "sim/circuit/circuit.hpp"
#include "sim/core/matrix.hpp"
#include "sim/synapses/pairs.hpp"
#include "sim/synapses/synapse_visitor.hpp"

namespace apical {

/// How the synapses of a Weights are stored.
enum class SynapseStorage {
    dense,  ///< all pairs of cells, row-major
    pairs,  ///< a list, where each cell of one side has one synapse, in order: one-to-one, topographic
    rows,   ///< of every postsynaptic cell those that it hears, in compressed rows: any other connectivity
};

/// The numbers of one Weights: what a checkpoint holds. The pathways of any number of networks read them; those of the
/// one network that learns change them.
template <class S>
class WeightState {
   public:
    using Vector = Eigen::Matrix<S, Eigen::Dynamic, 1>;

    WeightState(const Weights& weights, std::size_t post_units, std::size_t pre_units, const Random& random);

    std::size_t rows() const { return rows_; }        ///< postsynaptic units
    std::size_t columns() const { return columns_; }  ///< presynaptic units
    std::size_t synapses() const { return static_cast<std::size_t>(values_.size()); }
    /// Memory of the numbers, traces among them, and of the list of synapses if there is one.
    std::size_t bytes() const;
    SynapseStorage storage() const { return static_cast<SynapseStorage>(listed_.index()); }
    bool dense() const { return storage() == SynapseStorage::dense; }
    /// Which synapses there are, if these are stored so; else std::bad_variant_access.
    const Pairs& pairs() const { return *std::get<PairsPointer>(listed_); }
    const Adjacency& adjacency() const { return *std::get<RowsPointer>(listed_); }

    struct Limits {
        S lower, upper;
        bool bounded;
        Scaling scaling;
    };
    const Limits& limits() const { return limits_; }
    bool has_limits() const { return limits_.bounded || limits_.scaling != Scaling::none; }

    void visit(SynapseVisitor& visitor) const;
    void edit(SynapseEditor& editor);
    /// A copy as a full matrix, rows x columns (zero where there is no synapse).
    Matrix<double> matrix() const;
    /// Takes the entries where there are synapses. Rounds to S.
    void assign(const Matrix<double>& values);
    /// The postsynaptic cell of stored number k.
    std::size_t post_of(std::size_t k) const;

    /// post pre^T / lanes of every synapse, in the order in which they are stored: the direction in which an update
    /// would go, and as exact.
    std::vector<double> direction(const S* post, const S* pre, std::size_t lanes) const;
    /// Numbers in the order in which synapses are stored, as a full matrix.
    Matrix<double> as_matrix(const std::vector<double>& numbers) const;

    /// The stored numbers, one a synapse: of dense weights a row-major matrix.
    Eigen::Ref<const Vector> values() const { return values_; }
    Eigen::Ref<Vector> values() { return values_; }
    const S* data() const { return values_.data(); }
    S* data() { return values_.data(); }
    /// The traces of the synapses, stored as the weights are; empty if the rule has no low-pass.
    Eigen::Ref<const Vector> eligibility() const { return eligibility_; }
    Eigen::Ref<Vector> eligibility() { return eligibility_; }

    /// Decay as a factor beside the values, which are then W / kept(): a small float that is multiplied by almost 1
    /// again and again is rounded to the same side for long. `transmit` and `matrix` know it; nothing else may look at
    /// the values before `apply_decay`. Not with bounds and scaling, which need W.
    double kept() const { return kept_; }
    void decay(double factor);
    void apply_decay();

   private:
    using PairsPointer = std::shared_ptr<const Pairs>;
    using RowsPointer = std::shared_ptr<const Adjacency>;
    using Listed = std::variant<std::monostate, PairsPointer, RowsPointer>;  // in the order of SynapseStorage
    static Listed draw(const Weights& weights, std::size_t post_units, std::size_t pre_units, const Random& random);
    /// act(first, post, pre) for all synapses, some at a time: synapse first + k leads from pre[k] to post[k].
    template <class Act>
    void for_runs(const Act& act) const;

    std::size_t rows_, columns_;
    Listed listed_;  ///< never changes, so that copies share it
    Limits limits_;
    Vector values_, eligibility_;
    double kept_ = 1;  ///< the weights are values_ times this
};

extern template class WeightState<float>;
extern template class WeightState<double>;

}  // namespace apical
