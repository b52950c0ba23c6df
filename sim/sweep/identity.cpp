#include "sim/sweep/identity.hpp"

#include <algorithm>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <vector>

#include "sim/sweep/keys.hpp"

namespace apical {
namespace {

/// -0 is 0.
void drop_sign_of_zero(Value& value) {
    if (auto* number = std::get_if<double>(&value)) *number += 0.0;
    if (auto* numbers = std::get_if<std::vector<double>>(&value))
        for (double& number : *numbers) number += 0.0;
}

}  // namespace

std::string settings_text(const Node& experiment, const Catalogue& catalogue) {
    std::vector<std::string> lines;
    for (const KeyAndValue& one : values_below(experiment)) {
        const Descriptor* row = descriptor_of(experiment, one.path, catalogue);
        std::string text = one.value.text();
        if (row != nullptr) {
            Value value = read_value(one.value, *row);
            if (value == row->standard && !row->required) continue;
            drop_sign_of_zero(value);
            text = value_node(value, *row).text();
        }
        lines.push_back(dotted(one.path) + " = " + text + "\n");
    }
    std::sort(lines.begin(), lines.end());
    std::string all;
    for (const std::string& line : lines) all += line;
    return all;
}

std::string run_name(const Node& experiment, const Catalogue& catalogue) {
    namespace uuids = boost::uuids;
    std::string digits =
        uuids::to_string(uuids::name_generator_sha1(uuids::ns::oid())(settings_text(experiment, catalogue)));
    digits.erase(std::remove(digits.begin(), digits.end(), '-'), digits.end());
    return digits.substr(0, 8) + digits.substr(20);  // what lies between holds the version of the identifier
}

}  // namespace apical
