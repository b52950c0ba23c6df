#pragma once
#include <array>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "sim/circuit/cell.hpp"
#include "sim/circuit/info.hpp"
#include "sim/circuit/struct_check.hpp"

namespace apical {

/// A neuron in relaxation form: every state x follows dx/dt = rate (target - x). One definition gives both dynamics, so
/// they cannot drift apart: the fixed point is x = target (settled), the slope is rate (target - x) (continuous).
///
///     struct Leaky {                                        // tau du/dt = -u + v_basal
///         double tau;                                       // ms
///         static constexpr auto sees = tags(basal);
///         static constexpr auto state = tags(soma);
///         std::array<double, 1> rates() const { return {1 / tau}; }
///         template <class C> auto target(const C& c) const { return c[basal]; }
///     };
///
/// A neuron computes; it never steps, records, draws or prints. `target_is = basal` in place of `sees` and `target`
/// says that the fixed point is a column as it stands, which costs nothing in settled dynamics.
///
/// A state without a leak of its own adds up what it receives, dx/dt = rate column: `accumulates = apical` in place of
/// `sees` and `target`. Its fixed point is where the column is 0, which takes a loop: the column has to follow from the
/// state, through other cells. Settled dynamics close such loops (sim/network/loop.hpp).
struct Closing {
    std::size_t steps = 0;  ///< x <- x + gain column, from 0; 0: the fixed point itself, where the loop is linear
    double gain = 0;
};

class Neuron {
   public:
    virtual ~Neuron() = default;
    virtual Info info() const = 0;
    virtual std::vector<Read> reads() const = 0;
    virtual std::vector<std::string> states() const = 0;
    virtual std::vector<double> rates() const = 0;  ///< 1/ms, of every state
    virtual std::string target_alias() const = 0;   ///< column that the target is, "" if it is computed
    virtual std::string accumulates() const = 0;    ///< column that the state adds up, "" if it has a target
    virtual Closing closing() const = 0;            ///< of the loop through a state that adds up
    virtual std::unique_ptr<Op<float>> bind_settle(const Layout<float>&, PopulationId) const = 0;
    virtual std::unique_ptr<Op<double>> bind_settle(const Layout<double>&, PopulationId) const = 0;
    virtual std::unique_ptr<Op<float>> bind_slope(const Layout<float>&, PopulationId) const = 0;
    virtual std::unique_ptr<Op<double>> bind_slope(const Layout<double>&, PopulationId) const = 0;
};

/// What a neuron's struct sees, and its fixed point, however it says so.
template <class N>
constexpr auto seen_by() {
    if constexpr (requires { N::target_is; }) return tags(N::target_is);
    else if constexpr (requires { N::accumulates; }) return tags(N::accumulates);
    else return std::remove_cvref_t<decltype(N::sees)>{};
}
template <class N, class C>
auto target_of(const N& neuron, const C& cell) {
    if constexpr (requires { N::target_is; }) return cell[N::target_is];
    else return neuron.target(cell);
}

template <class N>
class NeuronOf final : public Neuron {
    static_assert(NeuronCheck<N>::passed);
    static_assert(RateForEachState<N>, "rates() returns a std::array<double, number of states>");
    static constexpr bool renames = requires { N::target_is; };
    static constexpr bool adds_up = requires { N::accumulates; };
    using Sees = decltype(seen_by<N>());
    using State = std::remove_cvref_t<decltype(N::state)>;

   public:
    explicit NeuronOf(N neuron) : neuron_(std::move(neuron)) {}
    Info info() const override { return info_of<N>(); }
    std::vector<Read> reads() const override { return reads_of(Sees{}); }
    std::vector<std::string> states() const override { return names_of(State{}); }
    std::vector<double> rates() const override {
        const auto rates = neuron_.rates();
        return {rates.begin(), rates.end()};
    }
    std::string target_alias() const override {
        if constexpr (renames) return std::string(N::target_is.name);
        else return {};
    }
    std::string accumulates() const override {
        if constexpr (adds_up) return std::string(N::accumulates.name);
        else return {};
    }
    Closing closing() const override {
        if constexpr (adds_up && requires { neuron_.closing(); }) return neuron_.closing();
        else return {};
    }
    std::unique_ptr<Op<float>> bind_settle(const Layout<float>& l, PopulationId p) const override {
        return fixed_point(l, p);
    }
    std::unique_ptr<Op<double>> bind_settle(const Layout<double>& l, PopulationId p) const override {
        return fixed_point(l, p);
    }
    std::unique_ptr<Op<float>> bind_slope(const Layout<float>& l, PopulationId p) const override { return slope(l, p); }
    std::unique_ptr<Op<double>> bind_slope(const Layout<double>& l, PopulationId p) const override {
        return slope(l, p);
    }

   private:
    template <class S>
    std::unique_ptr<Op<S>> fixed_point(const Layout<S>& layout, PopulationId p) const {
        if constexpr (renames || adds_up) return nullptr;
        else {
            auto function = [neuron = neuron_](const auto& cell) { return target_of(neuron, cell); };
            return map_op<S, Sees>(function, refs_of<S>(Sees{}, layout, p), refs_of<S>(State{}, layout, p),
                                   layout.cells(p));
        }
    }

    template <class S>
    std::unique_ptr<Op<S>> slope(const Layout<S>& layout, PopulationId p) const {
        return slope_of<S>(Sees{}, State{}, layout, p);
    }
    template <class S, class... In, class... X>
    std::unique_ptr<Op<S>> slope_of(Tags<In...>, Tags<X...>, const Layout<S>& layout, PopulationId p) const {
        // The slope also sees the states; the target is given a cell reduced to what the neuron declares.
        using All = Tags<In..., X...>;
        auto function = [neuron = neuron_, rates = neuron_.rates()](const auto& cell) {
            if constexpr (adds_up) return std::tuple{rates[0] * cell[N::accumulates]};
            else {
                const auto target = as_tuple(target_of(neuron, cell.template reduced<In...>()));
                return slopes(target, rates, std::tuple{cell[X{}]...}, std::index_sequence_for<X...>{});
            }
        };
        const std::array<Ref<S>, sizeof...(In) + sizeof...(X)> from{layout.ref(p, In::name, In::instant)...,
                                                                    layout.ref(p, X::name, Instant::now)...};
        return map_op<S, All>(function, from, std::array<Ref<S>, sizeof...(X)>{layout.slope(p, X::name)...},
                              layout.cells(p));
    }
    template <class V>
    static auto as_tuple(const V& value) {
        return std::tuple{value};
    }
    template <class... V>
    static auto as_tuple(const std::tuple<V...>& values) {
        return values;
    }
    template <class Target, std::size_t n, class X, std::size_t... I>
    static auto slopes(const Target& target, const std::array<double, n>& rates, const X& x,
                       std::index_sequence<I...>) {
        static_assert(std::tuple_size_v<Target> == sizeof...(I),
                      "target(cell) returns as many values as there are states");
        return std::tuple{rates[I] * (std::get<I>(target) - std::get<I>(x))...};
    }

    N neuron_;
};

template <class N>
std::shared_ptr<const Neuron> neuron(N n) {
    return std::make_shared<NeuronOf<N>>(std::move(n));
}

}  // namespace apical
