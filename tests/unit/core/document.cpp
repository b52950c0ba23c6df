#include "sim/core/document.hpp"

#include <cmath>
#include <limits>

#include "tests/support/catch.hpp"

using apical::Node;
using apical::parse_toml;
using apical::to_toml;

namespace {

// Values and names alike, whatever the order of members; -0.0 differs from 0.0.
bool same(const Node& a, const Node& b) {
    if (a.value.index() != b.value.index()) return false;
    if (const auto* x = std::get_if<double>(&a.value))
        return *x == std::get<double>(b.value) && std::signbit(*x) == std::signbit(std::get<double>(b.value));
    if (const auto* list = std::get_if<Node::List>(&a.value)) {
        const auto& other = std::get<Node::List>(b.value);
        if (list->size() != other.size()) return false;
        for (std::size_t i = 0; i < list->size(); ++i)
            if (!same((*list)[i], other[i])) return false;
        return true;
    }
    if (a.is_table()) {
        if (a.members().size() != b.members().size()) return false;
        for (const auto& [name, node] : a.members())
            if (b.find(name) == nullptr || !same(node, *b.find(name))) return false;
        return true;
    }
    if (const auto* x = std::get_if<bool>(&a.value)) return *x == std::get<bool>(b.value);
    if (const auto* x = std::get_if<std::int64_t>(&a.value)) return *x == std::get<std::int64_t>(b.value);
    if (const auto* x = std::get_if<std::string>(&a.value)) return *x == std::get<std::string>(b.value);
    return true;
}

void check_round_trip(const Node& root) {
    const std::string text = to_toml(root);
    INFO(text);
    const Node again = parse_toml(text, "again.toml");
    CHECK(same(root, again));
    CHECK(to_toml(again) == text);
}

template <class T>
Node node(T value) {
    Node result;
    result.value = std::move(value);
    return result;
}

}  // namespace

TEST_CASE("Document: every value knows its line, column and dotted key") {
    const Node root = parse_toml(
        "circuit = 'pal'\n"
        "[run]\n"
        "  lanes = 64\n"
        "  layers = [1,\n"
        "    2]\n"
        "[run.noise]\n"
        "sigma.up = 0.5\n"
        "'a.b' = {c = true}\n",
        "x.toml");
    CHECK(root.place.file == "x.toml");
    CHECK(root.place.line == 1);
    CHECK(root.key.empty());
    const Node& run = *root.find("run");
    CHECK(run.place.line == 2);
    CHECK(run.key == "run");
    const Node& lanes = *run.find("lanes");
    CHECK(lanes.place.file == "x.toml");
    CHECK(lanes.place.line == 3);
    CHECK(lanes.place.column == 11);
    CHECK(lanes.key == "run.lanes");
    const Node& second = std::get<Node::List>(run.find("layers")->value)[1];
    CHECK(second.place.line == 5);
    CHECK(second.place.column == 5);
    CHECK(second.key == "run.layers[1]");
    CHECK(run.find("noise")->find("sigma")->place.line == 7);
    const Node& up = *run.find("noise")->find("sigma")->find("up");
    CHECK(up.place.line == 7);
    CHECK(up.place.column == 12);
    CHECK(up.key == "run.noise.sigma.up");
    CHECK(run.find("noise")->find("a.b")->find("c")->key == "run.noise.\"a.b\".c");
}

TEST_CASE("Document: columns count characters, not bytes") {
    CHECK(parse_toml("'\u00fc\u00fc' = 1", "x.toml").members()[0].second.place.column == 8);
}

TEST_CASE("Document: members stand in the order of the file") {
    const Node root = parse_toml("z = 1\na = 2\n[y]\n[x.w]\n[b]\nq.r = 1\nq.a = 2", "x.toml");
    std::string names;
    for (const auto& member : root.members()) names += member.first;
    CHECK(names == "zayxb");
    names.clear();
    for (const auto& member : root.find("b")->find("q")->members()) names += member.first;
    CHECK(names == "ra");
}

TEST_CASE("Document: kinds are told apart") {
    const Node root = parse_toml("a = true\nb = 1\nc = 1.0\nd = '1'\ne = []\nf = {}", "x.toml");
    std::string kinds;
    for (const auto& member : root.members()) kinds += member.second.kind() + "; ";
    CHECK(kinds == "a boolean; an integer; a number; a string; a list; a table; ");
    CHECK(Node{}.kind() == "nothing");
}

TEST_CASE("Document: asking a value that is no table for its members is the user's error") {
    const Node root = parse_toml("run = 3", "x.toml");
    CHECK_THROWS_WITH(root.find("run")->members(), "x.toml:1:7: run: found an integer, expected a table");
    CHECK(root.find("run")->find("lanes") == nullptr);
    CHECK(root.find("walk") == nullptr);
}

TEST_CASE("to_toml: numbers come back to the last bit") {
    constexpr auto smallest = std::numeric_limits<std::int64_t>::min();
    Node::Members members;
    for (const double x : {0.0, -0.0, 1.0, -1e22, 1e-300, 5e-324, 1.7976931348623157e308, 0.1, 1.0 / 3})
        members.emplace_back("x" + std::to_string(members.size()), node(x));
    for (const std::int64_t i : {std::int64_t{0}, std::int64_t{-1}, smallest, std::numeric_limits<std::int64_t>::max()})
        members.emplace_back("i" + std::to_string(members.size()), node(i));
    check_round_trip(node(members));
}

TEST_CASE("to_toml: hostile strings and keys come back unchanged") {
    using namespace std::string_literals;
    Node::Members members;
    std::string controls;
    for (int c = 0; c < 0x80; ++c) controls += static_cast<char>(c);
    for (const std::string& text :
         {""s, "\""s, "\\"s, "\"\"\""s, "'''"s, "a\nb\r\nc"s, controls, "# no comment"s, "[a]"s, "a.b"s, "a = 1"s,
          "\\u0041"s, "true"s, "1979-05-27"s, " "s, "\u00b5\u2028\u0085\U0001f9e0"s, "\x7f\x1b"s})
        members.emplace_back(text, node(text));
    check_round_trip(node(members));
    check_round_trip(node(Node::Members{{"list", node(Node::List{node(members), node(members)})}}));
    Node::Members tables;
    for (const auto& member : members) tables.emplace_back(member.first, node(members));
    check_round_trip(node(tables));
}

TEST_CASE("to_toml: tables nest, empty ones too, and values stay in their table") {
    check_round_trip(parse_toml("", "x.toml"));
    check_round_trip(
        parse_toml("[a.b.c]\n[a]\nx = 1\n[d]\n[[e]]\ny = 2\n[[e]]\n[e.f]\nz = [[1, 2], [], [{}]]\n", "x.toml"));
    const Node inner = node(Node::Members{{"first", node(Node::Members{{"x", node(1.0)}})}, {"after", node(true)}});
    check_round_trip(node(Node::Members{{"outer", inner}, {"last", node(std::string("v"))}}));
    CHECK(to_toml(node(Node::Members{{"outer", inner}})) == "[outer]\nafter = true\n\n[outer.first]\nx = 1.0\n");
}
