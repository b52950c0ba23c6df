#include "sim/circuit/teacher.hpp"

#include <algorithm>
#include <cmath>

namespace apical {

namespace {

/// Log of the sum over units of exp(p) in one lane, without overflow.
template <class S>
S log_sum_exp(const S* p, std::size_t units, std::size_t lanes, std::size_t lane) {
    S largest = p[lane];
    for (std::size_t i = 1; i < units; ++i) largest = std::max(largest, p[i * lanes + lane]);
    S sum = 0;
    for (std::size_t i = 0; i < units; ++i) sum += std::exp(p[i * lanes + lane] - largest);
    return largest + std::log(sum);
}

}  // namespace

template <class S>
void emit_error(Loss loss, const S* p, const S* t, S* e, std::size_t units, std::size_t lanes) {
    if (loss == Loss::squared_error) {
        for (std::size_t k = 0; k < units * lanes; ++k) e[k] = std::isnan(t[k]) ? S(0) : t[k] - p[k];
        return;
    }
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        const S log_sum = log_sum_exp(p, units, lanes, lane);
        for (std::size_t i = 0; i < units; ++i) {
            const std::size_t k = i * lanes + lane;
            e[k] = t[k] - std::exp(p[k] - log_sum);
        }
    }
}

template <class S>
double mean_loss(Loss loss, const S* p, const S* t, std::size_t units, std::size_t lanes) {
    double sum = 0;
    if (loss == Loss::squared_error) {
        for (std::size_t k = 0; k < units * lanes; ++k)
            if (!std::isnan(t[k])) sum += 0.5 * double(t[k] - p[k]) * double(t[k] - p[k]);
    } else {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const double log_sum = log_sum_exp(p, units, lanes, lane);
            for (std::size_t i = 0; i < units; ++i)
                sum += double(t[i * lanes + lane]) * (log_sum - double(p[i * lanes + lane]));
        }
    }
    return sum / static_cast<double>(lanes);
}

template void emit_error(Loss, const float*, const float*, float*, std::size_t, std::size_t);
template void emit_error(Loss, const double*, const double*, double*, std::size_t, std::size_t);
template double mean_loss(Loss, const float*, const float*, std::size_t, std::size_t);
template double mean_loss(Loss, const double*, const double*, std::size_t, std::size_t);

}  // namespace apical
