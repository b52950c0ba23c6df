#pragma once
#include <memory>
#include <string>
#include <vector>

#include "sim/circuit/cell.hpp"
#include "sim/circuit/layout.hpp"
#include "sim/circuit/struct_check.hpp"

namespace apical {

/// A signal of a population, computed cell by cell from other columns of the same instant. To define one, write a plain
/// struct; signals do not derive from this class:
///
///     struct Rectified {                                    // h = max(0, u)
///         static constexpr auto sees = tags(soma);
///         static constexpr auto writes = tags(rate);
///         template <class C> auto operator()(const C& c) const { return max(c[soma], 0); }
///     };
///
/// A signal that only renames a column says so (`is = soma` instead of `sees` and the operator) and costs nothing.
class Signal {
   public:
    virtual ~Signal() = default;
    virtual std::vector<Read> reads() const = 0;
    virtual std::vector<std::string> writes() const = 0;
    /// The column that this signal is another name of, "" if it computes something.
    virtual std::string alias_of() const = 0;
    virtual std::unique_ptr<Op<float>> bind(const Layout<float>&, PopulationId) const = 0;
    virtual std::unique_ptr<Op<double>> bind(const Layout<double>&, PopulationId) const = 0;
};

template <class F>
class SignalOf final : public Signal {
    static_assert(SignalCheck<F>::passed);

   public:
    explicit SignalOf(F function) : function_(std::move(function)) {}
    std::vector<Read> reads() const override {
        if constexpr (renames) return {{alias_of(), Instant::now}};
        else return reads_of(F::sees);
    }
    std::vector<std::string> writes() const override { return names_of(F::writes); }
    std::string alias_of() const override {
        if constexpr (renames) return std::string(F::is.name);
        else return {};
    }
    std::unique_ptr<Op<float>> bind(const Layout<float>& layout, PopulationId p) const override {
        return make(layout, p);
    }
    std::unique_ptr<Op<double>> bind(const Layout<double>& layout, PopulationId p) const override {
        return make(layout, p);
    }

   private:
    static constexpr bool renames = requires { F::is; };

    template <class S>
    std::unique_ptr<Op<S>> make(const Layout<S>& layout, PopulationId p) const {
        if constexpr (renames) return nullptr;
        else
            return map_op<S, std::remove_cvref_t<decltype(F::sees)>>(function_, refs_of<S>(F::sees, layout, p),
                                                                     refs_of<S>(F::writes, layout, p), layout.cells(p));
    }

    F function_;
};

template <class F>
std::shared_ptr<const Signal> signal(F function) {
    return std::make_shared<SignalOf<F>>(std::move(function));
}

}  // namespace apical
