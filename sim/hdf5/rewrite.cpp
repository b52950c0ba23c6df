#include "sim/hdf5/rewrite.hpp"

#include <hdf5.h>

#include <algorithm>

#include "sim/hdf5/link.hpp"

namespace apical::hdf5 {
namespace {

constexpr std::size_t block_bytes = std::size_t{4} << 20;  // copied at a time, at least one row of chunks

/// Attributes of the dimension scales that hold references, which mean nothing in another file.
bool is_no_reference(const std::string& attribute) {
    return attribute != "DIMENSION_LIST" && attribute != "REFERENCE_LIST";
}

class Copy {
   public:
    Copy(const File& from, File& to, int deflate)
        : from_(from), to_(to), deflate_(deflate), origin_{to.path(), Access::write} {}

    void group(const std::string& path) {
        const Object source = from_.group(path);
        Object target = to_.make_group(path);
        target.take_attributes(source, is_no_reference);
        for (const std::string& name : from_.list(path)) {
            std::string child = path == "/" ? path : path + "/";
            child += name;
            from_.is_group(child) ? group(child) : data_set(child);
        }
        for (const Link& link : links_of(source.id(), origin_, path))
            if (!link.is_plain)
                good(H5Lcopy(source.id(), link.name.c_str(), target.id(), link.name.c_str(), H5P_DEFAULT, H5P_DEFAULT));
    }

    /// After all data sets are there: attaches the dimension scales.
    void axes() {
        for (const std::string& path : data_sets_) {
            const std::vector<std::string> scales = from_.data_set(path).scales();
            for (std::size_t axis = 0; axis < scales.size(); ++axis)
                if (!scales[axis].empty()) to_.data_set(path).attach(axis, to_.data_set(scales[axis]));
        }
    }

   private:
    Identifier good(Identifier result) const { return check(result, origin_, "", "copy"); }

    void data_set(const std::string& path) {
        const DataSet source = from_.data_set(path);
        const Handle type(good(H5Dget_type(source.id())));
        if (H5Tis_variable_str(type.id()) > 0) {
            if (source.shape().empty()) to_.make_text(path, source.text());
            else to_.make_texts(path, source.texts());
            to_.data_set(path).take_attributes(source, is_no_reference);
            return;
        }
        const Handle space(good(H5Dget_space(source.id())));
        const Handle creation(good(H5Dget_create_plist(source.id())));
        good(H5Premove_filter(creation.id(), H5Z_FILTER_ALL));
        if (deflate_ > 0 && H5Pget_layout(creation.id()) == H5D_CHUNKED) {
            good(H5Pset_shuffle(creation.id()));
            good(H5Pset_deflate(creation.id(), static_cast<unsigned>(deflate_)));
        }
        Handle data(
            good(H5Dcreate2(to_.id(), path.c_str(), type.id(), space.id(), H5P_DEFAULT, creation.id(), H5P_DEFAULT)));
        DataSet target(std::move(data), origin_, path);
        values(source, target, type);
        target.take_attributes(source, is_no_reference);
        data_sets_.push_back(path);
    }

    void values(const DataSet& source, const DataSet& target, const Handle& type) const {
        const Shape shape = source.shape(), chunk = source.chunk();
        std::vector<hsize_t> size(shape.begin(), shape.end()), begin(shape.size(), 0);
        std::uint64_t row_bytes = H5Tget_size(type.id());
        for (std::size_t axis = 1; axis < shape.size(); ++axis) row_bytes *= shape[axis];
        const std::uint64_t all = shape.empty() ? 1 : shape[0];
        if (all == 0 || row_bytes == 0) return;
        // Whole chunks, so that each is compressed once.
        const std::uint64_t step = chunk.empty() ? 1 : chunk[0];
        const std::uint64_t rows = std::max<std::uint64_t>(1, block_bytes / row_bytes / step) * step;
        std::vector<unsigned char> block(std::min(rows, all) * row_bytes);
        for (std::uint64_t row = 0; row < all; row += rows) {
            const std::uint64_t count = std::min(rows, all - row);
            source.read_stored(row, count, block.data());
            const Handle space(good(H5Dget_space(target.id())));
            Handle memory(good(H5Screate(H5S_SCALAR)));
            if (!shape.empty()) {
                begin[0] = row;
                size[0] = count;
                good(H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, begin.data(), nullptr, size.data(), nullptr));
                memory = Handle(good(H5Screate_simple(static_cast<int>(size.size()), size.data(), nullptr)));
            }
            good(H5Dwrite(target.id(), type.id(), memory.id(), space.id(), H5P_DEFAULT, block.data()));
        }
    }

    const File& from_;
    File& to_;
    int deflate_;
    Origin origin_;
    std::vector<std::string> data_sets_;
};

}  // namespace

File rewrite(const std::string& from, const std::string& to, Layout layout, int deflate) {
    const File source = File::open(from);
    File target = File::create(to, layout);
    Copy copy(source, target, deflate);
    copy.group("/");
    copy.axes();
    target.flush();
    return target;
}

}  // namespace apical::hdf5
