#pragma once
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>

namespace apical {

/// Where in a user's input something was found. `file` may also be "command line". Line and column count from 1;
/// 0 means unknown.
struct Place {
    std::string file;
    std::size_t line = 0;
    std::size_t column = 0;
};

/// The user's input is wrong (exit status 2). The parts are kept as fields; `what()` is
/// `file:line:column: key: found ..., expected ... (hint)`, leaving out what is empty.
class InputError : public std::runtime_error {
   public:
    struct Parts {
        Place place;
        std::string key;       ///< dotted key or column, empty if none
        std::string found;     ///< what stands there
        std::string expected;  ///< what may stand there
        std::string hint;      ///< e.g. "did you mean 'lanes'?"
    };
    explicit InputError(Parts parts);
    const Parts& parts() const { return parts_; }

   private:
    Parts parts_;
};

/// The run failed through no fault of the input's form (exit status 1): disk full, unreadable device ...
class RunError : public std::runtime_error {
   public:
    using std::runtime_error::runtime_error;
};

/// A variable left the range in which the circuit makes sense (exit status 1).
class NumericalError : public RunError {
   public:
    struct Parts {
        std::string population;             ///< or weights
        std::string variable;               ///< column, or "weights"
        std::size_t unit = 0;               ///< index of the cell (of the postsynaptic cell for weights)
        std::optional<std::size_t> lane{};  ///< none for weights, which all lanes share
        double value = 0;
        double time = 0;        ///< in `time_unit`
        std::string time_unit;  ///< "samples" or "ms"
        std::string advice;     ///< what to change
    };
    explicit NumericalError(Parts parts);
    const Parts& parts() const { return parts_; }

   private:
    Parts parts_;
};

}  // namespace apical
