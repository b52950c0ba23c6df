#include "sim/hdf5/link.hpp"

#include <hdf5.h>

#include <algorithm>

namespace apical::hdf5 {
namespace {

constexpr int most_soft_links = 16;  // on one path
constexpr std::size_t longest_path = 1 << 16;

/// The parts of a path in the order in which they are to be taken from the back; "." and "" say nothing.
std::vector<std::string> parts_of(const std::string& path) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        if (const std::string part = path.substr(begin, end - begin); !part.empty() && part != ".")
            parts.push_back(part);
        begin = end + 1;
    }
    std::reverse(parts.begin(), parts.end());
    return parts;
}

struct Collected {
    std::vector<Link> links;
    std::size_t most = 0;
};

// An exception must not pass through the library.
herr_t collect(hid_t, const char* name, const H5L_info_t* info, void* result) noexcept {
    auto& all = *static_cast<Collected*>(result);
    if (all.links.size() == all.most) return -1;
    all.links.push_back({name, info->type == H5L_TYPE_HARD});
    return 0;
}

}  // namespace

std::vector<Link> links_of(Identifier group, const Origin& origin, const std::string& path) {
    const Handle file(check(H5Iget_file_id(group), origin, path, "find the file"));
    hsize_t file_size = 0;
    check(H5Fget_filesize(file.id(), &file_size), origin, path, "read the size of the file");
    constexpr std::uint64_t smallest_link = 8;  // bytes
    Collected all{{}, file_size / smallest_link};
    if (H5Literate(group, H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr, collect, &all) >= 0) return all.links;
    all.links.clear();
    check(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &all), origin, path, "list");
    return all.links;
}

Handle open_object(Identifier file, const Origin& origin, const std::string& path) {
    const auto good = [&](Identifier result) { return check(result, origin, path, "open"); };
    if (path.size() > longest_path) fail(origin, path.substr(0, 60) + "...", "a path of too many letters");
    std::vector<std::string> parts = parts_of(path);
    Handle current(good(H5Oopen(file, "/", H5P_DEFAULT)));
    for (int followed = 0; !parts.empty();) {
        const std::string part = parts.back();
        parts.pop_back();
        if (H5Iget_type(current.id()) != H5I_GROUP) return {};
        if (good(H5Lexists(current.id(), part.c_str(), H5P_DEFAULT)) == 0) return {};
        H5L_info_t link{};
        good(H5Lget_info(current.id(), part.c_str(), &link, H5P_DEFAULT));
        if (link.type == H5L_TYPE_HARD) {
            current = Handle(good(H5Oopen(current.id(), part.c_str(), H5P_DEFAULT)));
            continue;
        }
        if (link.type == H5L_TYPE_EXTERNAL)
            fail(origin, path, "something stored outside of this file (an external link)", "contents of this file");
        if (link.type != H5L_TYPE_SOFT) fail(origin, path, "a link of an unknown kind", "contents of this file");
        if (++followed > most_soft_links) fail(origin, path, "links that lead in a circle", "contents of this file");
        if (link.u.val_size > longest_path) fail(origin, path, "a link of too many letters", "contents of this file");
        std::string target(link.u.val_size + 1, '\0');
        good(H5Lget_val(current.id(), part.c_str(), target.data(), target.size(), H5P_DEFAULT));
        target.resize(target.find('\0'));
        if (target.starts_with('/')) current = Handle(good(H5Oopen(file, "/", H5P_DEFAULT)));
        const std::vector<std::string> more = parts_of(target);
        parts.insert(parts.end(), more.begin(), more.end());
    }
    return current;
}

}  // namespace apical::hdf5
