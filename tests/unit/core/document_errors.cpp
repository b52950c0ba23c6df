#include "sim/core/document.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

using apical::InputError;
using apical::Place;
using Catch::Matchers::Contains;

namespace {

// The place of the error in a text, as "line:column"; "none" if there is no error.
std::string error_place(const std::string& text) {
    try {
        apical::parse_toml(text, "x.toml");
    } catch (const InputError& error) {
        CHECK(error.parts().place.file == "x.toml");
        CHECK_THAT(error.what(), Catch::Matchers::StartsWith("x.toml:"));
        return std::to_string(error.parts().place.line) + ":" + std::to_string(error.parts().place.column);
    }
    return "none";
}

std::string repeated(const std::string& text, int times) {
    std::string result;
    for (int i = 0; i < times; ++i) result += text;
    return result;
}

}  // namespace

TEST_CASE("Document: every syntax error has a line and a column") {
    CHECK(error_place("a = 1\nb = \n") == "2:5");
    CHECK(error_place("a = 1\nb") == "2:2");
    CHECK(error_place("a = \"open") == "1:10");
    CHECK(error_place("a = [1, 2") == "1:10");
    CHECK(error_place("a = {b = 1") == "1:11");
    CHECK(error_place("[run") == "1:5");
    CHECK(error_place("a = 1 b = 2") == "1:7");
    CHECK(error_place("[&") == "1:2");
    CHECK(error_place("a = 1\n[[[b]]]") == "2:3");
    CHECK(error_place("a = 'x'\n\n  = 3") == "3:3");
    CHECK(error_place("a = \"\\q\"") == "1:7");
    CHECK(error_place("a = 99999999999999999999") != "none");
    CHECK(error_place("a = 1__0") != "none");
    CHECK(error_place("a = yes") != "none");
}

TEST_CASE("Document: duplicate keys and tables are refused where they stand") {
    CHECK(error_place("a = 1\na = 2") == "2:5");
    CHECK(error_place("[t]\n[t]").substr(0, 2) == "2:");
    CHECK(error_place("a = 1\n[a]").substr(0, 2) == "2:");
    CHECK(error_place("a.b = 1\na = 2").substr(0, 2) == "2:");
}

TEST_CASE("Document: bytes that are not text are refused where they stand") {
    using namespace std::string_literals;
    CHECK(error_place("a = 1\nb = '\xff'").substr(0, 2) == "2:");
    CHECK(error_place("a = 1\nb = '\xc3'").substr(0, 2) == "2:");
    CHECK(error_place("a = 1\nb = '\xed\xa0\x80'").substr(0, 2) == "2:");  // half a surrogate pair
    CHECK(error_place("a = 1\nb\0 = 2"s).substr(0, 2) == "2:");
    CHECK(error_place("a = 'x\0y'"s).substr(0, 2) == "1:");
    CHECK(error_place("\0"s).substr(0, 2) == "1:");
    CHECK(error_place("\xff\xfe\x61\x00"s).substr(0, 2) == "1:");  // UTF-16
    CHECK(error_place("\xef\xbb\xbf\x61 = 1") == "none");          // UTF-8 with its mark
    CHECK(error_place("a = 1\r\nb = 2\r\n") == "none");
}

TEST_CASE("Document: characters outside ASCII belong in strings and comments") {
    CHECK(error_place("# \u00e9\na = '\u00e9'\n\"\u00b5\" = \"\"\"x \\\n \u00e9 \\\n\n\u3000\"\"\"") == "none");
    CHECK(error_place("a = 1\n\u00e9 = 2") == "2:1");
    CHECK(error_place("\u00b5 = 1") == "1:1");
    CHECK(error_place("a = \u00e9").substr(0, 2) == "1:");
    CHECK(error_place("a = 1\u00e9").substr(0, 2) == "1:");
    CHECK(error_place("a = [1, \u00e9]").substr(0, 2) == "1:");
    const auto root = apical::parse_toml("a = \"\"\"x\\\n  \u00e9\"\"\"", "x.toml");
    CHECK(std::get<std::string>(root.find("a")->value) == "x\u00e9");
}

