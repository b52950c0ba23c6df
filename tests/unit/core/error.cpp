#include "sim/core/error.hpp"

#include <string>

#include "tests/support/catch.hpp"

using apical::InputError;
using apical::NumericalError;

TEST_CASE("InputError: the message names place, key, finding, expectation and hint") {
    InputError::Parts parts;
    parts.place = {"digits.toml", 12, 3};
    parts.key = "run.lane";
    parts.found = "key 'lane'";
    parts.expected = "one of lanes, mode";
    parts.hint = "did you mean 'lanes'?";
    const InputError error(parts);
    CHECK(std::string(error.what()) ==
          "digits.toml:12:3: run.lane: found key 'lane', expected one of lanes, mode (did you mean 'lanes'?)");
    CHECK(error.parts().place.line == 12);
    CHECK(error.parts().key == "run.lane");
}

TEST_CASE("InputError: what is empty is left out of the message") {
    const auto text = [](InputError::Parts parts) { return std::string(InputError(std::move(parts)).what()); };
    CHECK(text({{"a.toml", 0, 0}, "", "a directory", "a TOML file", ""}) ==
          "a.toml: found a directory, expected a TOML file");
    CHECK(text({{"a.toml", 7, 0}, "", "", "a table", ""}) == "a.toml:7: expected a table");
    CHECK(text({{"command line", 0, 0}, "run.lanes", "", "", "give it once"}) ==
          "command line: run.lanes: give it once");
    CHECK(text({{}, "key", "1", "", ""}) == "key: found 1");
    CHECK(text({{}, "", "", "", ""}).empty());
}

TEST_CASE("InputError: the message is one line without control characters") {
    const InputError error({{"a.toml", 1, 1}, "", "key 'x\n\x1b[2J\x7f'", "", ""});
    CHECK(std::string(error.what()) == "a.toml:1:1: found key 'x\\x0a\\x1b[2J\\x7f'");
}

TEST_CASE("NumericalError: the message names population, variable, unit, lane and time") {
    const NumericalError error({"up1", "rate", 3, 1, 1e30, 250, "samples", "lower run.learning_rate"});
    CHECK(std::string(error.what()) ==
          "up1: rate of unit 3, lane 1 became 1e+30 at 250 samples; lower run.learning_rate");
    CHECK(error.parts().unit == 3);
    const NumericalError weights({"W1", "weights", 3, std::nullopt, 17640, 64, "samples", ""});
    CHECK(std::string(weights.what()) == "W1: weights of unit 3 became 17640 at 64 samples");  // all lanes share them
}
