#include "sim/run/sections.hpp"

#include "sim/core/data_source.hpp"
#include "sim/dynamics/stepper.hpp"
#include "sim/run/model.hpp"

namespace apical {
namespace {

template <class Named>
std::vector<std::string> names_of(const std::vector<Named>& list) {
    std::vector<std::string> names;
    names.reserve(list.size());
    for (const Named& one : list) names.push_back(one.name);
    return names;
}

constexpr Range count{1, 1e15};

}  // namespace

const Table<RunSection>& run_table() {
    using R = RunSection;
    static const Table<R> rows{
        {"mode", &R::mode, "1",
         "Every signal at its fixed point (settled), or states that follow their equations (continuous).",
         one_of("settled", "continuous")},
        {"seed", &R::seed, "1", "Seed of all random numbers.", non_negative},
        {"lanes", &R::lanes, "1", "Samples presented side by side to the same plastic weights.", between(1, 65536)},
        {"epochs", &R::epochs, "1", "Length of the run in passes over the training samples.",
         Range{0, 1e9, true, false}},
        {"samples", &R::samples, "1", "Length of the run in presented samples; 0: `epochs` says it.", between(0, 1e15)},
        {"epoch_size", &R::epoch_size, "1", "What an endless generator calls an epoch, in samples.", count},
        {"precision", &R::precision, "1", "Numbers the circuit computes with.", one_of("float", "double")},
        {"threads", &R::threads, "1", "Threads; 0: one for every core. The results do not depend on it.",
         between(0, 1024)},
        {"baselines", &R::baselines, "1", "Models that see the same samples from the same initial W, for comparison.",
         one_of(names_of(models()))},
        {"stepper", &R::stepper, "1", "How states are advanced (continuous mode).", one_of(names_of(steppers()))},
        {"step", &R::step, "ms", "Time step (continuous mode).", positive},
        {"presentation", &R::presentation, "ms", "How long a sample is held (continuous mode).", positive},
    };
    return rows;
}

const Table<TaskSection>& task_table() {
    using T = TaskSection;
    static const Table<T> rows{
        {"dataset", &T::dataset, "1", "Where the samples come from; `apical describe NAME` lists the keys of each.",
         one_of(names_of(data_sources())), true},
        {"loss", &T::loss, "1",
         "What the teacher's error is the slope of; by data: softmax_cross_entropy for classes, else "
         "squared_error.",
         one_of("by data", "softmax_cross_entropy", "squared_error")},
    };
    return rows;
}

const Table<CircuitSection>& circuit_table() {
    static const Table<CircuitSection> rows{
        {"model", &CircuitSection::model, "1",
         "The circuit; `apical describe NAME` lists the other keys of this section.", one_of(names_of(models())),
         true}};
    return rows;
}

const Table<RecordSection>& record_table() {
    using R = RecordSection;
    static const Table<R> rows{
        {"metrics", &R::metrics, "1",
         "When to measure: \"1 epoch\", \"100 samples\", \"at 0, 1000 samples\", \"start and end\" or "
         "\"never\"."},
        {"spectra", &R::spectra, "1",
         "When to measure what takes all singular values of the weights, which is costly: `apical list "
         "spectra`. Written as `metrics`."},
        {"weights", &R::weights, "1", "When to keep a copy of all weights; the last one is always kept, in /final."},
        {"evaluation_samples", &R::evaluation_samples, "1",
         "Size of the fixed batch of training samples that loss and alignment "
         "are measured on.",
         between(1, 65536)},
        {"accuracy_samples", &R::accuracy_samples, "1", "Largest number of training samples for train_accuracy.",
         between(1, 1e9)},
        {"precision", &R::precision, "1", "Numbers in the file.", one_of("float32", "float64")},
        {"flush", &R::flush, "s", "Wall time after which what was recorded is in the file, whatever happens then.",
         non_negative},
    };
    return rows;
}

const Table<CheckpointSection>& checkpoint_table() {
    using C = CheckpointSection;
    static const Table<C> rows{
        {"every", &C::every, "s", "Wall time between two checkpoints.", non_negative},
        {"file", &C::file, "1", "Name of the checkpoint; empty: that of the output and \".checkpoint\"."},
        {"keep", &C::keep, "1", "Leave a checkpoint of the end, for `apical resume --set run.epochs=...`."},
    };
    return rows;
}

const Table<InitSection>& init_table() {
    using I = InitSection;
    static const Table<I> rows{
        {"file", &I::file, "1",
         "HDF5 file with initial weights, one data set (post, pre) each; empty: all are random."},
        {"group", &I::group, "1", "Group of that file: /final, /weights, or your own."},
        {"row", &I::row, "1",
         "Which snapshot, where a data set has time as its first axis; negative: counted from the last."},
        {"partial", &I::partial, "1", "Weights that the file does not have stay random, instead of being an error."},
    };
    return rows;
}

const Table<GuardSection>& guard_table() {
    static const Table<GuardSection> rows{{"largest_weight", &GuardSection::largest_weight, "1",
                                           "The run stops when a weight is larger than this in absolute value.",
                                           positive}};
    return rows;
}

const std::vector<Section>& sections() {
    static const std::vector<Section> all{
        {"run", "Length, seed, lanes and mode of a run.", run_table().descriptors()},
        {"task", "What is to be learned. The data set has keys of its own here.", task_table().descriptors()},
        {"circuit", "What learns. The keys all models share stand here too.", circuit_table().descriptors()},
        {"record", "What is written to the file, and when.", record_table().descriptors()},
        {"checkpoint", "From what an interrupted run can go on.", checkpoint_table().descriptors()},
        {"init", "Initial weights from a file.", init_table().descriptors()},
        {"guard", "When a run that has gone wrong is stopped.", guard_table().descriptors()},
    };
    return all;
}

}  // namespace apical
