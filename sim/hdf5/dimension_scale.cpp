#include <hdf5.h>
#include <hdf5_hl.h>

#include <cstddef>

#include "sim/hdf5/data_set.hpp"
#include "sim/hdf5/link.hpp"

namespace apical::hdf5 {
namespace {

/// One entry of a scale's attribute REFERENCE_LIST: the data set that uses it, and for which axis.
struct Use {
    hobj_ref_t data_set;
    int axis;
};

constexpr std::int64_t most_uses = 1 << 20;

std::vector<Use> uses(Identifier scale) {
    if (H5Aexists(scale, "REFERENCE_LIST") <= 0) return {};
    const Handle attribute(H5Aopen(scale, "REFERENCE_LIST", H5P_DEFAULT));
    const Handle space(H5Aget_space(attribute.id()));
    const std::int64_t count = H5Sget_simple_extent_npoints(space.id());
    if (count <= 0 || count > most_uses) return {};
    const Handle type(H5Tcreate(H5T_COMPOUND, sizeof(Use)));
    H5Tinsert(type.id(), "dataset", offsetof(Use, data_set), H5T_STD_REF_OBJ);
    H5Tinsert(type.id(), "dimension", offsetof(Use, axis), H5T_NATIVE_INT);
    std::vector<Use> result(static_cast<std::size_t>(count));
    if (H5Aread(attribute.id(), type.id(), result.data()) < 0) result.clear();
    return result;
}

/// From the scales' side: a data set's own list of scales is of variable length, see global_heap.hpp.
GroupScales scales_of(Identifier group, const Origin& origin, const std::string& folder) {
    GroupScales found;
    for (const Link& link : links_of(group, origin, folder)) {
        if (!link.is_plain) continue;
        const Handle object(H5Oopen(group, link.name.c_str(), H5P_DEFAULT));
        if (object.id() < 0 || H5Iget_type(object.id()) != H5I_DATASET) continue;
        for (const Use& use : uses(object.id()))
            if (use.axis >= 0)
                found[use.data_set].emplace_back(use.axis, (folder == "/" ? "" : folder) + "/" + link.name);
    }
    return found;
}

}  // namespace

void DataSet::make_scale(const std::string& scale) {
    check(H5DSset_scale(id(), scale.c_str()), "make a dimension scale");
}

void DataSet::attach(std::size_t axis, const DataSet& scale) {
    // Of a damaged class HDF5 1.10 frees the text twice, or reads beyond it.
    const auto kind = scale.attribute("CLASS");
    if (kind && *kind != "DIMENSION_SCALE") scale.fail("attribute CLASS is " + *kind + ", not DIMENSION_SCALE");
    check(H5DSattach_scale(id(), scale.id(), static_cast<unsigned>(axis)), "attach a dimension scale");
}

std::vector<std::string> DataSet::scales() const {
    std::vector<std::string> result(shape().size());
    hobj_ref_t self{};
    check(H5Rcreate(&self, id(), ".", H5R_OBJECT, -1), "refer to it");
    const auto slash = name().rfind('/');
    const std::string folder = slash == std::string::npos || slash == 0 ? "/" : name().substr(0, slash);
    const auto look = [&] {
        const Handle file(check(H5Iget_file_id(id()), "find the file"));
        const Handle group = open_object(file.id(), origin(), folder);
        return scales_of(group.id(), origin(), folder);
    };
    const auto choose = [&](const GroupScales& all) {
        const auto own = all.find(self);
        if (own == all.end()) return;
        for (const auto& [axis, scale] : own->second)
            if (axis < result.size()) result[axis] = scale;
    };
    const auto& known = origin().scales;
    if (known == nullptr) {
        choose(look());
    } else {
        auto group = known->find(folder);
        if (group == known->end()) group = known->emplace(folder, look()).first;
        choose(group->second);
    }
    return result;
}

}  // namespace apical::hdf5
