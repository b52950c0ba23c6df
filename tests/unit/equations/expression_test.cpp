// What a text says, and what is wrong with it: at which character.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/equations/formula.hpp"
#include "tests/support/catch.hpp"

using namespace apical;
using namespace apical::equations;

namespace {

const Dimension millivolts = unit_from("mV").dimension, nanosiemens = unit_from("nS").dimension;
const std::vector<Symbol> symbols{{"u", false, millivolts},
                                  {"g", false, nanosiemens},
                                  {"rate", false, {}},
                                  {"tau", true, unit_from("ms").dimension},
                                  {"mu", true, {}}};
const std::vector<double> parameters{20, 0.4};

Formula formula(const std::string& text, const Formula::Wanted& wanted = {}) {
    return {parse(text), symbols, parameters, wanted};
}
double value(const std::string& text) { return formula(text).value(parameters); }

/// "7: found, expected (hint)", or "" of what is none.
std::string refusal(const std::string& text, const Formula::Wanted& wanted = {}) {
    try {
        formula(text, wanted).coefficients(parameters);
        return "";
    } catch (const ExpressionError& error) {
        return std::to_string(error.at) + ": " + error.what() + (error.hint.empty() ? "" : " (" + error.hint + ")");
    }
}
bool begins(const std::string& text, const std::string& with) {
    INFO(text);
    const bool begins = text.starts_with(with);
    CHECK(begins);
    return begins;
}

}  // namespace

TEST_CASE("expressions: ranks of operators") {
    CHECK(value("1 + 2 * 3") == 7);
    CHECK(value("(1 + 2) * 3") == 9);
    CHECK(value("1 - 2 - 3") == -4);
    CHECK(value("8 / 4 / 2") == 1);
    CHECK(value("-2^2") == -4);
    CHECK(value("2^-1") == 0.5);
    CHECK(value("2^3^2") == 512);
    CHECK(value("- -3") == 3);
    CHECK(value("select(1 < 2 && !(3 < 2) || 1 == 2, 5, 6)") == 5);
    CHECK(value("select(1 >= 2, 5, max(6, 7))") == 7);
    CHECK(value("tau / (2 ms)") == 10);
    CHECK(value("1 s / tau") == 50);
    CHECK(value(".5 + 1e-1") == 0.6);
    CHECK(value("\t1\n+ 1 ") == 2);
    CHECK(value("mu * tau / tau") == 0.4 * 20 / 20);
    CHECK(value("sqrt(4) + exp(0) + log(1) + floor(1.5) + abs(-1) + square(3) + min(0, 1)") == 14);
}

TEST_CASE("expressions: equal terms are one") {
    CHECK(parse("tanh(u / (1 mV)) * tanh(u / (1 mV))").terms.size() == 5);
    CHECK(formula("1 - tanh(rate) * tanh(rate)").instructions().size() == 3);
    CHECK(formula("rate").instructions().empty());
    CHECK(formula("rate").column()->column == "rate");
    CHECK(formula("previous(rate)").column()->instant == Instant::before);
    CHECK_FALSE(formula("2 * rate").column());
}

TEST_CASE("expressions: what is wrong is named at its character") {
    begins(refusal(""), "0: an empty text");
    begins(refusal("  "), "0: an empty text");
    begins(refusal("1 +"), "3: the end, expected a number, a name or a bracket");
    begins(refusal("(1"), "2: the end, expected ')'");
    begins(refusal("1 2"), "2: '2', expected an operator, a unit");
    begins(refusal("2 rate"), "2: 'rate', expected an operator, a unit such as ms or mV, or the end (a product is");
    begins(refusal("rate)"), "4: ')', expected an operator or the end");
    begins(refusal("rate $ 2"), "5: '$'");
    begins(refusal("rate \xc3\xa9"), "5: '\xc3\xa9'");
    begins(refusal("rat * 2"), "0: 'rat', expected one of u, g, rate, tau, mu (did you mean 'rate'?)");
    begins(refusal("1 + expp(rate)"), "4: a function 'expp'");
    begins(refusal("exp + 1"), "0: 'exp', a function, expected exp(a)");
    begins(refusal("max(rate)"), "0: 1 argument of 'max', expected max(a, b)");
    begins(refusal("exp()"), "0: 0 arguments of 'exp'");
    begins(refusal("max(1, 2, 3)"), "10: one more argument, expected max(a, b)");
    begins(refusal("previous(2)"), "9: '2', expected the name of a column");
    begins(refusal("previous(rate + 1)"), "14: '+', expected ')'");
    begins(refusal("previous(tau)"), "9: 'tau', a parameter");
    begins(refusal("1e999"), "0: '1e999', expected a finite number");
    begins(refusal("nan"), "0: 'nan'");
    begins(refusal("rate / (0 * mu / (0 * mu))"), "15: a constant that is");
    begins(refusal("rate < 1 < 2"), "5: a truth value, expected a number");
    begins(refusal("rate ? 1 : 2"), "5: '?'");
}

