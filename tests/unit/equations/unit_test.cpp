#include <stdexcept>
#include <string>

#include "sim/equations/unit.hpp"
#include "tests/support/catch.hpp"

using namespace apical::equations;

TEST_CASE("units of equations: products and powers, in the system inside") {
    CHECK(measured_from("20 mV").number == 20);
    CHECK(measured_from("1100 us").number == 1.1);  // to the last bit, as everywhere
    CHECK(measured_from("5 Hz").number == 0.005);
    CHECK(measured_from("0.5").dimension.is_number());
    CHECK(measured_from("50 %").number == 0.5);
    CHECK(measured_from("3 V/s").number == Approx(3));  // mV/ms
    CHECK(unit_of(measured_from("3 V/s").dimension) == "mV/ms");
    CHECK(measured_from("2 1/ms/mV").number == 2);
    CHECK(unit_of(measured_from("2 1/ms/mV").dimension) == "1/mV/ms");
    CHECK(measured_from("2 nS mV^2").dimension == unit_from("pA*mV").dimension);
    CHECK(measured_from("1 mV^-1").dimension == unit_from("1/mV").dimension);
}

TEST_CASE("units of equations: laws of the field are identities of dimensions") {
    const auto of = [](const char* unit) { return unit_from(unit); };
    CHECK(of("nS").dimension * of("mV").dimension == of("pA").dimension);
    CHECK(of("pF").dimension * of("mV").dimension / of("ms").dimension == of("pA").dimension);
    CHECK(of("MOhm").dimension * of("pA").dimension == of("mV").dimension);
    CHECK(of("MOhm").factor * of("nA").factor == Approx(of("mV").factor));
    CHECK(of("uS").factor * of("V").factor == Approx(of("uA").factor));
    CHECK(of("Hz").dimension == of("1/ms").dimension);
    CHECK(unit_of(of("nS").dimension.to_the(0.4) * of("nS").dimension.to_the(0.6)) == "nS");
    CHECK(unit_of(of("mV").dimension.to_the(0.4)) == "mV^0.4");
}

TEST_CASE("units of equations: what is none is refused") {
    for (const char* text : {"mV 20", "20 mw", "20 mV/", "20 mV//ms", "20 mV^", "20 mV^99", "1e999 mV", "nan mV", "inf",
                             "", "20 mV ms^x", "20 (mV)"})
        CHECK_THROWS_AS(measured_from(text), std::invalid_argument);
}
