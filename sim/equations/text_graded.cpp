#include "sim/equations/text_graded.hpp"

#include <utility>

#include "sim/circuit/pack.hpp"
#include "sim/equations/formula_op.hpp"

namespace apical::equations {
namespace {

/// Another name of a column of this instant, "" if something is computed.
std::string alias_in(const Formula& formula) {
    const std::optional<Read> column = formula.column();
    return column && column->instant == Instant::now ? column->column : std::string();
}

/// rate (target - x), where `to` holds the target.
template <class S>
class SlopeOp final : public Op<S> {
   public:
    SlopeOp(std::unique_ptr<Op<S>> target, double rate, Ref<S> state, Ref<S> to, std::size_t cells)
        : target_(std::move(target)), rate_(rate), state_(state), to_(to), cells_(cells) {}
    double work() const override { return target_->work() + static_cast<double>(cells_); }
    void run(std::size_t) override {
        using P = Pack<S>;
        target_->run_whole();
        const S* const x = state_.data();
        S* const to = to_.data();
        for (std::size_t i = 0; i < cells_; i += P::size) (rate_ * (P::load(to + i) - P::load(x + i))).store(to + i);
    }

   private:
    std::unique_ptr<Op<S>> target_;
    Pack<S> rate_;
    Ref<S> state_, to_;
    std::size_t cells_;
};

class NeuronFromText final : public Neuron {
   public:
    explicit NeuronFromText(TextState text) : text_(std::move(text)) {}
    Info info() const override { return {text_.neuron, "A neuron of the experiment file.", text_.equation, ""}; }
    std::vector<Read> reads() const override { return text_.target.inputs(); }
    std::vector<std::string> states() const override { return {text_.state}; }
    std::vector<double> rates() const override { return {text_.rate}; }
    std::string target_alias() const override { return alias_in(text_.target); }
    std::string accumulates() const override { return {}; }
    Closing closing() const override { return {}; }
    std::unique_ptr<Op<float>> bind_settle(const Layout<float>& l, PopulationId p) const override {
        return settled(l, p);
    }
    std::unique_ptr<Op<double>> bind_settle(const Layout<double>& l, PopulationId p) const override {
        return settled(l, p);
    }
    std::unique_ptr<Op<float>> bind_slope(const Layout<float>& l, PopulationId p) const override { return slope(l, p); }
    std::unique_ptr<Op<double>> bind_slope(const Layout<double>& l, PopulationId p) const override {
        return slope(l, p);
    }

   private:
    template <class S>
    std::unique_ptr<Op<S>> settled(const Layout<S>& layout, PopulationId p) const {
        if (!target_alias().empty()) return nullptr;
        return formula_op(text_.target, text_.parameters, layout, p, layout.ref(p, text_.state, Instant::now));
    }
    template <class S>
    std::unique_ptr<Op<S>> slope(const Layout<S>& layout, PopulationId p) const {
        const Ref<S> to = layout.slope(p, text_.state);
        return std::make_unique<SlopeOp<S>>(formula_op(text_.target, text_.parameters, layout, p, to), text_.rate,
                                            layout.ref(p, text_.state, Instant::now), to, layout.cells(p));
    }

    TextState text_;
};

class SignalFromText final : public Signal {
   public:
    explicit SignalFromText(TextSignal text) : text_(std::move(text)) {}
    std::vector<Read> reads() const override { return text_.formula.inputs(); }
    std::vector<std::string> writes() const override { return {text_.column}; }
    std::string alias_of() const override { return alias_in(text_.formula); }
    std::unique_ptr<Op<float>> bind(const Layout<float>& l, PopulationId p) const override { return bound(l, p); }
    std::unique_ptr<Op<double>> bind(const Layout<double>& l, PopulationId p) const override { return bound(l, p); }

   private:
    template <class S>
    std::unique_ptr<Op<S>> bound(const Layout<S>& layout, PopulationId p) const {
        if (!alias_of().empty()) return nullptr;
        return formula_op(text_.formula, text_.parameters, layout, p, layout.ref(p, text_.column, Instant::now));
    }

    TextSignal text_;
};

}  // namespace

std::shared_ptr<const Neuron> neuron(TextState text) { return std::make_shared<NeuronFromText>(std::move(text)); }
std::shared_ptr<const Signal> signal(TextSignal text) { return std::make_shared<SignalFromText>(std::move(text)); }

}  // namespace apical::equations
