#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace apical {

/// Labels are stored in 16 bits.
inline constexpr std::int64_t largest_label = 65535;

/// Numbers as they lie on disk: bytes stay bytes (MNIST: 47 MB, not 188) and float32 stays float32; text and all others
/// become double, so that standardising a column of large numbers loses nothing.
using Numbers = std::variant<std::vector<double>, std::vector<std::uint8_t>, std::vector<float>>;

inline std::size_t count(const Numbers& numbers) {
    return std::visit([](const auto& values) { return values.size(); }, numbers);
}

/// Samples, one row a sample. Read whole or not at all.
struct Records {
    std::size_t features = 0;
    std::size_t outputs = 0;            ///< number of classes, or of targets
    std::size_t channels = 1;           ///< equal stretches of a row that are standardised apart when asked to
    Numbers inputs;                     ///< samples x features, row-major
    double full_scale = 1;              ///< the stored value that stands for 1.0
    std::vector<std::uint16_t> labels;  ///< of classes; empty for a regression
    Numbers targets;                    ///< of a regression, samples x outputs, row-major; else empty

    /// Of samples that were computed: the numbers from files that they follow from, if any. No value: they were read.
    std::optional<std::vector<double>> computed_from{};

    std::vector<std::string> class_names{};  ///< of each output, where labels are names; else empty
    std::vector<std::string> input_names{};  ///< of each feature, where the file has names; else empty
    std::vector<std::string> warnings{};     ///< what the user may not have meant, a clause each

    bool has_classes() const { return count(targets) == 0; }
    std::size_t size() const { return has_classes() ? labels.size() : count(targets) / outputs; }
};

}  // namespace apical
