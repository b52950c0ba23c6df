#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace apical {

/// Randomness is addressed, not consumed: Philox4x32-10 (Salmon et al. 2011, Random123) with key = {seed low, seed
/// high} and counter = {entity, stream, step low, step high}, all 32-bit words. The same address always gives the same
/// number, so a checkpoint needs no generator state and any thread may draw any number. The kinds of draw share the
/// bits of an address: give each use its own stream.
class Random {
   public:
    explicit Random(std::uint64_t seed) : seed_(seed) {}
    std::uint64_t seed() const { return seed_; }

    /// A stream is named ("init/W1", "order"); its number is the 32-bit FNV-1a hash of the name.
    static constexpr std::uint32_t stream(std::string_view name) {
        std::uint32_t hash = 2166136261u;
        for (char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
        return hash;
    }

    /// 128 random bits.
    std::array<std::uint32_t, 4> bits(std::uint32_t stream, std::uint32_t entity, std::uint64_t step = 0) const;
    /// `bits` of so many consecutive entities: word w of entity first + k stands at [w][k]. The same bits, several
    /// times faster.
    static constexpr std::size_t together = 16;
    using Block = std::array<std::array<std::uint32_t, together>, 4>;
    Block bits_together(std::uint32_t stream, std::uint32_t first, std::uint64_t step) const;
    /// floor(x n / 2^64) of the 64 random bits x = (high, low): uniform on 0..n-1 up to a bias below 2^-32, and without
    /// the rejection that would make the number of draws depend on their values.
    static std::uint32_t below(std::uint32_t n, std::uint32_t low, std::uint32_t high);
    /// Uniform in the open interval (0, 1): an odd multiple of 2^-53, so neither 0 nor 1 ever comes.
    double uniform(std::uint32_t stream, std::uint32_t entity, std::uint64_t step = 0) const;
    /// Two independent standard normal numbers (Box-Muller), |x| < 8.6.
    std::array<double, 2> normals(std::uint32_t stream, std::uint32_t entity, std::uint64_t step = 0) const;
    /// The first of `normals`.
    double normal(std::uint32_t stream, std::uint32_t entity, std::uint64_t step = 0) const;
    /// A uniformly random order of 0..n-1 (Fisher-Yates; entity is the position filled); `step` is e.g. the epoch.
    std::vector<std::uint32_t> permutation(std::uint32_t n, std::uint32_t stream, std::uint64_t step = 0) const;

   private:
    std::uint64_t seed_;
};

}  // namespace apical
