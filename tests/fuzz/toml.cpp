// A deterministic mutation fuzz: whatever is done to a document, reading it gives a document or an InputError.

#include <algorithm>
#include <string>
#include <string_view>

#include "sim/core/descriptor.hpp"
#include "sim/core/document.hpp"
#include "sim/core/random.hpp"
#include "tests/support/catch.hpp"

using namespace apical;

namespace {

constexpr std::string_view sample = R"(# An experiment with every kind of value.
circuit = "self_assembly"
"quoted \u00e9 key" = 'literal \ string'
seed = 0x2a

[run]
mode = "continuous"   # or settled
lanes = 64
step = "0.1 ms"
learning_rate = 1.5e-3
layers = [784, 100,
  10, ]
[run.noise]
sigma.up = -0.25
sigma.down = +1_000
text = """
two "quoted" lines \
  joined"""
raw = '''it's [[raw]]'''
[[probe]]
what = "rate"
every = {samples = 100, phase = {offset = 0}}
[[probe]]
what = "weights"
on = true
day = 1979-05-27
)";

// Pieces that matter to the grammar: likelier to reach deep branches than random bytes.
constexpr std::string_view pieces[] = {
    "[", "]", "[[", "]]", "{", "}", "=", ",", ".", "\"", "'", "\"\"\"", "'''", "\\", "\\u", "\\uD800", "\\U00110000",
    "\\\n", "#", "\n", "\r", "\r\n", "\t", " ", "_", "-", "+", "0x", "0b", "0o", "1e", "1e999", "inf", "nan", "true",
    "false", "1979-05-27", "07:32:00.999999999999", "T", "Z", "9223372036854775808", "-9223372036854775808", "a.b.c",
    "[run]", "[[[[[[[[", "{a={a={a=", "probe", "run.noise",
    // Broken UTF-8, then whole characters in and out of Unicode's white space.
    "\xff", "\xc3", "\xed\xa0\x80", "\xef\xbb\xbf", "\xe2\x80\xa8", "\xc3\xa9", "\xc2\xa0", "\xe3\x80\x81",
    "\xef\xba\xbe", "\xf0\x9f\xa7\xa0"};

class Mutation {
   public:
    explicit Mutation(std::uint32_t number) : number_(number) {}

    std::string operator()(std::string text) {
        for (std::uint32_t changes = 1 + draw(4); changes > 0; --changes) change(text);
        return text;
    }

   private:
    // Uniform enough on 0..n-1.
    std::uint32_t draw(std::size_t n) {
        return Random(2024).bits(Random::stream("fuzz"), number_, step_++)[0] % static_cast<std::uint32_t>(n);
    }

    void change(std::string& text) {
        const std::size_t at = draw(text.size() + 1), length = std::min<std::size_t>(draw(40), text.size() - at);
        switch (draw(7)) {
            case 0:
                if (at < text.size()) text[at] = static_cast<char>(draw(256));
                break;
            case 1:
                text.insert(at, 1, static_cast<char>(draw(256)));
                break;
            case 2:
                text.erase(at, length);
                break;
            case 3:
                text.insert(draw(text.size() + 1), text.substr(at, length));
                break;
            case 4:
                text.resize(at);
                break;
            case 5:
                if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << draw(8)));
                break;
            default:
                text.insert(at, pieces[draw(std::size(pieces))]);
                break;
        }
    }

    std::uint32_t number_;
    std::uint64_t step_ = 0;
};

struct Outcome {
    int read = 0;
    int refused = 0;
    std::string fault;  // the first text with another outcome, or a document that does not survive writing
};

void attempt(const std::string& text, Outcome& outcome) {
    try {
        const Node root = parse_toml(text, "fuzz.toml");
        const std::string written = to_toml(root);
        if (to_toml(parse_toml(written, "written.toml")) != written) outcome.fault = text;
        ++outcome.read;
    } catch (const InputError& error) {
        const bool placed =
            error.parts().place.file == "fuzz.toml" && error.parts().place.line > 0 && error.parts().place.column > 0;
        if (!placed) outcome.fault = text;
        ++outcome.refused;
    } catch (...) {
        outcome.fault = text;
    }
}

}  // namespace

TEST_CASE("fuzz: a mutated TOML text is read, and survives writing, or is refused with line and column") {
    // The date is the one value of the sample that is refused: half the mutations start without it.
    const std::string with_date(sample), without_date = with_date.substr(0, with_date.find("day ="));
    REQUIRE_NOTHROW(parse_toml(without_date, "fuzz.toml"));
    Outcome outcome;
    for (std::uint32_t number = 0; number < 10000 && outcome.fault.empty(); ++number)
        attempt(Mutation(number)(number % 2 == 0 ? without_date : with_date), outcome);
    CHECK(outcome.fault == "");
    CHECK(outcome.read > 500);
    CHECK(outcome.refused > 1000);
}

TEST_CASE("fuzz: every truncation of a TOML text is read or refused with line and column") {
    Outcome outcome;
    for (std::size_t length = 0; length <= sample.size() && outcome.fault.empty(); ++length)
        attempt(std::string(sample.substr(0, length)), outcome);
    CHECK(outcome.fault == "");
}

TEST_CASE("fuzz: a mutated assignment on the command line is applied or refused") {
    std::string fault;
    for (std::uint32_t number = 0; number < 3000 && fault.empty(); ++number) {
        Node root = parse_toml("[run]\nlanes = 1", "fuzz.toml");
        const std::string assignment = Mutation(number)("run.'a b'.layers = [1, {x = \"y\"}, 2.5]");
        try {
            set(root, assignment);
            parse_toml(to_toml(root), "written.toml");
        } catch (const InputError& error) {
            if (error.parts().place.file != "command line") fault = assignment;
        } catch (...) {
            fault = assignment;
        }
    }
    CHECK(fault == "");
}

TEST_CASE("fuzz: a mutated value is read by its descriptor or refused") {
    const std::vector<Descriptor> rows{{"v", "ms", 1.0, positive, {}, "", false},
                                       {"v", "1", 1.0, fraction, {}, "", false},
                                       {"v", "1", std::int64_t{1}, {0, 10}, {}, "", false},
                                       {"v", "ms", std::int64_t{1}, {0, 10}, {}, "", false},
                                       {"v", "1", std::string("a"), {}, {"a", "b"}, "", false},
                                       {"v", "ms", std::vector<double>{}, positive, {}, "", false}};
    int read = 0, refused = 0;
    for (std::uint32_t number = 0; number < 3000; ++number) {
        Node root = parse_toml("", "fuzz.toml");
        try {
            set(root, "v=" + Mutation(number)(number % 2 == 0 ? "10.5e-3 us" : "[\"1 ms\", 2.0, 7]"));
        } catch (const InputError&) {
            continue;
        }
        for (const Descriptor& row : rows) try {
                const Value value = read_value(*root.find("v"), row);
                read_value(value_node(value, row), row);
                ++read;
            } catch (const InputError&) {
                ++refused;
            }
    }
    CHECK(read > 100);
    CHECK(refused > 100);
}
