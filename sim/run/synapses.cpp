#include "sim/run/synapses.hpp"

namespace apical {

template <class S>
Synapses<S>::Synapses(const Circuit& circuit, Network<S>& network) {
    for (WeightsId k = 0; k < circuit.weights.size(); ++k) {
        const Weights& w = circuit.weights[k];
        if (!w.rule) continue;
        plastic_.push_back({k, w.rule->bind_post(network, w.post, network), w.rule->bind_pre(network, w.pre, network),
                            w.rule->plasticity()});
    }
}

template <class S>
void Synapses<S>::prepare(Plastic& plastic) {
    for (Op<S>* op : {plastic.post.prepare.get(), plastic.pre.prepare.get()})
        for (std::size_t part = 0; op != nullptr && part < op->parts(); ++part) op->run(part);
}

/// One weights' update, in tiles.
template <class S>
class Learning<S>::Update final : public Op<S> {
   public:
    Update(WeightState<S>& weights, const typename Synapses<S>::Plastic& plastic, std::size_t lanes,
           const double& factor)
        : weights_(weights),
          post_(plastic.post.value),
          pre_(plastic.pre.value),
          plasticity_(plastic.plasticity),
          lanes_(lanes),
          parts_(weights.tiles(lanes).count),
          factor_(factor) {}

    std::size_t parts() const override { return parts_; }
    double work() const override { return static_cast<double>(weights_.values().size()) * static_cast<double>(lanes_); }
    void run(std::size_t part) override {
        const double change = plasticity_.gain * factor_ / static_cast<double>(lanes_);
        weights_.learn(part, post_.data(), pre_.data(), lanes_, static_cast<S>(change),
                       static_cast<S>(plasticity_.decay_rate * factor_));
    }

   private:
    WeightState<S>& weights_;
    Ref<S> post_, pre_;
    Plasticity plasticity_;
    std::size_t lanes_, parts_;
    const double& factor_;
};

template <class S>
class Learning<S>::Limits final : public Op<S> {
   public:
    explicit Limits(WeightState<S>& weights) : weights_(weights) {}
    double work() const override { return 50.0 * static_cast<double>(weights_.values().size()); }
    void run(std::size_t) override { weights_.keep_limits(); }

   private:
    WeightState<S>& weights_;
};

template <class S>
Learning<S>::Learning(std::vector<WeightState<S>>& weights, Synapses<S>& synapses, std::size_t lanes) {
    enum Wave : std::size_t { sides, update, limits };
    for (auto& plastic : synapses.all())
        for (Op<S>* op : {plastic.post.prepare.get(), plastic.pre.prepare.get()})
            if (op != nullptr) waves_.add(sides, *op);
    const auto add = [this](Wave wave, std::unique_ptr<Op<S>> op) {
        ops_.push_back(std::move(op));
        waves_.add(wave, *ops_.back());
    };
    for (auto& plastic : synapses.all())
        add(update, std::make_unique<Update>(weights[plastic.weights], plastic, lanes, factor_));
    for (auto& plastic : synapses.all())
        if (weights[plastic.weights].has_limits()) add(limits, std::make_unique<Limits>(weights[plastic.weights]));
}

template <class S>
void Learning<S>::run(double factor, Team& team) {
    factor_ = factor;
    waves_.run(team);
}

template class Synapses<float>;
template class Synapses<double>;
template class Learning<float>;
template class Learning<double>;

}  // namespace apical
