#include "models/network/inputs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "models/network/column_file.hpp"
#include "models/network/quantities.hpp"

namespace apical::network {
namespace {

double number_of(const Node& table, const std::string& key, const std::string& unit, double otherwise) {
    const Node* node = table.find(key);
    return node == nullptr ? otherwise : std::get<double>(read_value(*node, {node->key, unit, 1.0, {}, {}, {}}));
}

std::vector<double> numbers_of(const Node& table, const std::string& key, const std::string& unit) {
    const Node* node = table.find(key);
    if (node == nullptr) throw InputError({table.place, table.key + "." + key, "nothing", "a list", ""});
    return std::get<std::vector<double>>(read_value(*node, {node->key, unit, std::vector<double>{}, {}, {}, {}}));
}

void refuse_others(const Node& table, const std::vector<std::string>& known) { refuse_unknown_keys(table, {}, known); }

/// course = { times = ["0 s", "1 s"], factors = [1, 2] }, { file = "course.csv" } with columns time (ms) and factor, or
/// { frequency = "8 Hz", amplitude = 0.5, phase = 0 }: 1 + amplitude sin(2 pi frequency t + phase).
std::optional<TimeCourse> course_of(const Node& input) {
    const Node* table = input.find("course");
    if (table == nullptr) return {};
    try {
        if (table->find("file") != nullptr) {
            refuse_others(*table, {"file"});
            std::vector<double> times, factors;
            read_columns(*table, "file", "", {{"time", &times}, {"factor", &factors}});
            return TimeCourse::steps(std::move(times), std::move(factors));
        }
        if (table->find("frequency") != nullptr) {
            refuse_others(*table, {"frequency", "amplitude", "phase"});
            return TimeCourse::sine(1, number_of(*table, "amplitude", "1", 1), number_of(*table, "frequency", "Hz", 0),
                                    number_of(*table, "phase", "1", 0));
        }
        refuse_others(*table, {"times", "factors"});
        return TimeCourse::steps(numbers_of(*table, "times", "ms"), numbers_of(*table, "factors", "1"));
    } catch (const std::invalid_argument& error) {
        throw InputError({table->place, table->key, "", "", error.what()});
    }
}

/// Of a file, or at the same times in every cell.
std::shared_ptr<const SpikeTrains> trains_of(const Node& table, std::size_t cells) {
    auto trains = std::make_shared<SpikeTrains>();
    const Node* file = table.find("file");
    const Node* population = table.find("population");
    if ((file != nullptr) == (table.find("times") != nullptr))
        throw InputError({table.place, table.key, file == nullptr ? "neither file nor times" : "both file and times",
                          "one of them", ""});
    if (file == nullptr) {
        for (const double time : numbers_of(table, "times", "ms"))
            for (std::uint32_t cell = 0; cell < cells; ++cell) {
                trains->time.push_back(time);
                trains->cell.push_back(cell);
            }
        return trains;
    }
    read_value(*file, {"file", "1", std::string{}, {}, {}, {}});  // a string
    if (!is_hdf5(table, "file")) {
        if (population != nullptr)
            throw InputError({population->place, population->key, "a population", "none: a CSV file has but one", ""});
        read_columns(table, "file", "", {{"time", &trains->time}, {"id", &trains->cell}});
        return trains;
    }
    const std::vector<std::string> populations = groups_in(table, "file", "/spikes");
    if (population == nullptr && populations.size() != 1)
        throw InputError({file->place, file->key, fmt::format("the spikes of {}", fmt::join(populations, ", ")),
                          "the name of one under `population`", ""});
    const std::string name =
        population == nullptr
            ? populations.front()
            : std::get<std::string>(read_value(*population, {"population", "1", std::string{}, {}, populations, {}}));
    read_columns(table, "file", "/spikes/" + name, {{"timestamps", &trains->time}, {"node_ids", &trains->cell}});
    return trains;
}

/// The keys of a kind that are read apart.
std::vector<std::string> keys_of_kind(const std::string& kind) {
    if (kind == "spikes") return {"weight", "file", "population", "times"};
    if (kind == "regular") return {"weight", "interval", "first"};
    if (kind == "current") return {"amplitude", "course"};
    if (kind == "noise") return {"mean", "deviation", "interval"};
    return {"weight", "rate", "course"};
}

}  // namespace

InputSection read_input(const Node& table) {
    InputSection section;
    if (const Node* kind = table.find("kind"))
        section.kind = std::get<std::string>(read_value(*kind, input_table().descriptors().front()));
    return input_table().read(table, keys_of_kind(section.kind));
}

Drive read_drive(const std::string& name, const Node& table, const InputSection& section, const InputTarget& target) {
    const auto of = [&](const char* key, const std::string& unit) { return quantity_of(table, key, unit); };
    const auto fill = [&](auto drive) {
        drive.name = name;
        drive.target = target.population;
        drive.receptor = target.receptor;
        if constexpr (requires { drive.weight; }) drive.weight = of("weight", target.unit);
        return drive;
    };
    if (section.kind == "spikes") return fill(SpikeDrive{.trains = trains_of(table, target.cells)});
    if (section.kind == "regular") {
        const Quantity interval = of("interval", "ms");
        return fill(RegularDrive{.interval = interval, .first = table.find("first") ? of("first", "ms") : interval});
    }
    if (section.kind == "current")
        return fill(CurrentDrive{.amplitude = of("amplitude", target.unit), .course = course_of(table)});
    if (section.kind == "noise")
        return fill(NoiseDrive{.mean = table.find("mean") ? of("mean", target.unit) : Quantity(0),
                               .deviation = of("deviation", target.unit),
                               .interval = number_of(table, "interval", "ms", 0)});
    return fill(PoissonDrive{.rate = of("rate", "Hz"), .course = course_of(table), .at_most_one = section.at_most_one});
}

}  // namespace apical::network
