#include "data/readers/npy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include "data/readers/bytes.hpp"
#include "sim/core/error.hpp"

namespace apical {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t longest_header = 65536;
constexpr std::size_t most_axes = 32;

[[noreturn]] void refuse(const std::string& name, std::string found, std::string expected, std::string hint = {}) {
    throw InputError({{name}, {}, std::move(found), std::move(expected), std::move(hint)});
}

/// What is fit for a terminal, and not too long.
std::string shown(std::string_view text) {
    std::string result = "'";
    for (const char c : text.substr(0, 40)) result += c >= ' ' && c <= '~' ? c : '?';
    return result + "'";
}

struct Header {
    std::string type;  ///< such as "<f4"
    std::vector<std::size_t> shape;
};

/// The header is a Python dictionary of three entries, of which only the forms that NumPy writes are read.
class HeaderParser {
   public:
    HeaderParser(std::string_view text, const std::string& name) : text_(text), rest_(text), name_(name) {}

    Header parse() {
        std::optional<bool> is_fortran;
        std::optional<std::string> type;
        std::optional<std::vector<std::size_t>> shape;
        require("{");
        while (!accept("}")) {
            const std::string key = quoted();
            require(":");
            if (key == "descr" && !type) type = quoted();
            else if (key == "fortran_order" && !is_fortran) is_fortran = truth();
            else if (key == "shape" && !shape) shape = tuple();
            else fail();
            if (accept("}")) break;
            require(",");
        }
        skip();
        if (!rest_.empty() || !type || !is_fortran || !shape) fail();
        if (*is_fortran && shape->size() > 1)
            refuse(name_, "Fortran order", "C order", "save numpy.ascontiguousarray(x) instead of x");
        return {*type, *shape};
    }

   private:
    [[noreturn]] void fail() const {
        refuse(name_, "header " + shown(text_), "descr, fortran_order and shape of one array of numbers",
               "records and objects cannot be read");
    }
    void skip() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n"), rest_.size())); }
    bool accept(std::string_view word) {
        skip();
        if (!rest_.starts_with(word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }
    void require(std::string_view word) {
        if (!accept(word)) fail();
    }
    std::string quoted() {
        skip();
        if (rest_.empty() || (rest_[0] != '\'' && rest_[0] != '"')) fail();
        const std::size_t end = rest_.find(rest_[0], 1);
        if (end == std::string_view::npos) fail();
        std::string result(rest_.substr(1, end - 1));
        rest_.remove_prefix(end + 1);
        return result;
    }
    bool truth() {
        if (accept("True")) return true;
        require("False");
        return false;
    }
    std::vector<std::size_t> tuple() {
        std::vector<std::size_t> result;
        require("(");
        while (!accept(")")) {
            skip();
            std::size_t extent = 0;
            const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), extent);
            if (error != std::errc{} || result.size() == most_axes) fail();
            rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
            accept("L");  // Python 2
            result.push_back(extent);
            if (accept(")")) break;
            require(",");
        }
        return result;
    }

