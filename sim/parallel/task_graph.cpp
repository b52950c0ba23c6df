#include "sim/parallel/task_graph.hpp"

namespace apical {

template <class S>
void TaskGraph<S>::run(ThreadPool& pool, double work) {
    constexpr double worth_a_thread = 5e6;  // a meeting takes some microseconds, a sleeping thread some tens
    if (pool.members() == 1 || work < worth_a_thread) {
        for (Op<S>* op : ops_) op->run_whole();
        return;
    }
    tickets_ = 0;
    const auto members = static_cast<std::size_t>(pool.members());
    const auto share = [&] {
        std::size_t first = 0;  // ticket of the wave
        for (const std::vector<Part>& wave : waves_) {
            if (wave.empty()) continue;
            if (first > 0) pool.meet();
            for (std::size_t k = tickets_++ - first; k < wave.size(); k = tickets_++ - first)
                wave[k].op->run(wave[k].index);
            first += wave.size() + members;  // every member has drawn one blank
        }
    };
    pool.run(std::cref(share));  // a function object that fits without an allocation
}

template class TaskGraph<float>;
template class TaskGraph<double>;

}  // namespace apical
