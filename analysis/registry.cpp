// What can be measured, by name: one line each.
#include "analysis/registry.hpp"

#include <iterator>

#include "analysis/error_spikes.hpp"
#include "analysis/metrics/activity.hpp"
#include "analysis/metrics/agreement.hpp"
#include "analysis/metrics/assembly.hpp"
#include "analysis/metrics/representation.hpp"
#include "analysis/spiking_assembly.hpp"
#include "sim/experiment/spike_statistics.hpp"
#include "sim/network/real_parts.hpp"

namespace apical {

namespace {

using Over = Metric::Over;

constexpr Available weights{.W = true}, feedback{.Wbar = true}, cross{.cross = true},
    updates{.W = true, .updates = true}, cross_updates{.W = true, .cross = true, .updates = true},
    reweighted_updates{.W = true, .cross = true, .updates = true, .reweighted = true},
    motif{.W = true, .Wbar = true, .cross = true}, rates{.rates = true}, downstream_rates{.downstream = true},
    loop{.rates = true, .downstream = true}, motif_updates{.W = true, .Wbar = true, .cross = true, .updates = true},
    class_rates{.rates = true, .classes = true}, to_upstream{.W = true, .feedback = true},
    carried{.W = true, .updates = true, .feedback = true}, cancelled{.feedback = true, .cancelling = true},
    cross_loops{.cross = true, .loops = true}, through_slopes{.W = true, .feedback = true, .slopes = true},
    through_attenuated{.W = true, .feedback = true, .slopes = true, .attenuated = true};

const char* const spec = "Liao et al. 2024, arXiv 2412.20018, Theorem 1";
const char* const ours = "this project";
const char* const max_2024 = "Max et al. 2024, arXiv 2212.10249";
const char* const roy = "Roy and Vetterli 2007";
const char* const kornblith = "Kornblith et al. 2019";

}  // namespace

const std::vector<Metric>& layer_metrics() {
    using O = const Observation&;
    using L = std::size_t;
    static const std::vector<Metric> all{
        {{"cosine_sgd", "Cosine between the update of W and the negative gradient; NaN if W is not plastic.",
          "cos(dW, dW_sgd)", spec},
         MetricGroup::metrics,
         Over::hidden_layer,
         updates,
         [](O o, L l) { return cosine(o.dW[l], o.dW_sgd[l]); }},
        {{"cosine_fa",
          "Cosine between the update of W and that of feedback alignment through the same feedback weights; NaN if W "
          "is not plastic.",
          "cos(dW, dW_fa), dW_fa = dW_sgd with B^l in place of W^lT", "Greedy et al. 2022, arXiv 2206.11769"},
         MetricGroup::metrics,
         Over::hidden_layer,
         carried,
         [](O o, L l) { return cosine(o.dW[l], o.dW_fa[l]); }},
        {{"gain_sgd",
          "How much longer the update of W is than the negative gradient, the output's too; NaN if W is not plastic, "
          "or without gradient.",
          "|dW| / |dW_sgd|", ours},
         MetricGroup::metrics,
         Over::layer,
         updates,
         [](O o, L l) { return relative_length(o.dW[l], o.dW_sgd[l]); }},
        {{"cosine_h_sgd", "Cosine between the update of W and H times the negative gradient.",
          "cos(dW, H dW_sgd), H = Vbar Vbar^T", spec},
         MetricGroup::metrics,
         Over::hidden_layer,
         cross_updates,
         [](O o, L l) { return cosine(o.dW[l], o.h_sgd[l]); }},
        {{"relative_error_h_sgd",
          "Distance of the update of W from H times the negative gradient; NaN where there is no update.",
          "|dW - H dW_sgd| / |dW|", spec},
         MetricGroup::metrics,
         Over::hidden_layer,
         cross_updates,
         [](O o, L l) { return relative_error(o.dW[l], o.h_sgd[l]); }},
        {{"relative_error_reweighted",
          "Distance of the update of W from the re-weighted gradient of the topographic motif; NaN unless Vbar V > 0, "
          "and where there is no update.",
          "|dW^l - C^l dtilde^l (h^(l-1))^T| / |dW^l|, dtilde^(l-1) = phi' o W^lT (A^l / C^l) dtilde^l, A = V^T V, C = "
          "Vbar V",
          ours},
         MetricGroup::metrics,
         Over::hidden_layer,
         reweighted_updates,
         [](O o, L l) { return relative_error(o.dW[l], o.dW_reweighted[l]); }},
        {{"motif_residual", "How far the feedback is from what would carry the gradient.",
          "|R| / (|Vbar^l Wbar^lT| + |W^l V^(l-1)T|), R = Vbar^l Wbar^lT - W^l V^(l-1)T, Vbar^L = I", spec},
         MetricGroup::metrics,
         Over::feedback_layer,
         motif,
         [](O o, L l) { return motif_residual(o.through_vbar(l, o.Wbar[l].transpose()), o.W[l], o.V[l - 1]); }},
        {{"cosine_feedback", "Cosine between feedback weights and the transpose of W.", "cos(B^l, W^lT)",
          "Lillicrap et al. 2016"},
         MetricGroup::metrics,
         Over::feedback_layer,
         to_upstream,
         [](O o, L l) { return cosine(o.B[l], o.W[l].transpose()); }},
        {{"cosine_feedback_slopes",
          "The same with the transpose of W between the slopes of both layers, meaned over the evaluation batch: where "
          "feedback points that learns from noise.",
          "cos(B^l, <phi'^(l-1) W^lT phi'^l>)", max_2024},
         MetricGroup::metrics,
         Over::feedback_layer,
         through_slopes,
         [](O o, L l) { return cosine(o.B[l], o.slope_B[l]); }},
        {{"cosine_feedback_attenuated",
          "The same with all slopes at the drive from below, of which every layer, the output too, keeps what a hidden "
          "cell keeps: as the authors measure it.",
          "cos(B^l, <phi'(k v^(l-1)) W^lT phi'(k v^l)>), v^l = W^l h^(l-1), k of hidden cells", max_2024},
         MetricGroup::metrics,
         Over::feedback_layer,
         through_attenuated,
         [](O o, L l) { return cosine(o.B[l], o.attenuated_B[l]); }},
        {{"tangent_cancelling",
          "Tangent of the angle between feedback weights and minus those that cancel them where nobody corrects the "
          "output.",
          "tan(B^l, -Q^l)", "Greedy et al. 2022, arXiv 2206.11769"},
         MetricGroup::metrics,
         Over::feedback_layer,
         cancelled,
         [](O o, L l) { return tangent(o.B[l], -o.Q[l]); }},
        {{"cross_asymmetry", "How far V is from the transpose of Vbar.", "|S| / (|V| + |Vbar|), S = V - Vbar^T", spec},
         MetricGroup::metrics,
         Over::hidden_layer,
         cross,
         [](O o, L l) { return cross_asymmetry(o.V[l], o.Vbar[l]); }},
        {{"norm_W", "Frobenius norm of W.", "|W|", ours},
         MetricGroup::metrics,
         Over::layer,
         weights,
         [](O o, L l) { return frobenius_norm(o.W[l]); }},
        {{"norm_Wbar", "Frobenius norm of Wbar.", "|Wbar|", ours},
         MetricGroup::metrics,
         Over::feedback_layer,
         feedback,
         [](O o, L l) { return frobenius_norm(o.Wbar[l]); }},
        {{"norm_V", "Frobenius norm of V.", "|V|", ours},
         MetricGroup::metrics,
         Over::hidden_layer,
         cross,
         [](O o, L l) { return frobenius_norm(o.V[l]); }},
        {{"norm_Vbar", "Frobenius norm of Vbar.", "|Vbar|", ours},
         MetricGroup::metrics,
         Over::hidden_layer,
         cross,
         [](O o, L l) { return frobenius_norm(o.Vbar[l]); }},
        {{"spectral_norm_W", "Largest singular value of W.", "max s, singular values s", ours},
         MetricGroup::spectra,
         Over::layer,
         weights,
         [](O o, L l) { return o.in_W[l][0]; }},
        {{"spectral_norm_Wbar", "Largest singular value of Wbar.", "max s, singular values s", ours},
         MetricGroup::spectra,
         Over::feedback_layer,
         feedback,
         [](O o, L l) { return o.in_Wbar[l][0]; }},
        {{"spectral_norm_V", "Largest singular value of V.", "max s, singular values s", ours},
         MetricGroup::spectra,
         Over::hidden_layer,
         cross,
         [](O o, L l) { return o.in_V[l][0]; }},
        {{"spectral_norm_Vbar", "Largest singular value of Vbar.", "max s, singular values s", ours},
         MetricGroup::spectra,
         Over::hidden_layer,
         cross,
         [](O o, L l) { return o.in_Vbar[l][0]; }},
        {{"effective_rank_W", "Effective rank of W.", "exp(-sum p ln p), p = s / sum s, singular values s", roy},
         MetricGroup::spectra,
         Over::layer,
         weights,
         [](O o, L l) { return effective_rank(o.in_W[l]); }},
        {{"effective_rank_Wbar", "Effective rank of Wbar.", "as effective_rank_W", roy},
         MetricGroup::spectra,
         Over::feedback_layer,
         feedback,
         [](O o, L l) { return effective_rank(o.in_Wbar[l]); }},
        {{"effective_rank_V", "Effective rank of V.", "as effective_rank_W", roy},
         MetricGroup::spectra,
         Over::hidden_layer,
         cross,
         [](O o, L l) { return effective_rank(o.in_V[l]); }},
        {{"effective_rank_Vbar", "Effective rank of Vbar.", "as effective_rank_W", roy},
         MetricGroup::spectra,
         Over::hidden_layer,
         cross,
         [](O o, L l) { return effective_rank(o.in_Vbar[l]); }},
        {{"effective_rank_H", "Effective rank of H.", "as effective_rank_W, with the eigenvalues of H = Vbar Vbar^T",
          roy},
         MetricGroup::spectra,
         Over::hidden_layer,
         cross,
         [](O o, L l) { return effective_rank(o.in_h(l)); }},
        {{"smallest_eigenvalue_H", "Smallest eigenvalue of H; the theorem needs it above 0.", "min eig(Vbar Vbar^T)",
          spec},
         MetricGroup::spectra,
         Over::hidden_layer,
         cross,
         [](O o, L l) { return o.in_h(l).tail<1>().value(); }},
        {{"cross_stability",
          "Least real part of an eigenvalue of Vbar V: where it and a leak are above 0, potentials settle that relax "
          "through V and back.",
          "min Re eig(Vbar V)", ours},
         MetricGroup::spectra,
         Over::hidden_layer,
         cross_loops,
         [](O o, L l) { return least_real_part(product(o.Vbar[l], o.V[l])); }},
        {{"rate_rms", "Root mean square of the upstream rates, over cells and samples of the evaluation batch.",
          "sqrt(<(h_i^l)^2>)", ours},
         MetricGroup::metrics,
         Over::hidden_layer,
         rates,
         [](O o, L l) { return root_mean_square(o.h[l]); }},
        {{"downstream_rate_rms", "The same of the downstream rates.", "sqrt(<(hbar_k^l)^2>)", ours},
         MetricGroup::metrics,
         Over::hidden_layer,
         downstream_rates,
         [](O o, L l) { return root_mean_square(o.hbar[l]); }},
        {{"loop_gain",
          "How fast V and the Wbar above it can increase each other, per unit of rate; at the rate of decay of either "
          "they stand still.",
          "max s, singular values s of M^l = <hbar^(l+1) h^lT>, as dV^l = eta_V Wbar^(l+1) M^l and dWbar^(l+1) = eta "
          "V^l M^lT",
          ours},
         MetricGroup::spectra,
         Over::hidden_layer,
         loop,
         [](O o, L l) { return largest_correlation(o.hbar[l + 1], o.h[l]); }},
        {{"cosine_path", "Cosine between the feedback path and the transposed weights, which carry the gradient.",
          "cos(F^l, W^lT), F^l = Vbar^(l-1) Wbar^l V^l, V^L = I", spec},
         MetricGroup::spectra,
         Over::feedback_layer,
         motif,
         [](O o, L l) { return cosine(o.path[l], o.W[l].transpose()); }},
        {{"cosine_sgd_h_sgd", "Cosine between the negative gradient and H times it.", "cos(dW_sgd, H dW_sgd)", spec},
         MetricGroup::spectra,
         Over::hidden_layer,
         cross_updates,
         [](O o, L l) { return cosine(o.dW_sgd[l], o.h_sgd[l]); }},
        {{"cosine_dW_W", "Cosine between the update of W and W: how far it lengthens what is there.", "cos(dW, W)",
          ours},
         MetricGroup::spectra,
         Over::hidden_layer,
         updates,
         [](O o, L l) { return cosine(o.dW[l], o.W[l]); }},
        {{"cosine_sgd_W", "Cosine between the negative gradient and W.", "cos(dW_sgd, W)", ours},
         MetricGroup::spectra,
         Over::hidden_layer,
         updates,
         [](O o, L l) { return cosine(o.dW_sgd[l], o.W[l]); }},
        {{"cosine_h_sgd_W", "Cosine between H times the negative gradient and W.", "cos(H dW_sgd, W)", ours},
         MetricGroup::spectra,
         Over::hidden_layer,
         cross_updates,
         [](O o, L l) { return cosine(o.h_sgd[l], o.W[l]); }},
        {{"cosine_dW_path", "Cosine between the update of W and the transposed feedback path.", "cos(dW^l, F^lT)",
          ours},
         MetricGroup::spectra,
         Over::feedback_layer,
         motif_updates,
         [](O o, L l) { return cosine(o.dW[l], o.path[l].transpose()); }},
        {{"cosine_sgd_path", "Cosine between the negative gradient and the transposed feedback path.",
          "cos(dW_sgd^l, F^lT)", ours},
         MetricGroup::spectra,
         Over::feedback_layer,
         motif_updates,
         [](O o, L l) { return cosine(o.dW_sgd[l], o.path[l].transpose()); }},
        {{"cosine_h_sgd_path", "Cosine between H times the negative gradient and the transposed feedback path.",
          "cos(H dW_sgd^l, F^lT)", ours},
         MetricGroup::spectra,
         Over::feedback_layer,
         motif_updates,
         [](O o, L l) { return cosine(o.h_sgd[l], o.path[l].transpose()); }},
        {{"correlation_h", "How far cells of a layer are active together on the evaluation batch.",
          "mean over pairs i < j of |r_ij|, Pearson's r of h_i and h_j over samples", spec},
         MetricGroup::spectra,
         Over::hidden_layer,
         rates,
         [](O o, L l) { return mean_correlation(o.h[l]); }},
        {{"correlation_hbar", "The same of the downstream cells.", "as correlation_h", ours},
         MetricGroup::spectra,
         Over::hidden_layer,
         downstream_rates,
         [](O o, L l) { return mean_correlation(o.hbar[l]); }},
        {{"separability",
          "Accuracy of a linear readout of a layer, fitted to half of the evaluation batch, on the other.",
          "argmax T X^T (X X^T + c I)^-1 x, c = 1e-3 tr(X X^T) / n", ours},
         MetricGroup::spectra,
         Over::hidden_layer,
         class_rates,
         [](O o, L l) { return linear_separability(o.h[l], o.targets); }},
        {{"cka_below", "Similarity of the activity of a layer and of the one below it.",
          "|h^l h^(l-1)T|^2 / (|h^l h^lT| |h^(l-1) h^(l-1)T|), means taken away", kornblith},
         MetricGroup::spectra,
         Over::hidden_layer,
         rates,
         [](O o, L l) { return linear_cka(o.h[l], o.h[l - 1]); }},
        {{"cka_targets", "Similarity of the activity of a layer and the targets.", "as cka_below", kornblith},
         MetricGroup::spectra,
         Over::hidden_layer,
         rates,
         [](O o, L l) { return linear_cka(o.h[l], o.targets); }},
        {{"cka_downstream", "Similarity of the activity of a layer and of the downstream cells beside it.",
          "as cka_below", kornblith},
         MetricGroup::spectra,
         Over::hidden_layer,
         loop,
         [](O o, L l) { return linear_cka(o.h[l], o.hbar[l]); }},
    };
    return all;
}

std::vector<MetricSet> metric_sets() {
    std::vector<MetricSet> all;
    for (const MetricGroup group : metric_groups) {
        const auto make = [group](const Circuit& circuit) { return make_instrument(circuit, group); };
        MetricSet& set = all.emplace_back(MetricSet{group, {}, make});
        for (const Metric& metric : layer_metrics())
            if (metric.group == group) set.metrics.push_back(metric.about);
        if (group == MetricGroup::metrics)  // measured by free runs themselves
            std::ranges::move(spike_statistics(), std::back_inserter(set.metrics));
        if (group != MetricGroup::spectra) continue;
        for (const SpectrumMetric& spectrum : layer_spectra()) set.metrics.push_back(spectrum.about);
        for (const Component& metric : spectrum_metrics())
            if (find_named(set.metrics, metric.name) == nullptr) set.metrics.push_back(metric);
    }
    all.push_back(error_spike_metrics());
    all.push_back(spiking_assembly_metrics());
    return all;
}

bool applies(const Available& needs, const Available& available) {
    return (available.W || !needs.W) && (available.Wbar || !needs.Wbar) && (available.cross || !needs.cross) &&
           (available.loops || !needs.loops) && (available.updates || !needs.updates) &&
           (available.reweighted || !needs.reweighted) && (available.rates || !needs.rates) &&
           (available.downstream || !needs.downstream) && (available.classes || !needs.classes) &&
           (available.feedback || !needs.feedback) && (available.cancelling || !needs.cancelling) &&
           (available.slopes || !needs.slopes) && (available.attenuated || !needs.attenuated);
}

Layers layers_of(Over over, std::size_t L) {
    switch (over) {
        case Over::hidden_layer:
            return {1, L == 0 ? 0 : L - 1};
        case Over::feedback_layer:
            return {2, L};
        default:
            return {1, L};
    }
}

Axis layer_axis(Over over, std::size_t L) {
    Axis axis{"layer", "1", "layer, counted from the input", {}};
    if (over == Over::hidden_layer) axis = {"hidden_layer", "1", "hidden layer, counted from the input", {}};
    if (over == Over::feedback_layer) axis = {"feedback_layer", "1", "layer from which the feedback comes", {}};
    const Layers layers = layers_of(over, L);
    for (std::size_t l = layers.first; l <= layers.last; ++l) axis.values.push_back(static_cast<double>(l));
    return axis;
}

Variable variable_of(const Metric& metric) {
    const std::string text = metric.about.text + " " + metric.about.equation;
    return {metric.about.name, "1", text, {layer_axis(metric.over, 1).name}};
}

}  // namespace apical
