#pragma once
#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

#include "sim/circuit/layout.hpp"
#include "sim/parallel/thread_pool.hpp"

namespace apical {

/// Bound work in waves: what the operations of a wave need was made by the waves before it. Threads share the parts of
/// a wave, and parts write different places: who takes which, and when, does not show in the bits. Does not own the
/// operations.
template <class S>
class TaskGraph {
   public:
    /// Operations of one wave may be added in any order. Alone, a thread runs all in the order in which they were
    /// added, so that is to be a valid one too.
    void add(std::size_t wave, Op<S>& op) {
        if (waves_.size() <= wave) waves_.resize(wave + 1);
        ops_.push_back(&op);
        for (std::size_t part = 0; part < op.parts(); ++part) waves_[wave].parts.push_back({&op, part});
        waves_[wave].work += op.work();
        work_ += op.work();
        // The largest first, so that several threads come out even.
        std::ranges::stable_sort(waves_[wave].parts, std::greater<>(), [](const Part& p) { return p.work(); });
    }

    void run(ThreadPool& pool) { run(pool, work_); }
    /// The same for who knows the work of all operations better than they did when they were added: it decides which
    /// waves one thread does alone.
    void run(ThreadPool& pool, double work);

   private:
    struct Part {
        Op<S>* op;
        std::size_t index;
        double work() const { return op->work() / static_cast<double>(op->parts()); }
    };
    struct Wave {
        std::vector<Part> parts;
        double work = 0;
    };
    std::vector<Op<S>*> ops_;
    std::vector<Wave> waves_;
    double work_ = 0;
};

extern template class TaskGraph<float>;
extern template class TaskGraph<double>;

}  // namespace apical