TEST_CASE("expressions: units are checked as dimensions") {
    begins(refusal("u + g"), "2: mV + nS, expected numbers of the same dimension on both sides");
    begins(refusal("u < 20"), "2: mV < 1");
    begins(refusal("u + 3 ms"), "2: mV + ms");
    begins(refusal("exp(u)"), "4: a number in mV, expected an argument that is a pure number");
    begins(refusal("2^u"), "2: a number in mV, expected an exponent");
    begins(refusal("u^rate"), "2: an exponent that is not known beforehand");
    begins(refusal("select(u, 1, 2)"), "7: a number in mV, expected a truth value");
    begins(refusal("select(u > 0, u, g)"), "0: mV , nS");
    begins(refusal("u > 0"), "2: a truth value, expected a number");
    begins(refusal("u", {true, {}}), "0: a number in mV, expected a condition");
    begins(refusal("u * g", {false, millivolts}), "2: a number in pA, expected a number in mV");
    CHECK(refusal("u * g / (5 pA)", {false, Dimension{}}) == "");
    CHECK(refusal("u^mu * u^(1 - mu)", {false, millivolts}) == "");
    CHECK(refusal("max(u, 0) - u > 0", {true, {}}) == "");  // 0 has every dimension
    CHECK(refusal("sqrt(u * u)", {false, millivolts}) == "");
    CHECK(unit_of(formula("g * u / (100 pF)").dimension()) == "mV/ms");
}

TEST_CASE("expressions: however deep or long a text is, it is read or refused") {
    const std::size_t many = 100000;
    const auto repeated = [](const std::string& piece) {
        std::string text;
        for (std::size_t k = 0; k < many; ++k) text += piece;
        return text;
    };
    const std::string nested = "deeper nesting", large = "a longer ";
    CHECK(refusal(std::string(20000, '(')).find(nested) != std::string::npos);
    CHECK(refusal(repeated("(")).find(large) != std::string::npos);
    CHECK(refusal(std::string(60000, '-') + "1").find(nested) != std::string::npos);
    CHECK(refusal(std::string(60000, '!') + "1").find(nested) != std::string::npos);
    std::string powers = "2";
    for (int k = 0; k < 20000; ++k) powers += "^2";
    CHECK(refusal(powers).find(nested) != std::string::npos);
    std::string sum = "rate";
    for (int k = 1; k < 2000; ++k) sum += "+" + std::to_string(k);
    CHECK(refusal(sum).find("at most 1000 different operations") != std::string::npos);
    CHECK(refusal("rate" + repeated("+1").substr(0, 60000)) != "");  // every sum is another
    CHECK(refusal(std::string(63, '(') + "rate" + std::string(63, ')')) == "");
    // All of these are needed at the end: too many results at a time.
    std::string tree = "rate + 1";
    for (int k = 2; k < 100; ++k) tree = "exp(rate * " + std::to_string(k) + ") * (" + tree + ")";
    CHECK(refusal(tree).find(nested) != std::string::npos);
}

TEST_CASE("fuzz: a mutated expression is an expression or is refused within the text") {
    const std::string_view pieces[] = {
        "(",  ")",  "+",     "-",   "*",    "/",   "^",  "<",    "<=",   "==",       "!",         "!=", "&&",  "||",
        ",",  " ",  "u",     "g",   "rate", "tau", "mu", "exp(", "max(", "select(",  "previous(", "1",  "1e9", "0.",
        ".5", "1e", "1e999", " mV", " nS",  "\"",  "\\", "\n",   "\xff", "\xc3\xa9", "#",         "nan"};
    const std::string sample =
        "select(u >= 20 mV && rate < 1, power(u / (3 mV), mu) * exp(-rate), 1 - previous(rate)^2)";
    REQUIRE(refusal(sample) == "");
    std::uint64_t step = 0;
    const auto draw = [&](std::size_t n) {
        return Random(2026).bits(Random::stream("fuzz"), 0, step++)[0] % static_cast<std::uint32_t>(n);
    };
    int read = 0, refused = 0;
    for (int number = 0; number < 20000; ++number) {
        std::string text = draw(2) == 0 ? sample : "";
        for (std::uint32_t changes = 1 + draw(text.empty() ? 12 : 4); changes > 0; --changes) {
            const std::size_t at = draw(text.size() + 1);
            if (draw(3) == 0) text.erase(at, draw(10));
            else text.insert(at, pieces[draw(std::size(pieces))]);
        }
        try {
            formula(text).coefficients(parameters);
            ++read;
        } catch (const ExpressionError& error) {
            if (error.at > text.size()) FAIL(text);
            ++refused;
        }
    }
    CHECK(read > 500);
    CHECK(refused > 5000);
}
