#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <array>
#include <chrono>
#include <csignal>
#include <exception>
#include <thread>

#include "python/binding/values.hpp"
#include "sim/core/error.hpp"
#include "sim/experiment/run.hpp"

namespace apical::python {
namespace {

/// A run answers the signals that ask a program to stop, so that what was done is saved. Before and after it they are
/// what they were to the interpreter.
class Signals {
   public:
    Signals() {
        for (std::size_t k = 0; k < numbers.size(); ++k) ::sigaction(numbers[k], nullptr, &before_[k]);
    }
    ~Signals() {
        for (std::size_t k = 0; k < numbers.size(); ++k) ::sigaction(numbers[k], &before_[k], nullptr);
    }
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

   private:
    static constexpr std::array numbers{SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGUSR1, SIGUSR2, SIGPIPE, SIGXFSZ};
    std::array<struct sigaction, numbers.size()> before_{};
};

/// Tells two functions of Python, without whom it needs no interpreter. What they raise ends the run, which says so in
/// its file, and is raised again.
class Followers final : public Progress {
   public:
    Followers(nb::object show, nb::object note) : show_(std::move(show)), note_(std::move(note)) {}

    void show(const Standing& standing) override {
        if (show_.is_none()) return;
        const auto now = Clock::now();
        const bool is_new = standing.loss != loss_ || standing.validation_accuracy != validation_;
        if (!is_new && now - shown_ < interval) return;
        shown_ = now;
        loss_ = standing.loss;
        validation_ = standing.validation_accuracy;
        call([&] { show_(to_python(standing)); });
    }
    void note(const std::string& line) override {
        if (!note_.is_none()) call([&] { note_(line); });
    }
    /// Raises what a function has raised, if one has.
    void raise_again() const {
        if (raised_) std::rethrow_exception(raised_);
    }

   private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds interval{100};

    static nb::dict to_python(const Standing& standing) {
        nb::dict result;
        result["now"] = standing.now;
        result["end"] = standing.end;
        result["unit"] = standing.step > 0 ? "steps" : "samples";
        result["step"] = standing.step;
        result["events_left"] = standing.events_left;
        result["epochs"] = standing.epochs;
        result["loss"] = standing.loss;
        result["test_accuracy"] = standing.test_accuracy;
        result["validation_accuracy"] = standing.validation_accuracy;
        result["cosine"] = standing.cosine;
        return result;
    }
    template <class Act>
    void call(const Act& act) {
        const nb::gil_scoped_acquire interpreter;
        try {
            act();
        } catch (const nb::python_error& error) {
            raised_ = std::current_exception();
            throw RunError(std::string("stopped by who follows it: ") + error.what());
        }
    }

    nb::object show_, note_;
    std::exception_ptr raised_;
    Clock::time_point shown_{};
    std::optional<double> loss_, validation_;
};

template <class Go>
nb::dict follow(nb::object show, nb::object note, const Go& go) {
    Followers followers(std::move(show), std::move(note));
    Outcome outcome;
    try {
        const nb::gil_scoped_release others;
        const std::lock_guard turn(one_at_a_time());
        const Signals signals;
        outcome = go(followers);
        outcome.interruption.reset();  // before the signals are the interpreter's again
    } catch (const RunError&) {
        followers.raise_again();
        throw;
    }
    nb::dict result;
    result["file"] = outcome.file;
    result["checkpoint"] = outcome.checkpoint;
    result["signal"] = outcome.signal;
    result["now"] = outcome.now;
    result["moment"] = outcome.moment;
    return result;
}

nb::dict run_experiment(nb::handle experiment, const nb::dict& changes, const std::string& out, bool force,
                        std::optional<std::int64_t> threads, const std::string& command_line, nb::object show,
                        nb::object note) {
    Source source = read(experiment, changes);
    const RunRequest request{source.file, {}, out, force, threads, command_line};
    return follow(std::move(show), std::move(note),
                  [&](Progress& progress) { return run(request, std::move(source.document), catalogue(), progress); });
}

nb::dict resume_run(const std::string& checkpoint, const nb::dict& changes, std::optional<std::int64_t> threads,
                    const std::string& command_line, nb::object show, nb::object note) {
    ResumeRequest request{checkpoint, {}, threads, command_line};
    for (const auto& [name, value] : changes) {
        const auto key = nb::cast<std::string>(nb::str(name));
        request.changes.push_back(key + "=" + to_node(value, key).text());
    }
    return follow(std::move(show), std::move(note),
                  [&](Progress& progress) { return resume(request, catalogue(), progress); });
}

}  // namespace

void bind_runs(nb::module_& module) {
    using nb::arg;
    module.def("run", run_experiment, arg("experiment").none(), arg("changes"), arg("out"), arg("force"),
               arg("threads").none(), arg("command_line"), arg("show").none(), arg("note").none());
    module.def("resume", resume_run, arg("checkpoint"), arg("changes"), arg("threads").none(), arg("command_line"),
               arg("show").none(), arg("note").none());
}

}  // namespace apical::python
