#include "sim/hdf5/file.hpp"

#include <hdf5.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>

#include "sim/core/error.hpp"
#include "sim/hdf5/library.hpp"
#include "sim/hdf5/link.hpp"
#include "sim/hdf5/lock.hpp"
#include "sim/hdf5/ordered_driver.hpp"
#include "sim/hdf5/survey.hpp"

namespace apical::hdf5 {
namespace {

constexpr std::size_t page = 4096;
constexpr std::uint64_t most_expanded_of_results = 256;
constexpr unsigned most_compact = 60000;  // links and attributes that stay in the object header
// Room for links in the first block of the root's header, within a page: more would take several blocks.
constexpr unsigned expected_links = 40, expected_letters = 16;

[[noreturn]] void refuse(const std::string& path, const std::string& found) {
    throw InputError({{path, 0, 0}, "", found, "", ""});
}

/// For messages that name the reason.
void require_plain_file(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) < 0) refuse(path, std::strerror(errno));
    if (!S_ISREG(status.st_mode)) refuse(path, "something else than a plain file");
    if (::access(path.c_str(), R_OK) < 0) refuse(path, std::strerror(errno));
}

Handle access_list(const Origin& origin) {
    set_up_library();
    return Handle(check(H5Pcreate(H5P_FILE_ACCESS), origin, "", "set up HDF5"));
}

/// How all files are accessed that we write.
Handle writing_list(const Origin& origin, Layout layout) {
    Handle list = access_list(origin);
    const auto set = [&](Identifier result) { check(result, origin, "", "set up HDF5"); };
    set(H5Pset_driver(list.id(), ordered_driver(), nullptr));
    set(H5Pset_fclose_degree(list.id(), H5F_CLOSE_STRONG));
    // The first bound chooses among formats: that of 1.8 indexes chunks by a tree, that of 1.10 has checksums
    // everywhere. The space strategy of growing files is a message of 1.10, so they cannot have 1.8 as the second
    // bound.
    set(H5Pset_libver_bounds(list.id(), layout == Layout::sealed ? H5F_LIBVER_V110 : H5F_LIBVER_V18,
                             layout == Layout::finished ? H5F_LIBVER_V18 : H5F_LIBVER_V110));
    if (layout == Layout::growing) {
        // No block of metadata may cross a page: see ordered_driver.hpp.
        set(H5Pset_alignment(list.id(), 1, page));
        H5AC_cache_config_t cache{};
        cache.version = H5AC__CURR_CACHE_CONFIG_VERSION;
        set(H5Pget_mdc_config(list.id(), &cache));
        cache.evictions_enabled = false;  // metadata is written by a flush, and by nothing else
        cache.incr_mode = H5C_incr__off;
        cache.flash_incr_mode = H5C_flash_incr__off;
        cache.decr_mode = H5C_decr__off;
        set(H5Pset_mdc_config(list.id(), &cache));
    }
    return list;
}

/// Order of creation is kept, and links and attributes stay in the object header: a block of their own could not be
/// replaced together with it.
void keep_order(Identifier list, const Origin& origin, bool links) {
    const auto set = [&](Identifier result) { check(result, origin, "", "set up HDF5"); };
    constexpr unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    set(H5Pset_attr_creation_order(list, order));
    set(H5Pset_attr_phase_change(list, most_compact, 0));
    if (!links) return;
    set(H5Pset_link_creation_order(list, order));
    set(H5Pset_link_phase_change(list, most_compact, 0));
}

Identifier element_type(Kind kind) {
    switch (kind) {
        case Kind::float32:
            return H5T_IEEE_F32LE;
        case Kind::float64:
            return H5T_IEEE_F64LE;
        case Kind::uint64:
            return H5T_STD_U64LE;
        default:
            assert(kind == Kind::byte);
            return H5T_STD_U8LE;
    }
}

Handle utf8_links(const Origin& origin) {
    Handle list(check(H5Pcreate(H5P_LINK_CREATE), origin, "", "set up HDF5"));
    check(H5Pset_char_encoding(list.id(), H5T_CSET_UTF8), origin, "", "set up HDF5");
    return list;
}

}  // namespace

File File::open(const std::string& path) {
    require_plain_file(path);
    survey(path);
    File file = open_for_parts(path);
    file.origin_.most_expanded = most_expanded_of_results;
    return file;
}

File File::open_for_parts(const std::string& path) {
    require_plain_file(path);
    Origin origin{path, Access::read};
    origin.scales = std::make_shared<std::map<std::string, GroupScales>>();
    const Handle access = access_list(origin);
    if (!can_be_locked_for_reading(path))
        check(H5Pset_file_locking(access.id(), false, true), origin, "", "set up HDF5");
    return File(Handle(check(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id()), origin, "", "open as HDF5")), origin);
}

