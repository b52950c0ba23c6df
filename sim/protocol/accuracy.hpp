#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "sim/core/samples.hpp"
#include "sim/protocol/evaluator.hpp"

namespace apical {

/// Evaluators of one simulation, one for each number of lanes asked for.
template <class S>
class Evaluators {
   public:
    explicit Evaluators(const Simulation<S>& simulation) : simulation_(simulation) {}
    Evaluator<S>& with(std::size_t lanes) {
        auto& evaluator = by_lanes_[lanes];
        if (evaluator == nullptr) evaluator = std::make_unique<Evaluator<S>>(simulation_, lanes);
        return *evaluator;
    }

   private:
    const Simulation<S>& simulation_;
    std::map<std::size_t, std::unique_ptr<Evaluator<S>>> by_lanes_;
};

struct Score {
    double loss = 0;      ///< mean over the samples
    double accuracy = 0;  ///< fraction answered with the right class; 0 for regressions
};

/// How well a circuit does on these samples, in pieces that bound the memory. Where `confusion` is not empty, every
/// sample adds 1 to its place (label, answer) of outputs x outputs, row-major.
template <class S>
Score evaluate(Evaluators<S>& evaluators, const Samples& samples, std::span<const std::uint64_t> index,
               std::span<double> confusion = {});

/// `count` training samples at most: a fixed part of a finite set, drawn at the address of the seed; of an endless one,
/// samples that no run comes to.
std::vector<std::uint64_t> fixed_part(const Samples& samples, std::uint64_t count, const Random& random);
/// All samples of a finite set.
std::vector<std::uint64_t> whole(const Samples& samples);

extern template Score evaluate(Evaluators<float>&, const Samples&, std::span<const std::uint64_t>, std::span<double>);
extern template Score evaluate(Evaluators<double>&, const Samples&, std::span<const std::uint64_t>, std::span<double>);

}  // namespace apical
