#include "data/xor.hpp"

#include "data/generated.hpp"

namespace apical {
namespace {

struct Keys : GeneratedKeys {
    Keys() { samples = test_samples = 4; }
    double noise = 0;
};

const Table<Keys>& table() {
    static const Table<Keys> rows{
        {"samples", member_of<Keys>(&Keys::samples), "1", "Training samples, the four patterns in turn; 0: endless.",
         non_negative},
        generated_validation_row<Keys>(),
        generated_test_row<Keys>(),
        {"noise", &Keys::noise, "1", "Each input is moved by up to this much, evenly distributed.", non_negative}};
    return rows;
}

DataSet load(const Node& task, const Random& random) {
    const Keys keys = table().read(task, keys_of_others);
    return generated_set("xor", true, keys, [&](std::uint32_t stream, std::size_t size) {
        return std::make_shared<const XorSamples>(random, stream, size, keys.noise);
    });
}

constexpr std::uint64_t bit(std::uint64_t index, std::uint32_t f) { return index >> f & 1; }

}  // namespace

template <class S>
void XorSamples::fill(std::span<const std::uint64_t> index, S* x, S* y) const {
    const std::size_t lanes = index.size();
    for (std::size_t k = 0; k < lanes; ++k) {
        for (std::uint32_t f = 0; f < 2; ++f) {
            const double shift = noise_ > 0 ? noise_ * (2 * random_.uniform(stream_, f, index[k]) - 1) : 0;
            x[f * lanes + k] = static_cast<S>(static_cast<double>(bit(index[k], f)) + shift);
        }
        const bool differ = bit(index[k], 0) != bit(index[k], 1);
        y[k] = differ ? S{0} : S{1};
        y[lanes + k] = differ ? S{1} : S{0};
    }
}

template void XorSamples::fill(std::span<const std::uint64_t>, float*, float*) const;
template void XorSamples::fill(std::span<const std::uint64_t>, double*, double*) const;

int XorSamples::label(std::uint64_t index) const { return bit(index, 0) != bit(index, 1) ? 1 : 0; }

DataSource xor_source() {
    return {"xor", "Exclusive or of two bits, as two classes.", "", table().descriptors(), load};
}

}  // namespace apical
