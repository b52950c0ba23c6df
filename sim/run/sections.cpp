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
        {"order", &R::order, "1",
         "Of the training samples: shuffled in every epoch, or sequential, every lane from a place of its own: for "
         "series.",
         one_of("shuffled", "sequential")},
        {"shared_order", &R::shared_order, "1", "All lanes see the same sample."},
        {"precision", &R::precision, "1", "Numbers the circuit computes with.", one_of("float", "double")},
        {"threads", &R::threads, "1", "Threads; 0: one for every core. The results do not depend on it.",
         between(0, 1024)},
        {"baselines", &R::baselines, "1", "Models that see the same samples from the same initial W, for comparison.",
         one_of(names_of(models()))},
        {"stepper", &R::stepper, "1", "How states are advanced (continuous mode).", one_of(names_of(steppers()))},
        {"step", &R::step, "ms", "Time step (continuous mode).", positive},
        {"presentation", &R::presentation, "ms", "How long a sample is shown (continuous mode).", positive},
        {"ramp", &R::ramp, "ms",
         "Time in which the input goes from the sample before to this one; 0: it jumps (continuous mode).",
         non_negative},
        {"error_onset", &R::error_onset, "ms",
         "After so long the teacher sees the target; until then it sees none and is silent, while plasticity goes on "
         "(continuous mode).",
         non_negative},
        {"tolerance", &R::tolerance, "1", "Error that a controlled stepper allows, absolute and relative.", positive},
        {"splitting", &R::splitting, "1",
         "How states and weights take turns: in whole steps (lie, first order), half steps around (strang, second "
         "order), or as one system (coupled, for validation on small circuits). Continuous mode.",
         one_of("lie", "strang", "coupled")},
        {"held_sources", &R::held_sources, "1",
         "Compute the drive from an input that stands still once a presentation, where that is exact (continuous "
         "mode)."},
        {"one_pass", &R::one_pass, "1",
         "Make updates while weights are read for the next drive, where that is exact (continuous mode, one lane)."},
        {"settling", &R::settling, "ms",
         "Before time begins the cells live for so long with the first input, without teacher, noise and plasticity "
         "(continuous mode).",
         non_negative},
        {"plasticity", &R::plasticity, "1",
         "How decay and low-pass of plasticity go over a step: exactly, or by explicit Euler as in other authors' "
         "codes "
         "(continuous mode).",
         one_of("exact", "euler")},
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
        {"answer", &T::answer, "1", "What the circuit is to answer: the target, or its input (an autoencoder).",
         one_of("target", "input")},
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
         "When to measure: \"1 epoch\", \"100 samples and end\", \"at 0, 1000 samples\", \"start and end\" "
         "or \"never\"."},
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

const Table<TraceSection>& trace_table() {
    using T = TraceSection;
    static const Table<T> rows{
        {"population", &T::population, "1", "Whose cells: \"in\", \"up1\", \"down1\" ...", {}, true},
        {"column", &T::column, "1", "Which compartment, state or signal: basal, apical, soma, rate ...", {}, true},
        {"units", &T::units, "1", "Which cells, counted from 0; empty: all.", non_negative},
        {"lanes", &T::lanes, "1", "Which input streams, counted from 0; empty: all.", non_negative},
        {"when", &T::when, "1",
         "Which presentations: \"1 epoch\", \"100 samples\", \"at 0, 1000 samples\", \"start and end\"."},
        {"every", &T::every, "ms", "How often in them; 0: every step (continuous mode).", non_negative},
        {"from", &T::from, "ms", "After the onset of the presentation.", non_negative},
        {"until", &T::until, "ms", "After the onset of the presentation; 0: to its end.", non_negative},
        {"at", &T::at, "ms", "Listed times after the onset, instead.", non_negative},
    };
    return rows;
}

const Table<NoiseSection>& noise_table() {
    using N = NoiseSection;
    static const Table<N> rows{
        {"into",
         &N::into,
         "1",
         "Compartments: \"up1.apical\", \"down1.basal\" ... Each has noise of its own. Where a circuit has noise of "
         "its "
         "own, \"pyr1.noise\", that is replaced.",
         {},
         true},
        {"kind", &N::kind, "1",
         "ornstein_uhlenbeck: autocovariance sigma^2 exp(-|s| / tau); white: sigma^2 delta(s), s in ms, held for a "
         "step; file: sigma times a series, one row a step.",
         one_of("ornstein_uhlenbeck", "white", "file")},
        {"sigma", &N::sigma, "1", "Strength, in units of the compartment (white: times ms^(1/2)).", non_negative},
        {"tau", &N::tau, "ms", "Correlation time of ornstein_uhlenbeck.", positive},
        {"scheme", &N::scheme, "1",
         "How ornstein_uhlenbeck goes from step to step: exact, or as other authors' codes do.",
         one_of("exact", "euler_maruyama")},
        {"file", &N::file, "1", "HDF5 file with the series (kind = \"file\")."},
        {"dataset", &N::dataset, "1", "Data set of that file, (time, unit); the same in all lanes."},
    };
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
        {"trace", "[trace.NAME]: a column over time, to /trace/NAME.", trace_table().descriptors(), true},
        {"noise", "[noise.NAME]: fluctuating currents (continuous mode).", noise_table().descriptors(), true},
    };
    return all;
}

}  // namespace apical
