#include "sim/core/printable.hpp"

#include "tests/support/catch.hpp"

using apical::printable;

TEST_CASE("printable text keeps letters of every script and shows what a terminal would obey") {
    CHECK(printable("W1, \"é\" 脳 🧠") == "W1, \"é\" 脳 🧠");
    CHECK(printable("\x1b[31m\a\r\n\t\x7f") == "\\x1b[31m\\x07\\x0d\\x0a\\x09\\x7f");
    CHECK(printable("a\nb\tc\x1b", "\n\t") == "a\nb\tc\\x1b");
    CHECK(printable(std::string_view("\0", 1)) == "\\x00");
    CHECK(printable("\xc2\x9b\x32J") == "\\u009b2J");  // the control sequence introducer in one character
    CHECK(printable("\xe2\x80\xae"
                    "evil") == "\\u202eevil");              // right to left
    CHECK(printable("\xe2\x80\xa8") == "\\u2028");          // a line separator
    CHECK(printable("\x9b\xff\xc3") == "\\x9b\\xff\\xc3");  // no UTF-8
    CHECK(printable("\xc0\x8a") == "\\xc0\\x8a");           // a newline, in more bytes than it takes
    CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // half a character of UTF-16
    CHECK(printable("").empty());
}
