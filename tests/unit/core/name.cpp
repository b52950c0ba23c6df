#include "sim/core/name.hpp"

#include "tests/support/catch.hpp"

using namespace apical;
using Catch::Contains;

namespace {

Node named(const std::string& name) { return {Node::Members{}, {"x.toml", 3, 1}, "trace." + name}; }

void check(const std::string& name) { require_name(name, named(name), "time"); }

}  // namespace

TEST_CASE("a name may have letters of any language, blanks inside, and what CSV and netCDF bear") {
    for (const char* name : {"soma", "x", "0", "up 1", "V_A-2", "times",
                             "\xC3\xBC"
                             "bergang",
                             "\xE7\xA5\x9E\xE7\xBB\x8F", "a.b", "...", "it's \"quoted\""})
        CHECK_NOTHROW(check(name));
    CHECK_NOTHROW(check(std::string(200, 'x')));
    CHECK_NOTHROW(require_name("time", named("time")));
}

TEST_CASE("a name that no group, variable or file can have is refused where it stands") {
    using namespace std::string_literals;
    for (const std::string& name : {""s, "."s, ".."s, "a/b"s, "/a"s, "a/"s, "a\0b"s, "a\nb"s, "\x1b[2J"s, "a\x7f"s,
                                    "\xC2\x9B"
                                    "2J"s,
                                    " a"s, "a "s, "time"s, std::string(201, 'x')}) {
        CAPTURE(name);
        CHECK_THROWS_WITH(check(name), Contains("x.toml:3:1: ") && Contains("expected a name"));
    }
    CHECK_THROWS_WITH(check(std::string(300, 'x')), Contains("a name of 300 bytes") && !Contains("xxxx"));
}
