#pragma once
#include <stdexcept>

#include "sim/synapses/pathway.hpp"

namespace apical {

/// Each cell to the one of the same number, with the strength of the projection: no synapses, nothing to learn.
template <class S>
class Identity final : public Pathway<S> {
   public:
    Identity(std::size_t units, std::size_t lanes) : units_(units), lanes_(lanes) {
        this->set_reason("one to one; fixed at the scale of the projection");
    }
    void transmit(Rows rows, const S* from, S* into, const Write<S>& how) override {
        scaled_copy(from, into, rows, lanes_, how);
    }
    double transmit_work(bool) const override {
        constexpr double products_a_cell = 20;
        return products_a_cell * static_cast<double>(lanes_ * units_);
    }
    void learn(std::size_t, std::span<const OuterProduct<S>>, const Update&) override {
        throw std::logic_error("an identity has nothing to learn");
    }

    /// The rows of into (+)= scale from.
    static void scaled_copy(const S* from, S* into, Rows rows, std::size_t lanes, const Write<S>& how) {
        using Vector = Eigen::Matrix<S, Eigen::Dynamic, 1>;
        Eigen::Map<Vector> to(into + rows.first * lanes, static_cast<Eigen::Index>((rows.end - rows.first) * lanes));
        const Eigen::Map<const Vector> values(from + rows.first * lanes, to.size());
        if (how.assign) to = how.scale * values;
        else to += how.scale * values;
    }

   private:
    std::size_t units_, lanes_;
};

}  // namespace apical
