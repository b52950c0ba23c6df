#include "sim/sweep/combinations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "sim/core/random.hpp"
#include "sim/core/table.hpp"
#include "sim/core/toml_text.hpp"
#include "sim/sweep/sampled_key.hpp"
#include "sim/sweep/sobol.hpp"

namespace apical {
namespace {

struct SweepSection {
    std::string experiment;
    std::vector<std::int64_t> seeds;
};
const Table<SweepSection>& sweep_table() {
    static const Table<SweepSection> rows{
        {"experiment",
         &SweepSection::experiment,
         "1",
         "TOML file of the experiment; its path is relative to this file.",
         {},
         true},
        {"seeds", &SweepSection::seeds, "1",
         "Values of run.seed for every configuration; empty: that of the experiment.", non_negative}};
    return rows;
}

/// [random] and [sobol], besides the keys that are drawn.
struct SamplesSection {
    std::int64_t samples = 0;
    std::int64_t seed = 1;
};
const Table<SamplesSection>& samples_table() {
    static const Table<SamplesSection> rows{
        {"samples", &SamplesSection::samples, "1", "How many configurations are drawn.", between(1, Combinations::most),
         true},
        {"seed", &SamplesSection::seed, "1", "Seed of the draws; not of the runs.", non_negative}};
    return rows;
}

bool is_range(const Node& node) {
    return !node.is_table() || node.find("low") != nullptr || node.find("high") != nullptr ||
           node.find("choices") != nullptr;
}

void refuse_empty(const Node& node, bool empty) {
    if (empty) throw InputError({node.place, node.key, "nothing", "at least one value", ""});
}

void refuse_unknown_sections(const Node& sweep) {
    const std::vector<std::string> known{"sweep", "set", "list", "grid", "random", "sobol"};
    std::vector<Descriptor> rows(known.size());
    for (std::size_t k = 0; k < known.size(); ++k) rows[k].name = known[k];
    refuse_unknown_keys(sweep, rows);
}

/// The experiment that the sweep names, with what [set] and the command line change in it.
Node base_experiment(const Node& sweep, const std::string& experiment, const std::vector<std::string>& changes) {
    const Node& named = *sweep.find("sweep")->find("experiment");
    const auto path = std::filesystem::path(named.place.file).parent_path() / experiment;
    std::error_code none;
    if (!std::filesystem::is_regular_file(path, none))
        throw InputError({named.place, named.key, "'" + experiment + "'", "the TOML file of an experiment",
                          "there is no file " + path.lexically_normal().string()});
    Node base = parse_toml_file(path.lexically_normal().string());
    if (const Node* fixed = sweep.find("set"))
        for (const KeyAndValue& one : values_below(*fixed)) put(base, one.path, one.value);
    for (const std::string& change : changes) set(base, change);
    return base;
}

/// How the samples of a sweep are drawn. A value is a function of the seed, the key and the number of the sample alone.
struct Draws {
    std::vector<SampledKey> keys;
    Random random;
    bool quasi_random;

