// Tables as other programs write them: names, quotes, encodings, decimal commas; what is not read is refused with its
// reason.
#include "data/readers/csv.hpp"
#include "data/readers/csv_cells.hpp"
#include "tests/unit/data/fixtures.hpp"

using namespace apical;
using Catch::Matchers::Contains;

namespace {

using Names = std::vector<std::string>;
using Labels = std::vector<std::uint16_t>;

Records parse(const std::string& text, const CsvFormat& format = {}) { return parse_csv(text, "table.csv", format); }
InputError::Parts refusal(const std::string& text, const CsvFormat& format = {}) {
    return error_of([&] { parse(text, format); });
}
const std::vector<double>& inputs(const Records& records) { return std::get<std::vector<double>>(records.inputs); }

const std::string iris = "5.1,3.5,versicolor\n6,3,setosa\n7,2,\"versicolor\"\n4,4, setosa\n";

}  // namespace

TEST_CASE("labels that are names are numbered in alphabetical order, whatever the order of the rows") {
    const Records records = parse(iris);
    CHECK(records.class_names == Names{"setosa", "versicolor"});
    CHECK(records.labels == Labels{1, 0, 1, 0});
    CHECK(records.outputs == 2);
    CHECK(parse("1,b\n2,a\n").labels == parse("2,b\n1,a\n").labels);
    CHECK(parse("1,True\n2,False\n").class_names == Names{"False", "True"});
    CHECK(parse("1,only\n").outputs == 1);
    CHECK(parse("1,\xc3\xa9t\xc3\xa9\n").class_names == Names{"\xc3\xa9t\xc3\xa9"});
    CHECK(parse("1,0\n2,1\n").class_names.empty());
}

TEST_CASE("labels are all numbers or all names, and none is missing") {
    CHECK(refusal("1,0\n2,a\n").expected == "a whole number from 0 to 65535");
    CHECK_THAT(refusal("1,0\n2,a\n").hint, Contains("all numbers or all names"));
    CHECK(refusal("1,a\n2,0\n").expected == "a name, as the labels before it");
    CHECK(refusal("1,a\n2,nan\n").found == "label 'nan' in row 2");
    CHECK(refusal("1,a\n2,\n").expected == "a name");
    CHECK_THAT(refusal("1,0\n2,\n").hint, Contains("delimiter"));
    CHECK_THAT(refusal("1,0.5\n").hint, Contains("target_columns"));
    CHECK_THAT(refusal("1,1\n2,-1\n").hint, Contains("0 and 1"));
    CHECK_THAT(refusal("1,caf\xe9\n").hint, Contains("UTF-8"));  // Latin 1
    for (const std::string bad :
         {"\x1b[31m", "\x7f", "\xc2\x9b", "\xc0\x80", "\xe2\x82"})  // some are obeyed by terminals
        CHECK(refusal("1,a" + bad + "\n").expected == "a name in UTF-8");
}

TEST_CASE("quoted cells: numbers, names, delimiters and quotes inside") {
    const Records records = parse("\"1.5\",\"-2\",\"a, \"\"b\"\"\"\n 3 , 4 ,c\n");
    CHECK(inputs(records) == std::vector<double>{1.5, -2, 3, 4});
    CHECK(records.class_names == Names{"a, \"b\"", "c"});
    CHECK(parse("\"7\",\"1\"\n").labels == Labels{1});
    for (const std::string text : {"1,\"a\n2,b\n", "1,\"a\"b\n", "\"1,2,0\n"})
        CHECK_THAT(refusal(text).found, Contains("quotes"));
    CHECK(refusal("1,2,0\n\"x\",2,0\n").place.column == 1);
}

TEST_CASE("a header keeps the names of the inputs; columns in another order in a second file are refused") {
    CsvFormat format;
    format.header = true;
    format.label_column = 1;
    const Records records = parse("kind,\"length, cm\",width\n0,1,2\n", format);
    CHECK(records.input_names == Names{"length, cm", "width"});
    CHECK(records.warnings.empty());
    CHECK_THAT(parse("1,2,3\n0,1,2\n", format).warnings.at(0), Contains("header = false"));
    const Records narrow = parse("a,b\n0,1,2\n", format);
    CHECK(narrow.input_names.empty());
    CHECK_THAT(narrow.warnings.at(0), Contains("2 names for 3 columns"));

    const test::Folder folder;
    const std::string a = folder.write("a.csv", "k,x,y\n0,1,2\n"), b = folder.write("b.csv", "k,y,x\n0,2,1\n");
    const auto other = error_of([&] { read_csv({a, b}, format); });
    CHECK(other.place.file == b);
    CHECK(other.found == "column 'y'");
    CHECK_THAT(other.expected, Contains("'x', as in the first file"));
    const std::string keys = "file = '" + a + "'\nheader = true\nlabel_column = 1\ntest_file = '" + b + "'\n";
    CHECK(error_of([&] { load("csv", keys); }).expected == "'x', as in the training part");
    CHECK(load("csv", "file = '" + a + "'\nheader = true\nlabel_column = 1").input_names == Names{"x", "y"});
}

