#include "sim/synapses/plasticity.hpp"

#include <cmath>

namespace apical {

template <class S>
Synapses<S>::Synapses(const Circuit& circuit, const Layout<S>& layout, SideBuffers<S>& buffers) {
    for (WeightsId k = 0; k < circuit.weights.size(); ++k) {
        const Weights& w = circuit.weights[k];
        if (!w.rule) continue;
        Plastic& plastic = plastic_.emplace_back(Plastic{k, {}, w.rule->plasticity()});
        for (std::size_t term = 0; term < w.rule->terms(); ++term)
            plastic.terms.push_back(w.rule->bind(term, layout, w.post, w.pre, buffers));
    }
}

namespace {

/// Calls use(op) for every side that has to be computed.
template <class S, class Use>
void for_each_side(std::vector<BoundTerm<S>>& terms, const Use& use) {
    for (BoundTerm<S>& term : terms)
        for (Op<S>* op : {term.post.prepare.get(), term.pre.prepare.get()})
            if (op != nullptr) use(*op);
}

}  // namespace

template <class S>
void Synapses<S>::prepare(Plastic& plastic) {
    for_each_side(plastic.terms, [](Op<S>& op) {
        for (std::size_t part = 0; part < op.parts(); ++part) op.run(part);
    });
}

template <class S>
Matrix<double> Synapses<S>::direction(Plastic& plastic, const WeightState<S>& weights, std::size_t lanes) {
    prepare(plastic);
    const auto product = [&](const BoundTerm<S>& term) {
        return weights.outer_product(term.post.value.data(), term.pre.value.data(), lanes);
    };
    const auto& terms = plastic.terms;
    if (terms.size() == 1) return product(terms.front());
    Matrix<double> sum = terms.front().gain * product(terms.front());
    for (std::size_t k = 1; k < terms.size(); ++k) sum += terms[k].gain * product(terms[k]);
    return sum;
}

namespace {

/// The numbers of one update: W <- keep W + change (sum over lanes of post pre^T).
struct Change {
    double change, keep;
};

Change change_of(double gain, const Plasticity& plasticity, double factor, bool exact, std::size_t lanes) {
    gain = gain * factor / static_cast<double>(lanes);
    const double r = plasticity.decay_rate * factor;
    if (!exact) return {gain, 1 - r};
    return {r > 0 ? gain * -std::expm1(-r) / r : gain, std::exp(-r)};
}

template <class S>
typename WeightState<S>::LowPass low_pass_of(const Plasticity& plasticity, Change numbers, double step, bool exact,
                                             std::size_t lanes) {
    const double z = step / plasticity.low_pass, stay = exact ? std::exp(-z) : 1 - z, n = static_cast<double>(lanes);
    return {stay, (1 - stay) / n, numbers.change * n, numbers.keep};
}

}  // namespace

/// One weights' update, in tiles.
template <class S>
class Learning<S>::Update final : public Op<S> {
   public:
    Update(WeightState<S>& weights, const typename Synapses<S>::Plastic& plastic, std::size_t lanes,
           const Learning& learning, bool decays_beside)
        : weights_(weights),
          terms_(plastic.terms),
          plasticity_(plastic.plasticity),
          lanes_(lanes),
          parts_(weights.tiles(lanes).count),
          learning_(learning),
          decays_beside_(decays_beside) {}

    std::size_t parts() const override { return parts_; }
    double work() const override { return static_cast<double>(weights_.values().size()) * static_cast<double>(lanes_); }
    void run(std::size_t part) override {
        if (learning_.step_ > 0 && plasticity_.low_pass > 0) return low_pass(part);
        for (const BoundTerm<S>& term : terms_) {
            const bool decays = &term == terms_.data();
            const Change numbers = change(term.gain);
            weights_.learn(part, term.post.value.data(), term.pre.value.data(), lanes_, static_cast<S>(numbers.change),
                           decays ? static_cast<S>(1 - numbers.keep) : S(0));
        }
    }

   private:
    Change change(double gain) const {
        const Change numbers = change_of(gain, plasticity_, learning_.factor_, learning_.exact_, lanes_);
        if (!decays_beside_) return numbers;
        return {numbers.change / (weights_.kept() * numbers.keep), 1};
    }
    /// E of one term is per unit of its gain; of several, it holds the gains.
    void low_pass(std::size_t part) {
        const bool one = terms_.size() == 1;
        auto numbers = low_pass_of<S>(plasticity_, change(one ? terms_.front().gain : 1), learning_.step_,
                                      learning_.exact_, lanes_);
        const double mix = numbers.mix;
        for (const BoundTerm<S>& term : terms_) {
            if (!one) numbers.mix = mix * term.gain;
            const S *const post = term.post.value.data(), *const pre = term.pre.value.data();
            if (&term == &terms_.back()) return weights_.learn_low_passed(part, post, pre, lanes_, numbers);
            weights_.low_pass(part, post, pre, lanes_, numbers);
            numbers.stay = 1;
        }
    }