    std::vector<KeyAndValue> sample(std::uint64_t number) const {
        std::vector<KeyAndValue> all;
        const auto n = static_cast<std::uint32_t>(number);
        const auto point = quasi_random ? sobol_point(n, keys.size()) : std::vector<std::uint32_t>{};
        for (std::size_t k = 0; k < keys.size(); ++k) {
            const std::uint32_t stream = Random::stream("sweep/" + dotted(keys[k].path));
            const std::uint32_t shift = random.bits(stream, 0)[0];  // a random digital shift, the seed's own
            const double u = quasi_random ? (point[k] ^ shift) * 0x1p-32 : random.uniform(stream, n);
            all.push_back({keys[k].path, value_at(keys[k], u)});
        }
        return all;
    }
};

}  // namespace

const Node* value_at_key(const Node& document, const std::string& key) {
    for (const auto& [name, node] : document.members()) {
        const std::string word = toml_key(name);
        if (key == word) return &node;
        if (!node.is_table() || !key.starts_with(word + ".")) continue;
        if (const Node* found = value_at_key(node, key.substr(word.size() + 1))) return found;
    }
    return nullptr;
}

Combinations::Combinations(const std::string& file, const std::vector<std::string>& changes, const Catalogue& catalogue)
    : file_(file) {
    const Node sweep = parse_toml_file(file);
    refuse_unknown_sections(sweep);
    const Node* about = sweep.find("sweep");
    if (about == nullptr)
        throw InputError({{file, 1, 1}, "sweep", "no section [sweep]", "one that names an experiment", ""});
    const SweepSection section = sweep_table().read(*about);
    base_ = base_experiment(sweep, section.experiment, changes);

    read_list(sweep);
    read_grid(sweep);
    choices_.insert(choices_.begin(), read_samples(sweep, catalogue));
    if (!section.seeds.empty()) read_seeds(sweep);
    if (swept_.empty())
        throw InputError(
            {about->place, "sweep", "nothing to sweep", "[grid], [[list]], [random], [sobol] or seeds", ""});
    double all = 1;
    for (const Choice& choice : choices_) all *= static_cast<double>(choice.count);
    if (all > static_cast<double>(most))
        throw InputError(
            {about->place, "", fmt::format("{:.0f} runs", all), fmt::format("at most {}", most), "several sweeps"});
}

/// [[list]]: one entry after the other.
void Combinations::read_list(const Node& sweep) {
    const Node* section = sweep.find("list");
    if (section == nullptr) return;
    const auto* entries = std::get_if<Node::List>(&section->value);
    if (entries == nullptr)
        throw InputError({section->place, "list", section->kind(), "tables, each under [[list]]", ""});
    refuse_empty(*section, entries->empty());
    std::vector<Assignments> all;
    std::vector<Origin> origins;
    std::set<std::string> here;
    for (const Node& entry : *entries) {
        all.push_back(values_below(entry));
        origins.push_back({entry.place, entry.key});
        refuse_empty(entry, all.back().empty());
        for (const KeyAndValue& one : all.back())
            if (here.insert(dotted(one.path)).second) claim(sweep, one.path, one.value.place);
    }
    choices_.push_back(
        {all.size(), [all](std::uint64_t k) { return all[k]; }, [origins](std::uint64_t k) { return origins[k]; }});
}

/// [grid]: every combination, the last key varying fastest.
void Combinations::read_grid(const Node& sweep) {
    const Node* section = sweep.find("grid");
    if (section == nullptr) return;
    const std::vector<KeyAndValue> axes = values_below(*section);
    refuse_empty(*section, axes.empty());
    for (const KeyAndValue& axis : axes) {
        const auto* values = std::get_if<Node::List>(&axis.value.value);
        if (values == nullptr)
            throw InputError({axis.value.place, axis.value.key, axis.value.kind(), "a list of values", ""});
        refuse_empty(axis.value, values->empty());
        claim(sweep, axis.path, axis.value.place);
        add_values(axis.path, *values);
    }
}

void Combinations::read_seeds(const Node& sweep) {
    const Node& node = *sweep.find("sweep")->find("seeds");
    const auto* list = std::get_if<Node::List>(&node.value);
    claim(sweep, {"run", "seed"}, node.place);
    add_values({"run", "seed"}, list != nullptr ? *list : Node::List{node});
}

void Combinations::add_values(const std::vector<std::string>& path, const Node::List& values) {
    choices_.push_back({values.size(),
                        [path, values](std::uint64_t k) {
                            return Assignments{{path, values[k]}};
                        },
                        [values](std::uint64_t k) {
                            return Origin{values[k].place, values[k].key};
                        }});
}

/// [random] or [sobol].
Combinations::Choice Combinations::read_samples(const Node& sweep, const Catalogue& catalogue) {
    const Node *random = sweep.find("random"), *sobol = sweep.find("sobol");
    if (random != nullptr && sobol != nullptr)
        throw InputError({sobol->place, "sobol", "both [random] and [sobol]", "one of them", ""});
    const Node* section = random != nullptr ? random : sobol;
    if (section == nullptr) return {1, [](std::uint64_t) { return Assignments{}; }, {}};
    std::vector<std::string> tables;
    for (const auto& [name, node] : section->members())
        if (node.is_table()) tables.push_back(name);
    const SamplesSection how = samples_table().read(*section, tables);

    const Node example = document(0);  // with all other keys set: what a key is may depend on the model
    Draws draws{{}, Random(static_cast<std::uint64_t>(how.seed)), sobol != nullptr};
    for (const std::string& name : tables)
        for (KeyAndValue& one : values_below(*section->find(name), is_range)) {
            one.path.insert(one.path.begin(), name);
            if (!one.value.is_table())
                throw InputError({one.value.place, one.value.key, one.value.kind(),
                                  "{low = .., high = ..} or {choices = [..]}", ""});
            claim(sweep, one.path, one.value.place);
            draws.keys.push_back(read_sampled_key(one.value, one.path, descriptor_of(example, one.path, catalogue)));
        }
    refuse_empty(*section, draws.keys.empty());
    if (sobol != nullptr && draws.keys.size() > sobol_dimensions)
        throw InputError({section->place, "sobol", fmt::format("{} keys", draws.keys.size()),
                          fmt::format("at most {}", sobol_dimensions), "use [random]"});
    const Origin origin{section->place, section->key};
    return {static_cast<std::uint64_t>(how.samples), [draws](std::uint64_t k) { return draws.sample(k); },
            [origin](std::uint64_t k) {
                return Origin{origin.place, fmt::format("{}, sample {}", origin.name, k + 1)};
            }};
}

void Combinations::claim(const Node& sweep, const std::vector<std::string>& path, const Place& place) {
    const std::string key = dotted(path);
    const Node* set = sweep.find("set");
    if (std::find(swept_.begin(), swept_.end(), key) != swept_.end())
        throw InputError({place, key, "a key that is swept already", "every key once", ""});
    if (set != nullptr && value_at_key(*set, key) != nullptr)
        throw InputError({place, key, "a key that [set] fixes", "every key once", ""});
    const Node* value = value_at_key(base_, key);
    if (value != nullptr && value->place.file == "command line")
        throw InputError({value->place, key, "a change of a key that is swept", "another key", ""});
    swept_.push_back(key);
}

std::uint64_t Combinations::count() const {
    std::uint64_t all = 1;
    for (const Choice& choice : choices_) all *= choice.count;
    return all;
}

std::vector<std::uint64_t> Combinations::digits(std::uint64_t which) const {
    std::vector<std::uint64_t> result(choices_.size());
    for (std::size_t k = choices_.size(); k-- > 0; which /= choices_[k].count) result[k] = which % choices_[k].count;
    return result;
}

Node Combinations::document(std::uint64_t which) const {
    Node document = base_;
    const std::vector<std::uint64_t> numbers = digits(which);
    for (std::size_t k = 0; k < choices_.size(); ++k)
        for (KeyAndValue& one : choices_[k].values(numbers[k])) put(document, one.path, std::move(one.value));
    return document;
}

std::string Combinations::repetition(std::uint64_t which, std::uint64_t earlier) const {
    const std::vector<std::uint64_t> here = digits(which), there = digits(earlier);
    std::vector<std::size_t> differ;
    for (std::size_t k = 0; k < choices_.size(); ++k)
        if (here[k] != there[k]) differ.push_back(k);
    if (differ.size() != 1) return "";
    const Choice& choice = choices_[differ[0]];
    const Origin origin = choice.origin(here[differ[0]]), first = choice.origin(there[differ[0]]);
    return InputError({origin.place, origin.name, "the same run as " + first.name, "", "it is carried out once"})
        .what();
}

}  // namespace apical
