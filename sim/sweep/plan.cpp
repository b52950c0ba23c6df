#include "sim/sweep/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "sim/core/random.hpp"
#include "sim/core/toml_text.hpp"
#include "sim/run/experiment.hpp"
#include "sim/sweep/keys.hpp"
#include "sim/sweep/sampled_key.hpp"
#include "sim/sweep/sobol.hpp"

namespace apical {
namespace {

constexpr std::uint64_t most_runs = 100'000;

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
        {"samples", &SamplesSection::samples, "1", "How many configurations are drawn.", between(1, most_runs), true},
        {"seed", &SamplesSection::seed, "1", "Seed of the draws; not of the runs.", non_negative}};
    return rows;
}

/// Values that one run takes together.
using Assignments = std::vector<KeyAndValue>;

bool is_range(const Node& node) {
    return !node.is_table() || node.find("low") != nullptr || node.find("high") != nullptr ||
           node.find("choices") != nullptr;
}

/// Throws if two of the values are the same.
void refuse_repeated(const std::vector<Node>& values) {
    std::set<std::string> seen;
    for (const Node& value : values)
        if (!seen.insert(value.text()).second)
            throw InputError(
                {value.place, value.key, value.text() + " a second time", "values that differ", "the same run twice"});
}

/// Everything that is swept, from the sections of the file.
class Reader {
   public:
    Reader(const Node& sweep, const Node& experiment) : sweep_(sweep), experiment_(experiment) {}

    /// [[list]]: one entry after the other.
    std::vector<Assignments> list() {
        const Node* section = sweep_.find("list");
        if (section == nullptr) return {{}};
        const auto* entries = std::get_if<Node::List>(&section->value);
        if (entries == nullptr)
            throw InputError({section->place, "list", section->kind(), "tables, each under [[list]]", ""});
        refuse_empty(*section, entries->empty());
        refuse_repeated(*entries);
        std::vector<Assignments> all;
        std::set<std::string> here;
        for (const Node& entry : *entries) {
            all.push_back(values_below(entry));
            refuse_empty(entry, all.back().empty());
            for (const KeyAndValue& one : all.back())
                if (here.insert(dotted(one.path)).second) claim(one.path, one.value.place);
        }
        return all;
    }

    /// [grid]: every combination, the last key varying fastest.
    std::vector<Assignments> grid() {
        const Node* section = sweep_.find("grid");
        if (section == nullptr) return {{}};
        const std::vector<KeyAndValue> axes = values_below(*section);
        refuse_empty(*section, axes.empty());
        std::vector<Assignments> all{{}};
        for (const KeyAndValue& axis : axes) {
            const auto* values = std::get_if<Node::List>(&axis.value.value);
            if (values == nullptr)
                throw InputError({axis.value.place, axis.value.key, axis.value.kind(), "a list of values", ""});
            refuse_empty(axis.value, values->empty());
            refuse_repeated(*values);
            claim(axis.path, axis.value.place);
            std::vector<Assignments> longer;
            if (all.size() * values->size() > most_runs) refuse_size(axis.value.place);
            for (const Assignments& before : all)
                for (const Node& value : *values) {
                    longer.push_back(before);
                    longer.back().push_back({axis.path, value});
                }
            all = std::move(longer);
        }
        return all;
    }

    /// [random] or [sobol]. `example` is an experiment with all other keys set: what a key is may depend on the model.
    std::vector<Assignments> samples(const Node& example) {
        const Node *random = sweep_.find("random"), *sobol = sweep_.find("sobol");
        if (random != nullptr && sobol != nullptr)
            throw InputError({sobol->place, "sobol", "both [random] and [sobol]", "one of them", ""});
        const Node* section = random != nullptr ? random : sobol;
        if (section == nullptr) return {{}};
        std::vector<std::string> tables;
        for (const auto& [name, node] : section->members())
            if (node.is_table()) tables.push_back(name);
        const SamplesSection how = samples_table().read(*section, tables);

        std::vector<SampledKey> keys;
        for (const std::string& name : tables)
            for (KeyAndValue& one : values_below(*section->find(name), is_range)) {
                one.path.insert(one.path.begin(), name);
                if (!one.value.is_table())
                    throw InputError({one.value.place, one.value.key, one.value.kind(),
                                      "{low = .., high = ..} or {choices = [..]}", ""});
                claim(one.path, one.value.place);
                keys.push_back(read_sampled_key(one.value, one.path, descriptor_of(example, one.path)));
            }
        refuse_empty(*section, keys.empty());
        if (sobol != nullptr && keys.size() > sobol_dimensions)
            throw InputError({section->place, "sobol", fmt::format("{} keys", keys.size()),
                              fmt::format("at most {}", sobol_dimensions), "use [random]"});
        return drawn(keys, how, sobol != nullptr);
    }

