#pragma once
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "sim/core/matrix.hpp"
#include "sim/synapses/event_learning.hpp"
#include "tests/unit/dynamics/by_pairs.hpp"

namespace apical {

using Times = ByPairs::Times;
inline constexpr double step = 0.1;  ///< ms

/// Synapses between cells whose events are given.
template <class S>
class Trains {
   public:
    Trains(const EventProjection& projection, const std::vector<Times>& pre, const std::vector<Times>& post,
           std::size_t parts = 1, std::size_t columns = 0)
        : sources_(pre.size()),
          targets_(post.size()),
          pre_(by_step(pre)),
          post_(by_step(post)),
          synapses_(projection, sources_, targets_, step, Random(3), parts),
          columns_(columns, Columns(targets_, S(0))),
          learning_(projection, synapses_, sources_, targets_, step, refs()),
          into_(targets_, S(0)) {}

    void run(std::uint32_t end) {
        while (now_ < end) {
            ++now_;
            for (std::size_t c = 0; c < columns_.size(); ++c)
                for (std::size_t k = 0; k < targets_; ++k) columns_[c][k] = value_(c, k, now_);
            for (std::size_t part = 0; part < synapses_.parts().count; ++part) {
                learning_.begin(synapses_, now_, part);
                for (std::size_t k = 0; k < synapses_.delays().size(); ++k)
                    learning_.deliver(synapses_, fired(pre_, now_ - synapses_.delays()[k]), k, now_, into_.data(),
                                      part);
            }
            const auto reward = rewards_.find(now_);
            learning_.end(
                synapses_, now_, [&](std::size_t) { return fired(post_, now_); },
                reward == rewards_.end() ? 0 : reward->second);
        }
    }

    /// Columns of targets, which hold value(column, target, step) at the end of a step.
    void hold(std::function<S(std::size_t, std::size_t, std::uint32_t)> value) { value_ = std::move(value); }
    /// In these steps.
    void reward(std::map<std::uint32_t, double> rewards) { rewards_ = std::move(rewards); }

    /// By source and target.
    Matrix<double> weights() const {
        Gathered gathered(sources_, targets_);
        learning_.visit(synapses_, gathered);
        return gathered.weights;
    }
    const std::vector<S>& transmitted() const { return into_; }
    void save(ArchiveWriter& archive) const { learning_.save(synapses_, archive, "EE"); }
    void load(const ArchiveReader& archive, std::uint32_t now) {
        now_ = now;
        learning_.load(synapses_, now, archive, "EE");
    }

   private:
    struct Gathered final : SynapseVisitor {
        Gathered(std::size_t sources, std::size_t targets)
            : weights(Matrix<double>::Zero(static_cast<Eigen::Index>(sources), static_cast<Eigen::Index>(targets))) {}
        void visit(std::span<const std::uint32_t> post, std::span<const std::uint32_t> pre,
                   std::span<const double> values) override {
            for (std::size_t k = 0; k < post.size(); ++k) weights(pre[k], post[k]) = values[k];
        }
        Matrix<double> weights;
    };
    using Lists = std::vector<std::vector<std::uint32_t>>;
    static Lists by_step(const std::vector<Times>& trains) {
        Lists lists;
        for (std::uint32_t cell = 0; cell < trains.size(); ++cell)
            for (const std::uint32_t time : trains[cell]) {
                if (lists.size() <= time) lists.resize(time + 1);
                lists[time].push_back(cell);
            }
        return lists;
    }
    static std::span<const std::uint32_t> fired(const Lists& lists, std::uint32_t when) {
        if (when < lists.size()) return lists[when];  // also before the beginning, where steps are huge
        return {};
    }

    std::size_t sources_, targets_;
    Lists pre_, post_;
    EventSynapses<S> synapses_;
    using Columns = std::vector<S>;
    std::vector<Columns> columns_;
    std::vector<S*> bases_;
    std::function<S(std::size_t, std::size_t, std::uint32_t)> value_;
    std::vector<Ref<S>> refs() {
        std::vector<Ref<S>> all;
        for (Columns& column : columns_) bases_.push_back(column.data());
        for (S*& base : bases_) all.push_back({&base, 0});
        return all;
    }
    EventLearning<S> learning_;
    std::vector<S> into_;
    std::uint32_t now_ = 0;
    std::map<std::uint32_t, double> rewards_;
};

}  // namespace apical
