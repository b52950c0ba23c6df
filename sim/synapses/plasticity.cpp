#include "sim/synapses/plasticity.hpp"

#include <algorithm>
#include <functional>

namespace apical {

template <class S>
Synapses<S>::Synapses(const Circuit& circuit, const Layout<S>& layout, SideBuffers<S>& buffers) {
    for (WeightsId k{}; k < circuit.weights.size(); ++k) {
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
std::vector<double> Synapses<S>::direction(Plastic& plastic, const WeightState<S>& weights, std::size_t lanes) {
    prepare(plastic);
    std::vector<double> sum;
    for (const BoundTerm<S>& term : plastic.terms) {
        std::vector<double> product = weights.direction(term.post.value.data(), term.pre.value.data(), lanes);
        if (plastic.terms.size() > 1)
            for (double& number : product) number *= term.gain;
        if (sum.empty()) sum = std::move(product);
        else std::transform(sum.begin(), sum.end(), product.begin(), sum.begin(), std::plus<>());
    }
    return sum;
}

/// A share of a pathway's work.
template <class S>
class Learning<S>::Phase : public Op<S> {
   public:
    Phase(Pathway<S>& pathway, Share share) : pathway_(pathway), share_(share) {}
    std::size_t parts() const final { return share_.parts; }
    double work() const final { return share_.work; }

   protected:
    Pathway<S>& pathway_;

   private:
    Share share_;
};

/// What an update needs besides the pathway.
template <class S>
struct Learning<S>::Numbers {
    const std::vector<BoundTerm<S>>& terms;
    Plasticity plasticity;
    std::size_t lanes;
    const PlasticStep& step;

    Update update() const { return update_of(plasticity, terms.size() == 1 ? terms.front().gain : 1, step, lanes); }
    double gain(const BoundTerm<S>& term) const { return gain_of(term.gain, terms.size(), plasticity, step, lanes); }
};

template <class S>
class Learning<S>::Learn final : public Phase {
   public:
    Learn(Pathway<S>& pathway, const Numbers& numbers)
        : Phase(pathway, pathway.learning()), numbers_(numbers), products_(numbers.terms.size() * this->parts()) {}
    void run(std::size_t part) override {
        const std::size_t count = numbers_.terms.size();
        const std::span<OuterProduct<S>> products(products_.data() + part * count, count);
        for (std::size_t k = 0; k < count; ++k) {
            const BoundTerm<S>& term = numbers_.terms[k];
            products[k] = {term.post.value.data(), term.pre.value.data(), numbers_.gain(term)};
        }
        this->pathway_.learn(part, products, numbers_.update());
    }

   private:
    Numbers numbers_;
    std::vector<OuterProduct<S>> products_;  ///< of every part, which may run at the same time
};

template <class S>
class Learning<S>::Limit final : public Phase {
   public:
    Limit(Pathway<S>& pathway, const Numbers& numbers) : Phase(pathway, pathway.limiting()), numbers_(numbers) {}
    void run(std::size_t part) override { this->pathway_.limit(part, numbers_.update()); }

   private:
    Numbers numbers_;
};

template <class S>
class Learning<S>::Flush final : public Phase {
   public:
    explicit Flush(Pathway<S>& pathway) : Phase(pathway, pathway.flushing()) {}
    void run(std::size_t part) override { this->pathway_.flush(part); }
};

template <class S>
Learning<S>::Learning(Pathways<S>& pathways, Synapses<S>& synapses, double step, bool exact)
    : Learning(pathways, synapses) {
    step_.duration = step;
    step_.is_exact = exact;
}

template <class S>
Learning<S>::Learning(Pathways<S>& pathways, Synapses<S>& synapses) {
    enum Wave : std::size_t { sides, update, limits };
    for (auto& plastic : synapses.all()) for_each_side(plastic.terms, [this](Op<S>& op) { updating_.add(sides, op); });
    const auto add = [this](TaskGraph<S>& graph, std::size_t wave, std::unique_ptr<Op<S>> op) {
        if (op->parts() == 0) return;
        ops_.push_back(std::move(op));
        graph.add(wave, *ops_.back());
    };
    const auto numbers_of = [&](const typename Synapses<S>::Plastic& plastic) {
        return Numbers{plastic.terms, plastic.plasticity, pathways.lanes(), step_};
    };
    for (auto& plastic : synapses.all()) {
        Pathway<S>& pathway = pathways.of(plastic.weights);
        add(updating_, update, std::make_unique<Learn>(pathway, numbers_of(plastic)));
        add(flushing_, 0, std::make_unique<Flush>(pathway));
    }
    for (auto& plastic : synapses.all())
        add(updating_, limits, std::make_unique<Limit>(pathways.of(plastic.weights), numbers_of(plastic)));
}

template <class S>
void Learning<S>::run(double factor, ThreadPool& pool) {
    step_.factor = factor;
    updating_.run(pool);
}

template <class S>
void Learning<S>::flush(ThreadPool& pool) {
    flushing_.run(pool);
}

template class Synapses<float>;
template class Synapses<double>;
template class Learning<float>;
template class Learning<double>;

}  // namespace apical
