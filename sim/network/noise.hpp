#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/archive.hpp"
#include "sim/core/random.hpp"
#include "sim/network/network.hpp"

namespace apical {

/// The noise currents of a network in continuous time. Drawn at the addresses of (seed, `stream`/population/column,
/// cell, step), so they do not depend on lanes or threads.
template <class S>
class Noise {
   public:
    /// Steps of `step` ms. Keeps a reference to the network. Throws std::out_of_range for a column it does not have.
    Noise(const Circuit& circuit, Network<S>& network, double step, std::uint64_t seed, const std::string& stream);
    ~Noise();
    Noise(const Noise&) = delete;
    Noise& operator=(const Noise&) = delete;

    bool empty() const { return currents_.empty(); }
    /// The values of a step into their columns. A step that is asked for again has the same.
    void draw(std::uint64_t step, ThreadPool& pool);
    /// As at the beginning: all currents 0, and `step` is drawn next.
    void rest(std::uint64_t step);

    void save(ArchiveWriter& archive, const std::string& prefix) const;
    void load(const ArchiveReader& archive, const std::string& prefix, std::uint64_t step);

   private:
    class Current;

    Network<S>& network_;
    double step_;
    Random random_;
    std::vector<std::unique_ptr<Current>> currents_;
    TaskGraph<S> drawing_;
    std::uint64_t now_ = 0;    ///< the step that is drawn
    std::uint64_t drawn_ = 0;  ///< steps that have been
};

extern template class Noise<float>;
extern template class Noise<double>;

}  // namespace apical
