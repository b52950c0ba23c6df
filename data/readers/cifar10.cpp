#include "data/readers/cifar10.hpp"

#include <fmt/format.h>

#include "data/readers/bytes.hpp"
#include "sim/core/error.hpp"

namespace apical {
namespace {

constexpr std::size_t pixels = 3 * 32 * 32;
constexpr std::size_t record = 1 + pixels;

Records empty_table() {
    Records records;
    records.features = pixels;
    records.outputs = 10;
    records.channels = 3;
    records.full_scale = 255;
    records.inputs = std::vector<std::uint8_t>();
    return records;
}

/// `more`: how many files of about this length follow.
void append(std::string_view bytes, const std::string& name, std::size_t more, Records& records) {
    if (bytes.empty() || bytes.size() % record != 0)
        throw InputError({{name},
                          {},
                          fmt::format("{} bytes", bytes.size()),
                          fmt::format("records of {} bytes", record),
                          "is the file truncated, or the Python version of the set?"});
    auto& inputs = std::get<std::vector<std::uint8_t>>(records.inputs);
    const std::size_t samples = bytes.size() / record;
    if (inputs.empty()) inputs.reserve(samples * pixels * (more + 1));
    for (std::size_t k = 0; k < samples; ++k) {
        const std::string_view sample = bytes.substr(k * record, record);
        const auto label = static_cast<std::uint8_t>(sample[0]);
        if (label >= records.outputs)
            throw InputError(
                {{name}, {}, fmt::format("label {} of sample {}", label, k + 1), "0 to 9", "is this CIFAR-10?"});
        records.labels.push_back(label);
        inputs.insert(inputs.end(), sample.begin() + 1, sample.end());
    }
}

}  // namespace

Records read_cifar10(const std::vector<std::string>& files) {
    Records records = empty_table();
    for (std::size_t i = 0; i < files.size(); ++i)
        append(read_bytes(files[i]), files[i], files.size() - 1 - i, records);
    return records;
}

Records parse_cifar10(std::string_view bytes, const std::string& name) {
    Records records = empty_table();
    append(bytes, name, 0, records);
    return records;
}

}  // namespace apical