TEST_CASE("the line ends of all systems and lines of comment change nothing") {
    for (const std::string text :
         {"1,2,0\r3,4,1\r", "1,2,0\r3,4,1", "# made by hand\n1,2,0\n  # and more\n3,4,1\n#\n"}) {
        CHECK(inputs(parse(text)) == std::vector<double>{1, 2, 3, 4});
        CHECK(parse(text).labels == Labels{0, 1});
    }
    CHECK(refusal("1,2,0\r\r3,x,1\r").place.line == 3);
    CHECK(refusal("1,2,0\r\n\r\n3,x,1\r\n").place.line == 3);
    // What a spreadsheet writes for an error is a missing value and no comment.
    CHECK_THAT(refusal("1,2,0\n#N/A,3,1\n").hint, Contains("missing value"));
}

TEST_CASE("decimal commas are read when announced, and guessed at when not") {
    CsvFormat format;
    format.delimiter = ';';
    CHECK_THAT(refusal("1,5;2;0\n", format).hint, Contains("decimal = \",\""));
    format.decimal = ',';
    CHECK(inputs(parse("1,5;-2e-1;0\n", format)) == std::vector<double>{1.5, -0.2});
    CHECK_THAT(refusal("1.5;2;0\n", format).hint, Contains("decimal = \".\""));
    const test::Folder folder;
    const std::string file = "file = '" + folder.write("a.csv", "1,5;2;0\n") + "'\ndecimal = ','\n";
    CHECK(error_of([&] { load("csv", file); }).key == "task.decimal");
    CHECK(gather(*load("csv", file + "delimiter = ';'").train, {0}).x == std::vector<float>{1.5f, 2});
}

TEST_CASE("every reason for which a cell is no number is told apart") {
    CHECK_THAT(refusal("1;2;0\n3;4;1\n").hint, Contains("delimiter = \";\""));
    CHECK_THAT(refusal("1\t2\t0\n").hint, Contains("delimiter = \"\\t\""));
    CHECK_THAT(refusal("1,2 3,0\n").hint, Contains("delimiter = \" \""));
    CHECK_THAT(refusal("a,b,c\n1,2,0\n").hint, Contains("header = true"));
    CHECK_THAT(refusal("\"a\",\"b\",\"c\"\n1,2,0\n").hint, Contains("header = true"));
    CHECK_THAT(refusal("setosa,1,2\n").hint, Contains("label_column = 1"));
    CHECK_THAT(refusal("1,2,0\n1,NA,0\n").hint, Contains("missing value"));
    CHECK_THAT(refusal("1,2,0\n1,,0\n").hint, Contains("missing value"));
    CHECK_THAT(refusal("1,True,0\n").hint, Contains("1 for true"));
    CHECK(refusal("1,2,0\n1,abc,0\n").hint.empty());
}

TEST_CASE("other encodings and other files are named") {
    using namespace std::string_literals;
    for (const std::string& text : {"\xff\xfe\x31\0,\0\x30\0"s, "\xfe\xff\0\x31\0,\0\x30"s, "1\0,\0000\0\n\0"s})
        CHECK(refusal(text).found == "text in UTF-16");
    CHECK(refusal("\xff\xfe\0\0\x31\0\0\0"s).found == "text in UTF-32");
    CHECK_THAT(refusal("\xff\xfe\x31\0"s).hint, Contains("iconv -f UTF-16 -t UTF-8"));
    CHECK_THAT(refusal("PK\3\4xl/worksheets"s).found, Contains("spreadsheet"));
}

TEST_CASE("the parts of a set have the classes of the training part") {
    const test::Folder folder;
    const std::string file = "file = '" + folder.write("iris.csv", iris) + "'\n";
    const auto with_test = [&](const std::string& text) {
        return file + "test_file = '" + folder.write("test.csv", text) + "'\n";
    };
    const DataSet set = load("csv", with_test("1,2,versicolor\n"));
    CHECK(set.class_names == Names{"setosa", "versicolor"});
    CHECK(set.test->label(0) == 1);
    CHECK(set.test->outputs() == 2);
    CHECK(error_of([&] { load("csv", with_test("1,2,virginica\n")); }).expected ==
          "one of the training part's setosa, versicolor");
    CHECK_THAT(error_of([&] { load("csv", with_test("1,2,0\n")); }).expected, Contains("a name"));
    CHECK(load("csv", file + "classes = 2").train->outputs() == 2);
    CHECK(error_of([&] { load("csv", file + "classes = 3"); }).key == "task.classes");
    const std::string numbers = "file = '" + folder.write("numbers.csv", "1,2,0\n3,4,1\n") + "'\ntest_file = '" +
                                folder.path("iris.csv") + "'\n";
    CHECK_THAT(error_of([&] { load("csv", numbers); }).expected, Contains("a whole number"));
}

TEST_CASE("a test part that is the training part is said") {
    const test::Folder folder;
    const std::string file = folder.write("iris.csv", iris);
    const DataSet set = load("csv", "file = '" + file + "'\ntest_file = '" + file + "'\n");
    REQUIRE(set.warnings.size() == 1);
    CHECK_THAT(set.warnings[0], Contains("task.test_file has the samples of the training part"));
}

TEST_CASE("cells of a line") {
    std::vector<Cell> cells;
    REQUIRE(split_cells("a,,\"b\"\"c\",", ',', cells));
    REQUIRE(cells.size() == 4);
    CHECK(cells[1].text.empty());
    CHECK(unquoted(cells[2]) == "b\"c");
    CHECK(cells[2].column == 4);
    CHECK(cells[3].column == 11);
}
