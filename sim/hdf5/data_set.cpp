#include "sim/hdf5/data_set.hpp"

#include <hdf5.h>

#include <algorithm>
#include <cassert>

#include "sim/hdf5/global_heap.hpp"
#include "sim/hdf5/library.hpp"

namespace apical::hdf5 {
namespace {

template <class T>
Identifier native();
template <>
Identifier native<float>() {
    return H5T_NATIVE_FLOAT;
}
template <>
Identifier native<double>() {
    return H5T_NATIVE_DOUBLE;
}
template <>
Identifier native<std::uint8_t>() {
    return H5T_NATIVE_UINT8;
}
template <>
Identifier native<std::int64_t>() {
    return H5T_NATIVE_INT64;
}
template <>
Identifier native<std::uint64_t>() {
    return H5T_NATIVE_UINT64;
}

// The strongest filter there is, deflate, makes data at most so many times smaller. Small arrays pass in any case: what
// was never written takes no space in the file at all.
constexpr std::uint64_t strongest = 1032, small = std::uint64_t{32} << 20;

/// Product that stops at the largest number instead of wrapping round.
std::uint64_t product(const Shape& shape, std::uint64_t factor) {
    std::uint64_t result = factor;
    for (const std::uint64_t extent : shape)
        if (__builtin_mul_overflow(result, extent, &result)) return ~std::uint64_t{0};
    return result;
}

/// Whether an enumeration is what h5py makes of bool: FALSE is 0, TRUE is 1.
bool is_boolean(Identifier type) {
    if (H5Tget_size(type) != 1 || H5Tget_nmembers(type) != 2) return false;
    for (const unsigned member : {0u, 1u}) {
        char* const name = H5Tget_member_name(type, member);
        std::uint8_t value = 2;
        const bool right = name != nullptr && H5Tget_member_value(type, member, &value) >= 0 && value < 2 &&
                           std::string(name) == (value == 0 ? "FALSE" : "TRUE");
        H5free_memory(name);
        if (!right) return false;
    }
    return true;
}

/// Of what no numbers can be read from.
std::string class_name(Identifier type) {
    switch (H5Tget_class(type)) {
        case H5T_STRING:
            return "text";
        case H5T_COMPOUND:
            return "records (or complex numbers)";
        case H5T_ENUM:
            return "an enumeration";
        case H5T_REFERENCE:
            return "references (a cell array?)";
        case H5T_VLEN:
        case H5T_ARRAY:
            return "arrays in every element";
        default:
            return "elements of another type";
    }
}

}  // namespace

DataSet::DataSet(Handle handle, Origin origin, std::string name)
    : Object(std::move(handle), std::move(origin), std::move(name)) {}

Shape DataSet::shape() const {
    const Handle space(check(H5Dget_space(id()), "read the shape"));
    std::vector<hsize_t> extents(
        static_cast<std::size_t>(check(H5Sget_simple_extent_ndims(space.id()), "read the shape")));
    check(H5Sget_simple_extent_dims(space.id(), extents.data(), nullptr), "read the shape");
    return Shape(extents.begin(), extents.end());
}

std::uint64_t DataSet::count() const { return product(shape(), 1); }

Shape DataSet::chunk() const {
    const Handle form(check(H5Dget_create_plist(id()), "read the layout"));
    if (H5Pget_layout(form.id()) != H5D_CHUNKED) return {};
    std::vector<hsize_t> extents(shape().size());
    check(H5Pget_chunk(form.id(), static_cast<int>(extents.size()), extents.data()), "read the layout");
    return Shape(extents.begin(), extents.end());
}

Kind DataSet::kind() const {
    const Handle type(check(H5Dget_type(id()), "read the type"));
    const std::size_t size = H5Tget_size(type.id());
    switch (H5Tget_class(type.id())) {
        case H5T_FLOAT:
            return size == 4 ? Kind::float32 : size == 8 ? Kind::float64 : Kind::other_float;
        case H5T_INTEGER:
            if (H5Tget_sign(type.id()) != H5T_SGN_NONE) return Kind::other_integer;
            return size == 8 ? Kind::uint64 : size == 1 ? Kind::byte : Kind::other_integer;
        case H5T_ENUM:
            return is_boolean(type.id()) ? Kind::boolean : Kind::other;
        case H5T_STRING:
            return Kind::text;
        default:
            return Kind::other;
    }
}

bool DataSet::is_filtered() const {
    const Handle form(check(H5Dget_create_plist(id()), "read the filters"));
    return check(H5Pget_nfilters(form.id()), "read the filters") > 0;
}

bool DataSet::grows() const {
    const Handle space(check(H5Dget_space(id()), "read the shape"));
    std::vector<hsize_t> limits(
        static_cast<std::size_t>(check(H5Sget_simple_extent_ndims(space.id()), "read the shape")));
    check(H5Sget_simple_extent_dims(space.id(), nullptr, limits.data()), "read the shape");
    return !limits.empty() && limits.front() == H5S_UNLIMITED;
}

std::uint64_t DataSet::file_bytes() const {
    const Handle file(check(H5Iget_file_id(id()), "find the file"));
    hsize_t size = 0;
    check(H5Fget_filesize(file.id(), &size), "read the size of the file");
    return size;
}

std::uint64_t DataSet::stored_bytes() const {
    const hsize_t size = H5Dget_storage_size(id());
    H5Eclear2(H5E_DEFAULT);  // 0 is also the answer for a failure
    return std::min<std::uint64_t>(size, file_bytes());
}

void DataSet::require_contained() const {
    const std::string own = "values in this file";
    const Handle form(check(H5Dget_create_plist(id()), "read the layout"));
    if (H5Pget_layout(form.id()) == H5D_VIRTUAL) fail("values stored outside of this file (a virtual data set)", own);
    if (check(H5Pget_external_count(form.id()), "read the layout") > 0)
        fail("values stored outside of this file (external storage)", own);
    if (const Filters filters = filters_of(form.id()); !filters.foreign.empty())
        fail("values behind filter " + filters.foreign, "deflate, shuffle or fletcher32, or none",
             "h5repack -f GZIP=4 makes such a file");
}

void DataSet::require_stored() const {
    const Handle type(check(H5Dget_type(id()), "read the type"));
    const std::uint64_t bytes = product(shape(), H5Tget_size(type.id()));
    if (bytes > small && bytes > product({stored_bytes()}, strongest))
        fail("an extent of " + std::to_string(count()) + " elements", "no more than were stored");
}

void DataSet::require_numbers(std::uint64_t rows) const {
    const Kind found = kind();
    const Handle type(check(H5Dget_type(id()), "read the type"));
    if (found == Kind::text || found == Kind::other) fail(class_name(type.id()) + ", no numbers");
    if (origin().access == Access::write) return;
    const Shape extent = shape();
    const std::uint64_t row = product(extent.empty() ? Shape{} : Shape(extent.begin() + 1, extent.end()), rows);
    const std::uint64_t bytes = product({row}, H5Tget_size(type.id()));
    const bool is_whole = extent.empty() || rows == extent[0];
    if (bytes > small &&
        bytes > product({is_whole ? stored_bytes() : file_bytes()}, is_whole ? origin().most_expanded : strongest))
        fail("has more elements than a file of this size can hold");
}

std::size_t DataSet::require_sound_rows(std::uint64_t first, std::uint64_t rows, bool all_there) const {
    const auto refuse = [&](const std::string& what) { hdf5::fail({origin().path}, name(), what); };
    const Shape extent = shape(), side = chunk();
    if (side.empty()) return 0;
    const Handle type(check(H5Dget_type(id()), "read the type"));
    const Handle form(check(H5Dget_create_plist(id()), "read the filters"));
    const Filters filters = filters_of(form.id());
    const std::uint64_t bytes = product(side, H5Tget_size(type.id())), in_file = file_bytes();
    if (bytes > std::max(small, product({in_file}, strongest)))
        refuse("has larger chunks than a file of this size can hold");
    constexpr std::uint64_t few = 1024, smallest = 16;  // bytes, of a chunk and its entry in the index
    std::uint64_t chunks = rows / side[0] + 2;
    for (std::size_t axis = 1; axis < extent.size(); ++axis)
        chunks = product({chunks}, (extent[axis] + side[axis] - 1) / side[axis]);
    if (chunks > few && chunks > in_file / smallest) refuse("has more chunks than a file of this size can hold");
    constexpr std::uint64_t checksum = 4;
    const hsize_t begin = first / side[0] * side[0];
    std::vector<hsize_t> corner(extent.size(), 0);
    corner[0] = begin;
    while (corner[0] < first + rows) {
        unsigned skipped = 0;
        haddr_t address = HADDR_UNDEF;
        hsize_t found = 0;
        check(H5Dget_chunk_info_by_coord(id(), corner.data(), &skipped, &address, &found), "look up a chunk");
        const auto used = [&](int place) { return place >= 0 && (skipped >> place & 1U) == 0; };
        const std::uint64_t extra = used(filters.checksum) ? checksum : 0;
        const bool fits = used(filters.deflate) ? found > extra : found == bytes + extra;
        const bool is_there = address != HADDR_UNDEF;
        if (is_there ? !fits || address > in_file || found > in_file - address : all_there)
            refuse("has a damaged index of chunks");
        // The next corner, last axis fastest.
        for (std::size_t axis = extent.size() - 1;; --axis) {
            corner[axis] += side[axis];
            if (axis == 0 || corner[axis] < extent[axis]) break;
            corner[axis] = 0;
        }
    }
    return bytes + (filters.checksum >= 0 && filters.checksum < filters.deflate ? checksum : 0);
}

void DataSet::transfer(std::uint64_t first, std::uint64_t rows, Identifier type, void* values) const {
    const Handle space(check(H5Dget_space(id()), "read the shape"));
    Shape extent = shape();
    if (extent.empty()) {  // a scalar
        check(H5Dread(id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "read");
        return;
    }
    if (first > extent[0] || rows > extent[0] - first) fail("has fewer rows than were asked for");
    Shape start(extent.size(), 0);
    start[0] = first;
    extent[0] = rows;
    if (product(extent, 1) == 0) return;
    const std::size_t chunk_bytes = origin().access == Access::read ? require_sound_rows(first, rows, false) : 0;
    const ChunkBytes expected(chunk_bytes);
    const std::vector<hsize_t> begin(start.begin(), start.end()), size(extent.begin(), extent.end());
    check(H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, begin.data(), nullptr, size.data(), nullptr), "read");
    const Handle memory(check(H5Screate_simple(static_cast<int>(size.size()), size.data(), nullptr), "read"));
    check(H5Dread(id(), type, memory.id(), space.id(), H5P_DEFAULT, values), "read");
}

void DataSet::read_stored(std::uint64_t first, std::uint64_t rows, void* values) const {
    const Handle type(check(H5Dget_type(id()), "read the type"));
    transfer(first, rows, type.id(), values);
}

template <class T>
std::vector<T> DataSet::read() const {
    const Shape extent = shape();
    const std::uint64_t rows = extent.empty() ? 1 : extent[0];
    require_numbers(rows);
    std::vector<T> values(count());
    transfer(0, rows, native<T>(), values.data());
    return values;
}

template <class T>
void DataSet::read(std::span<T> values) const {
    const Shape extent = shape();
    const std::uint64_t rows = extent.empty() ? 1 : extent[0];
    require_numbers(rows);
    if (count() != values.size())
        fail("has " + std::to_string(count()) + " elements, not " + std::to_string(values.size()));
    transfer(0, rows, native<T>(), values.data());
}

template <class T>
std::vector<T> DataSet::read_rows(std::uint64_t first, std::uint64_t rows) const {
    Shape extent = shape();
    if (extent.empty()) fail("is a single number, without rows");
    if (first > extent[0] || rows > extent[0] - first) fail("has fewer rows than were asked for");
    require_numbers(rows);
    extent[0] = rows;
    std::vector<T> values(product(extent, 1));
    transfer(first, rows, native<T>(), values.data());
    return values;
}

std::string DataSet::text() const {
    if (kind() != Kind::text || count() != 1) fail("is not one text");
    const Handle type(check(H5Dget_type(id()), "read the type"));
    if (check(H5Tis_variable_str(type.id()), "read the type") > 0) return texts().at(0);
    const std::size_t size = H5Tget_size(type.id());
    if (size > small && size > file_bytes()) fail("is longer than the file");
    std::string text(size, '\0');
    transfer(0, 1, type.id(), text.data());
    return text.substr(0, text.find('\0'));
}

std::vector<std::string> DataSet::texts() const {
    const Handle type(check(H5Dget_type(id()), "read the type"));
    if (kind() != Kind::text || check(H5Tis_variable_str(type.id()), "read the type") == 0 || !chunk().empty())
        fail("is not a list of texts of variable length");
    constexpr std::uint64_t reference =
        16;  // bytes, as GlobalHeap reads them: length, address of the heap, place in it
    const std::uint64_t all = count();
    if (product({all}, reference) > file_bytes()) fail("has more texts than a file of this size can hold");
    const haddr_t offset = all == 0 ? 0 : H5Dget_offset(id());
    H5Eclear2(H5E_DEFAULT);
    GlobalHeap heap(origin().path);
    std::vector<std::string> found;
    for (std::uint64_t k = 0; k < all; ++k) {
        auto text = offset == HADDR_UNDEF ? std::nullopt : heap.text(offset + k * reference);
        if (!text) fail("holds a text of variable length that cannot be found: is the file damaged?");
        found.push_back(std::move(*text));
    }
    return found;
}

template <class T>
void DataSet::write(std::span<const T> values) {
    assert(values.size() == count());
    if (!values.empty()) check(H5Dwrite(id(), native<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "write");
}

void DataSet::resize(std::uint64_t rows) {
    Shape extent = shape();
    extent.at(0) = rows;
    const std::vector<hsize_t> size(extent.begin(), extent.end());
    check(H5Dset_extent(id(), size.data()), "change the number of rows");
}

template <class T>
void DataSet::write_rows(std::uint64_t first, std::span<const T> values) {
    Shape extent = shape();
    const std::uint64_t length = product(Shape(extent.begin() + 1, extent.end()), 1);
    const std::uint64_t rows = values.size() / length;
    assert(rows * length == values.size());
    if (rows == 0) return;
    if (first + rows > extent[0]) resize(first + rows);
    std::vector<hsize_t> begin(extent.size(), 0), size(extent.begin(), extent.end());
    begin[0] = first;
    size[0] = rows;
    const Handle space(check(H5Dget_space(id()), "write"));
    check(H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, begin.data(), nullptr, size.data(), nullptr), "write");
    const Handle memory(check(H5Screate_simple(static_cast<int>(size.size()), size.data(), nullptr), "write"));
    check(H5Dwrite(id(), native<T>(), memory.id(), space.id(), H5P_DEFAULT, values.data()), "write");
}

void DataSet::require_sound_index() const {
    const Shape extent = shape();
    if (product(extent, 1) > 0 && !extent.empty()) require_sound_rows(0, extent[0], true);
}

#define APICAL_ELEMENT(T)                                                              \
    template std::vector<T> DataSet::read<T>() const;                                  \
    template void DataSet::read<T>(std::span<T>) const;                                \
    template std::vector<T> DataSet::read_rows<T>(std::uint64_t, std::uint64_t) const; \
    template void DataSet::write<T>(std::span<const T>);                               \
    template void DataSet::write_rows<T>(std::uint64_t, std::span<const T>);
APICAL_ELEMENT(float)
APICAL_ELEMENT(double)
APICAL_ELEMENT(std::uint8_t)
APICAL_ELEMENT(std::int64_t)
APICAL_ELEMENT(std::uint64_t)
#undef APICAL_ELEMENT

}  // namespace apical::hdf5
