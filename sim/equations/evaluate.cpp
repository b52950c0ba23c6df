#include "sim/equations/evaluate.hpp"

#include <algorithm>
#include <array>

#include "sim/equations/arithmetic.hpp"

namespace apical::equations {
namespace {

/// Of intermediate results, on the stack: cells of a block times results at a time.
constexpr std::size_t room = 4096, most_cells = 256;

/// One operation on the packs of a block.
template <class S>
struct Block {
    std::size_t cells;
    std::array<Stream<S>, 3> from;
    S* to;

    template <class Function>
    void operator()(const Function& function) const {
        using P = Pack<S>;
        const std::size_t a = step(0), b = step(1), c = step(2);
        const S *x = from[0].data, *y = from[1].data, *z = from[2].data;
        for (std::size_t i = 0; i < cells; i += P::size, x += a, y += b, z += c)
            function(P::load(x), P::load(y), P::load(z)).store(to + i);
    }
    std::size_t step(std::size_t operand) const { return from[operand].is_held ? 0 : Pack<S>::size; }
};

template <class S>
void evaluate_packs(const Formula& formula, std::size_t n, std::span<const Stream<S>> inputs,
                    std::span<const Stream<S>> coefficients, S* to) {
    constexpr std::size_t line = 64 / sizeof(S);
    alignas(64) std::array<S, room>
        results;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
    const std::size_t block = std::min(most_cells, room / std::max<std::size_t>(formula.results(), 1) / line * line);
    const std::vector<Instruction>& instructions = formula.instructions();
    for (std::size_t first = 0; first < n; first += block) {
        const std::size_t cells = std::min(block, n - first);
        const auto at = [&](Operand operand) -> Stream<S> {
            if (operand.of == Operand::Of::result) return {results.data() + operand.index * block, false};
            const Stream<S> all =
                operand.of == Operand::Of::input ? inputs[operand.index] : coefficients[operand.index];
            return {all.is_held ? all.data : all.data + first, all.is_held};
        };
        for (std::size_t k = 0; k < instructions.size(); ++k) {
            const Instruction& one = instructions[k];
            // An operand that there is not is never looked at.
            const Stream<S> a = at(one.a);
            with_operation<Pack<S>>(
                one.operation, Block<S>{cells,
                                        {a, one.operands > 1 ? at(one.b) : a, one.operands > 2 ? at(one.c) : a},
                                        k + 1 == instructions.size() ? to + first : results.data() + one.to * block});
        }
        if (instructions.empty()) {
            const Stream<S> whole = at(formula.whole());
            const std::size_t step = whole.is_held ? 0 : Pack<S>::size;
            for (std::size_t i = 0, k = 0; i < cells; i += Pack<S>::size, k += step)
                Pack<S>::load(whole.data + k).store(to + first + i);
        }
    }
}

}  // namespace

void evaluate(const Formula& formula, std::size_t n, std::span<const Stream<float>> inputs,
              std::span<const Stream<float>> coefficients, float* to) {
    evaluate_packs(formula, n, inputs, coefficients, to);
}
void evaluate(const Formula& formula, std::size_t n, std::span<const Stream<double>> inputs,
              std::span<const Stream<double>> coefficients, double* to) {
    evaluate_packs(formula, n, inputs, coefficients, to);
}

template <class S>
Bound<S>::Bound(Formula formula, std::span<const double> parameters) : formula_(std::move(formula)) {
    const std::vector<double> numbers = formula_.coefficients(parameters);
    constexpr std::size_t line = 64 / sizeof(S);
    held_.resize(index(line), index(numbers.size()));
    for (std::size_t k = 0; k < numbers.size(); ++k) {
        held_.col(index(k)).setConstant(static_cast<S>(numbers[k]));
        coefficients_.push_back({held_.col(index(k)).data(), true});
    }
}

template class Bound<float>;
template class Bound<double>;

}  // namespace apical::equations
