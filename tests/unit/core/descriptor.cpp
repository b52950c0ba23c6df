#include "sim/core/table.hpp"

#include "tests/support/catch.hpp"

using namespace apical;

namespace {

struct Settings {
    bool noisy = false;
    std::int64_t lanes = 1;
    double rate = 0.5;
    double tau = 10;
    std::string mode = "settled";
    std::vector<std::int64_t> layers{30, 20};
    std::vector<double> delays{1, 2.5};
    std::vector<std::string> probes{};
};

const Table<Settings> table{
    {"noisy", &Settings::noisy, "1", "Whether there is noise."},
    {"lanes", &Settings::lanes, "1", "Samples side by side.", between(1, 1024)},
    {"rate", &Settings::rate, "1", "Learning rate.", Range{0, 1, true, false}},
    {"tau", &Settings::tau, "ms", "Time constant.", positive},
    {"mode", &Settings::mode, "1", "Dynamics.", one_of("settled", "continuous", "spiking")},
    {"layers", &Settings::layers, "1", "Cells of each layer.", positive},
    {"delays", &Settings::delays, "ms", "Delays.", non_negative},
    {"probes", &Settings::probes, "1", "What to record.", one_of("rate", "weights")},
};

Settings read(const std::string& text) { return table.read(parse_toml(text, "x.toml")); }

std::string refusal(const std::string& text) {
    try {
        read(text);
    } catch (const InputError& error) {
        return error.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("Descriptor: an empty table gives the defaults") {
    const Settings settings = read("");
    CHECK(settings.lanes == 1);
    CHECK(settings.tau == 10);
    CHECK(settings.layers == std::vector<std::int64_t>{30, 20});
    CHECK(std::get<double>(table.descriptors()[2].standard) == 0.5);
}

TEST_CASE("Descriptor: values are read with their units") {
    const Settings settings = read(
        "noisy = true\nlanes = 64\nrate = '5 %'\ntau = '0.02 s'\nmode = 'spiking'\nlayers = [5]\n"
        "delays = ['1 ms', '100 us']\nprobes = ['rate', 'weights']");
    CHECK(settings.noisy);
    CHECK(settings.lanes == 64);
    CHECK(settings.rate == 0.05);
    CHECK(settings.tau == 20);
    CHECK(settings.mode == "spiking");
    CHECK(settings.layers == std::vector<std::int64_t>{5});
    CHECK(settings.delays == std::vector<double>{1, 0.1});
    CHECK(settings.probes == std::vector<std::string>{"rate", "weights"});
}

TEST_CASE("Descriptor: an integer does for a number, one value for a list, an empty list is a list") {
    CHECK(read("rate = 1").rate == 1);
    CHECK(read("layers = 7").layers == std::vector<std::int64_t>{7});
    CHECK(read("delays = '3 ms'").delays == std::vector<double>{3});
    CHECK(read("probes = 'rate'").probes == std::vector<std::string>{"rate"});
    CHECK(read("layers = []").layers.empty());
}

TEST_CASE("Descriptor: a value of another type is refused, naming both") {
    CHECK(refusal("lanes = 'many'") == "x.toml:1:9: lanes: found a string \"many\", expected an integer in [1, 1024]");
    CHECK(refusal("lanes = 2.0") == "x.toml:1:9: lanes: found 2.0, expected an integer in [1, 1024] (write 2)");
    CHECK(refusal("lanes = 2.5") ==
          "x.toml:1:9: lanes: found 2.5, expected an integer in [1, 1024] (not a whole number)");
    CHECK(refusal("rate = true") == "x.toml:1:8: rate: found a boolean true, expected a number in (0, 1]");
    CHECK(refusal("noisy = 1") == "x.toml:1:9: noisy: found 1, expected true or false");
    CHECK(refusal("mode = 3") == "x.toml:1:8: mode: found 3, expected one of settled, continuous, spiking");
    CHECK(refusal("layers = {a = 1}") ==
          "x.toml:1:10: layers: found a table {a = 1}, expected a list, each an integer > 0");
    CHECK(refusal("layers = [1, 'x']") == "x.toml:1:14: layers[1]: found a string \"x\", expected an integer > 0");
    CHECK(refusal("layers = [[1]]") == "x.toml:1:11: layers[0]: found a list [1], expected an integer > 0");
}

TEST_CASE("Descriptor: a value out of range is refused, printing the range") {
    CHECK(refusal("lanes = 0") == "x.toml:1:9: lanes: found 0, expected an integer in [1, 1024]");
    CHECK(refusal("rate = 0.0") == "x.toml:1:8: rate: found 0.0, expected a number in (0, 1]");
    CHECK(refusal("rate = 1.5") == "x.toml:1:8: rate: found 1.5, expected a number in (0, 1]");
    CHECK(refusal("tau = '-1 ms'") ==
          "x.toml:1:7: tau: found a string \"-1 ms\", expected a quantity > 0 ms such as \"10 ms\"");
    CHECK(refusal("delays = ['1 ms', '-1 ms']") ==
          "x.toml:1:19: delays[1]: found a string \"-1 ms\", expected a quantity >= 0 ms");
}

TEST_CASE("Descriptor: a missing or wrong unit is refused with what would do") {
    CHECK(refusal("tau = 10") ==
          "x.toml:1:7: tau: found 10, expected a quantity > 0 ms such as \"10 ms\" (a unit is missing: \"10 ms\"?)");
    CHECK(refusal("tau = '10 mV'") ==
          "x.toml:1:7: tau: found a string \"10 mV\", expected a quantity > 0 ms such as \"10 ms\" "
          "('mV' is a unit of voltage, expected ms, s, us, min or h)");
    CHECK(refusal("tau = '10'") ==
          "x.toml:1:7: tau: found a string \"10\", expected a quantity > 0 ms such as \"10 ms\" "
          "('10' has no unit, expected ms, s, us, min or h)");
}

TEST_CASE("Descriptor: an unknown choice is refused with the nearest") {
    CHECK(refusal("mode = 'setled'") ==
          "x.toml:1:8: mode: found a string \"setled\", expected one of settled, continuous, "
          "spiking (did you mean 'settled'?)");
    CHECK(
        refusal("probes = ['wheights']") ==
        "x.toml:1:11: probes[0]: found a string \"wheights\", expected one of rate, weights (did you mean 'weights'?)");
    CHECK(refusal("mode = 'x'") ==
          "x.toml:1:8: mode: found a string \"x\", expected one of settled, continuous, spiking");
}

TEST_CASE("Descriptor: an unknown key is refused with the nearest, also from somebody else's keys") {
    const Node root = parse_toml("[run]\nlane = 3", "x.toml");
    CHECK_THROWS_WITH(
        table.read(*root.find("run")),
        "x.toml:2:8: run.lane: found key 'lane', expected one of noisy, lanes, rate, tau, mode, layers, delays, "
        "probes (did you mean 'lanes'?)");
    CHECK(table.read(parse_toml("stepper = 1\nlanes = 2", "x.toml"), {"stepper"}).lanes == 2);
    CHECK_THROWS_WITH(table.read(parse_toml("steper = 1", "x.toml"), {"stepper"}),
                      Catch::Matchers::Contains("did you mean 'stepper'?"));
    CHECK_THROWS_WITH(table.read(parse_toml("run = 1", "x.toml").members()[0].second),
                      "x.toml:1:7: run: found an integer, expected a table");
}

TEST_CASE("Descriptor: a required key that is absent is refused") {
    const Table<Settings> strict{{"mode", &Settings::mode, "1", "the dynamics", {}, true}};
    CHECK_THROWS_WITH(strict.read(parse_toml("[run]", "x.toml").members()[0].second),
                      "x.toml:1:1: run.mode: found nothing, expected a string (this key has no default)");
}

TEST_CASE("Descriptor: long values are cut in messages, never inside a character") {
    std::string text;
    for (int i = 0; i < 1000; ++i) text += "\u00fc";
    const std::string message = refusal("lanes = '" + text + "'");
    CHECK(message.size() < 200);
    CHECK_NOTHROW(parse_toml("'" + message + "' = 1", "utf8.toml"));
}

TEST_CASE("Descriptor: what a table writes, it reads back to the same values") {
    Settings settings;
    settings.noisy = true;
    settings.lanes = 1024;
    settings.rate = 0.1;
    settings.tau = 1.0 / 3;
    settings.mode = "continuous";
    settings.layers = {};
    settings.delays = {0, 0.1};
    settings.probes = {"weights"};
    Node written;
    written.value = table.write(settings);
    const std::string text = to_toml(written);
    CHECK(
        text ==
        "noisy = true\nlanes = 1024\nrate = 0.1\ntau = \"0.3333333333333333 ms\"\nmode = \"continuous\"\nlayers = []\n"
        "delays = [\"0 ms\", \"0.1 ms\"]\nprobes = [\"weights\"]\n");
    const Settings again = read(text);
    CHECK(again.tau == settings.tau);
    written.value = table.write(again);
    CHECK(to_toml(written) == text);
}

TEST_CASE("nearest: finds slips of the finger and nothing far off") {
    const std::vector<std::string> names{"lanes", "learning_rate", "mode"};
    CHECK(nearest("lane", names) == "lanes");
    CHECK(nearest("lnaes", names) == "lanes");
    CHECK(nearest("learningrate", names) == "learning_rate");
    CHECK(nearest("lernign_rate", names) == "learning_rate");
    CHECK(nearest("Mode", names) == "mode");
    CHECK(nearest("threads", names) == "");
    CHECK(nearest("", names) == "");
    CHECK(nearest("mode", {}) == "");
    CHECK(nearest(std::string(1000000, 'm'), names) == "");
}

TEST_CASE("Descriptor: a list written as one string is shown as it should be") {
    CHECK(refusal("layers = '100,100'") ==
          "x.toml:1:10: layers: found a string \"100,100\", expected a list, each an integer > 0 "
          "(a list stands in brackets: [100, 100])");
    CHECK_THAT(refusal("delays = '1 ms, 2 ms'"), Catch::Matchers::EndsWith("[\"1 ms\", \"2 ms\"])"));
    CHECK_THAT(refusal("probes = 'rate,weights'"), Catch::Matchers::EndsWith("[\"rate\", \"weights\"])"));
}

TEST_CASE("Descriptor: what a key needs to have an effect") {
    const Table<Settings> conditional =
        Table<Settings>{
            {"mode", &Settings::mode, "1", "Dynamics.", one_of("settled", "continuous")},
            {"tau", &Settings::tau, "ms", "Time constant.", positive},
        }
            .where({continuous_mode(), has_not("lanes", 1)}, {"tau"})
            .where({has("probes", "rate", "weights")}, {"tau"});
    const std::vector<Descriptor> rows = conditional.descriptors();
    CHECK(rows[0].needs.empty());
    REQUIRE(rows[1].needs.size() == 2);
    CHECK(text_of(rows[1].needs[0]) == "run.mode = \"continuous\" or lanes other than 1");
    CHECK(text_of(rows[1].needs[1]) == "probes = \"rate\" or \"weights\"");
    CHECK(text_of({has("at")}) == "at = []");
    CHECK_THROWS_AS(Table<Settings>{}.where({continuous_mode()}, {"tau"}), std::logic_error);

    CHECK(holds(has("key", "a", "b"), std::string("b")));
    CHECK_FALSE(holds(has("key", "a", "b"), std::string("c")));
    CHECK(holds(has_not("key", 0), 0.5));
    CHECK_FALSE(holds(has_not("key", 0), 0.0));
    CHECK_FALSE(holds(has_not("key", 0), std::int64_t{0}));
    CHECK(holds(has("key", false), false));
    CHECK(holds(has("key", "V"), std::vector<std::string>{"W", "V"}));
    CHECK_FALSE(holds(has_not("key", "V"), std::vector<std::string>{"W", "V"}));
    CHECK(holds(has("key"), std::vector<double>{}));
    CHECK_FALSE(holds(has("key"), std::vector<double>{1}));
    CHECK(holds(has_not("key"), std::vector<double>{1}));
}
