#include "data/yinyang.hpp"

#include <cmath>

#include "data/generated.hpp"

namespace apical {
namespace {

constexpr double big_radius = 0.5;
constexpr double small_radius = 0.1;

struct Keys : GeneratedKeys {
    Keys() { samples = 5000; }
};

const Table<Keys>& table() {
    static const Table<Keys> rows{generated_samples_row<Keys>(), generated_validation_row<Keys>(),
                                  generated_test_row<Keys>()};
    return rows;
}

DataSet load(const Node& task, const Random& random) {
    const Keys keys = table().read(task, keys_of_others);
    return generated_set("yinyang", true, keys, [&](std::uint32_t stream, std::size_t size) {
        return std::make_shared<const YinYangSamples>(random, stream, size);
    });
}

const char* const reference =
    "L. Kriener, J. Goeltz, M. A. Petrovici (2022), The Yin-Yang dataset, NICE 2022, doi:10.1145/3517343.3517380; "
    "MIT licence";

}  // namespace

int yinyang_class(double x, double y) {
    const double right = std::hypot(x - 1.5 * big_radius, y - big_radius);
    const double left = std::hypot(x - 0.5 * big_radius, y - big_radius);
    if (right < small_radius || left < small_radius) return 2;
    return left <= 0.5 * big_radius || (y > big_radius && right > 0.5 * big_radius) ? 1 : 0;
}

int YinYangSamples::label(std::uint64_t index) const {
    return static_cast<int>(std::uint64_t{random_.bits(stream_, 0, index)[0]} * 3 >> 32);
}

std::array<float, 2> YinYangSamples::point(std::uint64_t index, int wanted) const {
    for (std::uint32_t attempt = 1;; ++attempt) {  // a dot, the rarest class, takes 16 attempts on average
        // 24 bits are all that a float in 0..1 holds: the class is that of the very numbers handed out, in double too.
        const auto words = random_.bits(stream_, attempt, index);
        const float x = static_cast<float>(words[0] >> 8) * 0x1p-24f;
        const float y = static_cast<float>(words[1] >> 8) * 0x1p-24f;
        if (std::hypot(x - big_radius, y - big_radius) <= big_radius && yinyang_class(x, y) == wanted) return {x, y};
    }
}

template <class S>
void YinYangSamples::fill(std::span<const std::uint64_t> index, S* x, S* y) const {
    const std::size_t lanes = index.size();
    for (std::size_t k = 0; k < lanes; ++k) {
        const int wanted = label(index[k]);
        const auto [px, py] = point(index[k], wanted);
        x[k] = px;
        x[lanes + k] = py;
        x[2 * lanes + k] = 1 - px;
        x[3 * lanes + k] = 1 - py;
        for (int c = 0; c < 3; ++c) y[static_cast<std::size_t>(c) * lanes + k] = c == wanted ? S{1} : S{0};
    }
}

template void YinYangSamples::fill(std::span<const std::uint64_t>, float*, float*) const;
template void YinYangSamples::fill(std::span<const std::uint64_t>, double*, double*) const;

DataSource yinyang_source() {
    return {"yinyang", "Points of the Yin-Yang figure in three classes, generated.", reference, table().descriptors(),
            load};
}

}  // namespace apical
