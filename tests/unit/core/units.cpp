#include "sim/core/units.hpp"

#include <limits>
#include <stdexcept>

#include "tests/support/catch.hpp"

using apical::conversion;
using apical::quantity;
using apical::with_unit;
using Catch::Matchers::Contains;

TEST_CASE("Units: conversions within one dimension are exact powers of ten") {
    CHECK(conversion("s", "ms") == 1000);
    CHECK(conversion("us", "ms") == 1e-3);
    CHECK(conversion("min", "ms") == 60000);
    CHECK(conversion("h", "s") == 3600);
    CHECK(conversion("V", "mV") == 1000);
    CHECK(conversion("uV", "mV") == 1e-3);
    CHECK(conversion("uS", "nS") == 1000);
    CHECK(conversion("mS", "nS") == 1e6);
    CHECK(conversion("S", "nS") == 1e9);
    CHECK(conversion("pS", "nS") == 1e-3);
    CHECK(conversion("nF", "pF") == 1000);
    CHECK(conversion("uF", "pF") == 1e6);
    CHECK(conversion("F", "pF") == 1e12);
    CHECK(conversion("nA", "pA") == 1000);
    CHECK(conversion("uA", "pA") == 1e6);
    CHECK(conversion("A", "pA") == 1e12);
    CHECK(conversion("Hz", "1/ms") == 1e-3);
    CHECK(conversion("kHz", "1/ms") == 1);
    CHECK(conversion("1/s", "Hz") == 1);
    CHECK(conversion("kOhm", "MOhm") == 1e-3);
    CHECK(conversion("%", "1") == 0.01);
}

TEST_CASE("Units: every spelling converts to itself, known or not") {
    for (const char* unit : {"ms", "1", "mV", "mV/ms", "1/(nS ms)"}) CHECK(conversion(unit, unit) == 1);
}

TEST_CASE("Units: another dimension or an unknown unit is refused, naming what would do") {
    CHECK_THROWS_WITH(conversion("mV", "ms"), "'mV' is a unit of voltage, expected ms, s, us, min or h");
    CHECK_THROWS_WITH(conversion("msec", "ms"), "unknown unit 'msec', expected ms, s, us, min or h");
    CHECK_THROWS_WITH(conversion("ms", "mV/ms"), Contains("expected mV/ms"));
    CHECK_THROWS_AS(conversion("", "ms"), std::invalid_argument);
    CHECK_THROWS_AS(conversion("MS", "ms"), std::invalid_argument);
}

TEST_CASE("Units: a quantity is read into the unit asked for") {
    CHECK(quantity("10 ms", "ms") == 10);
    CHECK(quantity("10ms", "ms") == 10);
    CHECK(quantity("  1e-3  s ", "ms") == 1);
    CHECK(quantity("+2 s", "ms") == 2000);
    CHECK(quantity("-70 mV", "mV") == -70);
    CHECK(quantity("2 min", "s") == 120);
    CHECK(quantity("5 \u00b5s", "us") == 5);
    CHECK(quantity("5 \u03bcs", "us") == 5);
    CHECK(quantity("0.5", "1") == 0.5);
    CHECK(quantity("5 %", "1") == 0.05);
    CHECK(quantity("0.25 mV/ms", "mV/ms") == 0.25);
}

TEST_CASE("Units: a conversion does not cost the last bit") {
    CHECK(quantity("1100 us", "ms") == 1.1);
    CHECK(quantity("0.0011 s", "ms") == 1.1);
    CHECK(quantity("1.1e-3 s", "ms") == 1.1);
    CHECK(quantity("12.3 nS", "uS") == 0.0123);
    CHECK(quantity("7 %", "1") == 0.07);
}

TEST_CASE("Units: text that is not a finite number with a fitting unit is refused") {
    CHECK_THROWS_WITH(quantity("10", "ms"), "'10' has no unit, expected ms, s, us, min or h");
    CHECK_THROWS_WITH(quantity("fast", "ms"), "'fast' does not begin with a number");
    CHECK_THROWS_WITH(quantity("inf ms", "ms"), "'inf ms' is not finite");
    CHECK_THROWS_WITH(quantity("1e400 ms", "ms"), "'1e400 ms' is too large or too small");
    for (const char* text :
         {"", " ", "ms", "nan ms", "1e308 s", "1e-400 ms", "10 ms ms", "10 ms, 20 ms", "1e99999999999 ms",
          "1e2147483647 s", "--1 ms", "+-1 ms", "++1 ms", "0x10 ms", "1_000 ms", "10 mV", "1,5 ms"})
        CHECK_THROWS_AS(quantity(text, "ms"), std::invalid_argument);
    CHECK_THROWS_AS(quantity("1 ms", "1"), std::invalid_argument);
}

TEST_CASE("Units: with_unit writes the shortest text that reads back to the same double") {
    CHECK(with_unit(10, "ms") == "10 ms");
    CHECK(with_unit(0.1, "1") == "0.1");
    for (const double x : {0.1 + 0.2, 1e-300, -0.0, 5e-324, 1.7976931348623157e308, 1.0 / 3, 123456789.123456789})
        for (const char* unit : {"ms", "1", "mV/ms"}) CHECK(quantity(with_unit(x, unit), unit) == x);
}
