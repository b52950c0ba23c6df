#include <algorithm>

#include "models/baselines/local_error.hpp"
#include "models/graded.hpp"
#include "models/neurons/activation.hpp"
#include "models/neurons/leaky.hpp"
#include "models/neurons/pyramidal.hpp"
#include "models/upstream.hpp"

namespace apical {
namespace {

/// Keys of [circuit] that say what a single cell is.
std::vector<Descriptor> keys_of_cells(const std::vector<std::string>& names) {
    std::vector<Descriptor> rows;
    for (const std::string& name : names) {
        Descriptor row = *find_named(upstream_table().descriptors(), name);
        row.needs.clear();
        if (name == "activation") row.text = "What the rate of a cell is of its somatic potential.";
        if (name == "tau") row.text = "Time constant of the somatic potential.";
        if (name == "tau_A")
            row.text = "Time constant of the dendrite `apical`, if there is one; 0: it follows its input at once.";
        if (name == "g_A") row.text = "Coupling of the soma to the dendrite `apical`; 0: that dendrite only teaches.";
        if (name == "leak") row.needs = {{has("activation", "leaky_relu")}};
        rows.push_back(std::move(row));
    }
    return rows;
}

/// Beside what [circuit] says of all cells.
struct Further {
    bool local_error = false;
};

const Table<Further>& further_table() {
    static const Table<Further> rows{
        {"local_error", &Further::local_error, "1",
         "Whether there is a column `error`, the slope of the activation times what `apical` receives: the delta rules "
         "see it, and cells below may be sent it."}};
    return rows;
}

std::vector<Descriptor> with_further(std::vector<Descriptor> rows) {
    rows.insert(rows.end(), further_table().descriptors().begin(), further_table().descriptors().end());
    return rows;
}

/// What sees `apical` needs that compartment.
void require_apical(const Population& population, const Node& keys, const std::string& key, bool is_needed) {
    const auto& all = population.compartments;
    if (!is_needed || std::ranges::find(all, std::string(apical)) != all.end()) return;
    const Node& node = *keys.find(key);
    throw InputError({node.place, node.key, node.text(), "another value, or compartments = [\"apical\"]",
                      "it takes what the dendrite `apical` receives"});
}

void give_membrane(Population& population, const Node& keys, const char* neuron) {
    Upstream cell = upstream_table().read(keys, names_of(further_table().descriptors()));
    const Further further = further_table().read(only(keys, further_table().descriptors()));
    cell.neuron = neuron;
    require_apical(population, keys, "tau_A", cell.tau_A > 0);
    require_apical(population, keys, "g_A", cell.g_A > 0);
    require_apical(population, keys, "local_error", further.local_error);
    population.compartments.insert(population.compartments.begin(), std::string(basal));
    with_activation(cell.activation, cell.leak, [&](auto phi) {
        using Phi = decltype(phi);
        auto& signals = population.signals;
        if constexpr (std::is_same_v<Phi, Linear>) signals.push_back(signal(RateIsSoma{}));
        else signals.push_back(signal(RateOf<Phi>{phi}));
        if (!further.local_error) return;
        if constexpr (std::is_same_v<Phi, Linear>) signals.push_back(signal(ErrorIsApical{}));
        else signals.push_back(signal(LocalError<Phi>{phi}));
    });
    give_soma(population, cell.cells(), cell.tau, /*downstream=*/false);
}

void hold(Population& population, const Node& keys) {
    population.clamped = {rate};
    if (const Node* constant = keys.find("constant"))
        population.constant = std::get<double>(read_value(*constant, {constant->key, "1", 0.0, {}, {}, {}}));
}

constexpr Info clamped{"clamped", "Cells whose rate is held: an input, a target, or a constant.", "rate = constant",
                       ""};
constexpr Info relay{"relay", "Cells whose rate is what they receive.", "rate = sum of W rate_pre", ""};

}  // namespace

Node only(const Node& table, const std::vector<Descriptor>& rows) {
    Node::Members kept;
    for (const auto& [name, node] : table.members())
        if (find_named(rows, name) != nullptr) kept.emplace_back(name, node);
    return {std::move(kept), table.place, table.key};
}

const std::vector<GradedCells>& graded_cells() {
    static const std::vector<GradedCells> all{
        {clamped, {{"constant", "1", 0.0, {}, {}, "The rate where no port sets it."}}, hold},
        {relay, {}, [](Population& population, const Node&) { population.compartments.emplace_back(rate); }},
        {Leaky<>::info, with_further(keys_of_cells({"activation", "leak", "tau", "tau_A", "prospective"})),
         [](Population& population, const Node& keys) { give_membrane(population, keys, "leaky"); }},
        {Pyramidal<Tag<"soma">, Tag<"basal">>::info,
         with_further(keys_of_cells({"activation", "leak", "C_m", "g_L", "g_B", "g_A", "E_L", "compensated", "tau_B",
                                     "tau_A", "prospective"})),
         [](Population& population, const Node& keys) { give_membrane(population, keys, "pyramidal"); }},
    };
    return all;
}

}  // namespace apical