    std::string_view text_, rest_;
    const std::string& name_;
};

/// Numbers of type From, of which the bytes are to be `swapped` or not.
template <class From, class To>
std::vector<To> convert(std::string_view bytes, bool swapped) {
    std::vector<To> result(bytes.size() / sizeof(From));
    for (std::size_t i = 0; i < result.size(); ++i) {
        char raw[sizeof(From)];
        std::memcpy(raw, bytes.data() + i * sizeof(From), sizeof(From));
        if (swapped) std::reverse(raw, raw + sizeof(From));
        From value;
        std::memcpy(&value, raw, sizeof(From));
        result[i] = static_cast<To>(value);
    }
    return result;
}

using Convert = Numbers (*)(std::string_view, bool);
template <class From, class To>
Numbers numbers(std::string_view bytes, bool swapped) {
    return convert<From, To>(bytes, swapped);
}

/// A number of IEEE 754's binary16.
Numbers half_numbers(std::string_view bytes, bool swapped) {
    std::vector<float> result;
    result.reserve(bytes.size() / 2);
    for (const std::uint16_t bits : convert<std::uint16_t, std::uint16_t>(bytes, swapped)) {
        const int exponent = bits >> 10 & 0x1f, mantissa = bits & 0x3ff;
        float value = exponent == 0 ? std::ldexp(static_cast<float>(mantissa), -24)
                                    : std::ldexp(static_cast<float>(mantissa + 1024), exponent - 25);
        if (exponent == 0x1f)
            value = mantissa == 0 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
        result.push_back(bits >> 15 != 0 ? -value : value);
    }
    return result;
}

/// Truth values: no pixels, so true is 1 and not 1 of 255.
Numbers truths(std::string_view bytes, bool) {
    std::vector<float> result;
    result.reserve(bytes.size());
    for (const char byte : bytes) result.push_back(byte != 0 ? 1.0f : 0.0f);
    return result;
}

struct ElementType {
    std::string_view code;
    std::size_t size;
    bool is_whole;
    Convert convert;
};
constexpr ElementType element_types[] = {
    {"u1", 1, true, numbers<std::uint8_t, std::uint8_t>},
    {"u2", 2, true, numbers<std::uint16_t, double>},
    {"u4", 4, true, numbers<std::uint32_t, double>},
    {"u8", 8, true, numbers<std::uint64_t, double>},
    {"i1", 1, true, numbers<std::int8_t, double>},
    {"i2", 2, true, numbers<std::int16_t, double>},
    {"i4", 4, true, numbers<std::int32_t, double>},
    {"i8", 8, true, numbers<std::int64_t, double>},
    {"b1", 1, true, truths},
    {"f2", 2, false, half_numbers},
    {"f4", 4, false, numbers<float, float>},
    {"f8", 8, false, numbers<double, double>},
};

std::string meaning_of(const std::string& type) {
    constexpr std::pair<std::string_view, std::string_view> meanings[] = {
        {"U", "text"},        {"S", "text"},  {"a", "text"},  {"O", "Python objects"}, {"c", "complex numbers"},
        {"f", "long double"}, {"M", "dates"}, {"m", "times"}, {"V", "raw bytes"}};
    for (const auto& [letter, meaning] : meanings)
        if (type.find(letter) == 1) return fmt::format(" ({})", meaning);
    return "";
}

std::string remedy_for(const std::string& type) {
    const std::string kind = type.size() > 1 ? type.substr(1, 1) : "";
    if (kind == "U" || kind == "S" || kind == "a") return "labels as numbers: numpy.unique(y, return_inverse=True)[1]";
    if (kind == "c") return "numpy.stack([x.real, x.imag], axis=-1) for inputs";
    return "inputs: x.astype('float32'); labels: y.astype('int64')";
}

}  // namespace

Array parse_npy(std::string_view bytes, const std::string& name) {
    if (!bytes.starts_with(magic) || bytes.size() < 10)
        refuse(name, shown(bytes.substr(0, 10)), "a .npy file, as numpy.save writes it",
               bytes.starts_with("PK") ? "an .npz file holds several; save each by itself" : "");
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); };
    const std::size_t version = byte(6), width = version == 1 ? 2 : 4;
    if (version < 1 || version > 3) refuse(name, fmt::format("version {} of the .npy format", version), "1, 2 or 3");
    std::size_t length = 0;
    if (bytes.size() < 8 + width) refuse(name, "a header that ends too early", "a complete file");
    for (std::size_t i = 0; i < width; ++i) length |= static_cast<std::size_t>(byte(8 + i)) << 8 * i;
    bytes.remove_prefix(8 + width);
    if (length > std::min(bytes.size(), longest_header))
        refuse(name, fmt::format("a header of {} bytes, {} in the file", length, bytes.size()), "a complete file");
    const Header header = HeaderParser(bytes.substr(0, length), name).parse();
    bytes.remove_prefix(length);

    const auto* type = std::find_if(std::begin(element_types), std::end(element_types), [&](const ElementType& row) {
        return header.type.size() == 3 && header.type.substr(1) == row.code;
    });
    const char order = header.type.empty() ? '\0' : header.type[0];
    constexpr char other_order = std::endian::native == std::endian::little ? '>' : '<';
    if (type == std::end(element_types) || std::string_view("<>=|").find(order) == std::string_view::npos)
        refuse(name, fmt::format("elements of type {}{}", shown(header.type), meaning_of(header.type)),
               "truth values, integers, float16, float32 or float64", remedy_for(header.type));
    const std::size_t count = element_count(header.shape, bytes.size() / type->size);
    if (bytes.size() % type->size != 0 || count != bytes.size() / type->size)
        refuse(name, fmt::format("{} bytes after the header", bytes.size()),
               fmt::format("{} of {} bytes each, as the header says", shape_text(header.shape), type->size),
               count > bytes.size() / type->size
                   ? "is the file truncated?"
                   : fmt::format("{} bytes more than its header says", bytes.size() - count * type->size));
    return {name, header.shape, type->convert(bytes, order == other_order), type->is_whole};
}

Array read_npy(const std::string& path) { return parse_npy(read_bytes(path), path); }

}  // namespace apical
