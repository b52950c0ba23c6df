#include "tests/support/theorem_run.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "models/baselines/baselines.hpp"
#include "models/self_assembly/circuit.hpp"
#include "sim/core/error.hpp"

namespace apical::theorem {

namespace {

constexpr Eigen::Index batch_size = 32;
constexpr double runaway = 1e6;  ///< a weight this large, where all start below 10, is a divergence not yet infinite

double evaluated_loss(const Training<double>& simulation, const Matrix<double>& x, const Matrix<double>& t) {
    Evaluator<double> evaluator(simulation, static_cast<std::size_t>(x.cols()));
    evaluator.evaluate(x.data(), t.data());
    return evaluator.loss();
}

void train(Training<double>& simulation, const TeacherStudent& task, int steps) {
    while (simulation.events_left() > 0) simulation.develop();
    Matrix<double> x, t;
    for (int step = 0; step < steps; ++step) {
        task.batch(static_cast<std::uint64_t>(step), batch_size, x, t);
        simulation.present(x.data(), t.data());
    }
    simulation.check_weights(runaway);
}

/// Rows that differ in V alone share one run of backpropagation.
double backpropagation_loss(const Row& row, std::uint64_t seed, const TeacherStudent& task) {
    using Key = std::tuple<std::string, double, double, double, double, int, std::uint64_t>;
    static std::map<Key, double> known;
    const Upstream& up = row.upstream;
    const Key key{up.activation, up.scale_W, up.eta_W, up.gamma_W, row.teacher, row.steps, seed};
    if (const auto found = known.find(key); found != known.end()) return found->second;
    Training<double> simulation(backpropagation_circuit(up, TeacherStudent::shape()),
                                {.lanes = batch_size, .seed = seed});
    train(simulation, task, row.steps);
    Matrix<double> x, t;
    task.evaluation_batch(x, t);
    return known[key] = evaluated_loss(simulation, x, t);
}

Upstream upstream(const char* activation, double scale) {
    Upstream up;
    up.hidden = {30, 30, 30};
    up.activation = activation;
    up.scale_W = up.scale_W_output = scale;
    up.eta_W = 5e-3;
    up.gamma_W = 0.2;  // g_W = eta gamma_W = 1e-3
    return up;
}

double extreme(const std::vector<Outcome>& outcomes, double LayerAlignment::*quantity, bool smallest) {
    double found = smallest ? INFINITY : -INFINITY;
    for (const Outcome& outcome : outcomes)
        for (const LayerAlignment& layer : outcome.layers)
            found = smallest ? std::min(found, layer.*quantity) : std::max(found, layer.*quantity);
    return found;
}

}  // namespace

Row linear_row() {
    Row row{"linear", upstream("linear", 1), {}, 10000, 1};
    row.parameters.motif = "dense";
    row.parameters.signs = "free";
    row.parameters.start = "tied";
    row.parameters.gate = "linear";
    row.parameters.scaling = false;
    row.parameters.plastic = {"W", "Wbar"};
    return row;
}

Row relu_row() {
    Row row = linear_row();
    row.name = "ReLU";
    row.upstream = upstream("relu", he);
    row.teacher = 2;
    return row;
}

Row motif_row() {
    Row row{"ReLU, excitatory motif", upstream("relu", he), {}, 15000, 2};
    row.parameters.scaling = false;
    row.parameters.plastic = {"W", "Wbar"};
    return row;
}

Row scaled_row() { return {"ReLU, scaled motif", upstream("relu", he), {}, 30000, 2}; }

Row in_time(Row row, const Clock& clock) {
    row.clock = clock;
    row.name += fmt::format(", {:g} ms a sample, error from {:g} ms", clock.presentation, clock.error_onset);
    if (row.upstream.prospective) row.name += ", prospective";
    return row;
}

Row plastic_cross(Row row, double eta_V, double g_V) {
    row.parameters.plastic = {"W", "Wbar", "V", "Vbar"};
    row.parameters.eta_V = {eta_V};
    row.parameters.gamma_V = {g_V / eta_V};
    row.name += fmt::format(", eta_V {:g}, g_V {:g}", eta_V, g_V);
    return row;
}

Outcome run(const Row& row, std::uint64_t seed, bool with_backpropagation) {
    const TeacherStudent task(seed, row.upstream, row.teacher);
    Matrix<double> x, t;
    task.evaluation_batch(x, t);
    Outcome outcome;
    outcome.loss_mean_output = (t.colwise() - t.rowwise().mean()).squaredNorm() / (2 * static_cast<double>(t.cols()));
    try {
        Setup setup{.lanes = batch_size, .seed = seed};
        if (row.clock) {
            setup.mode = Mode::continuous;
            setup.clock = *row.clock;
        }
        Training<double> simulation(self_assembly::circuit(row.upstream, row.parameters, TeacherStudent::shape()),
                                    setup);
        train(simulation, task, row.steps);
        outcome.loss = evaluated_loss(simulation, x, t);
        outcome.layers = measure_alignment(simulation, row.upstream, task);
    } catch (const NumericalError& error) {
        outcome.diverged = true;
        outcome.why = error.what();
    }
    if (with_backpropagation) outcome.loss_backpropagation = backpropagation_loss(row, seed, task);
    return outcome;
}

std::vector<Outcome> run_seeds(const Row& row, int n, bool with_backpropagation) {
    std::vector<Outcome> outcomes;
    for (int seed = 1; seed <= n; ++seed)
        outcomes.push_back(run(row, static_cast<std::uint64_t>(seed), with_backpropagation));
    return outcomes;
}

Spread spread(std::vector<double> values) {
    if (values.empty()) return {NAN, NAN, NAN};
    std::sort(values.begin(), values.end());
    const std::size_t n = values.size();
    return {(values[(n - 1) / 2] + values[n / 2]) / 2, values.front(), values.back()};
}

Spread spread(const std::vector<Outcome>& outcomes, std::size_t layer, double LayerAlignment::*quantity) {
    std::vector<double> values;
    for (const Outcome& outcome : outcomes)
        values.push_back(outcome.diverged ? INFINITY : outcome.layers.at(layer - 1).*quantity);
    return spread(values);
}

Spread relative_loss(const std::vector<Outcome>& outcomes) {
    std::vector<double> values;
    for (const Outcome& outcome : outcomes)
        values.push_back(outcome.diverged ? INFINITY : outcome.loss / outcome.loss_backpropagation);
    return spread(values);
}

double least(const std::vector<Outcome>& outcomes, double LayerAlignment::*quantity) {
    return extreme(outcomes, quantity, true);
}
double most(const std::vector<Outcome>& outcomes, double LayerAlignment::*quantity) {
    return extreme(outcomes, quantity, false);
}

void print(const Row& row, const std::vector<Outcome>& outcomes, const char* label, double LayerAlignment::*quantity) {
    std::string line = fmt::format("| {} | {}", row.name, label);
    for (std::size_t l = 1; l <= row.upstream.hidden.size(); ++l) {
        const Spread s = spread(outcomes, l, quantity);
        line += fmt::format(" {:.2g} ({:.2g} to {:.2g})", s.median, s.low, s.high);
    }
    const Spread ratio = outcomes.front().loss_backpropagation > 0 ? relative_loss(outcomes) : Spread{NAN, NAN, NAN};
    line += fmt::format(" | {:.3g} ({:.3g} to {:.3g})", ratio.median, ratio.low, ratio.high);
    line += fmt::format(" | ranks Vbar {:.3g} to {:.3g}, W {:.3g} to {:.3g}; eigenvalues of H {:.2g} to {:.2g} |",
                        least(outcomes, &LayerAlignment::rank_Vbar), most(outcomes, &LayerAlignment::rank_Vbar),
                        least(outcomes, &LayerAlignment::rank_W), most(outcomes, &LayerAlignment::rank_W),
                        least(outcomes, &LayerAlignment::smallest_eigenvalue_H),
                        most(outcomes, &LayerAlignment::largest_eigenvalue_H));
    fmt::print("{}\n", line);
    std::fflush(stdout);
}

}  // namespace apical::theorem
