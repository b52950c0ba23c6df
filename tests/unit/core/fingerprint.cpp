#include "sim/core/fingerprint.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using apical::Fingerprint;

TEST_CASE("a fingerprint is XXH3 with 128 bits") {
    Fingerprint nothing;
    CHECK(nothing.is_empty());
    CHECK(nothing.text() == "XXH3-128 99aa06d3014798d86001c324468d497f");
    Fingerprint letter;
    letter.add(std::span<const char>("a", 1));
    CHECK_FALSE(letter.is_empty());
    CHECK(letter.text() == "XXH3-128 a96faf705af16834e6c632b61e964e1f");
}

TEST_CASE("a fingerprint depends on all numbers and their order, not on how they come") {
    std::vector<double> numbers(1000);
    for (std::size_t k = 0; k < numbers.size(); ++k) numbers[k] = 0.25 * static_cast<double>(k);
    const auto text_of = [](const std::vector<double>& values, std::size_t cut) {
        Fingerprint fingerprint;
        fingerprint.add(std::span(values).first(cut));
        fingerprint.add(std::span(values).subspan(cut));
        return fingerprint.text();
    };
    const std::string whole = text_of(numbers, 0);
    CHECK(text_of(numbers, 313) == whole);
    std::swap(numbers[3], numbers[900]);
    CHECK(text_of(numbers, 0) != whole);
    std::swap(numbers[3], numbers[900]);
    numbers.push_back(0);
    CHECK(text_of(numbers, 0) != whole);
}

TEST_CASE("two texts are not one") {
    Fingerprint first, second;
    first.add(std::string_view("ab"));
    first.add(std::string_view("c"));
    second.add(std::string_view("a"));
    second.add(std::string_view("bc"));
    CHECK(first.text() != second.text());
}