TEST_CASE("Document: dates, times and numbers that are not finite are refused with their key") {
    CHECK_THROWS_WITH(apical::parse_toml("[t]\nday = 1979-05-27", "x.toml"),
                      Contains("x.toml:2:7: t.day: found a date or time"));
    CHECK(error_place("a = 07:32:00") == "1:5");
    CHECK(error_place("a = 1979-05-27T07:32:00Z") == "1:5");
    CHECK_THROWS_WITH(apical::parse_toml("x = -inf", "x.toml"), "x.toml:1:5: x: found -inf, expected a finite number");
    CHECK(error_place("a = [1.0, nan]") == "1:11");
    CHECK(error_place("a = 1e999") != "none");
}

TEST_CASE("Document: nesting is limited, by whatever means it is made") {
    CHECK(error_place("a = " + repeated("[", 64) + repeated("]", 64)) == "none");
    CHECK(error_place("a = " + repeated("[", 65) + repeated("]", 65)) == "1:69");
    CHECK(error_place("a = " + repeated("[", 1000000)) == "1:69");
    CHECK(error_place("a = " + repeated("{b = ", 1000000)) != "none");
    CHECK(error_place("\na" + repeated(".a", 200000) + " = 1") == "2:130");
    CHECK(error_place("[a" + repeated(".a", 200000) + "]") != "none");
    // Each part is within the limit, the whole is not.
    const std::string key = "a" + repeated(".a", 40);
    CHECK(error_place("[" + key + "]\n" + key + " = 1") != "none");
    CHECK(error_place(key + " = {" + key + " = {}}") != "none");
}

TEST_CASE("Document: dots and brackets inside strings and comments are not nesting") {
    const std::string dots = repeated(".[{", 1000);
    CHECK(error_place("a = '" + dots + "' # " + dots) == "none");
    CHECK(error_place("a = \"\\\"" + dots + "\"") == "none");
    CHECK(error_place("a = \"\"\"\n" + dots + "\"\"" + dots + "\"\"\"\"\"\nb = '''" + dots + "''''") == "none");
    CHECK(error_place("a = \"\"\nb = ''\nc = '\\'\n# it's " + dots) == "none");
    CHECK(error_place("'" + dots + "' = 1") == "none");
}

TEST_CASE("Document: a file is read, and what is no readable file is refused by name") {
    const apical::test::Folder folder;
    const std::string good = folder.write("good.toml", "a = 1\n");
    CHECK(std::get<std::int64_t>(apical::parse_toml_file(good).find("a")->value) == 1);
    CHECK(apical::parse_toml_file(good).place.file == good);

    CHECK_THROWS_WITH(apical::parse_toml_file(folder.path()),
                      folder.path() + ": found a directory, expected a TOML file");
    const std::string absent = folder.path() + "/absent.toml";
    CHECK_THROWS_WITH(apical::parse_toml_file(absent),
                      absent + ": found no readable file, expected a TOML file (No such file or directory)");
    const std::string empty = folder.write("empty.toml", "");
    CHECK_THROWS_WITH(apical::parse_toml_file(empty), empty + ": found an empty file, expected a TOML file");
    const std::string broken = folder.write("broken.toml", "a = 1\nb = [");
    CHECK_THROWS_WITH(apical::parse_toml_file(broken),
                      Catch::Matchers::StartsWith(broken + ":2:6: found text that is not TOML"));
    CHECK_THROWS_WITH(apical::parse_toml_file("/dev/zero"), "/dev/zero: found a longer file, expected at most 16 MiB");
    CHECK_THROWS_AS(apical::parse_toml_file(""), InputError);
    CHECK_THROWS_AS(apical::parse_toml_file(std::string(100000, 'x')), InputError);
}