File File::create(const std::string& path, Layout layout) {
    const Origin origin{path, Access::write};
    const Handle access = writing_list(origin, layout);
    const Handle form(check(H5Pcreate(H5P_FILE_CREATE), origin, "", "set up HDF5"));
    keep_order(form.id(), origin, true);
    if (layout == Layout::growing) {
        check(H5Pset_file_space_strategy(form.id(), H5F_FSPACE_STRATEGY_NONE, false, 1), origin, "", "set up HDF5");
        check(H5Pset_est_link_info(form.id(), expected_links, expected_letters), origin, "", "set up HDF5");
    }
    return File(
        Handle(check(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, form.id(), access.id()), origin, "", "make the file")),
        origin);
}

File File::edit(const std::string& path) {
    require_plain_file(path);
    survey(path);
    const Origin reading{path, Access::read};
    const Handle access = writing_list(reading, Layout::growing);
    Handle file(check(H5Fopen(path.c_str(), H5F_ACC_RDWR, access.id()), reading, "", "open as HDF5"));
    refer_to_all(file.id());
    return File(std::move(file), {path, Access::write});
}

bool File::exists(const std::string& path) const { return open_object(handle_.id(), origin_, path).id() >= 0; }

bool File::is_group(const std::string& path) const {
    const Handle object = open_object(handle_.id(), origin_, path);
    return object.id() >= 0 && H5Iget_type(object.id()) == H5I_GROUP;
}

std::vector<std::string> File::list(const std::string& group) const {
    std::vector<std::string> names;
    for (Link& link : links_of(this->group(group).id(), origin_, group))
        if (link.is_plain) names.push_back(std::move(link.name));
    return names;
}

DataSet File::data_set(const std::string& path) const {
    Handle object = open_object(handle_.id(), origin_, path);
    if (object.id() < 0) fail(origin_, path, "there is no such data set");
    const H5I_type_t type = H5Iget_type(object.id());
    if (type == H5I_GROUP) fail(origin_, path, "is a group, not a data set");
    if (type != H5I_DATASET) fail(origin_, path, "a type of its own", "a group or a data set");
    DataSet data(std::move(object), origin_, path);
    data.require_contained();
    return data;
}

Object File::group(const std::string& path) const {
    Handle object = open_object(handle_.id(), origin_, path);
    if (object.id() < 0) fail(origin_, path, "there is no such group");
    if (H5Iget_type(object.id()) != H5I_GROUP) fail(origin_, path, "no group", "a group");
    return Object(std::move(object), origin_, path);
}

Object File::make_group(const std::string& path) {
    if (exists(path)) return group(path);
    if (const auto slash = path.rfind('/'); slash != std::string::npos && slash > 0) make_group(path.substr(0, slash));
    const Handle link = utf8_links(origin_);
    const Handle form(check(H5Pcreate(H5P_GROUP_CREATE), origin_, path, "make a group"));
    keep_order(form.id(), origin_, true);
    return Object(Handle(check(H5Gcreate2(handle_.id(), path.c_str(), link.id(), form.id(), H5P_DEFAULT), origin_, path,
                               "make a group")),
                  origin_, path);
}

DataSet File::make_data_set(const std::string& path, const DataSetForm& form) {
    if (const auto slash = path.rfind('/'); slash != std::string::npos && slash > 0) make_group(path.substr(0, slash));
    const auto good = [&](Identifier result) { return check(result, origin_, path, "make a data set"); };
    std::vector<hsize_t> extent(form.shape.begin(), form.shape.end()), limit = extent;
    if (form.grows) limit.at(0) = H5S_UNLIMITED;
    const Handle space(good(extent.empty()
                                ? H5Screate(H5S_SCALAR)
                                : H5Screate_simple(static_cast<int>(extent.size()), extent.data(), limit.data())));
    const Handle creation(good(H5Pcreate(H5P_DATASET_CREATE)));
    const Handle access(good(H5Pcreate(H5P_DATASET_ACCESS)));
    keep_order(creation.id(), origin_, false);
    good(H5Pset_obj_track_times(creation.id(), false));  // equal runs, equal files
    if (!form.chunk.empty()) {
        const std::vector<hsize_t> chunk(form.chunk.begin(), form.chunk.end());
        std::size_t size = H5Tget_size(element_type(form.kind));
        for (const std::uint64_t side : form.chunk) size *= side;
        good(H5Pset_chunk(creation.id(), static_cast<int>(chunk.size()), chunk.data()));
        good(H5Pset_chunk_cache(access.id(), 521, std::max<std::size_t>(size, std::size_t{1} << 20), 1.0));
    }
    const Handle link = utf8_links(origin_);
    return DataSet(Handle(good(H5Dcreate2(handle_.id(), path.c_str(), element_type(form.kind), space.id(), link.id(),
                                          creation.id(), access.id()))),
                   origin_, path);
}

