// Spectra that can be recorded, by name: one line each.
#include "analysis/registry.hpp"

namespace apical {

namespace {

using Over = Metric::Over;

constexpr Available weights{.W = true}, feedback{.Wbar = true}, cross{.cross = true};
const char* const spec = "Liao et al. 2024, arXiv 2412.20018, Theorem 1";
const char* const ours = "this project";

// A run records them of every layer, `analyse` measures them in any file.
Component eigenvalues_of_squared_w() {
    return {"eigenvalues_WWT", "Eigenvalues of W W^T, largest first.", "eig(W W^T)", ours};
}
Component eigenvalues_of_h() { return {"eigenvalues_H", "Eigenvalues of H, largest first.", "eig(Vbar Vbar^T)", spec}; }

}  // namespace

const std::vector<SpectrumMetric>& layer_spectra() {
    using O = const Observation&;
    using L = std::size_t;
    using enum SpectrumMetric::Axis;
    static const std::vector<SpectrumMetric> all{
        {{"singular_values_W", "Singular values of W, largest first.", "W = U diag(s) X^T", ours},
         singular_value,
         Over::layer,
         weights,
         [](O o, L l) { return o.in_W[l]; }},
        {{"singular_values_Wbar", "Singular values of Wbar, largest first.", "as singular_values_W", ours},
         singular_value,
         Over::feedback_layer,
         feedback,
         [](O o, L l) { return o.in_Wbar[l]; }},
        {{"singular_values_V", "Singular values of V, largest first.", "as singular_values_W", ours},
         singular_value,
         Over::hidden_layer,
         cross,
         [](O o, L l) { return o.in_V[l]; }},
        {{"singular_values_Vbar", "Singular values of Vbar, largest first.", "as singular_values_W", ours},
         singular_value,
         Over::hidden_layer,
         cross,
         [](O o, L l) { return o.in_Vbar[l]; }},
        {eigenvalues_of_squared_w(), eigenvalue, Over::layer, weights,
         [](O o, L l) { return with_zeros(o.in_W[l].cwiseAbs2(), o.W[l].rows()); }},
        {eigenvalues_of_h(), eigenvalue, Over::hidden_layer, cross, [](O o, L l) { return o.in_h(l); }},
    };
    return all;
}

const std::vector<Component>& spectrum_metrics() {
    static const std::vector<Component> all{
        {"singular_values", "Singular values of every weight matrix, by `analyse`.", "W = U diag(s) X^T", ours},
        eigenvalues_of_squared_w(),
        eigenvalues_of_h(),
        {"participation_ratio", "How many eigenvalues of A A^T carry its trace, for every matrix A, by `analyse`.",
         "(sum s^2)^2 / sum s^4", ours},
        {"stable_rank", "Rank that does not count small singular values, for every matrix, by `analyse`.",
         "sum s^2 / max s^2", "Rudelson and Vershynin 2007"},
    };
    return all;
}

const char* name_of(SpectrumMetric::Axis axis) {
    return axis == SpectrumMetric::Axis::singular_value ? "singular_value" : "eigenvalue";
}

Variable variable_of(const SpectrumMetric& metric) {
    const std::string text = metric.about.text + " " + metric.about.equation;
    return {metric.about.name, "1", text, {layer_axis(metric.over, 1).name, name_of(metric.axis)}};
}

}  // namespace apical
