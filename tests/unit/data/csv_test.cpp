#include "data/readers/csv.hpp"

#include "tests/unit/data/fixtures.hpp"

using namespace apical;
using Catch::Matchers::Contains;

namespace {

Records parse(const std::string& text, const CsvFormat& format = {}) { return parse_csv(text, "table.csv", format); }

InputError::Parts refusal(const std::string& text, const CsvFormat& format = {}) {
    return error_of([&] { parse(text, format); });
}

const std::vector<double>& inputs(const Records& records) { return std::get<std::vector<double>>(records.inputs); }

CsvFormat with_header() {
    CsvFormat format;
    format.header = true;
    return format;
}

}  // namespace

TEST_CASE("the last column is the label, the others are inputs") {
    const Records records = parse("0.5,-2,1\n1e-3,+4,0\n7,8,2\n");
    CHECK(records.features == 2);
    CHECK(records.outputs == 3);
    CHECK(inputs(records) == std::vector<double>{0.5, -2, 1e-3, 4, 7, 8});
    CHECK(records.labels == std::vector<std::uint16_t>{1, 0, 2});
}

TEST_CASE("CRLF, byte-order mark, blank lines, spaces and a missing final newline change nothing") {
    const Records plain = parse("1,2,0\n3,4,1\n");
    for (const std::string text : {"1,2,0\r\n3,4,1\r\n",
                                   "\xef\xbb\xbf"
                                   "1,2,0\n3,4,1",
                                   "\n1,2,0\n\n3,4,1\n\n", " 1 ,\t2, 0\n3,4,1"}) {
        const Records other = parse(text);
        CHECK(inputs(other) == inputs(plain));
        CHECK(other.labels == plain.labels);
    }
}

TEST_CASE("a header line is passed over when announced, and guessed at when not") {
    CHECK(parse("x,y,class\n1,2,0\n", with_header()).size() == 1);
    const auto error = refusal("x,y,class\n1,2,0\n");
    CHECK(error.place.line == 1);
    CHECK(error.found == "'x'");
    CHECK_THAT(error.hint, Contains("header = true"));
}

TEST_CASE("columns may be chosen from either end, as label or as targets") {
    CsvFormat format;
    format.label_column = 1;
    CHECK(inputs(parse("3,10,20\n", format)) == std::vector<double>{10, 20});
    format.target_columns = {-1, 1};
    const Records records = parse("3,10,20\n4,11,21\n", format);
    CHECK_FALSE(records.has_classes());
    CHECK(records.outputs == 2);
    CHECK(records.size() == 2);
    CHECK(records.targets == Numbers(std::vector<double>{20, 3, 21, 4}));
    CHECK(inputs(records) == std::vector<double>{10, 11});
}

TEST_CASE("columns that are not there, or chosen twice, are errors") {
    CsvFormat format;
    for (std::int64_t column : {0, 4, -4}) {
        format.label_column = column;
        CHECK(refusal("1,2,0\n", format).key == "label_column");
    }
    format.target_columns = {1, -3};
    CHECK(refusal("1,2,0\n", format).key == "target_columns");
    CHECK_THAT(refusal("1;2;0\n").hint + refusal("1\n").found, Contains("none of them an input"));
}

TEST_CASE("what is no finite number is refused with line and column") {
    for (const std::string cell :
         {"", "abc", "nan", "inf", "-inf", "1e39", "1e400", "0x10", "1.5.2", "\"a\"", "1 2", "+-1", "1e"}) {
        const auto error = refusal("1,2,0\n10," + cell + ",1\n");
        CAPTURE(cell);
        CHECK(error.place.file == "table.csv");
        CHECK(error.place.line == 2);
        CHECK(error.place.column == 4);
        CHECK_THAT(error.expected, Contains("number"));
    }
}

TEST_CASE("a binary file is refused without printing its bytes") {
    CHECK(refusal(std::string("\x01\x02\0,1,0\n", 8)).found == "'\\x01\\x02\\x00'");
    CHECK(refusal(std::string(500, 'a') + ",1,0\n").found.size() < 60);
}

TEST_CASE("a ragged row is refused with its line and the number of columns") {
    for (const std::string row : {"1,2", "1,2,3,0"}) {
        const auto error = refusal("1,2,0\n\n" + row + "\n");
        CHECK(error.place.line == 3);
        CHECK(error.expected == "3, as in the first row");
    }
}

TEST_CASE("a label out of range is refused with row, label and range") {
    CsvFormat format;
    format.classes = 3;
    for (const std::string label : {"3", "-1", "1.5", "1e9"}) {
        const auto error = refusal("1,2,0\n1,2," + label + "\n", format);
        CHECK(error.place.line == 2);
        CHECK(error.place.column == 5);
        CHECK(error.found == "label '" + label + "' in row 2");
        CHECK(error.expected == "a whole number from 0 to 2");
    }
    CHECK_THAT(refusal("1,2,65536\n").expected, Contains("65535"));
    CHECK(parse("1,2,65535\n").outputs == 65536);
}

TEST_CASE("pixels are kept as bytes and must be whole numbers in range") {
    CsvFormat format;
    format.largest_pixel = 16;
    const Records records = parse("0,16,1\n3,4,0\n", format);
    CHECK(std::get<std::vector<std::uint8_t>>(records.inputs) == std::vector<std::uint8_t>{0, 16, 3, 4});
    CHECK(records.full_scale == 16);
    for (const std::string pixel : {"17", "-1", "0.5"}) CHECK(refusal("0," + pixel + ",1\n", format).place.column == 3);
}

TEST_CASE("a table without rows is an error") {
    CHECK(refusal("").found == "no samples");
    CHECK(refusal("\n\r\n").found == "no samples");
    CHECK(refusal("x,y\n", with_header()).found == "no samples");
}

TEST_CASE("a table spread over several files is one table") {
    const test::Folder folder;
    const std::string a = folder.write("a.csv", "x,y\n1,0\n"), b = folder.write("b.csv.gz", gzip("x,y\n2,1\n"));
    CHECK(inputs(read_csv({a, b}, with_header())) == std::vector<double>{1, 2});
    const std::string c = folder.write("c.csv", "x,y\n2,1,3\n");
    const auto error = error_of([&] { read_csv({a, c}, with_header()); });
    CHECK(error.place.file == c);
    CHECK(error.place.line == 2);
}
