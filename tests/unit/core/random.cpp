#include "sim/core/random.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/support/catch.hpp"

using apical::Random;
using Words = std::array<std::uint32_t, 4>;

TEST_CASE("Random: bits agree with the known answers of Philox4x32-10") {
    // Vectors of Random123 (kat_vectors). Counter words: entity, stream, step low, step high; key words: seed low, seed
    // high.
    CHECK(Random(0).bits(0, 0, 0) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    CHECK(Random(~std::uint64_t{0}).bits(0xffffffff, 0xffffffff, ~std::uint64_t{0}) ==
          Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(Random(0x299f31d0a4093822).bits(0x85a308d3, 0x243f6a88, 0x0370734413198a2e) ==
          Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("Random: bits of entities together are the bits of each") {
    const Random random(0x299f31d0a4093822);
    const std::uint64_t step = 0x0370734413198a2e;
    const Random::Block block = random.bits_together(5, 0xfffffffc, step);  // entities wrap
    for (std::uint32_t k = 0; k < Random::together; ++k) {
        const Words expected = random.bits(5, 0xfffffffc + k, step);
        for (std::size_t word = 0; word < 4; ++word) CHECK(block[word][k] == expected[word]);
    }
}

TEST_CASE("Random: a stream is the FNV-1a hash of its name") {
    STATIC_REQUIRE(Random::stream("") == 0x811c9dc5);
    STATIC_REQUIRE(Random::stream("a") == 0xe40c292c);
    STATIC_REQUIRE(Random::stream("foobar") == 0xbf9cf968);
}

TEST_CASE("Random: every part of the address changes the bits") {
    const Words here = Random(1).bits(2, 3, 4);
    CHECK(Random(1).bits(2, 3, 4) == here);
    CHECK(Random(2).bits(2, 3, 4) != here);
    CHECK(Random(1 + (std::uint64_t{1} << 32)).bits(2, 3, 4) != here);
    CHECK(Random(1).bits(3, 3, 4) != here);
    CHECK(Random(1).bits(2, 4, 4) != here);
    CHECK(Random(1).bits(2, 3, 5) != here);
    CHECK(Random(1).bits(2, 3, 4 + (std::uint64_t{1} << 32)) != here);
}

TEST_CASE("Random: uniform is in the open interval, with mean 1/2 and variance 1/12") {
    const Random random(7);
    constexpr int n = 1000000;
    double sum = 0, squares = 0;
    bool inside = true;
    for (int i = 0; i < n; ++i) {
        const double x = random.uniform(Random::stream("uniform"), static_cast<std::uint32_t>(i));
        inside = inside && x > 0 && x < 1;
        sum += x - 0.5;
        squares += (x - 0.5) * (x - 0.5);
    }
    CHECK(inside);
    const double mean_error = std::sqrt(1.0 / 12 / n), variance_error = std::sqrt(1.0 / 180 / n);  // one standard error
    CHECK(std::abs(sum / n) < 4 * mean_error);
    CHECK(std::abs(squares / n - 1.0 / 12) < 4 * variance_error);
}

TEST_CASE("Random: the two normals have the moments of independent standard normal numbers") {
    const Random random(11);
    constexpr int n = 500000;
    double sum = 0, squares = 0, cubes = 0, fourths = 0, product = 0;
    for (int i = 0; i < n; ++i) {
        const auto pair = random.normals(Random::stream("normal"), 5, static_cast<std::uint64_t>(i));
        for (const double x : pair) {
            sum += x;
            squares += x * x;
            cubes += x * x * x;
            fourths += x * x * x * x;
        }
        product += pair[0] * pair[1];
    }
    // Four standard errors of the mean of x^k over 2n numbers: var(x^k) is 1, 2, 15, 96 for k = 1..4.
    const double error = 4 / std::sqrt(2.0 * n);
    CHECK(std::abs(sum / (2 * n)) < error);
    CHECK(std::abs(squares / (2 * n) - 1) < error * std::sqrt(2));
    CHECK(std::abs(cubes / (2 * n)) < error * std::sqrt(15));
    CHECK(std::abs(fourths / (2 * n) - 3) < error * std::sqrt(96));
    CHECK(std::abs(product / n) < 4 / std::sqrt(1.0 * n));
    CHECK(random.normal(1, 2, 3) == random.normals(1, 2, 3)[0]);
}

TEST_CASE("Random: a permutation holds every number once and depends on seed, stream and step alone") {
    const Random random(3);
    for (const std::uint32_t n : {0u, 1u, 2u, 3u, 1000u}) {
        auto order = random.permutation(n, 1, 2);
        CHECK(order == Random(3).permutation(n, 1, 2));
        std::sort(order.begin(), order.end());
        std::vector<std::uint32_t> all(n);
        std::iota(all.begin(), all.end(), 0u);
        CHECK(order == all);
    }
    CHECK(random.permutation(1000, 1, 2) != random.permutation(1000, 1, 3));
    CHECK(random.permutation(1000, 1, 2) != random.permutation(1000, 2, 2));
    CHECK(random.permutation(1000, 1, 2) != Random(4).permutation(1000, 1, 2));
}

TEST_CASE("Random: all 24 permutations of four are equally likely") {
    const Random random(5);
    constexpr int n = 24000;
    std::array<int, 256> counts{};
    for (int i = 0; i < n; ++i) {
        const auto order = random.permutation(4, 9, static_cast<std::uint64_t>(i));
        ++counts[order[0] * 64 + order[1] * 16 + order[2] * 4 + order[3]];
    }
    double chi_squared = 0;
    int seen = 0;
    for (const int count : counts)
        if (count > 0) {
            ++seen;
            chi_squared += (count - n / 24.0) * (count - n / 24.0) / (n / 24.0);
        }
    CHECK(seen == 24);
    CHECK(chi_squared < 49.7);  // 99.9 % quantile with 23 degrees of freedom
}
