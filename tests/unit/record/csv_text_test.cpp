#include "sim/record/csv_text.hpp"

#include "tests/support/catch.hpp"

using apical::csv_field;

TEST_CASE("a field of CSV is quoted where it has to be") {
    CHECK(csv_field("plain text") == "plain text");
    CHECK(csv_field("a,b") == "\"a,b\"");
    CHECK(csv_field("say \"a\"\n") == "\"say \"\"a\"\"\n\"");
    CHECK(csv_field("").empty());
}

TEST_CASE("a field of CSV is no formula to a spreadsheet, and numbers stay numbers") {
    CHECK(csv_field("=1+1") == "\"'=1+1\"");
    CHECK(csv_field("@sum(a1)") == "\"'@sum(a1)\"");
    CHECK(csv_field("\t=1") == "\"'\t=1\"");
    CHECK(csv_field("\r=1") == "\"'\r=1\"");
    CHECK(csv_field("-cmd|' /C calc'!A0") == "\"'-cmd|' /C calc'!A0\"");
    CHECK(csv_field("+a") == "\"'+a\"");
    CHECK(csv_field("+-1+a") == "\"'+-1+a\"");
    CHECK(csv_field("-70 mV") == "\"'-70 mV\"");
    for (const char* number : {"-1", "+1", "-0.5e-3", "-inf", "1e5"}) CHECK(csv_field(number) == number);
}
