#include "sim/experiment/course.hpp"

#include "sim/experiment/free_run.hpp"
#include "sim/experiment/sample_run.hpp"

namespace apical {

std::unique_ptr<Course> course_of(const Experiment& experiment, Threads threads, Progress& progress) {
    const auto pool = std::make_shared<ThreadPool>(threads);
    if (!pool->shortage().empty()) progress.note("warning: " + pool->shortage() + "; the results do not depend on it");
    const bool narrow = experiment.run.precision == "float";
    if (experiment.is_free()) {
        if (narrow) return std::make_unique<FreeRun<float>>(experiment, pool);
        return std::make_unique<FreeRun<double>>(experiment, pool);
    }
    if (narrow) return std::make_unique<SampleRun<float>>(experiment, pool);
    return std::make_unique<SampleRun<double>>(experiment, pool);
}

}  // namespace apical
