#include "sim/experiment/sections.hpp"

#include "sim/experiment/catalogue.hpp"
#include "sim/steppers/stepper.hpp"

namespace apical {
namespace {

constexpr Range counted{1, 1e15};

/// States have a time step.
Requirement in_time() { return has_not("mode", "settled"); }

/// A stepper that has a tolerance is in use.
Condition controlled_stepper() {
    Requirement requirement{"stepper", {}};
    for (const StepperInfo& stepper : steppers())
        if (stepper.controlled) requirement.values.emplace_back(stepper.name);
    return {requirement};
}

}  // namespace

const Table<RunSection>& run_table() {
    using R = RunSection;
    static const Table<R> keys{
        {"mode", &R::mode, "1",
         "Every signal at its fixed point (settled), states that follow their equations (continuous), or cells that "
         "fire and send spikes (spiking).",
         one_of("settled", "continuous", "spiking")},
        {"seed", &R::seed, "1",
         "Seed of all random numbers of a run: initial weights, order of samples, noise, generated data.",
         non_negative},
        {"lanes", &R::lanes, "1", "Samples presented side by side to the same plastic weights.", between(1, 65536)},
        {"epochs", &R::epochs, "1", "Length of the run in passes over the training samples.",
         Range{0, 1e9, true, false}},
        {"samples", &R::samples, "1", "Length of the run in presented samples; 0: run.epochs says how long it is.",
         between(0, 1e15)},
        {"epoch_size", &R::epoch_size, "1", "Samples that count as an epoch where a generator never ends.", counted},
        {"order", &R::order, "1",
         "Order in which the training samples are shown: shuffled anew in every epoch, or sequential, every lane from "
         "a place of its own: for time series.",
         one_of("shuffled", "sequential")},
        {"shared_order", &R::shared_order, "1", "Whether all lanes are shown the same sample at the same time."},
        {"precision", &R::precision, "1", "Numbers that the circuit computes with: 32 bits (float) or 64 (double).",
         one_of("float", "double")},
        {"threads", &R::threads, "1",
         "Threads that the run computes with; 0: one for every core. The results do not depend on it.",
         between(0, 1024)},
        {"baselines",
         &R::baselines,
         "1",
         "Models that see the same samples from the same initial W, for comparison.",
         {}},
        {"stepper", &R::stepper, "1", "Method by which states are advanced from step to step; `apical list steppers`.",
         one_of(names_of(steppers()))},
        {"step", &R::step, "ms", "Time step of cells and plasticity.", positive},
        {"duration", &R::duration, "ms",
         "Length of the run in simulated time, of a circuit that runs freely: one without a task.", positive},
        {"presentation", &R::presentation, "ms", "How long a sample is shown.", positive},
        {"ramp", &R::ramp, "ms", "Time in which the input goes from the sample before to this one; 0: it jumps.",
         non_negative},
        {"error_onset", &R::error_onset, "ms",
         "Time after the onset of a sample at which the teacher begins to see the target; until then it sees none and "
         "is silent, while plasticity goes on. Long enough for the answer to be there, or it is the sample before that "
         "is corrected.",
         non_negative},
        {"tolerance", &R::tolerance, "1",
         "Error of a step that a stepper of controlled step size allows, absolute and relative.", positive},
        {"splitting", &R::splitting, "1",
         "How states and weights take turns: in whole steps (lie, first order), half steps around (strang, second "
         "order), or as one system (coupled, for validation on small circuits).",
         one_of("lie", "strang", "coupled")},
        {"held_sources", &R::held_sources, "1",
         "Compute the drive from an input that stands still once a presentation instead of in every step, where that "
         "is exact."},
        {"one_pass", &R::one_pass, "1",
         "Update weights while they are read for the next drive, where that is exact: faster."},
        {"settling", &R::settling, "ms",
         "Time that the cells live with the first input before the run begins, without teacher, noise and plasticity.",
         non_negative},
        {"plasticity", &R::plasticity, "1",
         "How decay and low-pass of plasticity go over a step: exactly, or by explicit Euler as in codes of other "
         "authors.",
         one_of("exact", "euler")},
    };
    static const Table<R> rows =
        Table<R>(keys)
            .where({in_time()}, {"step", "duration", "presentation", "error_onset", "stepper", "ramp", "tolerance",
                                 "held_sources", "one_pass", "settling", "plasticity"})
            .where({continuous_mode()}, {"splitting"})
            .where({has("samples", 0)}, {"epochs"})
            .where({has_not("lanes", 1)}, {"shared_order"})
            .where({has("lanes", 1)}, {"one_pass"})
            .where({has("splitting", "lie")}, {"held_sources", "one_pass"})
            .where(controlled_stepper(), {"tolerance"});
    return rows;
}

const Table<TaskSection>& task_table() {
    using T = TaskSection;
    static const Table<T> rows{
        {"dataset",
         &T::dataset,
         "1",
         "Where the samples come from; `apical describe NAME` lists the keys of each.",
         {},
         true},
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
        {"model",
         &CircuitSection::model,
         "1",
         "The circuit; `apical describe NAME` lists the other keys of this section.",
         {},
         true}};
    return rows;
}

const Table<RecordSection>& record_table() {
    using R = RecordSection;
    static const Table<R> keys{
        {"metrics", &R::metrics, "1",
         "When to measure loss, accuracies and alignment: \"1 epoch\", \"100 samples and end\", \"at 0, 1000 "
         "samples\", \"start and end\" or \"never\". In spiking dynamics, when to write the statistics of the spikes "
         "so far: by default \"100 ms and end\", or the steps that are nearest to that."},
        {"spectra", &R::spectra, "1",
         "When to measure what takes all singular values of the weights, which is costly: `apical list "
         "spectra`. \"10 epochs\", \"start and end\", \"never\" and so on, as record.metrics."},
        {"weights", &R::weights, "1",
         "When to keep a copy of all weights in /weights: \"10 epochs\", \"start and end\", \"never\" and so on, as "
         "record.metrics; the last one is always kept, in /final. Copies of synapses that events change are in "
         "/synapses."},
        {"weight_distributions", &R::weight_distributions, "1",
         "When to count how many synapses that events change have which weight, in /weight_distributions: \"100 ms\" "
         "and so on, as record.metrics."},
        {"spikes", &R::spikes, "1",
         "Whether the spikes of populations without a section [spikes.POPULATION] are recorded: all or none of them.",
         one_of("all", "none")},
        {"statistics_from", &R::statistics_from, "ms",
         "Time after which spikes count in their statistics: what comes before is transient.", non_negative},
        {"statistics_bin", &R::statistics_bin, "ms",
         "Width of the bins of counts in the statistics of spikes; by default the whole number of steps that is "
         "nearest.",
         positive},
        {"evaluation_samples", &R::evaluation_samples, "1",
         "Size of the fixed batch of training samples that loss and alignment "
         "are measured on.",
         between(1, 65536)},
        {"accuracy_samples", &R::accuracy_samples, "1",
         "Largest number of training samples that train_accuracy is measured on.", between(1, 1e9)},
        {"precision", &R::precision, "1", "Numbers that series and weights are written with.",
         one_of("float32", "float64")},
        {"flush", &R::flush, "s", "Wall time after which what was recorded is in the file, whatever happens then.",
         non_negative},
    };
    static const Table<R> rows =
        Table<R>(keys)
            .where({has_not("metrics", "never"), has_not("spectra", "never")}, {"evaluation_samples"})
            .where({has_not("metrics", "never")}, {"accuracy_samples"})
            .where({has("run.mode", "spiking")},
                   {"spikes", "statistics_from", "statistics_bin", "weight_distributions"});
    return rows;
}

const Table<CheckpointSection>& checkpoint_table() {
    using C = CheckpointSection;
    static const Table<C> rows{
        {"every", &C::every, "s", "Wall time between two checkpoints.", non_negative},
        {"file", &C::file, "1", "File of the checkpoint; empty: the output's name with \".checkpoint\" after it."},
        {"keep", &C::keep, "1",
         "Whether a run that is done leaves a checkpoint, from which `apical resume --set run.epochs=...` prolongs "
         "it."},
    };
    return rows;
}

const Table<InitSection>& init_table() {
    using I = InitSection;
    static const Table<I> keys{
        {"file", &I::file, "1",
         "HDF5 file with initial weights, one data set (post, pre) each; empty: all are random."},
        {"group", &I::group, "1", "Group of init.file that holds the weights: /final, /weights, or one of your own."},
        {"row", &I::row, "1",
         "Which snapshot of init.file, where its data sets have time as first axis; negative: counted from the last."},
        {"partial", &I::partial, "1",
         "Whether weights that init.file does not have stay random, and states that init.states does not have 0, "
         "instead of being an error."},
        {"states", &I::states, "1",
         "HDF5 file with the states of the cells before the first step, membrane potentials among them, a data set "
         "/POPULATION/STATE each, (units) or (units, lanes); empty: all are 0."},
    };
    static const Table<I> rows = Table<I>(keys)
                                     .where({has_not("file", "")}, {"group", "row"})
                                     .where({has_not("file", ""), has_not("states", "")}, {"partial"});
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
    static const Table<T> keys{
        {"population",
         &T::population,
         "1",
         "Population whose cells are recorded: \"in\", \"up1\", \"down1\" ...; `apical describe MODEL` lists them.",
         {},
         true},
        {"column",
         &T::column,
         "1",
         "Compartment, state or signal that is recorded: basal, apical, soma, rate ...; `apical describe MODEL` lists "
         "them.",
         {},
         true},
        {"units", &T::units, "1", "Cells of the population that are recorded, counted from 0; empty: all.",
         non_negative},
        {"lanes", &T::lanes, "1", "Lanes (input streams side by side) that are recorded, counted from 0; empty: all.",
         non_negative},
        {"when", &T::when, "1",
         "Presentations that are recorded: those that begin at every so many samples or epochs, the first one included "
         "(\"1 epoch\", \"100 samples\"), \"at 0, 1000 samples\", or \"start and end\"."},
        {"every", &T::every, "ms", "Time between two rows within a presentation; 0: every step.", non_negative},
        {"from", &T::from, "ms", "Time after the onset of a presentation at which recording begins.", non_negative},
        {"until", &T::until, "ms", "Time after the onset of a presentation at which recording ends; 0: at its end.",
         non_negative},
        {"at", &T::at, "ms",
         "Times after the onset of a presentation at which to record, instead of every, from and until.", non_negative},
    };
    static const Table<T> rows = Table<T>(keys)
                                     .where({has_not("run.mode", "settled")}, {"every", "from", "until", "at"})
                                     .where({has("at")}, {"every", "from", "until"});
    return rows;
}

const Table<SpikesSection>& spikes_table() {
    using S = SpikesSection;
    static const Table<S> keys{
        {"record", &S::record, "1", "Whether spikes of this population are recorded at all."},
        {"first", &S::first, "1", "Only of so many cells, the first ones; 0: of all.", between(0, 4294967295.0)},
        {"every", &S::every, "1", "Only of every so many cells, beginning with cell 0.", between(1, 4294967295.0)},
        {"cells", &S::cells, "1", "Only of these cells, counted from 0; empty: as first and every say.", non_negative},
        {"from", &S::from, "ms", "Time after which spikes are recorded.", non_negative},
        {"until", &S::until, "ms", "Time of the last spikes that are recorded; 0: the end of the run.", non_negative},
    };
    static const Table<S> rows = Table<S>(keys)
                                     .where({has("run.mode", "spiking")}, {"record"})
                                     .where({has("record", true)}, {"first", "every", "cells", "from", "until"})
                                     .where({has("cells")}, {"first", "every"});
    return rows;
}

const Table<NoiseSection>& noise_table() {
    using N = NoiseSection;
    static const Table<N> keys{
        {"into",
         &N::into,
         "1",
         "Compartments that the noise goes into: \"up1.apical\", \"down1.basal\" ...; `apical describe MODEL` lists "
         "them. Each has noise of its own. Where a circuit has noise of its own, \"pyr1.noise\", that is replaced.",
         {},
         true},
        {"kind", &N::kind, "1",
         "Law of the noise. ornstein_uhlenbeck: autocovariance sigma^2 exp(-|s| / tau); white: sigma^2 delta(s), s in "
         "ms, held for a "
         "step; file: sigma times a series, one row a step.",
         one_of("ornstein_uhlenbeck", "white", "file")},
        {"sigma", &N::sigma, "1",
         "Strength of the noise, in units of the compartment it goes into. ornstein_uhlenbeck: its standard deviation; "
         "white: its deviation times ms^(1/2), so that a step of h ms has sigma / sqrt(h); file: factor on the series.",
         non_negative},
        {"tau", &N::tau, "ms", "Correlation time of ornstein_uhlenbeck.", positive},
        {"scheme", &N::scheme, "1",
         "How noise of the kind ornstein_uhlenbeck goes from step to step: exact, or euler_maruyama as in codes of "
         "other authors.",
         one_of("exact", "euler_maruyama")},
        {"file", &N::file, "1", "HDF5 file with the series that is the noise."},
        {"dataset", &N::dataset, "1",
         "Data set of noise.NAME.file, (time, unit), a row a step; all lanes get the same."},
    };
    static const Table<N> rows = Table<N>(keys)
                                     .where({has("kind", "ornstein_uhlenbeck")}, {"tau", "scheme"})
                                     .where({has("kind", "file")}, {"file", "dataset"});
    return rows;
}

const std::vector<Section>& sections() {
    static const std::vector<Section> all{
        {"run", "Length, seed, lanes and mode of a run.", run_table().descriptors()},
        {"task", "What is to be learned. The data set has keys of its own here.", task_table().descriptors()},
        {"circuit", "What learns. The keys all models share stand here too.", circuit_table().descriptors()},
        {"record", "What is written to the file, and when.", record_table().descriptors()},
        {"checkpoint", "From what an interrupted run can go on.", checkpoint_table().descriptors()},
        {"init", "Initial weights and states from files.", init_table().descriptors()},
        {"guard", "When a run that has gone wrong is stopped.", guard_table().descriptors()},
        {"trace", "[trace.NAME]: a column over time, to /trace/NAME.", trace_table().descriptors(), true},
        {"spikes", "[spikes.POPULATION]: which of its spikes are recorded, to /spikes/POPULATION.",
         spikes_table().descriptors(), true},
        {"noise", "[noise.NAME]: fluctuating currents into compartments (continuous and spiking mode).",
         noise_table().descriptors(), true},
    };
    return all;
}

Descriptor with_names(const std::string& section, Descriptor row, const Catalogue& catalogue) {
    const bool model = (section == "circuit" && row.name == "model") || (section == "run" && row.name == "baselines");
    if (model) row.choices = names_of(catalogue.models);
    if (section == "task" && row.name == "dataset") row.choices = names_of(catalogue.data);
    return row;
}

}  // namespace apical
