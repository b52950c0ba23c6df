#include "data/signals.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "data/data_path.hpp"
#include "data/generated.hpp"
#include "data/teacher_student.hpp"

namespace apical {
namespace {

constexpr double two_pi = 2 * std::numbers::pi;

struct Keys : GeneratedKeys {  // the training part is endless
    std::vector<std::int64_t> dims;
    std::string activation = "tanh";
    std::string kind = "sines";
    std::int64_t terms = 0;
    double period = 20;
    std::int64_t streams = 1;
};

const Table<Keys>& table() {
    static const Table<Keys> rows{
        {"dims", &Keys::dims, "1", "Sizes of the teacher's layers from input to output.", between(1, 65536), true},
        {"activation", &Keys::activation, "1", "Activation of the teacher's hidden layers; its output is linear.",
         one_of("relu", "tanh", "linear")},
        {"kind", &Keys::kind, "1",
         "Law of the signals. sines: periods from half to twice `period`, evenly in the logarithm; ornstein_uhlenbeck: "
         "autocovariance "
         "exp(-|s| / period), as a sum of sines whose frequencies have that spectrum. Both have mean square 1.",
         one_of("sines", "ornstein_uhlenbeck")},
        {"terms", &Keys::terms, "1", "Sines in a sum; 0: 3 for sines, 64 for ornstein_uhlenbeck.", between(0, 4096)},
        {"period", &Keys::period, "1", "Time scale of the signals, in samples, that is in presentations: see kind.",
         positive},
        {"streams", &Keys::streams, "1", "Signals side by side: as many as run.lanes.", between(1, 65536)},
        generated_validation_row<Keys>(),
        generated_test_row<Keys>(),
    };
    return rows;
}

class Signals final : public SamplesOf<Signals> {
   public:
    Signals(Keys keys, std::shared_ptr<const TeacherNetwork> teacher, const Random& random, std::uint32_t stream,
            std::size_t size)
        : keys_(std::move(keys)), teacher_(std::move(teacher)), random_(random), stream_(stream), size_(size) {}

    std::size_t size() const override { return size_; }
    std::size_t features() const override { return teacher_->inputs(); }
    std::size_t outputs() const override { return teacher_->outputs(); }
    int label(std::uint64_t) const override { return -1; }
    template <class S>
    void fill(std::span<const std::uint64_t> index, S* x, S* y) const {
        for (std::size_t f = 0; f < features(); ++f)
            for (std::size_t k = 0; k < index.size(); ++k)
                x[f * index.size() + k] = static_cast<S>(value(static_cast<std::uint32_t>(f), index[k]));
        teacher_->evaluate(x, index.size(), y);
    }

   private:
    /// Of one feature: sqrt(2 / K) sum of K sines, each with a frequency and a phase drawn for this stream.
    double value(std::uint32_t feature, std::uint64_t sample) const {
        const auto streams = static_cast<std::uint64_t>(keys_.streams), terms = static_cast<std::uint64_t>(keys_.terms);
        const std::uint64_t of = sample % streams, moment = sample / streams;
        const auto time = static_cast<double>(moment);
        double sum = 0;
        for (std::uint64_t k = 0; k < terms; ++k) {
            const std::uint64_t draw = 2 * (of * terms + k);
            const double u = random_.uniform(stream_, feature, draw);
            // The spectrum of exp(-|s| / period) is Cauchy's.
            const double angular = keys_.kind == "sines" ? two_pi / (keys_.period * std::exp2(2 * u - 1))
                                                         : std::tan(std::numbers::pi * (u - 0.5)) / keys_.period;
            sum += std::sin(angular * time + two_pi * random_.uniform(stream_, feature, draw + 1));
        }
        return std::sqrt(2 / static_cast<double>(terms)) * sum;
    }

    Keys keys_;
    std::shared_ptr<const TeacherNetwork> teacher_;
    Random random_;
    std::uint32_t stream_;
    std::size_t size_;
};

DataSet load(const Node& task, const Random& random) {
    Keys keys = table().read(task, keys_of_others);
    if (keys.dims.size() < 2)
        refuse_key(task, "dims", fmt::format("{} layers", keys.dims.size()), "at least two, input and output");
    if (keys.terms == 0) keys.terms = keys.kind == "sines" ? 3 : 64;
    const auto teacher =
        std::make_shared<const TeacherNetwork>(std::vector<std::size_t>(keys.dims.begin(), keys.dims.end()),
                                               keys.activation, keys.activation == "linear" ? 1.0 : 1.4, random);
    return generated_set("signals", false, keys, [&](std::uint32_t stream, std::size_t size) {
        return std::make_shared<const Signals>(keys, teacher, random, stream, size);
    });
}

}  // namespace

DataSource signals_source() {
    return {"signals", "Regression on the answers of a fixed random network to continuous signals.", "",
            table().descriptors(), load};
}

}  // namespace apical
