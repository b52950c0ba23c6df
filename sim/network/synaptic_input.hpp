#pragma once
#include <algorithm>
#include <vector>

#include "sim/circuit/pack.hpp"
#include "sim/circuit/teacher.hpp"
#include "sim/synapses/pathway.hpp"

namespace apical {

// What computes columns of a network from those of other populations.

/// All projections into one compartment; 0 without any.
template <class S>
class SynapticInput final : public Op<S> {
   public:
    struct Source {
        Pathway<S>* pathway;
        Ref<S> from;
        bool transposed;
        S scale;
        const WeightState<S>* weights;  ///< null: one to one
        std::size_t column;             ///< place of what `from` is of
        bool events;                    ///< `from` is 0 in cells that have no event
    };
    SynapticInput(std::vector<Source> sources, Ref<S> to, std::size_t units, std::size_t lanes)
        : sources_(std::move(sources)), to_(to), lanes_(lanes), tiles_(Tiles::of_cells(units, lanes)) {
        // All sources are cut alike, as suits the largest product.
        double largest = 0;
        for (const Source& source : sources_) {
            const double work = source.pathway->transmit_work(source.transposed);
            work_ += work;
            const auto tiles = source.pathway->transmit_tiles(source.transposed);
            if (!tiles || work < largest) continue;
            largest = work;
            tiles_ = *tiles;
        }
    }

    std::size_t parts() const override { return tiles_.count; }
    double work() const override { return work_; }
    void run(std::size_t part) override { run_rows({tiles_.begin(part), tiles_.begin(part + 1)}); }
    void run_whole() override {
        // Where lanes are whole packs the kernels treat every row alike, wherever its tile begins.
        if (tiles_.count == 1 || lanes_ % Pack<S>::size == 0) run_rows({0, tiles_.extent});
        else Op<S>::run_whole();
    }

   private:
    void run_rows(Rows rows) {
        if (sources_.empty()) std::fill(to_.data() + rows.first * lanes_, to_.data() + rows.end * lanes_, S(0));
        bool assign = true;
        for (const Source& source : sources_) {
            source.pathway->transmit(rows, source.from.data(), to_.data(),
                                     {source.transposed, assign, source.scale, source.events});
            assign = false;
        }
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

/// What a pathway reads once a presentation.
template <class S>
class ReadAtBeginning final : public Op<S> {
   public:
    explicit ReadAtBeginning(Pathway<S>& pathway) : pathway_(pathway), share_(pathway.reading()) {}
    std::size_t parts() const override { return share_.parts; }
    double work() const override { return share_.work; }
    void run(std::size_t part) override { pathway_.read(part); }

   private:
    Pathway<S>& pathway_;
    Share share_;
};

}  // namespace apical
