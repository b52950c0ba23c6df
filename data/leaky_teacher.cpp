#include "data/leaky_teacher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "data/data_path.hpp"
#include "data/keys.hpp"
#include "data/readers/array.hpp"
#include "data/readers/hdf5.hpp"
#include "data/stored.hpp"

namespace apical {
namespace {

constexpr double largest_series = 1e8;  // values, 800 MB

struct Keys {
    std::int64_t length() const { return samples + test_samples + validation_samples; }
    bool teaches(std::int64_t k) const {
        return k >= taught_from && (taught_until < 0 || k < taught_until || k >= samples);
    }

    std::vector<std::int64_t> dims{3, 25, 1};
    double gain = 3;
    double lag = 10;
    double period = 40;
    std::string file, start = "rest";
    std::int64_t taught_from = 0, taught_until = -1;
    std::int64_t samples = 200000;
    std::int64_t validation_samples = 0;
    std::int64_t test_samples = 5000;
};

const Table<Keys>& table() {
    static const Table<Keys> rows{
        {"dims", &Keys::dims, "1", "Sizes of the teacher's layers from input to output.", between(1, 65536)},
        {"gain", &Keys::gain, "1", "Weights are N(0, 2 gain^2 / (inputs + outputs of the layer)).", non_negative},
        {"lag", &Keys::lag, "1", "Time constant of the teacher's cells, in samples.", at_least(1)},
        {"period", &Keys::period, "1",
         "Shortest period of a cosine, in samples: frequencies are uniform from 0 to 1 / period.", positive},
        {"file", &Keys::file, "1",
         "HDF5 file that has, in place of what would be drawn, `omega` and `phi` (one an input: cos(omega k + phi), k "
         "the "
         "sample) and the teacher's weights `target/W1`, `target/W2` .. (post x pre); empty: none."},
        {"start", &Keys::start, "1",
         "The teacher's rates before the first sample: those of a potential at rest, or none (silent: the authors' "
         "code).",
         one_of("rest", "silent")},
        {"taught_from", &Keys::taught_from, "1", "Samples before this one have no target: nobody corrects the learner.",
         non_negative},
        {"taught_until", &Keys::taught_until, "1",
         "Training samples from this one on have no target; -1: all have one to the end. Those of the other parts "
         "have.",
         at_least(-1)},
        {"samples", &Keys::samples, "1", "Length of the series.", between(1, 1e8)},
        {"test_samples", &Keys::test_samples, "1", "Samples after the training series that are the test part; 0: none.",
         non_negative},
        {"validation_samples", &Keys::validation_samples, "1",
         "Samples after the test part that are the validation part, to choose parameters by; 0: none.", non_negative},
    };
    return rows;
}

/// lag dz_l/dk = -z_l + W_l e_(l-1), e = logistic(z), by explicit Euler; all layers at once, so an answer takes as many
/// steps as there are layers.
class Teacher {
   public:
    Teacher(const Keys& keys, std::vector<std::vector<double>> weights)
        : lag_(keys.lag), speaks_(keys.start == "rest"), weights_(std::move(weights)) {
        for (std::size_t l = 1; l < keys.dims.size(); ++l) z_.emplace_back(static_cast<std::size_t>(keys.dims[l]), 0.0);
    }
    double answer(std::size_t unit) const { return speaks_ ? logistic(z_.back()[unit]) : 0; }
    void step(const std::vector<double>& x) {
        std::vector<double> below = x;
        for (std::size_t l = 0; l < z_.size(); ++l) {
            std::vector<double> before(z_[l].size());
            for (std::size_t i = 0; i < before.size(); ++i) {
                before[i] = speaks_ ? logistic(z_[l][i]) : 0;
                double drive = 0;
                for (std::size_t j = 0; j < below.size(); ++j) drive += weights_[l][i * below.size() + j] * below[j];
                z_[l][i] += (drive - z_[l][i]) / lag_;
            }
            below = before;
        }
        speaks_ = true;
    }

