#include "sim/network/cell_normals.hpp"

#include <algorithm>
#include <numbers>

#include "sim/circuit/pack.hpp"

namespace apical {

namespace {

using P = Pack<float>;
static_assert(Random::together % P::size == 0);

/// Uniform in (0, 1), the centres of 2^24 equal cells.
void uniforms(const std::array<std::uint32_t, Random::together>& words, float (&u)[Random::together]) {
    for (std::size_t k = 0; k < Random::together; ++k)
        u[k] = (static_cast<float>(static_cast<std::int32_t>(words[k] >> 8)) + 0.5f) * 0x1p-24f;
}

/// The words of so many cells from `first` on; the rest is of no account. A few are drawn one by one.
Random::Block words_of(const Random& random, std::uint32_t stream, std::uint32_t first, std::size_t cells,
                       std::uint64_t step) {
    constexpr std::size_t few = 4;
    if (cells > few) return random.bits_together(stream, first, step);
    Random::Block words{};
    for (std::uint32_t k = 0; k < cells; ++k) {
        const auto word = random.bits(stream, first + k, step);
        for (std::size_t w = 0; w < word.size(); ++w) words[w][k] = word[w];
    }
    return words;
}

}  // namespace

CellNormals::CellNormals(const Random& random, std::uint32_t stream, std::size_t cells)
    : random_(random), stream_(stream) {
    constexpr std::size_t line = 16;  // 64 bytes: every step begins aligned
    static_assert(line % Random::together == 0);
    values_.setZero(static_cast<Eigen::Index>((cells + line - 1) / line * line),
                    static_cast<Eigen::Index>(steps_together));
}

void CellNormals::draw(std::uint64_t step, std::size_t first, std::size_t end) {
    for (std::size_t cell = first; cell < end; cell += Random::together) {
        const std::size_t cells = std::min(Random::together, end - cell);
        const Random::Block words =
            words_of(random_, stream_, static_cast<std::uint32_t>(cell), cells, step / steps_together);
        // Box and Muller, twice.
        for (std::size_t half = 0; half < 2; ++half) {
            alignas(64) float radius[Random::together], angle[Random::together];
            uniforms(words[2 * half], radius);
            uniforms(words[2 * half + 1], angle);
            for (std::size_t k = 0; k < cells; k += P::size) {
                const P r = sqrt(-2.0 * log(P::load(radius + k)));
                const P phi = 2 * std::numbers::pi * P::load(angle + k);
                const auto at = static_cast<Eigen::Index>(cell + k);
                (r * cos(phi)).store(&values_(at, static_cast<Eigen::Index>(2 * half)));
                (r * sin(phi)).store(&values_(at, static_cast<Eigen::Index>(2 * half + 1)));
            }
        }
    }
}

}  // namespace apical
