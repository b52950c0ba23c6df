#include "tests/support/teacher_student.hpp"

#include <cmath>
#include <string>

namespace apical::theorem {

TeacherStudent::TeacherStudent(std::uint64_t seed, const Upstream& student, double scale)
    : random_(seed), rectifies_(student.activation == "relu") {
    std::vector<Eigen::Index> sizes{static_cast<Eigen::Index>(shape().inputs)};
    for (std::int64_t n : student.hidden) sizes.push_back(n);
    sizes.push_back(static_cast<Eigen::Index>(shape().outputs));
    for (std::size_t l = 1; l < sizes.size(); ++l) {
        const double spread = scale / std::sqrt(static_cast<double>(sizes[l - 1]));
        const std::uint32_t stream = Random::stream("teacher/W" + std::to_string(l));
        Matrix<double> W(sizes[l], sizes[l - 1]);
        for (Eigen::Index k = 0; k < W.size(); ++k)
            W.data()[k] = spread * random_.normal(stream, static_cast<std::uint32_t>(k));
        layers_.push_back(std::move(W));
    }
}

void TeacherStudent::batch(std::uint64_t step, Eigen::Index samples, Matrix<double>& x, Matrix<double>& t) const {
    static constexpr std::uint32_t stream = Random::stream("teacher/x");
    x.resize(static_cast<Eigen::Index>(shape().inputs), samples);  // an even number of entries: normals come in pairs
    for (Eigen::Index k = 0; k < x.size(); k += 2) {
        const auto pair = random_.normals(stream, static_cast<std::uint32_t>(k), step);
        x.data()[k] = pair[0];
        x.data()[k + 1] = pair[1];
    }
    t = x;
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        t = (layers_[l] * t).eval();
        if (rectifies_ && l + 1 < layers_.size()) t = t.cwiseMax(0.0).eval();
    }
}

void TeacherStudent::evaluation_batch(Matrix<double>& x, Matrix<double>& t) const {
    batch(std::uint64_t{1} << 40, 512, x, t);
}

}  // namespace apical::theorem
