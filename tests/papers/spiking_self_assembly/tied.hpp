#pragma once
#include <vector>

#include "tests/papers/spiking_self_assembly/fixture.hpp"

namespace apical::self_assembly::spiking::test {

/// The update of W that the error spikes of a network ask for, and the one that the same spikes and gates would get by
/// errors that no spike carries, through V W^T Vbar: both summed over presentations in which nothing learns.
class Tied {
   public:
    /// `net` of frozen weights (plastic = {}); they are those of `training` from now on.
    Tied(const Net& net, Training<double>& training);
    /// To be called in every step, as an observer.
    void observe();
    double cosine(std::size_t l) const { return test::cosine(sent_[l], tied_[l]); }
    /// |sent - tied| / |tied|
    double distance(std::size_t l) const { return (sent_[l] - tied_[l]).norm() / tied_[l].norm(); }

   private:
    VectorD column(const std::string& population, const char* name) const;

    const Net& net_;
    Training<double>& training_;
    std::vector<MatrixD> W_, V_, Vbar_, sent_, tied_;
    std::vector<VectorD> B_;
};

/// Cosines or distances of layer l after `samples` presentations from sample `first` on.
Tied tied_over(const Net& net, Training<double>& training, std::uint64_t first, std::uint64_t samples);

}  // namespace apical::self_assembly::spiking::test