    std::vector<Assignments> seeds(const SweepSection& section) {
        if (section.seeds.empty()) return {{}};
        const Node& node = *sweep_.find("sweep")->find("seeds");
        const auto* list = std::get_if<Node::List>(&node.value);
        const Node::List seeds = list != nullptr ? *list : Node::List{node};
        refuse_repeated(seeds);
        claim({"run", "seed"}, node.place);
        std::vector<Assignments> all;
        for (const Node& seed : seeds) all.push_back({{{"run", "seed"}, seed}});
        return all;
    }

    const std::vector<std::string>& swept() const { return swept_; }
    [[noreturn]] static void refuse_size(const Place& place) {
        throw InputError({place, "", "more runs than that", fmt::format("at most {}", most_runs), ""});
    }

   private:
    /// A key may be swept by one section only, and not be set for all runs besides.
    void claim(const std::vector<std::string>& path, const Place& place) {
        const std::string key = dotted(path);
        const Node* set = sweep_.find("set");
        if (std::find(swept_.begin(), swept_.end(), key) != swept_.end())
            throw InputError({place, key, "a key that is swept already", "every key once", ""});
        if (set != nullptr && value_at_key(*set, key) != nullptr)
            throw InputError({place, key, "a key that [set] fixes", "every key once", ""});
        const Node* value = value_at_key(experiment_, key);
        if (value != nullptr && value->place.file == "command line")
            throw InputError({value->place, key, "a change of a key that is swept", "another key", ""});
        swept_.push_back(key);
    }

    static void refuse_empty(const Node& node, bool empty) {
        if (empty) throw InputError({node.place, node.key, "nothing", "at least one value", ""});
    }

    /// A value is a function of the seed, the key and the number of the sample alone.
    static std::vector<Assignments> drawn(const std::vector<SampledKey>& keys, const SamplesSection& how,
                                          bool quasi_random) {
        const Random random(static_cast<std::uint64_t>(how.seed));
        std::vector<Assignments> all(static_cast<std::size_t>(how.samples));
        for (std::size_t k = 0; k < keys.size(); ++k) {
            const std::uint32_t stream = Random::stream("sweep/" + dotted(keys[k].path));
            const std::uint32_t shift = random.bits(stream, 0)[0];  // a random digital shift, the seed's own
            for (std::size_t n = 0; n < all.size(); ++n) {
                const auto number = static_cast<std::uint32_t>(n);
                const double u = quasi_random ? (sobol(number, k) ^ shift) * 0x1p-32 : random.uniform(stream, number);
                all[n].push_back({keys[k].path, value_at(keys[k], u)});
            }
        }
        return all;
    }

    const Node& sweep_;
    const Node& experiment_;
    std::vector<std::string> swept_;
};

/// Sections of a sweep.
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

void assign(Node& document, const Assignments& values) {
    for (const KeyAndValue& one : values) put(document, one.path, one.value);
}

PlannedRun planned(std::uint64_t number, const Node& document) {
    const Experiment experiment = read_experiment(document);
    if (!experiment.checkpoint.file.empty())
        refuse(experiment.document, "checkpoint", "file", "'" + experiment.checkpoint.file + "', which all runs share",
               "no name", "every run of a sweep has a checkpoint of its own");
    return {number, experiment.document, to_toml(experiment.document)};
}

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

Plan read_plan(const std::string& file, const std::vector<std::string>& changes) {
    const Node sweep = parse_toml_file(file);
    refuse_unknown_sections(sweep);
    const Node* about = sweep.find("sweep");
    if (about == nullptr)
        throw InputError({{file, 1, 1}, "sweep", "no section [sweep]", "one that names an experiment", ""});
    const SweepSection section = sweep_table().read(*about);
    const Node base = base_experiment(sweep, section.experiment, changes);

    Reader reader(sweep, base);
    const auto list = reader.list(), grid = reader.grid();
    Node example = base;
    assign(example, list.front());
    assign(example, grid.front());
    const auto samples = reader.samples(example), seeds = reader.seeds(section);
    if (reader.swept().empty())
        throw InputError(
            {about->place, "sweep", "nothing to sweep", "[grid], [[list]], [random], [sobol] or seeds", ""});
    if (static_cast<double>(samples.size()) * static_cast<double>(list.size()) * static_cast<double>(grid.size()) *
            static_cast<double>(seeds.size()) >
        static_cast<double>(most_runs))
        Reader::refuse_size(about->place);

    Plan plan{file, reader.swept(), {}};
    for (const Assignments& sample : samples)
        for (const Assignments& entry : list)
            for (const Assignments& point : grid)
                for (const Assignments& seed : seeds) {
                    Node document = base;
                    for (const Assignments* part : {&sample, &entry, &point, &seed}) assign(document, *part);
                    plan.runs.push_back(planned(plan.runs.size() + 1, document));
                }
    return plan;
}

std::string swept_values(const Plan& plan, const PlannedRun& run) {
    std::string text;
    for (const std::string& key : plan.swept)
        if (const Node* value = value_at_key(run.document, key))
            text += (text.empty() ? "" : ", ") + key + " = " + value->text();
    return text;
}

}  // namespace apical