void File::make_text(const std::string& path, const std::string& text) {
    write_texts(path, Handle(check(H5Screate(H5S_SCALAR), origin_, path, "write text")), {text.c_str()});
}

DataSet File::make_texts(const std::string& path, const std::vector<std::string>& texts) {
    const hsize_t extent = texts.size();
    std::vector<const char*> contents;
    contents.reserve(texts.size());
    for (const std::string& text : texts) contents.push_back(text.c_str());
    return write_texts(path, Handle(check(H5Screate_simple(1, &extent, nullptr), origin_, path, "write text")),
                       contents);
}

DataSet File::write_texts(const std::string& path, Handle space, const std::vector<const char*>& texts) {
    if (const auto slash = path.rfind('/'); slash != std::string::npos && slash > 0) make_group(path.substr(0, slash));
    const auto good = [&](Identifier result) { return check(result, origin_, path, "write text"); };
    const Handle type(good(H5Tcopy(H5T_C_S1)));
    good(H5Tset_size(type.id(), H5T_VARIABLE));
    good(H5Tset_cset(type.id(), H5T_CSET_UTF8));
    const Handle link = utf8_links(origin_);
    const Handle creation(good(H5Pcreate(H5P_DATASET_CREATE)));
    keep_order(creation.id(), origin_, false);
    good(H5Pset_obj_track_times(creation.id(), false));
    Handle data(
        good(H5Dcreate2(handle_.id(), path.c_str(), type.id(), space.id(), link.id(), creation.id(), H5P_DEFAULT)));
    good(H5Dwrite(data.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, texts.data()));
    return DataSet(std::move(data), origin_, path);
}

void File::remove(const std::string& path) {
    check(H5Ldelete(handle_.id(), path.c_str(), H5P_DEFAULT), origin_, path, "remove");
}

bool File::set_attributes(const std::string& path, const Attributes& attributes) {
    const bool is_new = !exists(path);
    Object old = make_group(path);
    const auto is_there = [&](const auto& one) { return old.attribute(one.first) == Object::as_stored(one.second); };
    if (!is_new && std::ranges::all_of(attributes, is_there)) return false;
    const auto set = [&](Object& object) {
        for (const auto& [name, text] : attributes)
            if (object.attribute(name) != Object::as_stored(text)) object.set_attribute(name, text);
    };
    if (is_new || path == "/" || !list(path).empty()) return set(old), true;
    const auto good = [&](Identifier result) { return check(result, origin_, path, "replace the attributes"); };
    const Handle form(good(H5Pcreate(H5P_GROUP_CREATE)));
    keep_order(form.id(), origin_, true);
    Object made(Handle(good(H5Gcreate_anon(handle_.id(), form.id(), H5P_DEFAULT))), origin_, path);
    made.take_attributes(old, [&](const std::string& name) {
        return std::ranges::none_of(attributes, [&](const auto& one) { return one.first == name; });
    });
    set(made);
    remove(path);
    const Handle link = utf8_links(origin_);
    good(H5Olink(made.id(), handle_.id(), path.c_str(), link.id(), H5P_DEFAULT));
    return true;
}

bool File::is_growing() const {
    const Handle form(check(H5Fget_create_plist(handle_.id()), origin_, "", "read the layout"));
    H5F_fspace_strategy_t strategy{};
    hbool_t persist = false;
    hsize_t threshold = 0;
    check(H5Pget_file_space_strategy(form.id(), &strategy, &persist, &threshold), origin_, "", "read the layout");
    return strategy == H5F_FSPACE_STRATEGY_NONE;
}

void File::rely_on() { hdf5::rely_on(id()); }

bool File::flush_in_place() {
    check(H5Fflush(handle_.id(), H5F_SCOPE_LOCAL), origin_, "", "write");
    return !is_waiting(id());
}

void File::flush() {
    [[maybe_unused]] const bool done = flush_in_place();
    assert(done);
}

void File::write_copy(const std::string& path) {
    if (const std::string problem = hdf5::write_copy(id(), path); !problem.empty())
        fail(origin_, "", "cannot write: " + problem);
}

void File::go_on_in_copy() { hdf5::go_on_in_copy(id()); }

void File::synchronise() {
    if (const std::string problem = hdf5::synchronise(id()); !problem.empty())
        fail(origin_, "", "cannot be written to disk: " + problem);
}

bool File::is_in_place() const {
    void* driver = nullptr;
    check(H5Fget_vfd_handle(handle_.id(), H5P_DEFAULT, &driver), origin_, "", "look it up");
    struct stat mine {
    }, named{};
    return ::fstat(*static_cast<const int*>(driver), &mine) == 0 && ::stat(path().c_str(), &named) == 0 &&
           mine.st_dev == named.st_dev && mine.st_ino == named.st_ino;
}

std::string File::missing_lock() const { return hdf5::missing_lock(id()); }

}  // namespace apical::hdf5
