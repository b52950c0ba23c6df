#include "python/binding/simulation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "python/binding/memory_archive.hpp"
#include "python/binding/values.hpp"
#include "sim/core/error.hpp"
#include "sim/experiment/initial_states.hpp"
#include "sim/experiment/initial_weights.hpp"
#include "sim/experiment/sample_run.hpp"
#include "sim/experiment/trained_circuit.hpp"
#include "sim/record/checkpoint.hpp"

namespace apical::python {
namespace {

/// What `advance` takes at a time: as a run does, whose stretches end where a multiple of this ends, so that weights
/// take their last rounding at the same steps.
constexpr std::uint64_t stretch = 100;
constexpr std::chrono::milliseconds between_looks{50};  // for Ctrl-C

[[noreturn]] void refuse(const std::string& key, const std::string& found, const std::string& expected,
                         const std::string& hint = {}) {
    throw InputError({{}, key, found, expected, hint});
}

std::string shape_of(const Array& array) {
    std::vector<std::size_t> shape;
    for (std::size_t k = 0; k < array.ndim(); ++k) shape.push_back(array.shape(k));
    return fmt::format("({})", fmt::join(shape, ", "));
}

std::string type_of(const Array& array) {
    const nb::dlpack::dtype type = array.dtype();
    constexpr const char* kinds[] = {"int", "uint", "float"};
    return fmt::format("{}{}", type.code < std::size(kinds) ? kinds[type.code] : "type ", type.bits);
}

/// The numbers of an array of S that must have this shape, (rows, columns) or, of one column, (rows).
template <class S>
std::span<const S> numbers_of(const Array& array, const std::string& key, std::size_t rows, std::size_t columns) {
    const std::string expected =
        fmt::format("{} ({}, {}) in C order", sizeof(S) == 4 ? "float32" : "float64", rows, columns);
    if (array.dtype() != nb::dtype<S>()) refuse(key, type_of(array) + " " + shape_of(array), expected);
    const bool flat = columns == 1 && array.ndim() == 1 && array.shape(0) == rows;
    if (!flat && (array.ndim() != 2 || array.shape(0) != rows || array.shape(1) != columns))
        refuse(key, type_of(array) + " " + shape_of(array), expected);
    std::int64_t step = 1;
    for (std::size_t k = array.ndim(); k-- > 0; step *= static_cast<std::int64_t>(array.shape(k)))
        if (array.shape(k) > 1 && array.stride(k) != step)
            refuse(key, shape_of(array) + " in another order", expected, "numpy.ascontiguousarray");
    const std::span<const S> numbers(static_cast<const S*>(array.data()), rows * columns);
    const auto bad = std::ranges::find_if_not(numbers, [](S x) { return std::isfinite(x); });
    if (bad != numbers.end()) {
        const auto at = static_cast<std::size_t>(bad - numbers.begin());
        refuse(fmt::format("{}[{}, {}]", key, at / columns, at % columns), fmt::format("{}", *bad), "a finite number");
    }
    return numbers;
}

/// As `work`, with names of the circuit that there are not told as other wrong input is.
template <class Work>
auto looking_up(const std::string& key, const Work& work) {
    try {
        return work();
    } catch (const std::out_of_range& error) {
        throw InputError({{}, key, "", "", error.what()});
    }
}

template <class Number>
nb::object copy_of(std::vector<Number> numbers) {
    auto* const held = new std::vector<Number>(std::move(numbers));
    const nb::capsule owner(held, [](void* p) noexcept { delete static_cast<std::vector<Number>*>(p); });
    return nb::cast(nb::ndarray<nb::numpy, Number>(held->data(), {held->size()}, owner));
}

/// All synapses, as they are shown.
struct Listed final : SynapseVisitor {
    void visit(std::span<const std::uint32_t> posts, std::span<const std::uint32_t> pres,
               std::span<const double> numbers) override {
        post.insert(post.end(), posts.begin(), posts.end());
        pre.insert(pre.end(), pres.begin(), pres.end());
        weight.insert(weight.end(), numbers.begin(), numbers.end());
    }
    std::vector<std::uint32_t> post, pre;
    std::vector<double> weight;
};

/// Made of samples if it has a task, else left to itself. S is float or double.
template <class S>
class Stepwise final : public AnySimulation {
   public:
    Stepwise(std::unique_ptr<Experiment> read, Threads threads) : AnySimulation(std::move(read)) {
        const auto pool = std::make_shared<ThreadPool>(threads);
        if (experiment_->is_free()) {
            simulation_ = std::make_unique<Simulation<S>>(simulation_of<S>(*experiment_, pool));
        } else {
            auto training = std::make_unique<Training<S>>(training_of<S>(*experiment_, *experiment_->model, pool));
            training_ = training.get();
            simulation_ = std::move(training);
            order_.emplace(order_of(*experiment_));
        }
        take_initial_weights(*simulation_, *experiment_, true);
        take_initial_states(*simulation_, *experiment_, true);
    }

