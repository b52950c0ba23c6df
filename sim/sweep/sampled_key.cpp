#include "sim/sweep/sampled_key.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "sim/core/table.hpp"
#include "sim/core/toml_text.hpp"

namespace apical {
namespace {

struct RangeKeys {
    std::string scale = "linear";
};

/// The bounds have the type and the unit of the key, so they are read by its descriptor.
const Table<RangeKeys>& range_table() {
    static const Table<RangeKeys> rows{{"scale", &RangeKeys::scale, "1",
                                        "Of what the draw is uniform: the number (linear) or its logarithm (log).",
                                        one_of("linear", "log")}};
    return rows;
}

bool is_integer(const Descriptor& descriptor) { return std::holds_alternative<std::int64_t>(descriptor.standard); }

double bound(const Node& range, const std::string& name, const Descriptor& descriptor) {
    const Node* node = range.find(name);
    if (node == nullptr) throw InputError({range.place, range.key, "no '" + name + "'", "low = and high =", ""});
    const Value value = read_value(*node, descriptor);
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
    return std::get<double>(value);
}

/// A list of numbers may be given as one number, which is what is drawn.
Descriptor single(Descriptor descriptor) {
    if (std::holds_alternative<std::vector<std::int64_t>>(descriptor.standard)) descriptor.standard = std::int64_t{0};
    if (std::holds_alternative<std::vector<double>>(descriptor.standard)) descriptor.standard = 0.0;
    return descriptor;
}

void read_range(const Node& node, const Descriptor& descriptor, SampledKey& key) {
    if (!is_integer(descriptor) && !std::holds_alternative<double>(descriptor.standard))
        throw InputError({node.place, node.key, "a range", "choices = [..]", "this key is not a number"});
    key.logarithmic = range_table().read(node, {"low", "high"}).scale == "log";
    key.descriptor = descriptor;
    key.low = bound(node, "low", descriptor);
    key.high = bound(node, "high", descriptor);
    if (!(key.low < key.high))
        throw InputError(
            {node.place, node.key, fmt::format("low = {}, high = {}", key.low, key.high), "low < high", ""});
    if (key.logarithmic && !(key.low > 0))
        throw InputError({node.find("low")->place, node.key + ".low", fmt::format("{}", key.low),
                          "more than 0 for scale = \"log\"", ""});
}

}  // namespace

SampledKey read_sampled_key(const Node& node, std::vector<std::string> path, const Descriptor* descriptor) {
    SampledKey key;
    key.path = std::move(path);
    key.place = node.place;
    if (const Node* choices = node.find("choices")) {
        refuse_unknown_keys(node, {}, {"choices"});
        const auto* list = std::get_if<Node::List>(&choices->value);
        if (list == nullptr || list->empty())
            throw InputError({choices->place, choices->key, list == nullptr ? choices->kind() : "an empty list",
                              "a list of values", ""});
        key.choices = *list;
        return key;
    }
    // Of a key that nobody knows: the check of the first run says so, better than could be said here.
    if (descriptor == nullptr) key.choices = {Node{std::int64_t{0}, node.place, node.key}};
    else read_range(node, single(*descriptor), key);
    return key;
}

Node value_at(const SampledKey& key, double u) {
    if (!key.choices.empty()) {
        const auto count = static_cast<double>(key.choices.size());
        return key.choices[static_cast<std::size_t>(std::min(count - 1, std::floor(u * count)))];
    }
    // The integers low .. high are the whole parts of low .. high + 1.
    const bool integer = is_integer(key.descriptor);
    const double end = key.high + (integer ? 1 : 0);
    double x = key.logarithmic ? key.low * std::pow(end / key.low, u) : key.low + u * (end - key.low);
    if (integer) x = std::floor(x);
    x = std::clamp(x, key.low, key.high);
    Node node = value_node(integer ? Value{static_cast<std::int64_t>(x)} : Value{x}, key.descriptor);
    node.place = key.place;
    return node;
}

}  // namespace apical
