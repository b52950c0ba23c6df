// The first byte chooses how the rest is read; gzip is undone first, as it is for a file.
#include "data/readers/csv.hpp"

#include "data/readers/bytes.hpp"
#include "tests/fuzz/coverage/target.hpp"
#include "tests/unit/data/made_files.hpp"

namespace apical::fuzz {

void attempt(std::string_view bytes) {
    if (bytes.empty()) return;
    const auto choice = static_cast<std::uint8_t>(bytes[0]);
    bytes.remove_prefix(1);
    CsvFormat format;
    format.header = (choice & 1) != 0;
    if ((choice & 2) != 0) format.largest_pixel = 16;
    if ((choice & 4) != 0) format.target_columns = {-1, 1};
    if ((choice & 8) != 0) format.classes = 3;
    if ((choice & 16) != 0) format.delimiter = ';';
    std::string text(bytes);
    if (text.starts_with("\x1f\x8b")) text = decompress(text, "f", 1 << 20);
    require_consistent(parse_csv(text, "f", format));
}

std::vector<std::string> seeds() {
    const std::string table = "1.5,-2,0\r\n3e-1,4,1\n5,6,2\n";
    return {'\0' + table, '\1' + ("x,y,class\n" + table),  '\2' + std::string("1,16,0\n"),
            '\4' + table, '\x18' + std::string("1;2;0\n"), '\0' + gzip(table)};
}

}  // namespace apical::fuzz
