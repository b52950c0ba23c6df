#pragma once
#include "sim/circuit/pack.hpp"
#include "sim/circuit/powers.hpp"
#include "sim/equations/expression.hpp"

namespace apical::equations {

/// Calls use(function of three V) with what an operation does, on doubles or packs: as it is written in C++. Truth
/// values that have to be kept are 1 and 0.
template <class V, class Use>
void with_operation(Operation operation, const Use& use) {
    const auto kept = [](auto condition) { return select(condition, V(1), V(0)); };
    const auto holds = [](const V& a) { return a != V(0); };
    switch (operation) {
        case Operation::number:
        case Operation::name:
            return;
        case Operation::negate:
            return use([](const V& a, const V&, const V&) { return -a; });
        case Operation::opposite:
            return use([=](const V& a, const V&, const V&) { return kept(!holds(a)); });
        case Operation::add:
            return use([](const V& a, const V& b, const V&) { return a + b; });
        case Operation::subtract:
            return use([](const V& a, const V& b, const V&) { return a - b; });
        case Operation::multiply:
            return use([](const V& a, const V& b, const V&) { return a * b; });
        case Operation::divide:
            return use([](const V& a, const V& b, const V&) { return a / b; });
        case Operation::less:
            return use([=](const V& a, const V& b, const V&) { return kept(a < b); });
        case Operation::less_equal:
            return use([=](const V& a, const V& b, const V&) { return kept(a <= b); });
        case Operation::greater:
            return use([=](const V& a, const V& b, const V&) { return kept(a > b); });
        case Operation::greater_equal:
            return use([=](const V& a, const V& b, const V&) { return kept(a >= b); });
        case Operation::equal:
            return use([=](const V& a, const V& b, const V&) { return kept(a == b); });
        case Operation::unequal:
            return use([=](const V& a, const V& b, const V&) { return kept(a != b); });
        case Operation::both:
            return use([=](const V& a, const V& b, const V&) { return kept(holds(a) && holds(b)); });
        case Operation::either:
            return use([=](const V& a, const V& b, const V&) { return kept(holds(a) || holds(b)); });
        case Operation::select:
            return use([=](const V& a, const V& b, const V& c) { return select(holds(a), b, c); });
        case Operation::minimum:
            return use([](const V& a, const V& b, const V&) { return min(a, b); });
        case Operation::maximum:
            return use([](const V& a, const V& b, const V&) { return max(a, b); });
        case Operation::absolute:
            return use([](const V& a, const V&, const V&) { return abs(a); });
        case Operation::square:
            return use([](const V& a, const V&, const V&) { return square(a); });
        case Operation::root:
            return use([](const V& a, const V&, const V&) { return sqrt(a); });
        case Operation::floor:
            return use([](const V& a, const V&, const V&) { return floor(a); });
        case Operation::exponential:
            return use([](const V& a, const V&, const V&) { return exp(a); });
        case Operation::logarithm:
            return use([](const V& a, const V&, const V&) { return log(a); });
        case Operation::pow:
            return use([](const V& a, const V& b, const V&) { return pow(a, b); });
        case Operation::power:
            return use([](const V& a, const V& b, const V&) { return power(a, b); });
        case Operation::sine:
            return use([](const V& a, const V&, const V&) { return sin(a); });
        case Operation::cosine:
            return use([](const V& a, const V&, const V&) { return cos(a); });
        case Operation::tanh:
            return use([](const V& a, const V&, const V&) { return tanh(a); });
        case Operation::sigmoid:
            return use([](const V& a, const V&, const V&) { return sigmoid(a); });
    }
}

}  // namespace apical::equations
