#include "tests/papers/spiking_self_assembly/measured.hpp"

#include "analysis/spiking_assembly.hpp"
#include "sim/protocol/evaluator.hpp"

namespace apical::self_assembly::spiking::test {

std::map<std::string, std::vector<double>> measured(const Net& net, const Training<double>& training) {
    const auto rows = [&](const auto& of, std::size_t units) {
        Matrix<double> all(static_cast<Eigen::Index>(units), static_cast<Eigen::Index>(measured_samples));
        for (std::size_t k = 0; k < measured_samples; ++k) {
            const std::vector<double> one = of(net, k);
            for (std::size_t i = 0; i < units; ++i)
                all(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k)) = one[i];
        }
        return all;
    };
    const Matrix<double> inputs = rows(inputs_of, net.inputs), targets = rows(targets_of, net.outputs);
    Evaluator<double> evaluator(training, measured_samples);
    const auto instrument = spiking_assembly_metrics().make(training.circuit());
    std::vector<double> row;
    instrument->measure(MetricContext<double>{training, evaluator, inputs.data(), targets.data()}, row);
    std::map<std::string, std::vector<double>> found;
    auto next = row.begin();
    for (const Variable& variable : instrument->variables()) {
        const auto layers =
            static_cast<std::ptrdiff_t>(variable.axes.front() == "layer" ? net.depth() : net.depth() - 1);
        found[variable.name].assign(next, next + layers);
        next += layers;
    }
    if (next != row.end()) throw std::logic_error("an instrument does not measure what it says");
    return found;
}

}  // namespace apical::self_assembly::spiking::test
