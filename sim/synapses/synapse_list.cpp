#include "sim/synapses/synapse_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "sim/core/fingerprint.hpp"

namespace apical {
namespace {

/// Compares the synapses that there are with those of a list, in the order of their addresses.
class Comparison final : public SynapseVisitor {
   public:
    Comparison(std::size_t columns, std::span<const std::uint64_t> addresses)
        : columns_(columns), addresses_(addresses) {}
    void visit(std::span<const std::uint32_t> post, std::span<const std::uint32_t> pre,
               std::span<const double>) override {
        for (std::size_t k = 0; k < post.size() && problem_.empty(); ++k, ++next_) {
            const std::uint64_t place = std::uint64_t{post[k]} * columns_ + pre[k];
            if (next_ == addresses_.size() || addresses_[next_] > place)
                problem_ = fmt::format("hold no number for the synapse from cell {} to cell {}", pre[k], post[k]);
            else if (addresses_[next_] < place) problem_ = surplus();
        }
    }
    /// "" if they are the same.
    std::string problem() const { return problem_.empty() && next_ < addresses_.size() ? surplus() : problem_; }

   private:
    std::string surplus() const {
        return fmt::format("hold a number where the circuit has no synapse, from cell {} to cell {}",
                           addresses_[next_] % columns_, addresses_[next_] / columns_);
    }

    std::size_t columns_;
    std::span<const std::uint64_t> addresses_;
    std::size_t next_ = 0;
    std::string problem_;
};

/// Takes the fingerprint of the addresses of all synapses, however they are shown.
class Addresses final : public SynapseVisitor {
   public:
    explicit Addresses(std::size_t columns) : columns_(columns) {}
    void visit(std::span<const std::uint32_t> post, std::span<const std::uint32_t> pre,
               std::span<const double>) override {
        std::vector<std::uint64_t> some;
        constexpr std::size_t at_once = 4096;
        for (std::size_t first = 0; first < post.size(); first += at_once) {
            some.clear();
            for (std::size_t k = first; k < std::min(first + at_once, post.size()); ++k)
                some.push_back(std::uint64_t{post[k]} * columns_ + pre[k]);
            fingerprint_.add(std::span<const std::uint64_t>(some));
        }
    }
    std::string text() {
        fingerprint_.add(std::uint64_t{columns_});
        return fingerprint_.text();
    }

   private:
    std::size_t columns_;
    Fingerprint fingerprint_;
};

/// Gives synapses their numbers, in order.
class Assignment final : public SynapseEditor {
   public:
    explicit Assignment(std::span<const double> values) : values_(values) {}
    void edit(std::span<const std::uint32_t>, std::span<const std::uint32_t>, std::span<double> values) override {
        std::ranges::copy(values_.first(values.size()), values.begin());
        values_ = values_.subspan(values.size());
    }

   private:
    std::span<const double> values_;
};

}  // namespace

template <class S>
std::string assign_list(WeightState<S>& to, std::span<const std::uint64_t> addresses, std::span<const double> values) {
    if (addresses.size() != values.size())
        return fmt::format("hold {} numbers for {} synapses", values.size(), addresses.size());
    Comparison comparison(to.columns(), addresses);
    to.visit(comparison);
    if (std::string problem = comparison.problem(); !problem.empty()) return problem;
    for (std::size_t k = 0; k < values.size(); ++k)
        if (!(std::abs(values[k]) <= static_cast<double>(std::numeric_limits<S>::max())))
            return fmt::format("hold a number that is not finite in run.precision: {} from cell {} to cell {}",
                               values[k], addresses[k] % to.columns(), addresses[k] / to.columns());
    Assignment assignment(values);
    to.edit(assignment);
    return "";
}

template <class S>
std::string fingerprint_of_synapses(const WeightState<S>& of) {
    Addresses addresses(of.columns());
    of.visit(addresses);
    return addresses.text();
}

template std::string fingerprint_of_synapses(const WeightState<float>&);
template std::string fingerprint_of_synapses(const WeightState<double>&);
template std::string assign_list(WeightState<float>&, std::span<const std::uint64_t>, std::span<const double>);
template std::string assign_list(WeightState<double>&, std::span<const std::uint64_t>, std::span<const double>);

}  // namespace apical
