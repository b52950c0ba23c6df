// Upstream, l = 1..L:    p^l = W^l h^{l-1},  h^l = phi(p^l);  error e = -dLoss/dp^L
// Downstream, l < L:     u^{l-1} = Wbar^l hbar^l,  hbar^l = G^l u^l,  hbar^L = e
// Across, l < L:         V^l h^l steers downstream cells,  Vbar^l hbar^l steers upstream cells;  Vbar^L = I
// Every synapse:         (drive of the other pathway on the postsynaptic cell) x (presynaptic rate) - decay
#include "models/self_assembly/circuit.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <stdexcept>

#include "models/plasticity/hebbian.hpp"
#include "models/plasticity/heterosynaptic.hpp"
#include "models/roles.hpp"
#include "models/self_assembly/development.hpp"
#include "models/self_assembly/gates.hpp"

namespace apical::self_assembly {

namespace {

double of_layer(const std::vector<double>& list, std::size_t l, double standard) {
    if (list.empty()) return standard;
    return list.size() == 1 ? list[0] : list.at(l - 1);
}

std::shared_ptr<const Signal> gate_signal(const std::string& gate) {
    if (gate == "linear") return signal(RateIsSoma{});
    if (gate == "partner") return signal(Partner{});
    if (gate == "threshold") return signal(Threshold{});
    if (gate == "tanh") return signal(RateOf<Tanh>{{}});
    if (gate == "relu") return signal(RateOf<Relu>{{}});
    if (gate == "veto") return signal(RateIsMismatch{});
    return signal(RateIsGated{});  // loop, oracle, relaxed, relaxed_active
}

class Builder {
   public:
    Builder(const Upstream& upstream, const Parameters& parameters, const TaskShape& task)
        : upstream_(upstream),
          p_(parameters),
          parts_(add_upstream(circuit_, upstream, task)),
          L_(parts_.up.size() - 1) {
        down_.resize(L_);
        down_.push_back(parts_.error);  // hbar^L = e
        V_.resize(L_);
        Vbar_.resize(L_);
    }

    ModelCircuit build() {
        circuit_.name = "self_assembly";
        for (std::size_t l = 1; l < L_; ++l) downstream(l);
        for (std::size_t l = 1; l < L_; ++l) across(l);
        for (std::size_t l = 2; l <= L_; ++l) down(l);
        // Vbar^L = I: the error reaches the output cells' apical dendrites as it is.
        circuit_.add(
            Projection{.source = parts_.error, .signal = rate, .target = parts_.up[L_], .compartment = apical});
        for (std::size_t l = 1; l <= L_; ++l) up(l);
        if (p_.development > 0)
            circuit_.development =
                std::make_shared<Development>(development(circuit_, p_, static_cast<std::uint64_t>(p_.development)));
        if (p_.pairing_during_learning > 0)
            circuit_.between = std::make_shared<Development>(
                pairing(circuit_, cross_rates_, static_cast<std::uint64_t>(p_.pairing_during_learning)));
        finish_cells(circuit_, upstream_);
        return std::move(circuit_);
    }

   private:
    bool learns(const char* group) const { return std::ranges::find(p_.plastic, group) != p_.plastic.end(); }
    bool loops() const { return p_.gate == "loop" || p_.gate == "oracle"; }

    /// eta (1 + r^-1/2)^-2 in hidden layers, whose H has eigenvalues up to (1 + r^-1/2)^2 with unit columns of V, if
    /// asked for: W^l and Wbar^l alike, or R would not be conserved.
    double rate_by_h(std::size_t l, double eta) const {
        if (!p_.rate_by_H || l == L_) return eta;
        const double edge = 1 + 1 / std::sqrt(of_layer(p_.ratio, l, 2));
        return eta / (edge * edge);
    }

    std::size_t ratio_cells(std::size_t l) const {
        const double cells = of_layer(p_.ratio, l, 2) * static_cast<double>(circuit_.anatomy.sizes[l]);
        return static_cast<std::size_t>(std::llround(cells));
    }

    /// Cells: u^l in `basal` and `soma`, V^l h^l in `lateral`, hbar^l in `rate`.
    void downstream(std::size_t l) {
        const std::string name = "down" + std::to_string(l);
        Population cells{
            .name = name, .units = ratio_cells(l), .compartments = {basal, lateral}, .signals = {gate_signal(p_.gate)}};
        CellKind kind = upstream_.cells();
        kind.membrane.g_A = p_.g_A_downstream;  // coupled, u would contain V h, and dW a Hebbian V̄ V h hᵀ
        give_soma(cells, kind, p_.tau_downstream, /*downstream=*/true);
        if (loops()) cells.compartments.emplace_back("gated");
        if (relaxes(p_)) cells.compartments.emplace_back("mismatch");
        if (relaxes(p_) && p_.gate != "veto") cells.compartments.emplace_back("gated");
        down_[l] = circuit_.add(std::move(cells));
        circuit_.anatomy.layers[l - 1].companions.assign(roles::downstream, name);
    }

