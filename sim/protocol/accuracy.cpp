#include "sim/protocol/accuracy.hpp"

#include <algorithm>
#include <numeric>

#include "sim/protocol/batch.hpp"

namespace apical {

namespace {

// Lanes evaluated together: no more than stay in cache, and whole cache lines (16 floats) and kernels (24 of them).
constexpr std::size_t piece = 192;

}  // namespace

template <class S>
Score evaluate(Evaluators<S>& evaluators, const Samples& samples, std::span<const std::uint64_t> index,
               std::span<double> confusion) {
    Batch<S> batch;
    Score score;
    for (std::size_t first = 0; first < index.size(); first += piece) {
        const auto part = index.subspan(first, std::min(piece, index.size() - first));
        batch.gather(samples, part);
        Evaluator<S>& evaluator = evaluators.with(part.size());
        evaluator.answer(batch.inputs(), batch.targets());
        score.loss += evaluator.loss() * static_cast<double>(part.size());
        const std::vector<int> answers = evaluator.answers();
        for (std::size_t k = 0; k < part.size(); ++k) {
            const int label = samples.label(part[k]);
            score.accuracy += answers[k] == label ? 1 : 0;
            if (!confusion.empty())
                confusion[static_cast<std::size_t>(label) * samples.outputs() + static_cast<std::size_t>(answers[k])] +=
                    1;
        }
    }
    const auto n = static_cast<double>(index.size());
    return {score.loss / n, score.accuracy / n};
}

std::vector<std::uint64_t> fixed_part(const Samples& samples, std::uint64_t count, const Random& random) {
    if (samples.size() == 0) {
        std::vector<std::uint64_t> index(count);
        std::iota(index.begin(), index.end(), std::uint64_t{1} << 62);
        return index;
    }
    const auto order = random.permutation(static_cast<std::uint32_t>(samples.size()), Random::stream("evaluation"));
    return {order.begin(), order.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(count, order.size()))};
}

std::vector<std::uint64_t> whole(const Samples& samples) {
    std::vector<std::uint64_t> index(samples.size());
    std::iota(index.begin(), index.end(), std::uint64_t{0});
    return index;
}

template Score evaluate(Evaluators<float>&, const Samples&, std::span<const std::uint64_t>, std::span<double>);
template Score evaluate(Evaluators<double>&, const Samples&, std::span<const std::uint64_t>, std::span<double>);

}  // namespace apical
