#include "analysis/spiking_layers.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "analysis/cell_parameter.hpp"
#include "models/roles.hpp"
#include "models/self_assembly/error_codes.hpp"
#include "models/self_assembly/spiking_relaxation.hpp"

namespace apical::spiking_assembly {

namespace cells = self_assembly::spiking;

namespace {

bool has_cells(const Population& population, std::string_view name) {
    return population.cells && population.cells->info().name == name;
}

}  // namespace

std::vector<Layer> layers_of(const Circuit& circuit) {
    if (circuit.teachers.size() != 1) return {};
    std::vector<Layer> all(1);
    for (const Anatomy::Layer& one : circuit.anatomy.layers) {
        Layer& layer = all.emplace_back();
        layer.up = circuit.population(one.population);
        layer.W = one.weights;
        const Weights& W = circuit.weights[circuit.weights_named(layer.W)];
        layer.below = W.pre;
        layer.masked = W.rule && W.rule->info().name == cells::ApicalSteeredWhileActive::info.name;
        for (const Projection& projection : circuit.projections)
            if (projection.target == layer.below) layer.delay = std::max(layer.delay, projection.delay);
        layer.V = one.further[roles::across];
        layer.Vbar = one.further[roles::back_across];
        const bool output = layer.V.empty();
        layer.down = output ? circuit.teachers[0].error : circuit.weights[circuit.weights_named(layer.V)].post;
        layer.dense = !output && circuit.weights[circuit.weights_named(layer.V)].connectivity.is_dense();
        const Population& down = circuit.populations[layer.down];
        if (!has_cells(circuit.populations[layer.up], cells::Upstream::info.name)) return {};
        layer.relaxed = has_cells(down, cells::Relaxed::info.name);
        const bool is_pair =
            layer.relaxed || has_cells(down, output ? cells::Taught::info.name : cells::Gated::info.name);
        layer.keeps = is_pair;
        layer.rests = !has_cells(down, cells::Baseline<cells::Gated>::info.name);
        if (!is_pair && layer.rests && !has_cells(down, cells::PoissonPair<cells::Gated>::info.name) &&
            !has_cells(down, cells::Burst::info.name))
            return {};
        layer.quantum = cell_parameter(down, "quantum");
        layer.slope = cell_parameter(down, "slope");
        layer.open = cell_parameter(down, "open");
        layer.saturation = cell_parameter(down, "saturation");
    }
    return all.size() > 1 ? all : std::vector<Layer>{};
}

double gate_of(const Layer& layer, double lateral) {
    if (!(lateral > layer.open)) return 0;
    return layer.saturation > 0 ? std::pow(1 + lateral / layer.saturation, -2) : 1;
}

}  // namespace apical::spiking_assembly
