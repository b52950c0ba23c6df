#include "sim/record/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "sim/core/checksum.hpp"
#include "sim/core/error.hpp"

namespace apical {
namespace {

const std::string format = "apical checkpoint";
const std::string version = "2";
const std::string sum_name = "crc32c";  // attribute of every array
const std::string damaged = "the checkpoint is damaged: go on from a copy of it, or begin the run anew";

template <class T>
hdf5::Kind kind_of_element() {
    if constexpr (std::is_same_v<T, float>) return hdf5::Kind::float32;
    if constexpr (std::is_same_v<T, double>) return hdf5::Kind::float64;
    if constexpr (std::is_same_v<T, std::uint64_t>) return hdf5::Kind::uint64;
    if constexpr (std::is_same_v<T, std::uint8_t>) return hdf5::Kind::byte;
}

std::string readable(const Crc32c& sum) { return fmt::format("{:08x}", sum.value()); }

template <class T>
void put_array(hdf5::File& file, const std::string& name, std::span<const T> values) {
    hdf5::DataSet made = file.make_data_set(name, {kind_of_element<T>(), {values.size()}});
    made.write(values);
    Crc32c sum;
    sum.add(values);
    made.set_attribute(sum_name, readable(sum));
}

/// Sum of the numbers of an array, read a part at a time.
template <class T>
std::string sum_of(const hdf5::DataSet& array) {
    constexpr std::uint64_t part = (1 << 20) / sizeof(T);
    Crc32c sum;
    const std::uint64_t count = array.shape().front();
    for (std::uint64_t first = 0; first < count; first += part) {
        const std::vector<T> values = array.read_rows<T>(first, std::min(part, count - first));
        sum.add(std::span(values));
    }
    return readable(sum);
}

std::string sum_of(const hdf5::File& file, const hdf5::DataSet& array) {
    if (array.shape().size() == 1) switch (array.kind()) {
            case hdf5::Kind::float32:
                return sum_of<float>(array);
            case hdf5::Kind::float64:
                return sum_of<double>(array);
            case hdf5::Kind::uint64:
                return sum_of<std::uint64_t>(array);
            case hdf5::Kind::byte:
                return sum_of<std::uint8_t>(array);
            default:
                break;
        }
    throw InputError({{file.path(), 0, 0}, array.name(), "another thing than an array of numbers", "", damaged});
}

/// Throws InputError unless every array is what was written.
void verify(const hdf5::File& file, const std::string& group, int depth) {
    constexpr int deepest = 16;  // links of a damaged file may make a circle
    if (depth > deepest) throw InputError({{file.path(), 0, 0}, group, "groups inside of one another", "", damaged});
    for (const std::string& name : file.list(group)) {
        const std::string path = group == "/" ? "/" + name : group + "/" + name;
        if (file.is_group(path)) {
            verify(file, path, depth + 1);
            continue;
        }
        const hdf5::DataSet array = file.data_set(path);
        const std::string expected = array.attribute(sum_name).value_or("none"), found = sum_of(file, array);
        if (found != expected)
            throw InputError({{file.path(), 0, 0}, path, "checksum " + found, "checksum " + expected, damaged});
    }
}

template <class T>
void require_kind(const hdf5::File& file, const hdf5::DataSet& found) {
    if (found.kind() != kind_of_element<T>() || found.shape().size() != 1)
        throw InputError(
            {{file.path(), 0, 0}, found.name(), "an array of another type", "", "a checkpoint of another program?"});
}

template <class T>
void take_array(const hdf5::File& file, const hdf5::DataSet& found, std::span<T> values) {
    require_kind<T>(file, found);
    found.read(values);
}

}  // namespace

CheckpointWriter::CheckpointWriter(const std::string& path)
    : output_(path, Existing::ours), file_(hdf5::File::create(output_.temporary(), hdf5::Layout::sealed)) {
    hdf5::Object root = file_->group("/");
    root.set_attribute("format", format);
    root.set_attribute("version", version);
}

void CheckpointWriter::put(const std::string& name, std::span<const float> values) { put_array(*file_, name, values); }
void CheckpointWriter::put(const std::string& name, std::span<const double> values) { put_array(*file_, name, values); }
void CheckpointWriter::put(const std::string& name, std::span<const std::uint64_t> values) {
    put_array(*file_, name, values);
}
void CheckpointWriter::put(const std::string& name, const std::string& text) {
    // As bytes: strings of HDF5 have no checksum.
    put_array(*file_, name, std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

void CheckpointWriter::commit() {
    assert(file_);
    file_->flush();
    file_.reset();
    output_.commit();
}

CheckpointReader::CheckpointReader(std::string path) : file_(hdf5::File::open(path)) {
    const hdf5::Object root = file_.group("/");
    const std::string found = root.attribute("format").value_or("another HDF5 file");
    if (found != format) throw InputError({{path, 0, 0}, "", found, format, ""});
    const std::string found_version = root.attribute("version").value_or("none");
    if (found_version != version)
        throw InputError(
            {{path, 0, 0}, "version", found_version, version, "written by another version of this program"});
    verify(file_, "/", 0);
}

hdf5::DataSet CheckpointReader::find(const std::string& name) const { return file_.data_set(name); }

void CheckpointReader::take(const std::string& name, std::span<float> values) const {
    take_array(file_, find(name), values);
}
void CheckpointReader::take(const std::string& name, std::span<double> values) const {
    take_array(file_, find(name), values);
}
void CheckpointReader::take(const std::string& name, std::span<std::uint64_t> values) const {
    take_array(file_, find(name), values);
}

std::vector<std::uint64_t> CheckpointReader::numbers(const std::string& name) const {
    const hdf5::DataSet found = find(name);
    require_kind<std::uint64_t>(file_, found);
    return found.read<std::uint64_t>();
}

std::string CheckpointReader::text(const std::string& name) const {
    const hdf5::DataSet found = find(name);
    require_kind<std::uint8_t>(file_, found);
    const std::vector<std::uint8_t> bytes = found.read<std::uint8_t>();
    return std::string(bytes.begin(), bytes.end());
}

void CheckpointReader::require_in_place() const {
    if (!file_.is_in_place())
        throw InputError(
            {{file_.path(), 0, 0}, "", "another file than a moment ago", "", "another process goes on with this run"});
}

bool CheckpointReader::has(const std::string& name) const { return file_.exists(name); }

}  // namespace apical
