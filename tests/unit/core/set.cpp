#include "sim/core/document.hpp"
#include "tests/support/catch.hpp"

using apical::InputError;
using apical::Node;
using apical::parse_toml;
using apical::set;
using apical::to_toml;
using Catch::Matchers::Contains;

namespace {
std::string after(const std::string& document, const std::string& assignment) {
    Node root = parse_toml(document, "x.toml");
    set(root, assignment);
    return to_toml(root);
}
}  // namespace

TEST_CASE("set: replaces a value where it stands and adds what is missing") {
    CHECK(after("a = 1\nb = 2", "a=3") == "a = 3\nb = 2\n");
    CHECK(after("a = 1", "b=2") == "a = 1\nb = 2\n");
    CHECK(after("", "run.noise.sigma=0.5") == "[run]\n\n[run.noise]\nsigma = 0.5\n");
    CHECK(after("[run]\nlanes = 1", "run.lanes=64") == "[run]\nlanes = 64\n");
}

TEST_CASE("set: the value is TOML") {
    CHECK(after("", "a=true") == "a = true\n");
    CHECK(after("", "a=-1.5e3") == "a = -1500.0\n");
    CHECK(after("", "a = [1, 2]") == "a = [1, 2]\n");
    CHECK(after("", "a='x=y'") == "a = \"x=y\"\n");
    CHECK(after("", "a={b = 1}") == "[a]\nb = 1\n");
    CHECK(after("", "'x.y=z'.b=1") == "[\"x.y=z\"]\nb = 1\n");
}

TEST_CASE("set: what is no TOML value is a string as it stands") {
    CHECK(after("", "a=pal") == "a = \"pal\"\n");
    CHECK(after("", "tau=10 ms") == "tau = \"10 ms\"\n");
    CHECK(after("", "file=/data/x=y.h5") == "file = \"/data/x=y.h5\"\n");
    CHECK(after("", "date=1979-05-27") == "date = \"1979-05-27\"\n");
    CHECK(after("", "a=1\nb=2") == "a = \"1\\nb=2\"\n");
    CHECK(after("", "a=u\"v\\") == "a = \"u\\\"v\\\\\"\n");
}

TEST_CASE("set: the new value stands on the command line, with its dotted key") {
    Node root = parse_toml("[run]\nlanes = 1", "x.toml");
    set(root, "run.list=[{a = 1}]");
    const Node& list = *root.find("run")->find("list");
    CHECK(list.key == "run.list");
    CHECK(list.place.file == "command line");
    CHECK(list.place.line == 0);
    const Node& inner = *std::get<Node::List>(list.value)[0].find("a");
    CHECK(inner.key == "run.list[0].a");
    CHECK(inner.place.file == "command line");
    CHECK(root.find("run")->place.file == "x.toml");
}

TEST_CASE("set: a path through a value that is no table is refused") {
    Node root = parse_toml("run = 1\nlist = [{}]", "x.toml");
    CHECK_THROWS_WITH(set(root, "run.lanes=2"),
                      "command line: run.lanes: found a path through run, which is an integer, "
                      "expected a path through tables");
    CHECK_THROWS_AS(set(root, "list.x=2"), InputError);
    CHECK(to_toml(root) == "run = 1\nlist = [{}]\n");
}

TEST_CASE("set: malformed assignments are refused, naming the command line") {
    for (const char* assignment :
         {"",      "=",        "=1",      "a",       "a.b",    ".a=1",         "a.=1",         "a..b=1",        "a b=1",
          "[t]=1", "[t]\na=1", "#c\na=1", "#a=1",    "a=",     "a= ",          "a='x",         "a=\"\\q\"",     "a=[1",
          "a={b",  "\"a=1",    "a=\xff",  "a=[inf]", "\xff=1", "a=[1]\nb=[2]", "a=[1]\na.b=2", "a=[1979-05-27]"}) {
        INFO(assignment);
        Node root = parse_toml("k = 1", "x.toml");
        CHECK_THROWS_WITH(set(root, assignment), Contains("command line"));
        CHECK_THROWS_AS(set(root, assignment), InputError);
        CHECK(to_toml(root) == "k = 1\n");
    }
    Node root = parse_toml("", "x.toml");
    CHECK_THROWS_AS(set(root, std::string(100000, '[')), InputError);
    CHECK_THROWS_AS(set(root, "a=" + std::string(100000, '[')), InputError);
    std::string deep = "a";
    for (int i = 0; i < 100000; ++i) deep += ".a";
    CHECK_THROWS_AS(set(root, deep + "=1"), InputError);
}
