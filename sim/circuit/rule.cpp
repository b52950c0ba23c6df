#include "sim/circuit/rule.hpp"

#include <algorithm>

namespace apical {

namespace {

class LowPassedRule final : public Rule {
   public:
    LowPassedRule(std::shared_ptr<const Rule> rule, double tau) : rule_(std::move(rule)), tau_(tau) {}
    Info info() const override { return rule_->info(); }
    Plasticity plasticity() const override {
        Plasticity result = rule_->plasticity();
        result.low_pass = tau_;
        return result;
    }
    std::size_t terms() const override { return rule_->terms(); }
    std::vector<Read> post_reads(std::size_t term) const override { return rule_->post_reads(term); }
    std::vector<Read> pre_reads(std::size_t term) const override { return rule_->pre_reads(term); }
    std::optional<Read> pre_column(std::size_t term) const override { return rule_->pre_column(term); }
    std::optional<Read> post_column(std::size_t term) const override { return rule_->post_column(term); }
    BoundTerm<float> bind(std::size_t term, const Layout<float>& layout, PopulationId post, PopulationId pre,
                          SideBuffers<float>& buffers) const override {
        return rule_->bind(term, layout, post, pre, buffers);
    }
    BoundTerm<double> bind(std::size_t term, const Layout<double>& layout, PopulationId post, PopulationId pre,
                           SideBuffers<double>& buffers) const override {
        return rule_->bind(term, layout, post, pre, buffers);
    }

   private:
    std::shared_ptr<const Rule> rule_;
    double tau_;
};

}  // namespace

bool Rule::needs_history() const {
    const auto any_before = [](const std::vector<Read>& reads) {
        return std::any_of(reads.begin(), reads.end(),
                           [](const Read& read) { return read.instant == Instant::before; });
    };
    for (std::size_t term = 0; term < terms(); ++term)
        if (any_before(post_reads(term)) || any_before(pre_reads(term))) return true;
    return false;
}

std::shared_ptr<const Rule> low_passed(std::shared_ptr<const Rule> rule, double tau) {
    return std::make_shared<LowPassedRule>(std::move(rule), tau);
}

}  // namespace apical
