#include "data/readers/svhn.hpp"

#include <fmt/format.h>

#include <utility>

#include "data/readers/mat.hpp"
#include "sim/core/error.hpp"

namespace apical {
namespace {

constexpr std::size_t side = 32, channels = 3, plane = side * side, pixels = channels * plane;

[[noreturn]] void refuse(const Array& array, std::string found, std::string expected) {
    throw InputError({{array.name}, {}, std::move(found), std::move(expected), {}});
}

std::uint16_t digit(const Array& labels, double label, std::size_t sample) {
    if (!(label >= 1 && label <= 10) || label != static_cast<int>(label))
        refuse(labels, fmt::format("label {} of sample {}", label, sample), "a whole number from 1 to 10");
    return static_cast<std::uint16_t>(static_cast<int>(label) % 10);
}

}  // namespace

Records read_svhn(const std::string& path) {
    std::vector<Array> arrays = read_mat(path, {"X", "y"});
    return svhn_records(std::move(arrays.at(0)), arrays.at(1));
}

Records svhn_records(Array images, const Array& labels) {
    if (images.shape.size() == 3) images.shape.push_back(1);  // MATLAB drops the last axis of a single sample
    auto* bytes = std::get_if<std::vector<std::uint8_t>>(&images.values);
    if (bytes == nullptr || images.shape.size() != 4 || images.shape[0] != side || images.shape[1] != side ||
        images.shape[2] != channels || bytes->empty() || bytes->size() != images.shape[3] * pixels)
        refuse(images, shape_text(images.shape) + (bytes == nullptr ? ", not bytes" : ""),
               "32 x 32 x 3 x samples of bytes");
    const std::size_t samples = images.shape[3];

    Records records;
    records.features = pixels;
    records.outputs = 10;
    records.channels = channels;
    records.full_scale = 255;
    std::visit(
        [&](const auto& values) {
            if (values.size() != samples)
                refuse(labels, fmt::format("{} labels", values.size()), fmt::format("{}, one an image", samples));
            for (std::size_t k = 0; k < samples; ++k)
                records.labels.push_back(digit(labels, static_cast<double>(values[k]), k + 1));
        },
        labels.values);
    // In MATLAB's order a column of pixels lies together: every plane is transposed where it is.
    for (std::uint8_t* first = bytes->data(); first != bytes->data() + bytes->size(); first += plane)
        for (std::size_t row = 0; row < side; ++row)
            for (std::size_t column = row + 1; column < side; ++column)
                std::swap(first[row * side + column], first[column * side + row]);
    records.inputs = std::move(*bytes);
    return records;
}

}  // namespace apical
