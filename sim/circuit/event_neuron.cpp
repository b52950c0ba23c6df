#include "sim/circuit/event_neuron.hpp"

#include <algorithm>
#include <cmath>

#include "sim/circuit/unusable.hpp"
#include "sim/core/descriptor.hpp"

namespace apical {

double CellNumbers::parameter(const CellParameter& of, std::size_t i) const {
    const auto given = parameters.find(std::string(of.name));
    if (given == parameters.end()) return of.preset;
    return given->second.at(random, Random::stream("parameter/" + population + "/" + given->first), i);
}

double CellNumbers::initial_of(std::string_view column, std::size_t i, double preset) const {
    const auto given = initial.find(std::string(column));
    if (given == initial.end()) return preset;
    return given->second.at(random, Random::stream("initial/" + population + "/" + given->first), i);
}

bool CellNumbers::alike() const {
    return std::ranges::all_of(parameters, [](const auto& given) { return given.second.is_number(); });
}

void CellNumbers::check(std::span<const std::string> parameters_known, std::span<const std::string> columns,
                        std::size_t cells) const {
    if (cells == 0) refuse("it has no cells");
    const auto check_all = [&](const std::map<std::string, Quantity>& given, std::span<const std::string> known,
                               const char* what) {
        for (const auto& [name, value] : given) {
            if (std::ranges::find(known, name) == known.end()) {
                const std::string near = nearest(name, {known.begin(), known.end()});
                refuse(std::string("its cells have no ") + what + " '" + name + "'" +
                       (near.empty() ? "" : "; did you mean '" + near + "'?"));
            }
            if (const std::string why = value.refuse(cells); !why.empty()) refuse(name + ": " + why);
        }
    };
    check_all(parameters, parameters_known, "parameter");
    check_all(initial, columns, "column");
}

void CellNumbers::refuse(const std::string& why) const {
    // The first parameter that the reason names.
    std::string key;
    std::size_t first = std::string::npos;
    for (const auto& [name, value] : parameters)
        if (const std::size_t at = why.find(name);
            at < first || (at == first && name.size() > key.size() && at != std::string::npos)) {
            first = at;
            key = name;
        }
    throw Unusable("population", population, key, why);
}

std::vector<std::string> EventNeuron::columns() const {
    std::vector<std::string> all = inputs();
    for (const auto& more : {receptors(), states()}) all.insert(all.end(), more.begin(), more.end());
    all.emplace_back(refractory);
    return all;
}

double whole_steps(double time, double dt) {
    const double steps = std::round(time / dt);
    return std::abs(time - steps * dt) <= 1e-9 * std::max(time, dt) ? steps : -1;
}

}  // namespace apical
