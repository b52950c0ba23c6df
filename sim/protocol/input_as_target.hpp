#pragma once
#include <algorithm>
#include <memory>
#include <vector>

#include "sim/core/samples.hpp"

namespace apical {

/// The same samples for an autoencoder: the target is the input, and there are no classes.
class InputAsTarget final : public SamplesOf<InputAsTarget> {
   public:
    explicit InputAsTarget(std::shared_ptr<const Samples> samples) : samples_(std::move(samples)) {}
    std::size_t size() const override { return samples_->size(); }
    std::size_t features() const override { return samples_->features(); }
    std::size_t outputs() const override { return samples_->features(); }
    template <class S>
    void fill(std::span<const std::uint64_t> index, S* x, S* y) const {
        thread_local std::vector<S> targets;
        targets.resize(samples_->outputs() * index.size());
        samples_->gather(index, x, targets.data());
        std::copy_n(x, features() * index.size(), y);
    }
    int label(std::uint64_t) const override { return -1; }
    void add_to(Fingerprint& fingerprint) const override { samples_->add_to(fingerprint); }

   private:
    std::shared_ptr<const Samples> samples_;
};

}  // namespace apical
