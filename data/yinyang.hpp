#pragma once
#include <array>

#include "sim/core/data_source.hpp"

namespace apical {

/// Class of a point of the Yin-Yang figure (Kriener et al. 2022): 0 yin, 1 yang, 2 one of the two dots.
int yinyang_class(double x, double y);

/// Points of the disc of radius 0.5 about (0.5, 0.5), as inputs (x, y, 1 - x, 1 - y). The class of a sample is drawn
/// first, evenly, then points until one has it; all at the addresses (seed, k).
class YinYangSamples final : public SamplesOf<YinYangSamples> {
   public:
    /// `size` = 0: endless.
    YinYangSamples(const Random& random, std::uint32_t stream, std::size_t size)
        : random_(random), stream_(stream), size_(size) {}

    std::size_t size() const override { return size_; }
    std::size_t features() const override { return 4; }
    std::size_t outputs() const override { return 3; }
    template <class S>
    void fill(std::span<const std::uint64_t> index, S* x, S* y) const;
    int label(std::uint64_t index) const override;

   private:
    std::array<float, 2> point(std::uint64_t index, int wanted) const;

    Random random_;
    std::uint32_t stream_;
    std::size_t size_;
};

extern template void YinYangSamples::fill(std::span<const std::uint64_t>, float*, float*) const;
extern template void YinYangSamples::fill(std::span<const std::uint64_t>, double*, double*) const;

DataSource yinyang_source();

}  // namespace apical
