#include "sim/sweep/key_columns.hpp"

#include <unordered_map>

#include "sim/sweep/keys.hpp"

namespace apical {
namespace {

/// A string as it is, everything else as TOML.
std::string plain_text(const Node& value) {
    const auto* text = std::get_if<std::string>(&value.value);
    return text != nullptr ? *text : value.text();
}

/// A column that is being filled.
struct Filled {
    KeyColumn column;
    std::unordered_map<std::string, std::uint32_t> known;  ///< text -> cell

    void note(std::size_t run, const Node& node, const Descriptor* row) {
        const auto [entry, is_new] =
            known.try_emplace(plain_text(node), static_cast<std::uint32_t>(column.cells.size()));
        column.cell_of[run] = entry->second;
        if (!is_new) return;
        KeyColumn::Cell& cell = column.cells.emplace_back(KeyColumn::Cell{entry->first});
        column.is_number = column.is_number && row != nullptr;
        if (row == nullptr) return;
        column.unit = row->unit;
        column.long_name = row->text;
        const Value value = read_value(node, *row);
        if (const auto* truth = std::get_if<bool>(&value)) cell.number = *truth ? 1 : 0;
        else if (const auto* integer = std::get_if<std::int64_t>(&value)) cell.number = static_cast<double>(*integer);
        else if (const auto* real = std::get_if<double>(&value)) cell.number = *real;
        else column.is_number = false;
    }
};

}  // namespace

std::vector<std::string> KeyColumn::texts() const {
    std::vector<std::string> all;
    all.reserve(cell_of.size());
    for (const std::uint32_t cell : cell_of) all.push_back(cells[cell].text);
    return all;
}

std::vector<double> KeyColumn::numbers() const {
    std::vector<double> all;
    all.reserve(cell_of.size());
    for (const std::uint32_t cell : cell_of) all.push_back(cells[cell].number);
    return all;
}

std::vector<KeyColumn> key_columns(const Plan& plan) {
    std::vector<Filled> columns;
    std::unordered_map<std::string, std::size_t> place;
    const auto column = [&](const std::string& key) -> Filled& {
        if (place.emplace(key, columns.size()).second) {
            columns.emplace_back().column.key = key;
            columns.back().column.cell_of.resize(plan.runs.size());
        }
        return columns[place.at(key)];
    };
    for (const std::string& key : plan.combinations.swept()) column(key);
    for (std::size_t k = 0; k < plan.runs.size(); ++k) {
        const Node document = plan.document(plan.runs[k]);
        for (const KeyAndValue& one : values_below(document))
            column(dotted(one.path)).note(k, one.value, descriptor_of(document, one.path, *plan.catalogue));
    }
    std::vector<KeyColumn> all;
    all.reserve(columns.size());
    for (Filled& filled : columns) all.push_back(std::move(filled.column));
    return all;
}

}  // namespace apical
