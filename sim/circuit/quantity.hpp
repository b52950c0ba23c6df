#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "sim/core/random.hpp"

namespace apical {

/// From `lower` to `upper`, both included.
struct Interval {
    double lower = -std::numeric_limits<double>::infinity();
    double upper = std::numeric_limits<double>::infinity();
};

/// What every cell, or every synapse, has one number of: the same number for all, numbers drawn from a law, or a list.
/// Number i is drawn at an address of its own, so that any may be asked for, in any order. The functions that make one
/// throw std::invalid_argument for what makes no sense: NaN, infinity, a negative deviation, or bounds that leave out
/// nearly all of the law (more than 999 of 1000).
class Quantity {
   public:
    // NOLINTNEXTLINE(google-explicit-constructor,hicpp-explicit-conversions): a number is the same number for all
    Quantity(double number);
    /// N(mean, deviation^2); what lies outside of `within` is drawn again.
    static Quantity normal(double mean, double deviation, Interval within = {});
    /// exp(N(mu, sigma^2)), likewise.
    static Quantity lognormal(double mu, double sigma, Interval within = {});
    /// Uniform between `low` and `high`, low <= high.
    static Quantity uniform(double low, double high);
    /// Number i is numbers[i].
    static Quantity list(std::vector<double> numbers);

    /// The same for all: whatever is at(..., 0).
    bool is_number() const { return std::holds_alternative<double>(law_); }
    bool is_list() const { return std::holds_alternative<List>(law_); }
    bool is_random() const { return !is_number() && !is_list(); }
    /// Why this does not give `count` numbers, behind a name and a colon: a list of another length. "" if it does.
    std::string refuse(std::size_t count) const;
    /// Number i; of a list, i must lie within it.
    double at(const Random& random, std::uint32_t stream, std::uint64_t i) const;
    /// No number lies outside; infinite for a law without an end.
    Interval range() const;

   private:
    using List = std::shared_ptr<const std::vector<double>>;
    struct Normal {
        double mean, deviation;
        bool is_exponent;  ///< of e: lognormal
        Interval within;
    };
    struct Uniform {
        double low, high;
    };
    explicit Quantity(std::variant<double, Normal, Uniform, List> law) : law_(std::move(law)) {}
    static Quantity normal_law(const Normal& law);

    std::variant<double, Normal, Uniform, List> law_;
};

}  // namespace apical
