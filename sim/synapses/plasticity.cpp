#include "sim/synapses/plasticity.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <span>

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

/// What the updates of one Weights need besides the pathway. They are the same in every step until the rates change.
template <class S>
struct Learning<S>::Numbers {
    const std::vector<BoundTerm<S>>& terms;
    Plasticity plasticity;
    std::size_t lanes;
    Update update{};
    std::vector<double> gains{};  ///< of the terms

    void refresh(const PlasticStep& step) {
        update = update_of(plasticity, terms.size() == 1 ? terms.front().gain : 1, step, lanes);
        gains.resize(terms.size());
        for (std::size_t k = 0; k < terms.size(); ++k)
            gains[k] = gain_of(terms[k].gain, terms.size(), plasticity, step, lanes);
    }
};

/// Comes before all updates.
template <class S>
class Learning<S>::Rates final : public Op<S> {
   public:
    explicit Rates(const PlasticStep& step) : step_(step) {}
    Numbers& add(const typename Synapses<S>::Plastic& plastic, std::size_t lanes) {
        numbers_.push_back(std::make_unique<Numbers>(Numbers{plastic.terms, plastic.plasticity, lanes}));
        return *numbers_.back();
    }
    double work() const override { return 1; }
    void run(std::size_t) override {
        if (step_.factor == factor_) return;
        for (const auto& numbers : numbers_) numbers->refresh(step_);
        factor_ = step_.factor;
    }

   private:
    const PlasticStep& step_;
    std::vector<std::unique_ptr<Numbers>> numbers_;
    double factor_ = std::numeric_limits<double>::quiet_NaN();  ///< that the numbers are of
};

template <class S>
class Learning<S>::Learn final : public Phase {
   public:
    Learn(Pathway<S>& pathway, const Numbers& numbers)
        : Phase(pathway, pathway.learning()),
          numbers_(numbers),
          terms_(numbers.terms),
          products_(terms_.size() * this->parts()) {}
    void run(std::size_t part) override {
        OuterProduct<S>* const products = products_.data() + part * terms_.size();
        const double* gain = numbers_.gains.data();
        OuterProduct<S>* product = products;
        for (const BoundTerm<S>& term : terms_) *product++ = {term.post.value.data(), term.pre.value.data(), *gain++};
        this->pathway_.learn(part, {products, terms_.size()}, numbers_.update);
    }

   private:
    const Numbers& numbers_;
    std::span<const BoundTerm<S>> terms_;
    std::vector<OuterProduct<S>> products_;  ///< of every part, which may run at the same time
};

template <class S>
class Learning<S>::Limit final : public Phase {
   public:
    Limit(Pathway<S>& pathway, const Numbers& numbers) : Phase(pathway, pathway.limiting()), numbers_(numbers) {}
    void run(std::size_t part) override { this->pathway_.limit(part, numbers_.update); }
    void run_whole() override { this->pathway_.limit_whole(numbers_.update); }

   private:
    const Numbers& numbers_;
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
    const auto add = [this](TaskGraph<S>& graph, std::size_t wave, std::unique_ptr<Op<S>> op) {
        if (op->parts() == 0) return;
        ops_.push_back(std::move(op));
        graph.add(wave, *ops_.back());
    };
    auto made = std::make_unique<Rates>(step_);
    Rates& rates = *made;
    add(updating_, sides, std::move(made));
    for (auto& plastic : synapses.all()) for_each_side(plastic.terms, [this](Op<S>& op) { updating_.add(sides, op); });
    std::vector<std::unique_ptr<Op<S>>> limiting;  // after all updates, alone too
    for (auto& plastic : synapses.all()) {
        Pathway<S>& pathway = pathways.of(plastic.weights);
        const Numbers& numbers = rates.add(plastic, pathways.lanes());
        add(updating_, update, std::make_unique<Learn>(pathway, numbers));
        limiting.push_back(std::make_unique<Limit>(pathway, numbers));
        add(flushing_, 0, std::make_unique<Flush>(pathway));
    }
    for (auto& op : limiting) add(updating_, limits, std::move(op));
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