    const Circuit& circuit() const override { return simulation_->circuit(); }
    nb::object dtype() const override {
        return nb::module_::import_("numpy").attr("dtype")(sizeof(S) == 4 ? "float32" : "float64");
    }
    std::size_t lanes() const override { return simulation_->setup().lanes; }
    double time() const override { return simulation_->time(); }
    std::uint64_t samples() const override { return training_ ? training_->samples() : 0; }

    void present(const Array& inputs, nb::handle targets) override {
        const Busy busy(*this);
        const std::size_t n = lanes();
        const std::span<const S> x = numbers_of<S>(inputs, "inputs", task("present").shape.inputs, n);
        Array given;  // keeps the numbers while they are read
        std::span<const S> y;
        if (!targets.is_none()) {
            if (!nb::try_cast(targets, given, false))
                refuse("targets", nb::cast<std::string>(targets.type().attr("__name__")), "an array");
            y = numbers_of<S>(given, "targets", experiment_->shape.outputs, n);
        }
        const nb::gil_scoped_release others;
        if (training_->events_left() > 0)
            refuse("present", fmt::format("{} events of development to go", training_->events_left()),
                   "a circuit that is developed", "call develop() first");
        training_->present(x.data(), targets.is_none() ? nullptr : y.data());
    }

    void develop() override {
        const Busy busy(*this);
        task("develop");
        const nb::gil_scoped_release others;
        auto looked = Clock::now();
        while (training_->events_left() > 0) {
            training_->develop();
            look_for_signals(looked);
        }
    }

    void advance(std::uint64_t steps) override {
        const Busy busy(*this);
        const nb::gil_scoped_release others;
        const auto step = [&](std::uint64_t count) {
            simulation_->advance(count);
            taken_ += count;
            steps -= count;
        };
        const std::uint64_t first = std::min(steps, stretch - taken_ % stretch);
        step(first);
        for (auto looked = Clock::now(); steps > 0;) {
            look_for_signals(looked);
            step(std::min(steps, stretch));
        }
    }

    void set(const std::string& port, const Array& values) override {
        const Busy busy(*this);
        const PortHandle handle = looking_up("port", [&] { return simulation_->port(port); });
        const Population& population = circuit().populations[circuit().port(port).population];
        const std::string& column = circuit().port(port).column;
        if (std::ranges::find(population.clamped, column) == population.clamped.end())
            refuse("port", "'" + port + "', which leads out", "a port into the circuit");
        simulation_->set(handle, numbers_of<S>(values, port, population.units, lanes()));
    }

    nb::object column(const std::string& population, const std::string& column) override {
        const Busy busy(*this);
        const auto values =
            looking_up("column", [&] { return std::as_const(*simulation_).column(population, column); });
        return view(values.data(), {values.size() / lanes(), lanes()});
    }

    nb::object spikes(const std::string& population) override {
        const Busy busy(*this);
        const auto cells = looking_up("population", [&] { return simulation_->spikes(population); });
        return copy_of(std::vector<std::uint32_t>(cells.begin(), cells.end()));
    }

    nb::object weights(const std::string& name) override {
        const Busy busy(*this);
        const WeightState<S>& state = state_of(name);
        if (state.kept() != 1) throw RunError("weights '" + name + "' wait for their decay");
        if (state.dense()) return view(state.data(), {state.rows(), state.columns()});
        return view(state.data(), {state.synapses()});
    }

    nb::object synapses(const std::string& name) override {
        const Busy busy(*this);
        Listed listed;
        const auto& projections = circuit().event_projections;
        if (std::ranges::find(projections, name, &EventProjection::name) != projections.end())
            simulation_->visit_synapses(name, listed);
        else state_of(name).visit(listed);
        return nb::make_tuple(copy_of(std::move(listed.post)), copy_of(std::move(listed.pre)),
                              copy_of(std::move(listed.weight)));
    }

    void assign(const std::string& name, const Array& values) override {
        const Busy busy(*this);
        const WeightState<S>& state = state_of(name);
        const auto numbers = numbers_of<S>(values, name, state.rows(), state.columns());
        const Eigen::Map<const Matrix<S>> matrix(numbers.data(), static_cast<Eigen::Index>(state.rows()),
                                                 static_cast<Eigen::Index>(state.columns()));
        try {
            simulation_->assign(name, matrix.template cast<double>());
        } catch (const std::invalid_argument& error) {
            throw InputError({{}, name, "", "", error.what()});
        }
    }

