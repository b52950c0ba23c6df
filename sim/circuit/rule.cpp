#include "sim/circuit/rule.hpp"

namespace apical {

namespace {

class LowPassedRule final : public Rule {
   public:
    LowPassedRule(std::shared_ptr<const Rule> rule, double tau) : rule_(std::move(rule)), tau_(tau) {}
    Plasticity plasticity() const override {
        Plasticity result = rule_->plasticity();
        result.low_pass = tau_;
        return result;
    }
    std::vector<Read> post_reads() const override { return rule_->post_reads(); }
    std::vector<Read> pre_reads() const override { return rule_->pre_reads(); }
    std::optional<Read> pre_column() const override { return rule_->pre_column(); }
    BoundSide<float> bind_post(const Layout<float>& l, PopulationId p, SideBuffers<float>& b) const override {
        return rule_->bind_post(l, p, b);
    }
    BoundSide<double> bind_post(const Layout<double>& l, PopulationId p, SideBuffers<double>& b) const override {
        return rule_->bind_post(l, p, b);
    }
    BoundSide<float> bind_pre(const Layout<float>& l, PopulationId p, SideBuffers<float>& b) const override {
        return rule_->bind_pre(l, p, b);
    }
    BoundSide<double> bind_pre(const Layout<double>& l, PopulationId p, SideBuffers<double>& b) const override {
        return rule_->bind_pre(l, p, b);
    }

   private:
    std::shared_ptr<const Rule> rule_;
    double tau_;
};

}  // namespace

std::shared_ptr<const Rule> low_passed(std::shared_ptr<const Rule> rule, double tau) {
    return std::make_shared<LowPassedRule>(std::move(rule), tau);
}

}  // namespace apical
