#pragma once
#include <algorithm>
#include <vector>

#include "sim/circuit/pack.hpp"
#include "sim/circuit/teacher.hpp"
#include "sim/synapses/deferred_update.hpp"
#include "sim/synapses/static_source.hpp"

namespace apical {

// What computes columns of a network from those of other populations.

/// All projections into one compartment.
template <class S>
class Drive final : public Op<S> {
   public:
    struct Source {
        const WeightState<S>* weights;  ///< null: identity
        const HeldDrive<S>* held;       ///< null: driven in every step
        OnePass<S>* one_pass;           ///< null: no update waits for the drive
        Ref<S> from;
        bool transposed;
        S scale;
    };
    Drive(std::vector<Source> sources, Ref<S> to, std::size_t units, std::size_t lanes)
        : sources_(std::move(sources)), to_(to), lanes_(lanes), tiles_(Tiles::of_cells(units, lanes)) {
        // All sources are cut alike, as suits the largest product.
        double largest = 0;
        for (const Source& source : sources_) {
            const double work = work_of(source);
            work_ += work;
            if (source.weights == nullptr || source.held != nullptr || !source.weights->support().dense() ||
                work < largest)
                continue;
            largest = work;
            tiles_ = source.weights->drive_tiles(lanes, source.transposed);
        }
    }

    std::size_t parts() const override { return tiles_.count; }
    double work() const override { return work_; }
    void run(std::size_t part) override { run_rows(tiles_.begin(part), tiles_.begin(part + 1)); }
    void run_whole() override {
        // Where lanes are whole packs the kernels treat every row alike, wherever its tile begins.
        if (tiles_.count == 1 || lanes_ % Pack<S>::size == 0) run_rows(0, tiles_.extent);
        else Op<S>::run_whole();
    }

   private:
    using Vector = Eigen::Matrix<S, Eigen::Dynamic, 1>;

    void run_rows(std::size_t first, std::size_t end) {
        bool assign = true;
        for (const Source& source : sources_) {
            if (source.held != nullptr) {
                add(source.held->values() + first * lanes_, first, end, assign, source.scale);
            } else if (source.one_pass != nullptr) {
                source.one_pass->drive({first, end}, source.from.data(), to_.data(), assign, source.scale);
            } else if (source.weights != nullptr) {
                source.weights->drive({first, end}, source.from.data(), to_.data(), lanes_, source.transposed, assign,
                                      source.scale);
            } else {
                add(source.from.data() + first * lanes_, first, end, assign, source.scale);
            }
            assign = false;
        }
    }
    void add(const S* values, std::size_t first, std::size_t end, bool assign, S scale) {
        Eigen::Map<Vector> to(to_.data() + first * lanes_, static_cast<Eigen::Index>((end - first) * lanes_));
        const Eigen::Map<const Vector> from(values, to.size());
        if (assign) to = scale * from;
        else to += scale * from;
    }
    double work_of(const Source& source) const {
        constexpr double products_a_cell = 20;  // a loop over pairs is bound by memory
        const auto lanes = static_cast<double>(lanes_);
        if (source.weights == nullptr || source.held != nullptr)
            return products_a_cell * lanes * static_cast<double>(tiles_.extent);
        const auto synapses = static_cast<double>(source.weights->values().size());
        return lanes * synapses * (source.weights->support().dense() ? 1 : products_a_cell);
    }

    std::vector<Source> sources_;
    Ref<S> to_;
    std::size_t lanes_;
    Tiles tiles_;
    double work_ = 0;
};

template <class S>
class Teach final : public Op<S> {
   public:
    Teach(Loss loss, Ref<S> readout, Ref<S> target, Ref<S> error, std::size_t units, std::size_t lanes,
          const bool& present)
        : loss_(loss),
          readout_(readout),
          target_(target),
          error_(error),
          units_(units),
          lanes_(lanes),
          present_(present) {}
    double work() const override { return 100.0 * static_cast<double>(units_ * lanes_); }
    void run(std::size_t) override {
        if (present_) emit_error<S>(loss_, readout_.data(), target_.data(), error_.data(), units_, lanes_);
        else std::fill_n(error_.data(), units_ * lanes_, S(0));
    }

   private:
    Loss loss_;
    Ref<S> readout_, target_, error_;
    std::size_t units_, lanes_;
    const bool& present_;
};

/// A drive from a source that stands still, computed once.
template <class S>
class Hold final : public Op<S> {
   public:
    Hold(HeldDrive<S>& drive, double work) : drive_(drive), work_(work) {}
    std::size_t parts() const override { return drive_.tiles().count; }
    double work() const override { return work_; }
    void run(std::size_t part) override { drive_.drive(part); }

   private:
    HeldDrive<S>& drive_;
    double work_;
};

}  // namespace apical