    nb::object batch(const std::string& part, const std::optional<std::vector<std::uint64_t>>& asked) override {
        const Busy busy(*this);
        const Experiment& e = task("batch");
        const std::shared_ptr<const Samples> samples = part == "training"     ? e.data.train
                                                       : part == "validation" ? e.data.validation
                                                       : part == "test"       ? e.data.test
                                                                              : nullptr;
        if (!samples) refuse("part", "'" + part + "'", "training, or validation or test where the data have it");
        std::vector<std::uint64_t> index = asked ? *asked : std::vector<std::uint64_t>(lanes());
        if (!asked) {
            if (part != "training") refuse("index", "nothing", "numbers of samples, of another part than training");
            order_->take(training_->samples(), index);
        }
        for (const std::uint64_t k : index)
            if (samples->size() > 0 && k >= samples->size())
                refuse("index", fmt::format("{}", k), fmt::format("less than {}", samples->size()));
        std::vector<S> x(samples->features() * index.size()), y(samples->outputs() * index.size());
        samples->gather(index, x.data(), y.data());
        const auto shaped = [&](std::vector<S> numbers, std::size_t rows) {
            return copy_of(std::move(numbers)).attr("reshape")(rows, index.size());
        };
        return nb::make_tuple(shaped(std::move(x), samples->features()), shaped(std::move(y), samples->outputs()));
    }

    nb::dict state() override {
        const Busy busy(*this);
        MemoryWriter archive;
        write(archive);
        return archive.take();
    }
    void restore(const nb::dict& state) override {
        const Busy busy(*this);
        read(MemoryReader(state));
    }
    void save(const std::string& path) override {
        const Busy busy(*this);
        const Turn turn;
        const nb::gil_scoped_release others;
        CheckpointWriter archive(path);
        archive.put("config", to_toml(experiment_->document));
        write(archive);
        archive.commit();
    }
    void load(const std::string& path) override {
        const Busy busy(*this);
        const Turn turn;
        read(CheckpointReader(path));
    }

   private:
    using Clock = std::chrono::steady_clock;

    /// Throws what the interpreter has for a signal that came; the steps so far are taken.
    static void look_for_signals(Clock::time_point& looked) {
        const auto now = Clock::now();
        if (now - looked < between_looks) return;
        looked = now;
        const nb::gil_scoped_acquire interpreter;
        if (PyErr_CheckSignals() != 0) throw nb::python_error();
    }
    const Experiment& task(const std::string& what) const {
        if (!training_)
            refuse(what, "an experiment without samples", "one with a section [task]", "advance(steps) is for both");
        return *experiment_;
    }
    const WeightState<S>& state_of(const std::string& name) const {
        const WeightsId id = looking_up("name", [&] { return circuit().weights_named(name); });
        return std::as_const(*simulation_).weights()[id];
    }
    /// Memory of this object, which stays where it is as long as the object lives.
    nb::object view(const S* data, std::initializer_list<std::size_t> shape) {
        return nb::cast(nb::ndarray<nb::numpy, const S>(data, shape, nb::find(static_cast<AnySimulation*>(this))));
    }
    /// As a run has it in its checkpoint.
    std::string prefix() const { return training_ ? "learners/" + circuit().name : "circuit"; }
    void write(ArchiveWriter& archive) const {
        if (training_) training_->save(archive, prefix());
        else simulation_->save(archive, prefix());
    }
    void read(const ArchiveReader& archive) {
        if (training_) training_->load(archive, prefix());
        else simulation_->load(archive, prefix());
        const double step = experiment_->run.step;
        taken_ = step > 0 ? static_cast<std::uint64_t>(std::llround(simulation_->time() / step)) : 0;
    }

    std::unique_ptr<Simulation<S>> simulation_;
    Training<S>* training_ = nullptr;  ///< the same, if it is shown samples
    std::uint64_t taken_ = 0;          ///< steps, by `advance`
    std::optional<Order> order_;       ///< of the samples, as in a run
};

}  // namespace

AnySimulation::Busy::Busy(AnySimulation& simulation) : flag_(simulation.busy_) {
    if (flag_.exchange(true, std::memory_order_acquire))
        throw RunError("the simulation is in use by another thread: one at a time, or one simulation for each");
}

std::string config_of_checkpoint(const std::string& path) {
    const Turn turn;
    return CheckpointReader(path).text("config");
}

std::unique_ptr<AnySimulation> make_simulation(nb::handle source, const nb::dict& changes, std::int64_t threads) {
    const Node document = python::read(source, changes).document;
    const Turn turn;
    const nb::gil_scoped_release others;
    auto experiment = std::make_unique<Experiment>(resolve(document, catalogue()));
    if (experiment->run.precision == "float")
        return std::make_unique<Stepwise<float>>(std::move(experiment), Threads::asked(threads));
    return std::make_unique<Stepwise<double>>(std::move(experiment), Threads::asked(threads));
}

}  // namespace apical::python
