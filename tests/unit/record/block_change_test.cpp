#include "sim/hdf5/block_change.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using apical::hdf5::BlockChange;

namespace {

using Bytes = std::vector<unsigned char>;

constexpr unsigned extent = 0x01, layout = 0x08, attribute = 0x0C, empty = 0x00, continuation = 0x10;

void add(Bytes& block, const std::string& text) { block.insert(block.end(), text.begin(), text.end()); }

void add_message(Bytes& block, unsigned type, const std::string& content) {
    const auto size = static_cast<unsigned char>(content.size());
    block.insert(block.end(), {static_cast<unsigned char>(type), size, 0, 0, 1, 0});
    add(block, content);
}

/// A further block of an object header, or (with its flags) the first, with a checksum of one letter.
Bytes header(const std::vector<std::pair<unsigned, std::string>>& messages, char checksum, bool is_first = false) {
    Bytes block;
    add(block, is_first ? "OHDR" : "OCHK");
    if (is_first) {
        block.insert(block.end(), {2, 0x3C});
        add(block, std::string(16, 't') + std::string(4, 'p') + 's');
    }
    for (const auto& [type, content] : messages) add_message(block, type, content);
    add(block, std::string(4, checksum));
    return block;
}

/// A global heap of one page; each text has a multiple of 8 letters.
Bytes heap(const std::vector<std::string>& texts) {
    Bytes block;
    add(block, "GCOL");
    block.resize(16);
    for (std::size_t k = 0; k < texts.size(); ++k) {
        Bytes object(16);
        object[0] = static_cast<unsigned char>(k + 1);
        object[8] = static_cast<unsigned char>(texts[k].size());
        block.insert(block.end(), object.begin(), object.end());
        add(block, texts[k]);
    }
    block.resize(4096);
    return block;
}

BlockChange change(const Bytes& before, const Bytes& after, std::uint64_t address = 8192) {
    return apical::hdf5::change_of(address, before, after);
}

}  // namespace

TEST_CASE("more rows, and where their index is, are growth; any other message is structure") {
    for (const bool is_first : {false, true}) {
        CAPTURE(is_first);
        const auto block = [&](const std::string& rows, const std::string& index, const std::string& note, char sum) {
            return header({{extent, rows}, {attribute, note}, {layout, index}}, sum, is_first);
        };
        const Bytes before = block("10 rows ", "at 1", "A", 'x');
        CHECK(change(before, before) == BlockChange::none);
        CHECK(change(before, block("20 rows ", "at 1", "A", 'y')) == BlockChange::growth);
        CHECK(change(before, block("20 rows ", "at 2", "A", 'y')) == BlockChange::growth);
        CHECK(change(before, block("10 rows ", "at 1", "B", 'y')) == BlockChange::structure);
        CHECK(change(before, block("20 rows ", "at 1", "B", 'y')) == BlockChange::structure);
    }
}

TEST_CASE("messages that come, go, move or lead elsewhere are structure") {
    const Bytes before = header({{attribute, "A"}, {empty, "-------"}, {continuation, "1"}}, 'x');
    CHECK(change(before, header({{empty, "A"}, {empty, "-------"}, {continuation, "1"}}, 'y')) ==
          BlockChange::structure);
    CHECK(change(before, header({{attribute, "A"}, {attribute, "B------"}, {continuation, "1"}}, 'y')) ==
          BlockChange::structure);
    CHECK(change(before, header({{attribute, "A"}, {empty, "-------"}, {continuation, "2"}}, 'y')) ==
          BlockChange::structure);
    // The same bytes, one message instead of two.
    CHECK(change(header({{empty, ""}, {extent, "12345678"}}, 'x'), header({{empty, "123456"}, {extent, "78"}}, 'y')) ==
          BlockChange::structure);
}

TEST_CASE("a header that does not track the order of attributes, or of another object, is not understood") {
    Bytes before = header({{extent, "10 rows "}}, 'x', true), after = header({{extent, "20 rows "}}, 'y', true);
    REQUIRE(change(before, after) == BlockChange::growth);
    before[5] = after[5] = 0x38;
    CHECK(change(before, after) == BlockChange::structure);
    CHECK(change(header({{extent, "10 rows "}}, 'x'), heap({})) != BlockChange::growth);
    // A message that says to be longer than the block.
    before = header({{extent, "10 rows "}}, 'x'), after = header({{extent, "20 rows "}}, 'x');
    before[5] = after[5] = 200;
    CHECK(change(before, after) == BlockChange::structure);
}

TEST_CASE("a block whose changes lie in two pages is torn") {
    const std::string long_text(5000, '-');
    Bytes before, after;
    for (Bytes* block : {&before, &after}) add(*block, "TREE" + long_text);
    after[10] = 'x';
    CHECK(change(before, after) == BlockChange::growth);
    after[4100] = 'x';
    CHECK(change(before, after) == BlockChange::torn);
    after[10] = '-';
    CHECK(change(before, after) == BlockChange::growth);
    after[4050] = 'x';
    CHECK(change(before, after, 8192 + 100) == BlockChange::growth);
    CHECK(change(before, after, 8192) == BlockChange::torn);
}

TEST_CASE("texts that are added to a heap leave those in it where they are") {
    const Bytes before = heap({"first---", "second--"});
    CHECK(change(before, heap({"first---", "second--", "third---"})) == BlockChange::growth);
    CHECK(change(before, heap({"second--"})) == BlockChange::structure);
    CHECK(change(before, heap({"first---", "other---"})) == BlockChange::structure);
    CHECK(change(heap({}), heap({"first---"})) == BlockChange::growth);
}
