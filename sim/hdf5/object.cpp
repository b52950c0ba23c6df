#include "sim/hdf5/object.hpp"

#include <hdf5.h>

#include "sim/core/subprocess.hpp"

namespace apical::hdf5 {
namespace {

constexpr std::size_t longest_attribute = 60000;  // an object header message holds less than 64 kB
constexpr std::size_t longest_read = 1 << 20;     // other programs keep longer ones elsewhere

/// Without the padding of fixed-length strings.
std::string trimmed(const std::string& text) {
    const auto end = text.find('\0');
    return end == std::string::npos ? text : text.substr(0, end);
}

/// Cut where a character of UTF-8 starts.
std::string cut(const std::string& text) {
    if (text.size() <= longest_attribute) return text;
    std::size_t end = longest_attribute;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end) + " ...";
}

}  // namespace

std::vector<std::string> Object::attributes() const {
    std::vector<std::string> names;
    const auto collect = [](hid_t, const char* name, const H5A_info_t*, void* result) noexcept -> herr_t {
        static_cast<std::vector<std::string>*>(result)->push_back(name);
        return 0;
    };
    hsize_t position = 0;
    if (H5Aiterate2(id(), H5_INDEX_CRT_ORDER, H5_ITER_INC, &position, collect, &names) >= 0) return names;
    names.clear();
    position = 0;
    check(H5Aiterate2(id(), H5_INDEX_NAME, H5_ITER_INC, &position, collect, &names), "list the attributes");
    return names;
}

std::optional<std::string> Object::attribute(const std::string& attribute) const {
    if (check(H5Aexists(id(), attribute.c_str()), "look for attribute " + attribute) == 0) return std::nullopt;
    const std::string action = "read attribute " + attribute;
    const Handle handle(check(H5Aopen(id(), attribute.c_str(), H5P_DEFAULT), action));
    const Handle type(check(H5Aget_type(handle.id()), action));
    const Handle space(check(H5Aget_space(handle.id()), action));
    if (H5Tget_class(type.id()) != H5T_STRING || H5Sget_simple_extent_npoints(space.id()) != 1)
        fail("attribute " + attribute + " is no text");
    // We write none of those; where HDF5 keeps them, damage goes unnoticed (global_heap.hpp).
    if (check(H5Tis_variable_str(type.id()), action) > 0) fail("attribute " + attribute + " is of variable length");
    if (H5Tget_size(type.id()) > longest_read) fail("attribute " + attribute + " is too long");
    std::string text(H5Tget_size(type.id()), '\0');
    check(H5Aread(handle.id(), type.id(), text.data()), action);
    return trimmed(text);
}

void Object::look_at(const std::string& attribute) const {
    if (attribute == "DIMENSION_LIST") return;  // which nobody reads, see DataSet::scales
    const std::string action = "read attribute " + attribute;
    const Handle handle(check(H5Aopen(id(), attribute.c_str(), H5P_DEFAULT), action));
    const Handle type(check(H5Aget_type(handle.id()), action));
    const Handle space(check(H5Aget_space(handle.id()), action));
    const auto elements = static_cast<std::uint64_t>(check(H5Sget_simple_extent_npoints(space.id()), action));
    const std::size_t size = H5Tget_size(type.id());
    if (size == 0 || elements > longest_read / size) fail("attribute " + attribute + " is too long");
    const bool varies = H5Tdetect_class(type.id(), H5T_VLEN) > 0 ||
                        (H5Tdetect_class(type.id(), H5T_STRING) > 0 &&
                         (H5Tget_class(type.id()) != H5T_STRING || check(H5Tis_variable_str(type.id()), action) > 0));
    if (elements == 0 || (varies && !is_subprocess())) return;  // of variable length: see global_heap.hpp
    std::vector<unsigned char> value(elements * size);
    check(H5Aread(handle.id(), type.id(), value.data()), action);
}

std::string Object::as_stored(const std::string& text) { return trimmed(cut(text)); }

void Object::take_attributes(const Object& source, const std::function<bool(const std::string&)>& is_wanted) {
    for (const std::string& name : source.attributes()) {
        if (!is_wanted(name)) continue;
        const auto good = [&](Identifier result) { return check(result, "copy attribute " + name); };
        const Handle from(good(H5Aopen(source.id(), name.c_str(), H5P_DEFAULT)));
        const Handle type(good(H5Aget_type(from.id())));
        const Handle space(good(H5Aget_space(from.id())));
        const auto elements = static_cast<std::size_t>(good(H5Sget_simple_extent_npoints(space.id())));
        std::vector<unsigned char> value(std::max<std::size_t>(elements * H5Tget_size(type.id()), 1));
        good(H5Aread(from.id(), type.id(), value.data()));
        const Handle to(good(H5Acreate2(id(), name.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT)));
        good(H5Awrite(to.id(), type.id(), value.data()));
    }
}

void Object::set_attribute(const std::string& attribute, const std::string& text) {
    const std::string action = "write attribute " + attribute;
    const std::string value = cut(text);
    const Handle type(check(H5Tcopy(H5T_C_S1), action));
    check(H5Tset_size(type.id(), std::max<std::size_t>(value.size(), 1)), action);
    check(H5Tset_cset(type.id(), H5T_CSET_UTF8), action);
    check(H5Tset_strpad(type.id(), H5T_STR_NULLPAD), action);
    const Handle space(check(H5Screate(H5S_SCALAR), action));
    replace_attribute(attribute, type, space, value.empty() ? "" : value.data());
}

void Object::set_attribute(const std::string& attribute, std::span<const std::uint32_t> numbers) {
    const std::string action = "write attribute " + attribute;
    const Handle type(check(H5Tcopy(H5T_STD_U32LE), action));
    const hsize_t count = numbers.size();
    const Handle space(check(count == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &count, nullptr), action));
    const std::vector<std::uint32_t> stored(numbers.begin(), numbers.end());
    replace_attribute(attribute, type, space, stored.data());
}

void Object::set_attribute(const std::string& attribute, const std::vector<std::string>& names, std::uint8_t chosen) {
    const std::string action = "write attribute " + attribute;
    const Handle type(check(H5Tenum_create(H5T_STD_U8LE), action));
    std::uint8_t next = 0;
    for (const std::string& name : names) {
        check(H5Tenum_insert(type.id(), name.c_str(), &next), action);
        ++next;
    }
    const Handle space(check(H5Screate(H5S_SCALAR), action));
    replace_attribute(attribute, type, space, &chosen);
}

void Object::replace_attribute(const std::string& attribute, const Handle& type, const Handle& space,
                               const void* value) {
    const std::string action = "write attribute " + attribute;
    if (check(H5Aexists(id(), attribute.c_str()), action) > 0) check(H5Adelete(id(), attribute.c_str()), action);
    const Handle handle(
        check(H5Acreate2(id(), attribute.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT), action));
    check(H5Awrite(handle.id(), type.id(), value), action);
}

}  // namespace apical::hdf5
