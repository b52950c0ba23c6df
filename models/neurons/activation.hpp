#pragma once
#include <stdexcept>
#include <string>

#include "sim/circuit/cell.hpp"

namespace apical {

// Activations phi and their derivatives, for one cell (V is a Pack).

struct Relu {
    template <class V>
    V value(V u) const {
        return max(u, 0);
    }
    template <class V>
    V slope(V u) const {
        return select(u > V(0), V(1), V(0));
    }
};

struct LeakyRelu {
    double leak;
    template <class V>
    V value(V u) const {
        return max(u, leak * u);
    }
    template <class V>
    V slope(V u) const {
        return select(u > V(0), V(1), V(leak));
    }
};

struct Tanh {
    template <class V>
    V value(V u) const {
        return tanh(u);
    }
    template <class V>
    V slope(V u) const {
        const V h = tanh(u);
        return 1.0 - h * h;
    }
};

/// 1 / (1 + e^-u)
struct Logistic {
    template <class V>
    V value(V u) const {
        return sigmoid(u);
    }
    template <class V>
    V slope(V u) const {
        const V h = value(u);
        return h * (1.0 - h);
    }
};

struct Linear {
    template <class V>
    V value(V u) const {
        return u;
    }
    template <class V>
    V slope(V) const {
        return V(1);
    }
};

/// Calls `use(phi)` with the activation of that name. Throws std::invalid_argument.
template <class Use>
auto with_activation(const std::string& name, double leak, const Use& use) {
    if (name == "relu") return use(Relu{});
    if (name == "leaky_relu") return use(LeakyRelu{leak});
    if (name == "tanh") return use(Tanh{});
    if (name == "logistic") return use(Logistic{});
    if (name == "linear") return use(Linear{});
    throw std::invalid_argument("unknown activation '" + name + "'");
}

/// h = phi(u)
template <class Phi>
struct RateOf {
    Phi phi;
    static constexpr auto sees = tags(soma);
    static constexpr auto writes = tags(rate);
    template <class C>
    auto operator()(const C& c) const {
        return phi.value(c[soma]);
    }
};

/// h = u, at no cost.
struct RateIsSoma {
    static constexpr auto is = soma;
    static constexpr auto writes = tags(rate);
};

}  // namespace apical
