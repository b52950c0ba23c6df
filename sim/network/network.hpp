#pragma once
#include <Eigen/Core>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/circuit/circuit.hpp"
#include "sim/circuit/graph.hpp"
#include "sim/circuit/layout.hpp"
#include "sim/circuit/mode.hpp"
#include "sim/core/archive.hpp"
#include "sim/core/random.hpp"
#include "sim/network/filter.hpp"
#include "sim/network/firing.hpp"
#include "sim/parallel/task_graph.hpp"
#include "sim/state/columns.hpp"
#include "sim/state/delays.hpp"
#include "sim/synapses/pathways.hpp"

namespace apical {

template <class S>
class Loop;
template <class S>
struct Piece;

/// Cells of a circuit for a number of lanes: every column, and the work that computes them in topological order. It
/// reaches the weights through pathways, which are its own and outlive it; any number of networks may share the weights
/// behind them (a simulation's own, an evaluator's).
template <class S>
class Network final : public Layout<S>, public SideBuffers<S> {
   public:
    using Vector = Eigen::Matrix<S, Eigen::Dynamic, 1>;

    /// Every signal at its fixed point. Throws Cycle, or std::invalid_argument for a projection or teacher that does
    /// not fit.
    Network(const Circuit& circuit, Pathways<S>& pathways);
    /// States that follow their equations, in steps of `step` ms. Throws also for a delay that is no whole number of
    /// steps.
    Network(const Circuit& circuit, Pathways<S>& pathways, double step);
    /// Beside states that follow their equations there are cells that fire, in steps of `step` ms; their numbers are
    /// drawn from `random`. `evaluate` and `accept` advance them by one step, stages see them as they are. Throws also
    /// for numbers of cells that make no sense, and for traces of nothing.
    struct Spiking {
        double step;
        Random random;
    };
    Network(const Circuit& circuit, Pathways<S>& pathways, const Spiking& spiking);
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;
    ~Network() override;

    std::size_t lanes() const { return lanes_; }
    /// Throws std::out_of_range for an unknown column.
    std::size_t place_of(PopulationId population, std::string_view column) const { return offset(population, column); }
    /// Where columns stand; clamped ones are set there.
    Columns<S>& columns() { return columns_; }
    const Columns<S>& columns() const { return columns_; }
    /// (units x lanes), row-major. Throws std::out_of_range for an unknown column.
    const S* column(PopulationId population, std::string_view column) const;
    bool has_column(PopulationId population, std::string_view column) const;
    /// From now on teachers see their targets, or see none and emit no error. They do at first.
    void teach(bool present) { taught_ = present; }
    /// Every column of the instant, from clamped columns (and states, if continuous); those within loops only where
    /// something reads them.
    void evaluate(ThreadPool& pool);
    /// Why the last `evaluate` has left a loop without numbers, which has no fixed point to go to; "" if all have.
    const std::string& failure() const;
    /// After `evaluate`: the columns within loops too.
    void complete();
    /// Whether settled states depend on themselves.
    bool has_loops() const { return !loops_.empty(); }
    /// Only the columns that ports out of the circuit and the losses depend on; the others keep what they hold.
    void answer(ThreadPool& pool);
    /// Names and cells of columns in the order in which they are computed: where to look for the first bad number.
    struct ComputedColumn {
        PopulationId population;
        std::string column;
    };
    std::vector<ComputedColumn> computed_columns() const;

