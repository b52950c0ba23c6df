#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/core/fingerprint.hpp"

namespace apical {

/// Input-target pairs, addressed by index. A finite set has `size()` samples; an endless generator (size 0) makes
/// sample k from (seed, k), so it never repeats and never stores.
class Samples {
   public:
    virtual ~Samples() = default;
    virtual std::size_t size() const = 0;      ///< 0: endless
    virtual std::size_t features() const = 0;  ///< length of an input
    virtual std::size_t outputs() const = 0;   ///< length of a target: number of classes, or of regressed values
    /// Writes inputs to x (features x lanes) and targets to y (outputs x lanes), both row-major: lane k of feature f is
    /// x[f * lanes + k], with lanes = index.size(). Targets of classes are one-hot. Thread-safe.
    virtual void gather(std::span<const std::uint64_t> index, float* x, float* y) const = 0;
    /// The same in the numbers of a circuit that computes in double: nothing is rounded to float on the way.
    virtual void gather(std::span<const std::uint64_t> index, double* x, double* y) const = 0;
    /// Class of a sample, -1 if the task is a regression.
    virtual int label(std::uint64_t index) const = 0;
    /// Adds what was read from files: all inputs, labels or targets in the order of the samples, as they were read,
    /// before any arithmetic, which may differ in its last bits between machines. Generated samples add nothing: they
    /// are what their keys and their seed say.
    virtual void add_to(Fingerprint&) const {}
};

/// Samples that are gathered by one text for both kinds of number, S float or double, which Derived has:
///     template <class S> void fill(std::span<const std::uint64_t> index, S* x, S* y) const
template <class Derived>
class SamplesOf : public Samples {
   public:
    void gather(std::span<const std::uint64_t> index, float* x, float* y) const final { derived().fill(index, x, y); }
    void gather(std::span<const std::uint64_t> index, double* x, double* y) const final { derived().fill(index, x, y); }

   private:
    SamplesOf() = default;
    const Derived& derived() const { return static_cast<const Derived&>(*this); }
    friend Derived;
};

/// What a data source gives.
struct DataSet {
    std::string name;
    bool classes = true;  ///< classification (one-hot targets) or regression
    std::shared_ptr<const Samples> train;
    std::shared_ptr<const Samples> validation;  ///< to choose parameters by; finite, or null
    std::shared_ptr<const Samples> test;        ///< finite, or null
    std::string attribution;                    ///< who made it, licence; goes into the provenance
    std::vector<std::string> class_names{};     ///< of each output, where the file has names; else empty
    std::vector<std::string> input_names{};     ///< of each input, where the file has names; else empty
    std::vector<std::string> warnings{};        ///< what the user may not have meant, a sentence each
};

}  // namespace apical
