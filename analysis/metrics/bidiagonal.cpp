#include "analysis/metrics/bidiagonal.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <stdexcept>

namespace apical {
namespace {

constexpr double rounding = std::numeric_limits<double>::epsilon();

/// cosine and sine of the rotation that turns (f, g) to (length, 0). Numbers are scaled to 1 at most, so that squares
/// do not overflow; where they vanish, f and g do not matter beside the others.
struct Rotation {
    double cosine = 1, sine = 0, length = 0;
    Rotation(double f, double g) : length(std::sqrt(f * f + g * g)) {
        if (length == 0) return;
        const double inverse = 1 / length;
        cosine = f * inverse;
        sine = g * inverse;
    }
};

/// A part [first, last] of the matrix with nothing negligible above its diagonal.
class Block {
   public:
    Block(std::vector<double>& d, std::vector<double>& e, std::size_t first, std::size_t last)
        : d_(d), e_(e), first_(first), last_(last) {}

    /// Large numbers first: sweeps run from large to small. The reversed transpose has the same singular values.
    void turn_large_first() {
        if (std::abs(d_[first_]) >= std::abs(d_[last_])) return;
        const auto at = [](std::vector<double>& x, std::size_t k) {
            return x.begin() + static_cast<std::ptrdiff_t>(k);
        };
        std::reverse(at(d_, first_), at(d_, last_ + 1));
        std::reverse(at(e_, first_), at(e_, last_));
    }

    void sweep() {
        const double shift = smallest_of_last_two();
        const double start = std::abs(d_[first_]);
        // A zero on the diagonal has to be swept out without a shift, too.
        bool singular = start == 0;
        for (std::size_t k = first_; k <= last_; ++k) singular = singular || d_[k] == 0;
        if (singular || shift * shift <= rounding * start * start) sweep_unshifted();
        else sweep_shifted(shift);
    }

   private:
    /// Smaller singular value of the last two rows, from the larger one and the determinant.
    double smallest_of_last_two() const {
        const double f = d_[last_ - 1], g = e_[last_ - 1], h = d_[last_];
        const double larger = (std::hypot(f + h, g) + std::hypot(f - h, g)) / 2;
        return larger == 0 ? 0 : std::abs(f) / larger * std::abs(h);
    }

    void sweep_shifted(double shift) {
        double f = (std::abs(d_[first_]) - shift) * (std::copysign(1.0, d_[first_]) + shift / d_[first_]);
        double g = e_[first_];
        for (std::size_t k = first_; k < last_; ++k) {
            const Rotation right(f, g);
            if (k > first_) e_[k - 1] = right.length;
            f = right.cosine * d_[k] + right.sine * e_[k];
            e_[k] = right.cosine * e_[k] - right.sine * d_[k];
            g = right.sine * d_[k + 1];
            d_[k + 1] *= right.cosine;
            const Rotation left(f, g);
            d_[k] = left.length;
            f = left.cosine * e_[k] + left.sine * d_[k + 1];
            d_[k + 1] = left.cosine * d_[k + 1] - left.sine * e_[k];
            if (k + 1 == last_) break;
            g = left.sine * e_[k + 1];
            e_[k + 1] *= left.cosine;
        }
        e_[last_ - 1] = f;
    }

    void sweep_unshifted() {
        double cosine = 1, old_cosine = 1, old_sine = 0;
        for (std::size_t k = first_; k < last_; ++k) {
            const Rotation right(d_[k] * cosine, e_[k]);
            if (k > first_) e_[k - 1] = old_sine * right.length;
            const Rotation left(old_cosine * right.length, d_[k + 1] * right.sine);
            d_[k] = left.length;
            cosine = right.cosine;
            old_cosine = left.cosine;
            old_sine = left.sine;
        }
        const double rest = d_[last_] * cosine;
        e_[last_ - 1] = rest * old_sine;
        d_[last_] = rest * old_cosine;
    }

    std::vector<double>& d_;
    std::vector<double>& e_;
    std::size_t first_, last_;
};

}  // namespace

std::vector<double> bidiagonal_singular_values(std::vector<double> d, std::vector<double> e) {
    double scale = 0;
    for (const auto* numbers : {&d, &e})
        for (const double x : *numbers) scale = std::max(scale, std::abs(x));
    if (scale == 0) return d;
    for (auto* numbers : {&d, &e})
        for (double& x : *numbers) x /= scale;

    // Below what the reduction to this form has rounded away already.
    const double negligible = rounding * rounding;
    constexpr std::size_t sweeps_a_value = 60;  // two or three are usual
    std::size_t left = sweeps_a_value * d.size();
    std::size_t last = d.size() - 1, turned_first = d.size(), turned_last = d.size();
    while (last > 0) {
        std::size_t first = last;
        while (first > 0) {
            double& above = e[first - 1];
            if (std::abs(above) <= std::max(rounding * (std::abs(d[first - 1]) + std::abs(d[first])), negligible))
                above = 0;
            if (above == 0) break;
            --first;
        }
        if (first == last) {
            --last;
            continue;
        }
        if (left-- == 0) throw std::runtime_error("the singular values of a matrix do not converge");
        Block block(d, e, first, last);
        if (first != turned_first || last != turned_last) block.turn_large_first();
        turned_first = first;
        turned_last = last;
        block.sweep();
    }
    for (double& x : d) x = std::abs(x) * scale;
    std::sort(d.begin(), d.end(), std::greater<>());
    return d;
}

}  // namespace apical
