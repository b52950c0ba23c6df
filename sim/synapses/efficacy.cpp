#include "sim/synapses/efficacy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "sim/core/error.hpp"

namespace apical {
template <class S>
Efficacy<S>::Efficacy(const EventProjection& projection, std::size_t source_cells, double step,
                      std::size_t longest_delay)
    : U_(projection.short_term->U),
      f_(projection.short_term->jump()),
      h_(source_cells),
      x_(source_cells),
      last_(source_cells),
      used_(longest_delay) {
    const auto refuse = [&](const std::string& why) {
        throw std::invalid_argument("projection '" + projection.name + "': " + why);
    };
    /// A time constant of 0 is over at once.
    const auto steps_over = [&](double time, const char* name) {
        if (!(time >= 0) || !std::isfinite(time)) refuse(fmt::format("{} is {} ms, expected 0 ms or more", name, time));
        return time == 0 ? std::numeric_limits<double>::infinity() : step / time;
    };
    for (const auto& [name, part] : {std::pair{"U", U_}, {"f", f_}})
        if (!(part >= 0 && part <= 1)) refuse(fmt::format("{} is {}, expected from 0 to 1", name, part));
    if (U_ == 0 && f_ == 0) refuse("U is 0, expected more than 0 where f is 0, too: nothing would ever be sent");
    step_over_depression_ = steps_over(projection.short_term->tau_depression, "tau_depression");
    step_over_facilitation_ = steps_over(projection.short_term->tau_facilitation, "tau_facilitation");
    if (projection.plastic.rule != nullptr) refuse("found short-term plasticity beside a rule, expected one of both");
    rest();
}

template <class S>
void Efficacy<S>::push(std::span<const std::uint32_t> fired, std::uint64_t now) {
    std::vector<S>& used = used_[head_];
    used.clear();
    for (const std::uint32_t cell : fired) {
        double h = 0, x = 1;
        if (last_[cell] != 0) {
            const auto steps = static_cast<double>(now - last_[cell]);
            h = h_[cell] * std::exp(-steps * step_over_facilitation_);
            x = 1 - (1 - x_[cell]) * std::exp(-steps * step_over_depression_);
        }
        const double u = h + U_ * (1 - h);
        used.push_back(static_cast<S>(u * x));
        // u + f (1 - u) in terms of h; for f = U that is u itself.
        h_[cell] = static_cast<S>(f_ == U_ || U_ == 1 ? u : (u + f_ * (1 - u) - U_) / (1 - U_));
        x_[cell] = static_cast<S>(x - u * x);
        last_[cell] = now;
    }
    head_ = head_ + 1 == used_.size() ? 0 : head_ + 1;
}

template <class S>
void Efficacy<S>::rest() {
    std::ranges::fill(h_, S(0));
    std::ranges::fill(x_, S(1));
    std::ranges::fill(last_, std::uint64_t{0});
    for (auto& list : used_) list.clear();
    head_ = 0;
}

template <class S>
void Efficacy<S>::save(ArchiveWriter& archive, const std::string& name) const {
    std::vector<S> numbers;  // h, x, then what was used in every step, the oldest first
    numbers.insert(numbers.end(), h_.begin(), h_.end());
    numbers.insert(numbers.end(), x_.begin(), x_.end());
    for (std::size_t steps = used_.size(); steps > 0; --steps) {
        const auto list = ago(steps);
        numbers.insert(numbers.end(), list.begin(), list.end());
    }
    archive.put(name + "/numbers", std::span<const S>(numbers));
    archive.put(name + "/last", std::span<const std::uint64_t>(last_));
}

template <class S>
void Efficacy<S>::load_lists(const ArchiveReader& archive, const std::string& name,
                             const std::vector<std::size_t>& counts) {
    rest();
    std::size_t all = h_.size() + x_.size();
    for (const std::size_t count : counts) all += count;
    std::vector<S> numbers(all);
    archive.take(name + "/numbers", std::span<S>(numbers));
    archive.take(name + "/last", std::span<std::uint64_t>(last_));
    auto from = numbers.begin();
    const auto take = [&](std::vector<S>& into, std::size_t count) {
        into.assign(from, from + static_cast<std::ptrdiff_t>(count));
        from += static_cast<std::ptrdiff_t>(count);
    };
    take(h_, h_.size());
    take(x_, x_.size());
    for (std::size_t k = 0; k < counts.size(); ++k) take(used_[k], counts[k]);
}

template class Efficacy<float>;
template class Efficacy<double>;

}  // namespace apical