    /// Synapses of V^l (post downstream j, pre upstream j / r): r neighbouring downstream cells share a partner.
    Connectivity partners(std::size_t l) const {
        if (p_.motif == "dense") return Connectivity::dense();
        const std::size_t d = circuit_.anatomy.sizes[l], dbar = circuit_.populations[down_[l]].units;
        if (dbar % d != 0)
            throw std::invalid_argument(
                "the topographic motif needs a whole number of downstream cells per upstream cell");
        std::vector<std::uint32_t> post(dbar), pre(dbar);
        std::iota(post.begin(), post.end(), 0U);
        for (std::size_t j = 0; j < dbar; ++j) pre[j] = static_cast<std::uint32_t>(j / (dbar / d));
        return Connectivity::list(std::move(post), std::move(pre));
    }

    void across(std::size_t l) {
        const std::size_t d = circuit_.anatomy.sizes[l], dbar = circuit_.populations[down_[l]].units;
        const bool topographic = p_.motif == "topographic", excitatory = p_.signs == "excitatory";
        const double spread = 1 / std::sqrt(static_cast<double>(topographic ? dbar / d : dbar));
        const auto drawn = [&](double scale) {
            return excitatory ? half_normal(scale * spread) : normal(scale * spread);
        };
        Weights V{.name = "V" + std::to_string(l), .post = down_[l], .pre = parts_.up[l], .connectivity = partners(l)};
        Weights Vbar{.name = "Vbar" + std::to_string(l),
                     .post = parts_.up[l],
                     .pre = down_[l],
                     .connectivity = Connectivity::transpose_of(V.name, V.connectivity)};
        Vbar.initial = drawn(p_.scale_Vbar);
        V.initial = p_.start == "tied" ? transpose_of(Vbar.name, Vbar.initial) : drawn(p_.scale_V);
        if (p_.start == "orthonormal") {
            V.initial = orthonormal_columns();
            Vbar.initial = transpose_of(V.name, V.initial);
        }
        if (excitatory) V.lower = Vbar.lower = 0;
        if (p_.scaling) {  // spec 3.7: sum_k V_ki^2 = 1 over what cell i sends, sum_k Vbar_ik^2 = 1 over what it
                           // receives
            V.scaling = Scaling::outgoing;
            Vbar.scaling = Scaling::incoming;
        }
        const double eta_V = of_layer(p_.eta_V, l, upstream_.eta_W), eta_Vbar = of_layer(p_.eta_Vbar, l, eta_V);
        const double gamma_V = of_layer(p_.gamma_V, l, 0), gamma_Vbar = of_layer(p_.gamma_Vbar, l, gamma_V);
        // act: dV = eta_V hbar h^T, dVbar = eta_V h hbar^T; drive: dV = eta_V u h^T, dVbar = eta_V p hbar^T; each -
        // decay
        cross_rates_.push_back({eta_V, eta_Vbar});
        if (learns("V"))
            V.rule = p_.rule_V == "act" ? rule(Hebbian{eta_V, gamma_V}) : rule(BasalSteered{eta_V, gamma_V});
        if (learns("Vbar"))
            Vbar.rule =
                p_.rule_Vbar == "act" ? rule(Hebbian{eta_Vbar, gamma_Vbar}) : rule(BasalSteered{eta_Vbar, gamma_Vbar});
        V_[l] = circuit_.add(std::move(V));
        Vbar_[l] = circuit_.add(std::move(Vbar));
        circuit_.add(Projection{
            .weights = V_[l], .source = parts_.up[l], .signal = rate, .target = down_[l], .compartment = lateral});
        circuit_.add(Projection{
            .weights = Vbar_[l], .source = down_[l], .signal = rate, .target = parts_.up[l], .compartment = apical});
        if (loops()) loop(l);
        if (relaxes(p_)) relax(l);
        Roles& further = circuit_.anatomy.layers[l - 1].further;
        further.assign(roles::across, circuit_.weights[V_[l]].name);
        further.assign(roles::back_across, circuit_.weights[Vbar_[l]].name);
        if (p_.motif == "topographic" && p_.gate == "partner")
            further.assign(roles::partner, circuit_.weights[V_[l]].name);
    }

    /// a = D (Vbar u), hbar = V a; the oracle looks back through the pseudo-inverse, a = D (V^+ u), which no cell
    /// could.
    void loop(std::size_t l) {
        WeightsId back = Vbar_[l];
        if (p_.gate == "oracle")
            back = circuit_.add(Weights{.name = "Vplus" + std::to_string(l),
                                        .post = parts_.up[l],
                                        .pre = down_[l],
                                        .derived = Derived{V_[l], Derived::As::pseudo_inverse}});
        Population& up = circuit_.populations[parts_.up[l]];
        up.compartments.emplace_back("returned");
        with_activation(upstream_.activation, upstream_.leak,
                        [&](auto phi) { up.signals.push_back(signal(Returned<decltype(phi)>{phi})); });
        circuit_.add(Projection{
            .weights = back, .source = down_[l], .signal = soma, .target = parts_.up[l], .compartment = returned});
        circuit_.add(Projection{
            .weights = V_[l], .source = parts_.up[l], .signal = gated, .target = down_[l], .compartment = gated});
    }

