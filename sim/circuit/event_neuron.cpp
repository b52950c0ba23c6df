#include "sim/circuit/event_neuron.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

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

namespace {

std::vector<std::string> text_names(const auto& described) {
    std::vector<std::string> names;
    names.reserve(std::size(described));
    for (const auto& one : described) names.emplace_back(one.name);
    return names;
}

std::vector<CellColumn> joined(std::vector<CellColumn> first, const std::vector<CellColumn>& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

}  // namespace

void CellNumbers::check(std::span<const CellParameter> parameters_known, std::span<const CellColumn> columns,
                        std::size_t cells) const {
    if (cells == 0) refuse("it has no cells");
    const auto check_all = [&](const std::map<std::string, Quantity>& given, const std::vector<std::string>& known,
                               const char* what) {
        for (const auto& [name, value] : given) {
            if (std::ranges::find(known, name) == known.end()) {
                const std::string near = nearest(name, known);
                refuse(std::string("its cells have no ") + what + " '" + name + "'" +
                       (near.empty() ? "" : "; did you mean '" + near + "'?"));
            }
            if (const std::string why = value.refuse(cells); !why.empty()) refuse(name + ": " + why);
        }
    };
    check_all(parameters, text_names(parameters_known), "parameter");
    check_all(initial, text_names(columns), "column");
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

std::vector<CellColumn> EventNeuron::begun() const { return joined(receptors(), states()); }

std::vector<std::string> EventNeuron::columns() const {
    std::vector<std::string> all = text_names(joined(inputs(), begun()));
    if (has_refractory_time()) all.emplace_back(refractory);
    return all;
}

EventNeuron::Receptor EventNeuron::receptor(std::string_view name) const {
    const std::vector<CellColumn> first = inputs(), all = joined(first, receptors());
    const auto found = std::ranges::find(all, name, &CellColumn::name);
    if (found != all.end()) return {*found, found < all.begin() + static_cast<std::ptrdiff_t>(first.size())};
    const std::string near = nearest(name, text_names(all));
    throw std::invalid_argument(fmt::format("found receptor '{}', expected one of {}{}", name,
                                            fmt::join(text_names(all), ", "),
                                            near.empty() ? "" : " (did you mean '" + near + "'?)"));
}

}  // namespace apical