    // Continuous dynamics. After clamping what stands still, `hold`; then in every step `accept`, any number of
    // `stage`, `pass`. States stand one after the other in one flat vector, each padded to whole packs.
    Vector& states() { return states_; }
    const Vector& states() const { return states_; }
    /// One of them, (units x lanes) row-major. Throws std::out_of_range for a name that is not that of a state.
    std::span<S> state(PopulationId population, std::string_view name);
    /// Takes the clamped columns as the sources that stand still, until the next `hold`.
    void hold(ThreadPool& pool);
    /// 1/ms, of every entry of the states; 0 in the padding.
    const Vector& leaks() const { return leaks_; }
    /// Evaluates with the states `x` in the accepted columns, and gives dx/dt.
    void accept(const Vector& x, Vector& slope, ThreadPool& pool);
    /// The same in a scratch copy of all columns: a stage of a stepper.
    void stage(const Vector& x, Vector& slope, ThreadPool& pool);
    /// Where events arrive in a population, in spiking dynamics.
    struct Receptor {
        Ref<S> into{};
        bool instantaneous = true;  ///< what arrives in a step acts in it, and is gone; else it is added to a state
        bool clear = false;         ///< nobody else sets it to 0
    };
    /// An instantaneous input or a receptor of its cells, a compartment, or a state that follows its equation. Throws
    /// std::invalid_argument with those that there are.
    const Receptor& receptor(PopulationId population, const std::string& name) const;
    /// After a stepper has advanced them, which may have exchanged their memory.
    void states_moved() { state_base_ = states_.data(); }
    /// Cells that have events, one for every kind of event of every population.
    const std::vector<Firing<S>*>& firing() const { return firing_; }
    /// Columns that begin anew with a presentation are 0 from now on.
    void begin_presentation();
    /// Sets activity and delay lines to 0; constants keep their values, and cells and filters are as they begin.
    void rest();
    /// Ends a step: the accepted columns enter the delay lines.
    void pass();
    /// With the weights, all that the next step depends on: states, columns and the contents of the delay lines.
    void save(ArchiveWriter& archive, const std::string& prefix) const;
    void load(const ArchiveReader& archive, const std::string& prefix);

    // Layout, SideBuffers
    Ref<S> ref(PopulationId population, std::string_view column, Instant instant) const override;
    Ref<S> slope(PopulationId population, std::string_view state) const override;
    std::size_t cells(PopulationId population) const override;
    Ref<S> buffer(PopulationId population) override;

   private:
    struct Slot {
        PopulationId population;
        std::string column;
        std::size_t in_arena, in_state, size, padded;
        double rate;  ///< 1/ms
    };
    struct Side {
        Vector values;
        S* data;
    };
    void lay_out(const Circuit& circuit, Mode mode);
    void bind(const Circuit& circuit, Mode mode, const Spiking* spiking = nullptr);
    void lay_out_arrivals(const Circuit& circuit);
    void lay_out_anew(const Circuit& circuit);
    /// Cells that have events, and the traces of these: what advances by itself.
    std::vector<Piece<S>> pieces_of_events(const Circuit& circuit, PopulationId p, const Spiking& spiking);
    Ref<S> source_of(const Projection& projection);
    std::vector<std::size_t> read_by_rules(const Circuit& circuit) const;
    std::size_t offset(PopulationId population, std::string_view column) const;
    /// That the population does not have this column, and which one may have been meant.
    std::string missing(PopulationId population, std::string_view column) const;
    void slopes(const Vector& x, Vector& slope, TaskGraph<S>& columns, ThreadPool& pool);

    Pathways<S>& pathways_;
    std::size_t lanes_;
    std::vector<std::size_t> units_;
    std::vector<std::string> names_;
    std::vector<std::map<std::string, std::size_t, std::less<>>> offsets_;  ///< of a population's columns
    std::vector<Slot> slots_;                                               ///< states, if continuous
    Columns<S> columns_;
    Delays<S> delays_;
    Vector states_, leaks_;
    double step_ = 0;  ///< ms; 0: settled
    bool taught_ = true;
    S* slope_base_ = nullptr;
    S* state_base_ = nullptr;
    std::vector<std::unique_ptr<Side>> sides_;
    std::vector<std::unique_ptr<Op<S>>> ops_;
    std::vector<Firing<S>*> firing_;
    std::vector<FilterStep<S>*> filters_;
    struct Held {
        std::size_t place, cells;
    };
    std::vector<Held> held_;                                  ///< columns of what advances by itself
    std::vector<Held> anew_;                                  ///< of these, what begins anew with a presentation
    std::vector<std::map<std::string, Receptor>> receptors_;  ///< of every population
    std::map<std::size_t, std::size_t> arrivals_;             ///< at compartments: the column for each, by place
    std::vector<std::unique_ptr<Loop<S>>> loops_;             ///< settled
    TaskGraph<S> instant_;                                    ///< all columns of an instant
    TaskGraph<S> stage_;                                      ///< spiking: but for what advances by itself
    TaskGraph<S> answer_;                                     ///< those that ports out of the circuit depend on
    TaskGraph<S> slopes_;                                     ///< of all states
    TaskGraph<S> reading_;                                    ///< what pathways read once a presentation
    struct Beginning {
        Pathway<S>* pathway;
        Ref<S> now, before;
    };
    std::vector<Beginning> beginnings_;  ///< of what reading_ reads
    std::vector<ComputedColumn> computed_;
};

extern template class Network<float>;
extern template class Network<double>;

}  // namespace apical
