#include "sim/parallel/task_graph.hpp"

namespace apical {

template <class S>
void TaskGraph<S>::run(ThreadPool& pool, double work) {
    // Of a wave, some ten microseconds: to share it takes one or two of them, and a thread that sleeps comes later, or
    // too late.
    constexpr double worth_a_thread = 9e5;
    if (pool.members() == 1 || work < worth_a_thread) {
        for (Op<S>* op : ops_) op->run_whole();
        return;
    }
    for (const Wave& wave : waves_) {
        if (wave.parts.size() == 1 || wave.work * work < worth_a_thread * work_)
            for (const Part& part : wave.parts) part.op->run(part.index);
        else
            pool.share(static_cast<std::uint32_t>(wave.parts.size()),
                       [&wave](std::uint32_t k) { wave.parts[k].op->run(wave.parts[k].index); });
    }
}

template class TaskGraph<float>;
template class TaskGraph<double>;

}  // namespace apical
