#pragma once
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/network/texts.hpp"
#include "sim/circuit/event_neuron.hpp"
#include "sim/equations/step.hpp"

namespace apical::network {

/// A cell that fires as an experiment file says, [neuron.NAME]:
///
///     [neuron.mine]
///     inputs = { current = "pA" }                          # what arrives in a step, for this step
///     receptors = { g = { unit = "nS", tau = "tau_g" } }   # what arrives, and decays exponentially
///     state.u = "(g_L * (E_L - u) + g * (E_g - u) + current) / C_m"   # slope; or next.u, what it is a step later
///     stepper = "exponential_euler"                        # how slopes make a step
///     initial.u = "E_L"                                    # its unit is that of the state
///     fires = "u >= V_th"                                  # of what the step has made of the cell
///     reset.u = "V_r"
///     refractory = "t_ref"
///     E_L = "-70 mV"                                       # every other key is a parameter
///
/// Other columns that an expression names are compartments of the population. Without `fires` it is a graded one:
///
///     [neuron.mine]
///     inputs = { basal = "1" }                             # compartments that projections reach
///     state.soma = "(basal - soma) / tau"
///     signals = { rate = "max(soma - theta, 0)" }          # what others see of it, in the order of the file
class OwnNeuron {
   public:
    /// Reads what stands there. Throws InputError for what is no expression, and keys that make no neuron.
    OwnNeuron(std::string name, const Node& section);
    const std::string& name() const { return name_; }
    bool is_graded() const { return !fires_; }
    const std::vector<equations::Parameter>& parameters() const { return parameters_; }
    /// The neuron, in a population with these compartments. `dt`: ms. Throws InputError at the character of what names
    /// no column, or has another dimension.
    std::shared_ptr<const EventNeuron> with(const std::vector<std::string>& compartments, double dt) const;
    /// Of a graded one: gives a population, which has the compartments of its section, what such cells have, with the
    /// numbers of that section. Throws likewise.
    void give(Population& population, const Node& section) const;

   private:
    struct Column {
        std::string name;
        equations::Unit unit;
    };
    struct Receptor {
        Column column;
        Text tau;
    };
    struct State {
        std::string name;
        Text change;
        bool is_slope;
        Text initial{};  ///< of cells that fire
        std::optional<Text> reset{};
    };
    void read_columns();
    void read_states(const char* key, bool is_slope);
    void read_resets();
    void read_graded();
    void require_column_name(const std::string& name, const Node& node) const;
    std::vector<std::string> columns() const;

    std::string name_, equation_;
    const Node* section_;
    std::vector<equations::Parameter> parameters_;
    std::vector<Column> inputs_;
    std::vector<Receptor> receptors_;
    std::vector<State> states_;
    std::vector<std::pair<std::string, Text>> signals_;
    std::optional<Text> fires_, refractory_;
    equations::Scheme scheme_ = equations::Scheme::exponential_euler;
};

/// All of an experiment. Throws InputError for the name of a neuron that is shipped.
std::vector<OwnNeuron> own_neurons(const Node& experiment);
/// The one of that name, null if there is none.
const OwnNeuron* neuron_named(const std::vector<OwnNeuron>& neurons, const std::string& name);
std::vector<std::string> names_of(const std::vector<OwnNeuron>& neurons);

}  // namespace apical::network
