#pragma once
#include <Eigen/Core>
#include <cstddef>
#include <memory>
#include <vector>

#include "sim/core/archive.hpp"
#include "sim/state/columns.hpp"

namespace apical {

/// Columns as they were some steps ago: a ring of the last values of each source and delay, which all projections with
/// the same source and delay share.
template <class S>
class Delays {
   public:
    /// The column of so many cells at a place, `steps` (at least 1) steps ago; before anything is pushed 0.
    Ref<S> delayed(std::size_t place, std::size_t cells, std::size_t steps);

    bool empty() const { return rings_.empty(); }
    /// A step is over: what the columns are now, enters.
    void push(const Columns<S>& columns);
    void rest();

    /// The contents of the delay lines, of every ring the oldest first.
    void save(ArchiveWriter& archive, const std::string& name) const;
    void load(const ArchiveReader& archive, const std::string& name);

   private:
    struct Ring {
        std::size_t place, steps;
        Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic> values;  ///< (cells, padded) x steps
        std::size_t head = 0;                                     ///< column of the oldest
        S* oldest = nullptr;
    };
    std::vector<std::unique_ptr<Ring>> rings_;
};

extern template class Delays<float>;
extern template class Delays<double>;

}  // namespace apical
