#pragma once
#include "sim/core/data_source.hpp"

namespace apical {

/// Two bits, class 1 if they differ. Sample k is pattern k mod 4 of (0,0), (1,0), (0,1), (1,1); each input is moved by
/// a number drawn evenly from -noise to +noise at the address (seed, k).
class XorSamples final : public SamplesOf<XorSamples> {
   public:
    /// `size` = 0: endless.
    XorSamples(const Random& random, std::uint32_t stream, std::size_t size, double noise)
        : random_(random), stream_(stream), size_(size), noise_(noise) {}

    std::size_t size() const override { return size_; }
    std::size_t features() const override { return 2; }
    std::size_t outputs() const override { return 2; }
    template <class S>
    void fill(std::span<const std::uint64_t> index, S* x, S* y) const;
    int label(std::uint64_t index) const override;

   private:
    Random random_;
    std::uint32_t stream_;
    std::size_t size_;
    double noise_;
};

extern template void XorSamples::fill(std::span<const std::uint64_t>, float*, float*) const;
extern template void XorSamples::fill(std::span<const std::uint64_t>, double*, double*) const;

DataSource xor_source();

}  // namespace apical
