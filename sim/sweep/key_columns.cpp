#include "sim/sweep/key_columns.hpp"

#include <limits>
#include <map>

#include "sim/sweep/keys.hpp"

namespace apical {
namespace {

/// A string as it is, everything else as TOML.
std::string plain_text(const Node& value) {
    const auto* text = std::get_if<std::string>(&value.value);
    return text != nullptr ? *text : value.text();
}

void note(KeyColumn& column, std::size_t run, const KeyAndValue& one, const Descriptor* row) {
    column.texts[run] = plain_text(one.value);
    column.is_number = column.is_number && row != nullptr;
    if (row == nullptr) return;
    column.unit = row->unit;
    column.long_name = row->text;
    const Value value = read_value(one.value, *row);
    double& number = column.numbers[run];
    if (const auto* truth = std::get_if<bool>(&value)) number = *truth ? 1 : 0;
    else if (const auto* integer = std::get_if<std::int64_t>(&value)) number = static_cast<double>(*integer);
    else if (const auto* real = std::get_if<double>(&value)) number = *real;
    else column.is_number = false;
}

}  // namespace

std::vector<KeyColumn> key_columns(const Plan& plan) {
    std::vector<KeyColumn> columns;
    std::map<std::string, std::size_t> place;
    const auto column = [&](const std::string& key) -> KeyColumn& {
        if (place.emplace(key, columns.size()).second) {
            columns.emplace_back().key = key;
            columns.back().numbers.assign(plan.runs.size(), std::numeric_limits<double>::quiet_NaN());
            columns.back().texts.resize(plan.runs.size());
        }
        return columns[place.at(key)];
    };
    for (const std::string& key : plan.swept) column(key);
    for (std::size_t k = 0; k < plan.runs.size(); ++k)
        for (const KeyAndValue& one : values_below(plan.runs[k].document))
            note(column(dotted(one.path)), k, one, descriptor_of(plan.runs[k].document, one.path));
    return columns;
}

}  // namespace apical
