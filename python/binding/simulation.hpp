#pragma once
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/experiment/experiment.hpp"

namespace apical::python {

namespace nb = nanobind;

using Array = nb::ndarray<nb::ro, nb::device::cpu>;

/// A circuit with state that a program advances itself: what a run does, without a file. The precision is that of the
/// experiment. Arrays that are given must have its type, the shape that is said, and C order; all calls throw
/// InputError for others, and for numbers that are not finite. While one thread has it in use, calls of others throw
/// RunError. Arrays that are returned are views that nobody can write to, and keep the object alive.
class AnySimulation {
   public:
    virtual ~AnySimulation() = default;

    const Experiment& experiment() const { return *experiment_; }
    virtual const Circuit& circuit() const = 0;
    virtual nb::object dtype() const = 0;
    virtual std::size_t lanes() const = 0;
    virtual double time() const = 0;
    virtual std::uint64_t samples() const = 0;

    virtual void present(const Array& inputs, nb::handle targets) = 0;
    virtual void develop() = 0;
    virtual void advance(std::uint64_t steps) = 0;
    virtual void set(const std::string& port, const Array& values) = 0;
    virtual nb::object column(const std::string& population, const std::string& column) = 0;
    virtual nb::object spikes(const std::string& population) = 0;
    virtual nb::object weights(const std::string& name) = 0;
    virtual nb::object synapses(const std::string& name) = 0;
    virtual void assign(const std::string& name, const Array& values) = 0;
    /// Without an index those that a run would show next.
    virtual nb::object batch(const std::string& part, const std::optional<std::vector<std::uint64_t>>& index) = 0;

    virtual nb::dict state() = 0;
    virtual void restore(const nb::dict& state) = 0;
    virtual void save(const std::string& path) = 0;
    virtual void load(const std::string& path) = 0;

   protected:
    /// Keeps other threads out as long as it lives.
    class Busy {
       public:
        explicit Busy(AnySimulation& simulation);
        ~Busy() { flag_.store(false, std::memory_order_release); }
        Busy(const Busy&) = delete;
        Busy& operator=(const Busy&) = delete;

       private:
        std::atomic<bool>& flag_;
    };
    explicit AnySimulation(std::unique_ptr<Experiment> experiment) : experiment_(std::move(experiment)) {}

    std::unique_ptr<Experiment> experiment_;

   private:
    std::atomic<bool> busy_ = false;
};

/// The experiment in a checkpoint, of a simulation or of a run, as TOML.
std::string config_of_checkpoint(const std::string& path);

std::unique_ptr<AnySimulation> make_simulation(nb::handle experiment, const nb::dict& changes, std::int64_t threads);

}  // namespace apical::python
