#include "data/teacher_student.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "data/data_path.hpp"
#include "data/generated.hpp"

namespace apical {
namespace {

constexpr std::uint32_t weight_stream = Random::stream("data/teacher_student/weights");
constexpr std::int64_t largest_layer = 65536;
constexpr std::int64_t largest_teacher = 100'000'000;  // weights: 800 MB

struct Keys : GeneratedKeys {
    std::vector<std::int64_t> dims;
    std::string activation = "relu";
    std::vector<double> gain{0};
    std::string weights = "normal";
    std::string inputs = "normal";
};

const Table<Keys>& table() {
    static const Table<Keys> rows{
        {"dims", &Keys::dims, "1", "Sizes of the teacher's layers from input to output.",
         between(1, static_cast<double>(largest_layer)), true},
        {"activation", &Keys::activation, "1", "Activation of the teacher's hidden layers; its output is linear.",
         one_of("relu", "tanh", "logistic", "linear")},
        {"gain", &Keys::gain, "1",
         "Weights have deviation gain / sqrt(inputs of the layer); 0: 1 for a linear teacher, 1.4 for the others, "
         "which "
         "keeps the layers' activity near 1. One a layer, or one for all.",
         non_negative},
        {"weights", &Keys::weights, "1", "The teacher's weights are drawn (normal), or all gain / sqrt(inputs).",
         one_of("normal", "constant")},
        {"inputs", &Keys::inputs, "1", "Inputs are N(0, 1), or uniform between 0 and 1.", one_of("normal", "uniform")},
        generated_samples_row<Keys>(),
        generated_validation_row<Keys>(),
        generated_test_row<Keys>()};
    return rows;
}

DataSet load(const Node& task, const Random& random) {
    const Keys keys = table().read(task, keys_of_others);
    if (keys.dims.size() < 2)
        refuse_key(task, "dims", fmt::format("{} layers", keys.dims.size()), "at least two, input and output");
    std::int64_t weights = 0;
    for (std::size_t l = 1; l < keys.dims.size(); ++l) weights += keys.dims[l] * keys.dims[l - 1];
    if (weights > largest_teacher)
        refuse_key(task, "dims", fmt::format("a teacher of {} weights", weights),
                   fmt::format("at most {}", largest_teacher));
    if (keys.gain.size() != 1 && keys.gain.size() != keys.dims.size() - 1)
        refuse_key(task, "gain", fmt::format("{} values", keys.gain.size()),
                   fmt::format("one value, or {} (one a layer of weights)", keys.dims.size() - 1));
    std::vector<double> gains = keys.gain;
    for (double& gain : gains)
        if (gain == 0) gain = keys.activation == "linear" ? 1.0 : 1.4;
    const auto teacher = std::make_shared<const TeacherNetwork>(
        std::vector<std::size_t>(keys.dims.begin(), keys.dims.end()), keys.activation, gains, random,
        keys.weights == "normal" ? TeacherNetwork::Law::normal : TeacherNetwork::Law::constant);
    return generated_set("teacher_student", false, keys, [&](std::uint32_t stream, std::size_t size) {
        return std::make_shared<const TeacherSamples>(teacher, random, stream, size, keys.inputs == "uniform");
    });
}

}  // namespace

TeacherNetwork::TeacherNetwork(std::vector<std::size_t> dims, const std::string& activation,
                               const std::vector<double>& gains, const Random& random, Law law)
    : dims_(std::move(dims)),
      activation_(activation == "relu"       ? Activation::relu
                  : activation == "tanh"     ? Activation::tanh
                  : activation == "logistic" ? Activation::logistic
                                             : Activation::linear) {
    assert(dims_.size() >= 2 && (activation_ != Activation::linear || activation == "linear"));
    for (std::size_t l = 1; l < dims_.size(); ++l) {
        const double gain = gains.size() == 1 ? gains[0] : gains.at(l - 1);
        const double deviation = gain / std::sqrt(static_cast<double>(dims_[l - 1]));
        std::vector<double>& w = weights_.emplace_back(dims_[l] * dims_[l - 1]);
        for (std::size_t i = 0; i < w.size(); ++i)
            w[i] = law == Law::constant ? deviation
                                        : deviation * random.normal(weight_stream, static_cast<std::uint32_t>(i), l);
    }
}

template <class S>
void TeacherNetwork::evaluate(const S* x, std::size_t lanes, S* y) const {
    // Scratch of the hidden layers, kept by each thread: a gather in the steady state allocates nothing.
    thread_local std::vector<S> layer, next;
    const S* below = x;
    for (std::size_t l = 0; l < weights_.size(); ++l) {
        const bool last = l + 1 == weights_.size();
        if (!last) next.resize(dims_[l + 1] * lanes);
        S* above = last ? y : next.data();
        const double* w = weights_[l].data();
        for (std::size_t post = 0; post < dims_[l + 1]; ++post) {
            S* sum = above + post * lanes;
            std::fill_n(sum, lanes, S{0});
            for (std::size_t pre = 0; pre < dims_[l]; ++pre, ++w) {
                const S weight = static_cast<S>(*w);
                for (std::size_t k = 0; k < lanes; ++k) sum[k] += weight * below[pre * lanes + k];
            }
            if (last || activation_ == Activation::linear) continue;
            if (activation_ == Activation::relu)
                for (std::size_t k = 0; k < lanes; ++k) sum[k] = std::max(sum[k], S{0});
            else if (activation_ == Activation::logistic)
                for (std::size_t k = 0; k < lanes; ++k) sum[k] = 1 / (1 + std::exp(-sum[k]));
            else
                for (std::size_t k = 0; k < lanes; ++k) sum[k] = std::tanh(sum[k]);
        }
        layer.swap(next);
        below = layer.data();
    }
}

template void TeacherNetwork::evaluate(const float*, std::size_t, float*) const;
template void TeacherNetwork::evaluate(const double*, std::size_t, double*) const;

template <class S>
void TeacherSamples::fill(std::span<const std::uint64_t> index, S* x, S* y) const {
    const std::size_t lanes = index.size();
    for (std::size_t f = 0; uniform_ && f < features(); ++f)
        for (std::size_t k = 0; k < lanes; ++k)
            x[f * lanes + k] = static_cast<S>(random_.uniform(stream_, static_cast<std::uint32_t>(f), index[k]));
    for (std::size_t f = 0; !uniform_ && f < features(); f += 2)
        for (std::size_t k = 0; k < lanes; ++k) {
            const auto pair = random_.normals(stream_, static_cast<std::uint32_t>(f / 2), index[k]);
            x[f * lanes + k] = static_cast<S>(pair[0]);
            if (f + 1 < features()) x[(f + 1) * lanes + k] = static_cast<S>(pair[1]);
        }
    teacher_->evaluate(x, lanes, y);
}

template void TeacherSamples::fill(std::span<const std::uint64_t>, float*, float*) const;
template void TeacherSamples::fill(std::span<const std::uint64_t>, double*, double*) const;

DataSource teacher_student_source() {
    return {"teacher_student", "Regression on the answers of a fixed network to random inputs.", "",
            table().descriptors(), load};
}

}  // namespace apical
