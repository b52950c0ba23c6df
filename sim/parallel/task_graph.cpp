#include "sim/parallel/task_graph.hpp"

namespace apical {

template <class S>
void TaskGraph<S>::run(ThreadPool& pool, double work) {
    // Some microseconds of work, and as much as it takes to share a wave with a thread that still spins; one that
    // sleeps comes later, or too late, and is not waited for.
    constexpr double worth_a_thread = 2.5e5;
    if (pool.members() == 1 || work < worth_a_thread) {
        for (Op<S>* op : ops_) op->run_whole();
        return;
    }
    for (const std::vector<Part>& wave : waves_) {
        if (wave.size() == 1) wave[0].op->run(wave[0].index);
        else if (!wave.empty())
            pool.share(static_cast<std::uint32_t>(wave.size()),
                       [&wave](std::uint32_t k) { wave[k].op->run(wave[k].index); });
    }
}

template class TaskGraph<float>;
template class TaskGraph<double>;

}  // namespace apical
