#include "sim/hdf5/foreign.hpp"

#include <hdf5.h>

namespace apical::hdf5 {
namespace {

/// Makes an attribute of an object, group or data set, that has none of this name.
void write(const File& file, const std::string& object, const std::string& attribute, const Handle& type,
           const Handle& space, const void* value) {
    const auto good = [&](Identifier result) {
        return check(result, {file.path(), Access::write}, object, "write attribute " + attribute);
    };
    const Handle there(good(H5Oopen(file.id(), object.c_str(), H5P_DEFAULT)));
    const Handle made(good(H5Acreate2(there.id(), attribute.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT)));
    good(H5Awrite(made.id(), type.id(), value));
}

void write_texts(const File& file, const std::string& object, const std::string& attribute, Identifier space,
                 const std::vector<const char*>& texts) {
    const auto good = [&](Identifier result) {
        return check(result, {file.path(), Access::write}, object, "write attribute " + attribute);
    };
    const Handle extent(good(space));
    const Handle type(good(H5Tcopy(H5T_C_S1)));
    good(H5Tset_size(type.id(), H5T_VARIABLE));
    good(H5Tset_cset(type.id(), H5T_CSET_UTF8));
    write(file, object, attribute, type, extent, texts.data());
}

}  // namespace

void make_integers(File& file, const std::string& path, const std::vector<std::int64_t>& numbers) {
    const auto good = [&](Identifier result) {
        return check(result, {file.path(), Access::write}, path, "write numbers");
    };
    const hsize_t count = numbers.size();
    const Handle space(good(H5Screate_simple(1, &count, nullptr)));
    const Handle made(
        good(H5Dcreate2(file.id(), path.c_str(), H5T_STD_I64LE, space.id(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)));
    good(H5Dwrite(made.id(), H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data()));
}

void set_text_attribute(const File& file, const std::string& object, const std::string& attribute,
                        const std::string& text) {
    write_texts(file, object, attribute, H5Screate(H5S_SCALAR), {text.c_str()});
}

void set_text_attribute(const File& file, const std::string& object, const std::string& attribute,
                        const std::vector<std::string>& texts) {
    std::vector<const char*> contents;
    contents.reserve(texts.size());
    for (const std::string& text : texts) contents.push_back(text.c_str());
    const hsize_t count = texts.size();
    write_texts(file, object, attribute, H5Screate_simple(1, &count, nullptr), contents);
}

void set_reference(const File& file, const std::string& object, const std::string& attribute,
                   const std::string& target) {
    const auto good = [&](Identifier result) {
        return check(result, {file.path(), Access::write}, object, "write attribute " + attribute);
    };
    hobj_ref_t reference{};
    good(H5Rcreate(&reference, file.id(), target.c_str(), H5R_OBJECT, -1));
    const Handle type(good(H5Tcopy(H5T_STD_REF_OBJ))), space(good(H5Screate(H5S_SCALAR)));
    write(file, object, attribute, type, space, &reference);
}

}  // namespace apical::hdf5
