#pragma once
#include <cstdint>
#include <vector>

#include "models/upstream.hpp"
#include "sim/core/matrix.hpp"

namespace apical::theorem {

/// The task of the theorem tests: dims 20-30-30-30-5, x ~ N(0, 1), targets from a random teacher of the same shape and
/// activation, W ~ N(0, scale^2 / fan_in), squared error. A batch is addressed by (seed, step), so two circuits given
/// the same seed see the same data.
class TeacherStudent {
   public:
    TeacherStudent(std::uint64_t seed, const Upstream& student, double scale);

    static TaskShape shape() { return {20, 5, Loss::squared_error, 10000}; }

    /// Fills x (20 x samples) and t (5 x samples).
    void batch(std::uint64_t step, Eigen::Index samples, Matrix<double>& x, Matrix<double>& t) const;
    /// The batch on which everything is measured: 512 samples that no training step sees.
    void evaluation_batch(Matrix<double>& x, Matrix<double>& t) const;

   private:
    Random random_;
    bool rectifies_;
    std::vector<Matrix<double>> layers_;
};

}  // namespace apical::theorem
