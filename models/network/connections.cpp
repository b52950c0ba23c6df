#include "models/network/connections.hpp"

#include <fmt/format.h>

#include <limits>

#include "models/network/column_file.hpp"
#include "models/network/quantities.hpp"

namespace apical::network {
namespace {

Connectivity drawn(const Node& table, const ProjectionSection& section) {
    const auto count32 = [&] {
        if (section.count > std::numeric_limits<std::uint32_t>::max())
            refuse(table, "count", std::to_string(section.count), "at most 4294967295 of a cell");
        return static_cast<std::uint32_t>(section.count);
    };
    const bool counted = section.rule.ends_with("_degree") || section.rule == "total";
    if (counted && table.find("count") == nullptr) refuse(table, "count", "nothing", "how many synapses");
    if (section.rule == "probability" && table.find("probability") == nullptr)
        refuse(table, "probability", "nothing", "a probability");
    if (section.rule == "one_to_one") return Connectivity::one_to_one();
    if (section.rule == "probability") return Connectivity::probability(section.probability);
    if (section.rule == "in_degree") return Connectivity::in_degree(count32());
    if (section.rule == "out_degree") return Connectivity::out_degree(count32());
    if (section.rule == "total") return Connectivity::total(static_cast<std::uint64_t>(section.count));
    return {};
}

/// Of a file, with its weights and delays if it has them.
Connectivity listed(EventProjection& projection, const Node& table, const ProjectionSection& section) {
    if (section.file.empty()) refuse(table, "file", "nothing", "a file with columns source and target");
    std::vector<std::uint32_t> source, target;
    std::vector<double> weight, delay;
    read_columns(table, "file", section.group,
                 {{"source", &source}, {"target", &target}, {"weight", &weight, true}, {"delay", &delay, true}});
    const auto take = [&](std::vector<double>& numbers, Quantity& quantity, const char* key) {
        if (numbers.empty()) return;
        if (table.find(key) != nullptr)
            refuse(table, key, fmt::format("a {} beside those in the file", key), "one of the two");
        quantity = Quantity::list(std::move(numbers));
    };
    take(weight, projection.weight, "weight");
    take(delay, projection.delay, "delay");
    return Connectivity::list(std::move(target), std::move(source));
}

/// Of a file, without anything else.
Connectivity listed(const Node& table, const ProjectionSection& section) {
    if (section.file.empty()) refuse(table, "file", "nothing", "a file with columns source and target");
    std::vector<std::uint32_t> source, target;
    read_columns(table, "file", section.group, {{"source", &source}, {"target", &target}});
    return Connectivity::list(std::move(target), std::move(source));
}

template <class List>
Connectivity made(const Node& table, const ProjectionSection& section, const List& list) {
    const bool is_list = section.rule == "list";
    if (!is_list && !section.file.empty()) refuse(table, "file", "a file", "rule = \"list\" with it");
    try {
        Connectivity connectivity = is_list ? list() : drawn(table, section);
        if (section.multapses) connectivity = connectivity.with_multapses();
        if (!section.autapses) connectivity = connectivity.without_autapses();
        return connectivity;
    } catch (const std::invalid_argument& error) {
        throw InputError({table.place, table.key, "", "", error.what()});
    }
}

/// short_term = { U = 0.5, f = 0.5, tau_depression = "800 ms", tau_facilitation = "0 ms" }; what is missing keeps its
/// preset, f that of U.
std::optional<ShortTerm> short_term_of(const Node& projection) {
    const Node* table = projection.find("short_term");
    if (table == nullptr) return {};
    ShortTerm numbers;
    double f = 0;
    const std::vector<std::pair<Descriptor, double*>> rows{
        {{"U", "1", numbers.U, {}, {}, {}}, &numbers.U},
        {{"f", "1", f, {}, {}, {}}, &f},
        {{"tau_depression", "ms", numbers.tau_depression, {}, {}, {}}, &numbers.tau_depression},
        {{"tau_facilitation", "ms", numbers.tau_facilitation, {}, {}, {}}, &numbers.tau_facilitation}};
    refuse_unknown_keys(*table, {rows[0].first, rows[1].first, rows[2].first, rows[3].first});
    for (const auto& [row, number] : rows)
        if (const Node* node = table->find(row.name)) *number = std::get<double>(read_value(*node, row));
    if (table->find("f") != nullptr) numbers.f = f;
    return numbers;
}

}  // namespace

void connect(EventProjection& projection, const Node& table, const ProjectionSection& section,
             const std::string& unit) {
    projection.connectivity = made(table, section, [&] { return listed(projection, table, section); });
    if (!projection.weight.is_list()) projection.weight = quantity_of(table, "weight", unit);
    projection.short_term = short_term_of(table);
    if (!projection.delay.is_list()) projection.delay = quantity_of(table, "delay", "ms");
}

Connectivity connectivity_of(const Node& table, const ProjectionSection& section) {
    return made(table, section, [&] { return listed(table, section); });
}

}  // namespace apical::network