    WeightState<S>& weights_;
    const std::vector<BoundTerm<S>>& terms_;
    Plasticity plasticity_;
    std::size_t lanes_, parts_;
    const Learning& learning_;
    bool decays_beside_;
};

/// The update of weights whose source stands still.
template <class S>
class Learning<S>::Held final : public Op<S> {
   public:
    Held(HeldDrive<S>& drive, const typename Synapses<S>::Plastic& plastic, const Learning& learning)
        : drive_(drive),
          post_(plastic.terms.front().post.value),
          gain_(plastic.terms.front().gain),
          plasticity_(plastic.plasticity),
          learning_(learning) {}
    double work() const override { return drive_.work(); }
    void run(std::size_t) override {
        const auto [change, keep] = change_of(gain_, plasticity_, learning_.factor_, learning_.exact_, drive_.lanes());
        if (plasticity_.low_pass > 0)
            drive_.learn_low_passed(post_.data(), low_pass_of<S>(plasticity_, {change, keep}, learning_.step_,
                                                                 learning_.exact_, drive_.lanes()));
        else drive_.learn(post_.data(), static_cast<S>(change), keep);
    }

   private:
    HeldDrive<S>& drive_;
    Ref<S> post_;
    double gain_;
    Plasticity plasticity_;
    const Learning& learning_;
};

/// The same at the end of a presentation.
template <class S>
class Learning<S>::Release final : public Op<S> {
   public:
    Release(const HeldDrive<S>& drive, WeightState<S>& weights)
        : drive_(drive), weights_(weights), parts_(drive.release_tiles().count) {}
    std::size_t parts() const override { return parts_; }
    double work() const override {
        return static_cast<double>(weights_.values().size()) * static_cast<double>(drive_.lanes());
    }
    void run(std::size_t part) override { drive_.release(part, weights_); }

   private:
    const HeldDrive<S>& drive_;
    WeightState<S>& weights_;
    std::size_t parts_;
};

/// An update that waits for the next drive.
template <class S>
class Learning<S>::Waiting final : public Op<S> {
   public:
    Waiting(OnePass<S>& pass, const typename Synapses<S>::Plastic& plastic, const Learning& learning)
        : pass_(pass),
          post_(plastic.terms.front().post.value),
          pre_(plastic.terms.front().pre.value),
          gain_(plastic.terms.front().gain),
          plasticity_(plastic.plasticity),
          learning_(learning) {}
    double work() const override { return 1000; }
    void run(std::size_t) override {
        const auto [change, keep] = change_of(gain_, plasticity_, learning_.factor_, learning_.exact_, 1);
        if (plasticity_.low_pass > 0)
            pass_.learn_low_passed(post_.data(), pre_.data(),
                                   low_pass_of<S>(plasticity_, {change, keep}, learning_.step_, learning_.exact_, 1));
        else pass_.learn(post_.data(), pre_.data(), change, keep);
    }

   private:
    OnePass<S>& pass_;
    Ref<S> post_, pre_;
    double gain_;
    Plasticity plasticity_;
    const Learning& learning_;
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
    bind(weights, synapses, lanes, nullptr);
}

template <class S>
Learning<S>::Learning(std::vector<WeightState<S>>& weights, Synapses<S>& synapses, std::size_t lanes, double step,
                      bool exact, const Shortcuts<S>& shortcuts)
    : step_(step), exact_(exact) {
    bind(weights, synapses, lanes, &shortcuts);
}

template <class S>
void Learning<S>::bind(std::vector<WeightState<S>>& weights, Synapses<S>& synapses, std::size_t lanes,
                       const Shortcuts<S>* shortcuts) {
    enum Wave : std::size_t { sides, update, limits };
    for (auto& plastic : synapses.all()) for_each_side(plastic.terms, [this](Op<S>& op) { waves_.add(sides, op); });
    const auto add = [this](TaskGraph<S>& waves, Wave wave, std::unique_ptr<Op<S>> op) {
        ops_.push_back(std::move(op));
        waves.add(wave, *ops_.back());
    };
    for (auto& plastic : synapses.all()) {
        WeightState<S>& of = weights[plastic.weights];
        HeldDrive<S>* const held = shortcuts == nullptr ? nullptr : shortcuts->held(plastic.weights);
        OnePass<S>* const one_pass = shortcuts == nullptr ? nullptr : shortcuts->one_pass(plastic.weights);
        if (held != nullptr) {
            add(waves_, update, std::make_unique<Held>(*held, plastic, *this));
            add(ending_, sides, std::make_unique<Release>(*held, of));
        } else if (one_pass != nullptr) {
            add(waves_, update, std::make_unique<Waiting>(*one_pass, plastic, *this));
            waiting_.push_back(one_pass);
        } else {
            const bool beside = shortcuts != nullptr && !of.has_limits();
            add(waves_, update, std::make_unique<Update>(of, plastic, lanes, *this, beside));
            if (beside && plastic.plasticity.decay_rate > 0) decaying_.push_back({&of, &plastic.plasticity});
        }
    }
    for (auto& plastic : synapses.all())
        if (weights[plastic.weights].has_limits())
            add(waves_, limits, std::make_unique<Limits>(weights[plastic.weights]));
}

template <class S>
void Learning<S>::run(double factor, ThreadPool& pool) {
    factor_ = factor;
    waves_.run(pool);
    for (const auto& [weights, plasticity] : decaying_)
        weights->decay(change_of(0, *plasticity, factor, exact_, 1).keep);
}

template <class S>
void Learning<S>::end(ThreadPool& pool) {
    ending_.run(pool);
    for (OnePass<S>* waiting : waiting_) waiting->end();
    for (const auto& [weights, plasticity] : decaying_) weights->bring_decay();
}

template class Synapses<float>;
template class Synapses<double>;
template class Learning<float>;
template class Learning<double>;

}  // namespace apical
