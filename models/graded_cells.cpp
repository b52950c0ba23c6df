#include <algorithm>

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

void give_membrane(Population& population, const Node& keys, const char* neuron) {
    Upstream cell = upstream_table().read(keys);
    cell.neuron = neuron;
    for (const auto& [key, number] : {std::pair{"tau_A", cell.tau_A}, {"g_A", cell.g_A}})
        if (const Node* node = keys.find(key);
            node != nullptr && number > 0 &&
            std::ranges::find(population.compartments, std::string(apical)) == population.compartments.end())
            throw InputError({node->place, node->key, node->text(), "0, or compartments = [\"apical\"]", ""});
    population.compartments.insert(population.compartments.begin(), std::string(basal));
    with_activation(cell.activation, cell.leak, [&](auto phi) {
        if constexpr (std::is_same_v<decltype(phi), Linear>) population.signals.push_back(signal(RateIsSoma{}));
        else population.signals.push_back(signal(RateOf<decltype(phi)>{phi}));
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

const std::vector<GradedCells>& graded_cells() {
    static const std::vector<GradedCells> all{
        {clamped, {{"constant", "1", 0.0, {}, {}, "The rate where no port sets it."}}, hold},
        {relay, {}, [](Population& population, const Node&) { population.compartments.emplace_back(rate); }},
        {Leaky<>::info, keys_of_cells({"activation", "leak", "tau", "tau_A", "prospective"}),
         [](Population& population, const Node& keys) { give_membrane(population, keys, "leaky"); }},
        {Pyramidal<Tag<"soma">, Tag<"basal">>::info,
         keys_of_cells(
             {"activation", "leak", "C_m", "g_L", "g_B", "g_A", "E_L", "compensated", "tau_B", "tau_A", "prospective"}),
         [](Population& population, const Node& keys) { give_membrane(population, keys, "pyramidal"); }},
    };
    return all;
}

}  // namespace apical