    /// tau da/dt = Vbar (u - V a) - leak a,  hbar = V D a;  relaxed_active: D inside of the loop,
    /// tau da/dt = D (Vbar (u - V D a) - leak a);  veto: tau da/dt = (1 - D) (Vbar hbar - leak a),  hbar = u - V (1 -
    /// D) a
    void relax(std::size_t l) {
        const PopulationId up = parts_.up[l], down = down_[l];
        const bool all_send = p_.gate == "relaxed", silent = p_.gate == "veto";
        const Closing closing{static_cast<std::size_t>(p_.settling_steps), p_.settling_gain};
        Population& cells = circuit_.populations[up];
        cells.compartments.emplace_back("returned");
        with_activation(upstream_.activation, upstream_.leak, [&](auto phi) {
            cells.signals.push_back(signal(Sent<decltype(phi)>{phi, silent}));
            if (!all_send) cells.signals.push_back(signal(ReturnedToSenders<decltype(phi)>{phi, silent}));
        });
        if (all_send) cells.neurons.push_back(relaxing(returned, p_.tau_relaxation, closing));
        else cells.neurons.push_back(relaxing(accepted, p_.tau_relaxation, closing));

        const auto add = [&](std::optional<WeightsId> weights, PopulationId from, const char* signal, PopulationId to,
                             const char* compartment, double scale) {
            circuit_.add(Projection{.weights = weights,
                                    .source = from,
                                    .signal = signal,
                                    .target = to,
                                    .compartment = compartment,
                                    .scale = scale});
        };
        add({}, down, "soma", down, "mismatch", 1);
        if (p_.gate == "relaxed_active") add({}, down, "gated", down, "mismatch", -1);
        else add(V_[l], up, all_send ? "relaxed" : "gated", down, "mismatch", -1);
        add(Vbar_[l], down, "mismatch", up, "returned", 1);
        if (p_.apical_leak > 0) add({}, up, "relaxed", up, "returned", -p_.apical_leak);
        if (!silent) add(V_[l], up, "gated", down, "gated", 1);
    }

    /// u^{l-1} = Wbar^l hbar^l;  dWbar^l = eta (V^{l-1} h^{l-1}) (hbar^l)^T - eta gamma Wbar^l
    void down(std::size_t l) {
        const double spread = 1 / std::sqrt(static_cast<double>(circuit_.populations[down_[l]].units));
        const double eta = rate_by_h(l, of_layer(p_.eta_Wbar, l - 1, upstream_.eta_W)),
                     gamma = of_layer(p_.gamma_Wbar, l - 1, upstream_.gamma_W);
        Weights Wbar{.name = "Wbar" + std::to_string(l),
                     .post = down_[l - 1],
                     .pre = down_[l],
                     .initial = normal(p_.scale_Wbar * spread)};
        if (learns("Wbar")) Wbar.rule = rule(LateralSteered{eta, gamma});
        circuit_.anatomy.layers[l - 1].further.assign(roles::down, Wbar.name);
        circuit_.add(Projection{.weights = circuit_.add(std::move(Wbar)),
                                .source = down_[l],
                                .signal = rate,
                                .target = down_[l - 1],
                                .compartment = basal});
    }

    /// dW^l = eta (Vbar^l hbar^l) (h^{l-1})^T - eta gamma W^l; a bias is a weight from a cell of rate 1.
    void up(std::size_t l) {
        if (!learns("W")) return;
        const double eta = rate_by_h(l, upstream_.eta_W), gamma = upstream_.gamma_W;
        std::shared_ptr<const Rule> learning = rule(ApicalSteered{eta, gamma});
        if (l < L_ && (p_.gate == "loop" || p_.steer == "potential")) learning = rule(ReturnSteered{eta, gamma});
        else if (l < L_ && p_.mask)
            with_activation(upstream_.activation, upstream_.leak, [&](auto phi) {
                learning = rule(ApicalSteeredMasked<decltype(phi)>{eta, gamma, phi});
            });
        circuit_.weights[parts_.W[l]].rule = learning;
        if (!parts_.b.empty()) circuit_.weights[parts_.b[l]].rule = learning;
    }

    const Upstream& upstream_;
    const Parameters& p_;
    ModelCircuit circuit_;
    UpstreamParts parts_;
    std::size_t L_;
    std::vector<PopulationId> down_;
    std::vector<WeightsId> V_, Vbar_;
    std::vector<CrossRates> cross_rates_;  ///< of hidden layers
};

}  // namespace

ModelCircuit circuit(const Upstream& upstream, const Parameters& parameters, const TaskShape& task) {
    return Builder(upstream, parameters, task).build();
}

}  // namespace apical::self_assembly