   private:
    static double logistic(double z) { return 1 / (1 + std::exp(-z)); }
    double lag_;
    bool speaks_;
    std::vector<std::vector<double>> weights_, z_;  ///< [layer], weights row-major
};

/// What makes a series: drawn, or read.
struct Origin {
    std::vector<double> omega, phi;
    std::vector<std::vector<double>> weights;  ///< [layer], row-major
    std::vector<double> read{};                ///< all of these, if they come from a file
};

Origin drawn(const Keys& keys, const Random& random) {
    Origin origin;
    constexpr double two_pi = 2 * std::numbers::pi;
    for (std::uint32_t f = 0; f < keys.dims.front(); ++f) {
        origin.omega.push_back(two_pi / keys.period * random.uniform(Random::stream("data/leaky_teacher/omega"), f));
        origin.phi.push_back(two_pi * random.uniform(Random::stream("data/leaky_teacher/phase"), f));
    }
    for (std::size_t l = 1; l < keys.dims.size(); ++l) {
        const auto in = static_cast<std::size_t>(keys.dims[l - 1]), out = static_cast<std::size_t>(keys.dims[l]);
        const double deviation = keys.gain * std::sqrt(2 / static_cast<double>(in + out));
        auto& W = origin.weights.emplace_back(in * out);
        for (std::size_t k = 0; k < W.size(); ++k)
            W[k] = deviation *
                   random.normal(Random::stream("data/leaky_teacher/weights"), static_cast<std::uint32_t>(k), l);
    }
    return origin;
}

/// Throws InputError for data sets that are missing, of another shape or not finite.
Origin stored(const Keys& keys, const Node& task) {
    std::vector<std::string> names{"omega", "phi"};
    const auto inputs = static_cast<std::size_t>(keys.dims.front());
    std::vector<std::vector<std::size_t>> shapes{{inputs}, {inputs}};
    for (std::size_t l = 1; l < keys.dims.size(); ++l) {
        names.push_back("target/W" + std::to_string(l));
        shapes.push_back({static_cast<std::size_t>(keys.dims[l]), static_cast<std::size_t>(keys.dims[l - 1])});
    }
    const std::vector<Array> arrays = read_hdf5(find_path(keys.file, task, "file"), names);
    std::vector<std::vector<double>> values;
    for (std::size_t k = 0; k < arrays.size(); ++k) {
        if (arrays[k].shape != shapes[k])
            refuse_key(task, "file", fmt::format("{} of {}", arrays[k].name, shape_text(arrays[k].shape)),
                       shape_text(shapes[k]) + ", as task.dims say");
        auto& into = values.emplace_back();
        std::visit([&](const auto& numbers) { into.assign(numbers.begin(), numbers.end()); }, arrays[k].values);
        if (!std::all_of(into.begin(), into.end(), [](double value) { return std::isfinite(value); }))
            refuse_key(task, "file", arrays[k].name + " with a number that is not finite", "finite numbers");
    }
    Origin origin{values[0], values[1], {values.begin() + 2, values.end()}};
    for (const auto& numbers : values) origin.read.insert(origin.read.end(), numbers.begin(), numbers.end());
    return origin;
}

std::shared_ptr<const Records> series_of(const Keys& keys, const Origin& origin) {
    auto records = std::make_shared<Records>();
    records->features = static_cast<std::size_t>(keys.dims.front());
    records->outputs = static_cast<std::size_t>(keys.dims.back());
    records->computed_from = origin.read;
    std::vector<double> inputs, targets;
    std::vector<double> x(records->features);
    Teacher teacher(keys, origin.weights);
    for (std::int64_t k = 0; k < keys.length(); ++k) {
        for (std::size_t f = 0; f < x.size(); ++f)
            x[f] = std::cos(origin.omega[f] * static_cast<double>(k) + origin.phi[f]);
        inputs.insert(inputs.end(), x.begin(), x.end());
        for (std::size_t f = 0; f < records->outputs; ++f)
            targets.push_back(keys.teaches(k) ? teacher.answer(f) : std::numeric_limits<double>::quiet_NaN());
        teacher.step(x);
    }
    records->inputs = std::move(inputs);
    records->targets = std::move(targets);
    return records;
}

DataSet load(const Node& task, const Random& random) {
    const Keys keys = table().read(task, keys_of_others);
    if (keys.dims.size() < 2)
        refuse_key(task, "dims", fmt::format("{} layers", keys.dims.size()), "at least two, input and output");
    if (keys.taught_until >= 0 && keys.taught_until < keys.taught_from)
        refuse_key(task, "taught_until", std::to_string(keys.taught_until),
                   fmt::format("-1, or at least taught_from = {}", keys.taught_from));
    const double values =
        static_cast<double>(keys.length()) * static_cast<double>(keys.dims.front() + keys.dims.back());
    if (values > largest_series)
        refuse_key(task, "samples", fmt::format("{:.0f} values in all", values),
                   fmt::format("at most {:.0f}", largest_series));
    const auto series = series_of(keys, keys.file.empty() ? drawn(keys, random) : stored(keys, task));
    const auto part = [&](std::int64_t first, std::int64_t size) {
        std::vector<std::uint32_t> rows(static_cast<std::size_t>(size));
        std::iota(rows.begin(), rows.end(), static_cast<std::uint32_t>(first));
        return Part{size > 0 ? series : nullptr, std::move(rows)};
    };
    StoredParts parts{part(0, keys.samples), part(keys.samples + keys.test_samples, keys.validation_samples),
                      part(keys.samples, keys.test_samples)};
    return stored_set("leaky_teacher", "generated", std::move(parts), 0, "none");
}

}  // namespace

DataSource leaky_teacher_source() {
    return {"leaky_teacher", "Regression on what a fixed random network of leaky cells makes of cosines, step by step.",
            "after Greedy et al. 2022, arXiv 2206.11769", table().descriptors(), load};
}

}  // namespace apical
