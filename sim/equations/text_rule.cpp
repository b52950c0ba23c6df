#include "sim/equations/text_rule.hpp"

#include <utility>

#include "sim/equations/formula_op.hpp"

namespace apical::equations {
namespace {

class RuleFromText final : public Rule {
   public:
    explicit RuleFromText(TextRule text) : text_(std::move(text)) {}
    Info info() const override { return {text_.name, "A rule of the experiment file.", text_.equation, ""}; }
    Plasticity plasticity() const override { return {text_.decay, 0}; }
    std::size_t terms() const override { return text_.terms.size(); }
    std::vector<Read> post_reads(std::size_t term) const override { return text_.terms[term].post.inputs(); }
    std::vector<Read> pre_reads(std::size_t term) const override { return text_.terms[term].pre.inputs(); }
    std::optional<Read> pre_column(std::size_t term) const override { return text_.terms[term].pre.column(); }
    std::optional<Read> post_column(std::size_t term) const override { return text_.terms[term].post.column(); }
    BoundTerm<float> bind(std::size_t term, const Layout<float>& layout, PopulationId post, PopulationId pre,
                          SideBuffers<float>& buffers) const override {
        return bound(term, layout, post, pre, buffers);
    }
    BoundTerm<double> bind(std::size_t term, const Layout<double>& layout, PopulationId post, PopulationId pre,
                           SideBuffers<double>& buffers) const override {
        return bound(term, layout, post, pre, buffers);
    }

   private:
    template <class S>
    BoundTerm<S> bound(std::size_t term, const Layout<S>& layout, PopulationId post, PopulationId pre,
                       SideBuffers<S>& buffers) const {
        const TextTerm& of = text_.terms[term];
        return {side(of.post, layout, post, buffers), side(of.pre, layout, pre, buffers), of.gain};
    }
    template <class S>
    BoundSide<S> side(const Formula& formula, const Layout<S>& layout, PopulationId p, SideBuffers<S>& buffers) const {
        if (const std::optional<Read> column = formula.column())
            return {nullptr, layout.ref(p, column->column, column->instant)};
        const Ref<S> to = buffers.buffer(p);
        return {formula_op(formula, text_.parameters, layout, p, to), to};
    }

    TextRule text_;
};

}  // namespace

std::shared_ptr<const Rule> rule(TextRule text) { return std::make_shared<RuleFromText>(std::move(text)); }

}  // namespace apical::equations
