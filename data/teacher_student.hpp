#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/data_source.hpp"

namespace apical {

/// A fixed network: y = W_L f(W_{L-1} ... f(W_1 x)), without biases and with a linear output. The entries of W_l are
/// N(0, gain^2 / n_{l-1}), drawn at the addresses of the seed, or all gain / sqrt(n_{l-1}).
class TeacherNetwork {
   public:
    enum class Law { normal, constant };
    /// `dims` are the layers' sizes from input to output, at least two; `activation` is relu, tanh, logistic or linear;
    /// `gains` has one entry a matrix, or one for all.
    TeacherNetwork(std::vector<std::size_t> dims, const std::string& activation, const std::vector<double>& gains,
                   const Random& random, Law law = Law::normal);
    TeacherNetwork(std::vector<std::size_t> dims, const std::string& activation, double gain, const Random& random)
        : TeacherNetwork(std::move(dims), activation, std::vector<double>{gain}, random) {}

    std::size_t inputs() const { return dims_.front(); }
    std::size_t outputs() const { return dims_.back(); }
    /// y (outputs x lanes) of x (inputs x lanes), both row-major. The sums of a lane do not depend on the other lanes
    /// or their number, so a sample has the same bits in any batch; it computes in S, with its weights rounded to S.
    /// Thread-safe.
    template <class S>
    void evaluate(const S* x, std::size_t lanes, S* y) const;

   private:
    enum class Activation { linear, relu, tanh, logistic };
    std::vector<std::size_t> dims_;
    Activation activation_;
    std::vector<std::vector<double>> weights_;  ///< one a layer, n_l x n_{l-1}, row-major
};

extern template void TeacherNetwork::evaluate(const float*, std::size_t, float*) const;
extern template void TeacherNetwork::evaluate(const double*, std::size_t, double*) const;

/// Regression on what the teacher answers to x ~ N(0, 1), or x uniform in (0, 1).
class TeacherSamples final : public SamplesOf<TeacherSamples> {
   public:
    /// `size` = 0: endless. Training and test part are different streams.
    TeacherSamples(std::shared_ptr<const TeacherNetwork> teacher, const Random& random, std::uint32_t stream,
                   std::size_t size, bool uniform = false)
        : teacher_(std::move(teacher)), random_(random), stream_(stream), size_(size), uniform_(uniform) {}

    std::size_t size() const override { return size_; }
    std::size_t features() const override { return teacher_->inputs(); }
    std::size_t outputs() const override { return teacher_->outputs(); }
    template <class S>
    void fill(std::span<const std::uint64_t> index, S* x, S* y) const;
    int label(std::uint64_t) const override { return -1; }

   private:
    std::shared_ptr<const TeacherNetwork> teacher_;
    Random random_;
    std::uint32_t stream_;
    std::size_t size_;
    bool uniform_;
};

extern template void TeacherSamples::fill(std::span<const std::uint64_t>, float*, float*) const;
extern template void TeacherSamples::fill(std::span<const std::uint64_t>, double*, double*) const;

DataSource teacher_student_source();

}  // namespace apical
