#include "sim/equations/text_rule.hpp"

#include <utility>

#include "sim/circuit/tiles.hpp"
#include "sim/equations/evaluate.hpp"

namespace apical::equations {
namespace {

/// Writes what a formula makes of the columns of a population's cells.
template <class S>
class FormulaOp final : public Op<S> {
   public:
    FormulaOp(Bound<S> formula, std::vector<Ref<S>> from, Ref<S> to, std::size_t cells)
        : formula_(std::move(formula)), from_(std::move(from)), to_(to), tiles_(Tiles::of_cells(cells, 1)) {}

    std::size_t parts() const override { return tiles_.count; }
    double work() const override {
        constexpr double products_an_operation = 5;
        return products_an_operation * static_cast<double>(formula_.formula().instructions().size() + 2) *
               static_cast<double>(tiles_.extent);
    }
    void run(std::size_t part) override { run_cells(tiles_.begin(part), tiles_.begin(part + 1)); }
    void run_whole() override { run_cells(0, tiles_.extent); }

   private:
    void run_cells(std::size_t first, std::size_t end) {
        std::vector<Stream<S>> inputs;
        inputs.reserve(from_.size());
        for (const Ref<S>& column : from_) inputs.push_back({column.data() + first, false});
        formula_(end - first, inputs, to_.data() + first);
    }

    Bound<S> formula_;
    std::vector<Ref<S>> from_;
    Ref<S> to_;
    Tiles tiles_;
};

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
        std::vector<Ref<S>> from;
        for (const Read& read : formula.inputs()) from.push_back(layout.ref(p, read.column, read.instant));
        const Ref<S> to = buffers.buffer(p);
        return {
            std::make_unique<FormulaOp<S>>(Bound<S>(formula, text_.parameters), std::move(from), to, layout.cells(p)),
            to};
    }

    TextRule text_;
};

}  // namespace

std::shared_ptr<const Rule> rule(TextRule text) { return std::make_shared<RuleFromText>(std::move(text)); }

}  // namespace apical::equations
