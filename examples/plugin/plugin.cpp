// A data set and a metric of one's own that an installed program loads: apical --plugin ./libspiral.so run spiral.toml
#include <sim/app/plugin.hpp>
#include <sim/core/matrix.hpp>
#include <sim/core/table.hpp>
#include <sim/dynamics/simulation.hpp>

#include <cmath>

namespace {

using namespace apical;

struct Keys {
    std::int64_t samples = 300;
    double turns = 1;
};

const Table<Keys>& keys() {
    static const Table<Keys> table{{"samples", &Keys::samples, "1", "Training samples.", at_least(1)},
                                   {"turns", &Keys::turns, "1", "How often the arms go round.", positive}};
    return table;
}

/// Sample k lies on arm k mod 2 of two spirals, its class.
class Spiral final : public SamplesOf<Spiral> {
   public:
    explicit Spiral(const Keys& keys) : keys_(keys) {}
    std::size_t size() const override { return static_cast<std::size_t>(keys_.samples); }
    std::size_t features() const override { return 2; }
    std::size_t outputs() const override { return 2; }
    template <class S>
    void fill(std::span<const std::uint64_t> index, S* x, S* y) const {
        constexpr double circle = 6.283185307179586;
        for (std::size_t lane = 0, lanes = index.size(); lane < lanes; ++lane) {
            const double radius = static_cast<double>(index[lane] + 1) / static_cast<double>(keys_.samples);
            const int arm = label(index[lane]);
            const double angle = circle * (keys_.turns * radius + 0.5 * arm);
            x[lane] = static_cast<S>(radius * std::cos(angle));
            x[lanes + lane] = static_cast<S>(radius * std::sin(angle));
            y[lane] = arm == 0 ? S{1} : S{0};
            y[lanes + lane] = 1 - y[lane];
        }
    }
    int label(std::uint64_t index) const override { return static_cast<int>(index % 2); }

   private:
    Keys keys_;
};

DataSource spiral() {
    return {.name = "spiral",
            .text = "Two spirals, a class each.",
            .reference = "Lang and Witbrock 1988",
            .parameters = keys().descriptors(),
            .load = [](const Node& task, const Random&) {
                const Keys own = keys().read(task, {"dataset", "loss", "answer"});
                DataSet set;
                set.name = "spiral";
                set.train = std::make_shared<const Spiral>(own);
                set.test = set.train;
                return set;
            }};
}

void extend(Catalogue& catalogue) {
    catalogue.data.push_back(spiral());
    catalogue.metrics.push_back(
        number_metric({"largest_W1", "Largest entry of W1.", "max |W1|", "an example"}, MetricGroup::metrics,
                      [](const auto& context) { return context.simulation.weights("W1").cwiseAbs().maxCoeff(); }));
}

}  // namespace

APICAL_PLUGIN("spiral", "1.2", extend)
