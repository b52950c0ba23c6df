#include "data/readers/idx.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "data/readers/bytes.hpp"
#include "sim/core/error.hpp"

namespace apical {
namespace {

constexpr std::uint8_t unsigned_bytes = 0x08;

[[noreturn]] void refuse(const std::string& name, std::string found, std::string expected, std::string hint = {}) {
    throw InputError({{name}, {}, std::move(found), std::move(expected), std::move(hint)});
}

std::uint8_t byte(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

struct Array {
    std::size_t samples = 0;
    std::size_t features = 1;  ///< per sample
    std::string_view values;
};

/// Checks the header against the bytes that are there. `axes_expected` is 1 for labels; images have 2 or more.
Array read_array(std::string_view bytes, const std::string& name, bool labels) {
    const std::string magic = labels ? "magic number 00 00 08 01 (labels as unsigned bytes)"
                                     : "magic number 00 00 08 and 2 to 4 axes (images as unsigned bytes)";
    if (bytes.size() < 4) refuse(name, fmt::format("{} bytes", bytes.size()), "an IDX header, " + magic);
    const std::size_t axes = byte(bytes, 3);
    if (byte(bytes, 0) != 0 || byte(bytes, 1) != 0 || byte(bytes, 2) != unsigned_bytes ||
        (labels ? axes != 1 : axes < 2 || axes > 4))
        refuse(
            name,
            fmt::format("{:02x} {:02x} {:02x} {:02x}", byte(bytes, 0), byte(bytes, 1), byte(bytes, 2), byte(bytes, 3)),
            magic, "were images and labels exchanged?");
    const std::size_t header = 4 + 4 * axes;
    if (bytes.size() < header)
        refuse(name, fmt::format("{} bytes", bytes.size()), fmt::format("a header of {} bytes", header));

    Array array;
    array.values = bytes.substr(header);
    std::string shape;
    bool fits = true;
    std::size_t length = 1;  // never beyond the bytes there are: a header may claim 4e9 x 4e9
    for (std::size_t axis = 0; axis < axes; ++axis) {
        std::size_t n = 0;
        for (std::size_t i = 0; i < 4; ++i) n = n << 8 | byte(bytes, 4 + 4 * axis + i);
        shape += fmt::format("{}{}", axis == 0 ? "" : " x ", n);
        if (n == 0) refuse(name, fmt::format("axis {} of length 0", axis + 1), "at least one sample and one pixel");
        fits = fits && length <= array.values.size() / n;
        if (fits) length *= n;
        if (axis == 0) array.samples = n;
    }
    if (!fits || length != array.values.size())
        refuse(name, fmt::format("{} bytes after the header", array.values.size()),
               fmt::format("{} bytes, as the header says", shape),
               fits ? fmt::format("{} bytes more than its header says", array.values.size() - length)
                    : "is the file truncated?");
    array.features = length / array.samples;
    return array;
}

}  // namespace

Records parse_idx(std::string_view images, const std::string& images_name, std::string_view labels,
                  const std::string& labels_name, std::int64_t classes) {
    const Array pixels = read_array(images, images_name, false);
    const Array classes_seen = read_array(labels, labels_name, true);
    if (classes_seen.samples != pixels.samples)
        refuse(labels_name, fmt::format("{} labels", classes_seen.samples),
               fmt::format("{}, one for each image of {}", pixels.samples, images_name));

    Records records;
    records.features = pixels.features;
    records.full_scale = 255;
    records.inputs = std::vector<std::uint8_t>(pixels.values.begin(), pixels.values.end());
    records.labels.reserve(pixels.samples);
    std::uint16_t largest = 0;
    for (std::size_t row = 0; row < pixels.samples; ++row) {
        const std::uint8_t label = byte(classes_seen.values, row);
        if (classes > 0 && label >= classes)
            refuse(labels_name, fmt::format("label {} of sample {}", label, row + 1),
                   fmt::format("0 to {}", classes - 1));
        largest = std::max<std::uint16_t>(largest, label);
        records.labels.push_back(label);
    }
    records.outputs = classes > 0 ? static_cast<std::size_t>(classes) : largest + std::size_t{1};
    return records;
}

Records read_idx(const std::string& images, const std::string& labels, std::int64_t classes) {
    return parse_idx(read_bytes(images), images, read_bytes(labels), labels, classes);
}

}  // namespace apical
