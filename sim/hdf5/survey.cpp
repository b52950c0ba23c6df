#include "sim/hdf5/survey.hpp"

#include <hdf5.h>
#include <sys/stat.h>

#include <array>
#include <mutex>
#include <set>

#include "sim/core/error.hpp"
#include "sim/core/subprocess.hpp"
#include "sim/hdf5/file.hpp"
#include "sim/hdf5/link.hpp"

namespace apical::hdf5 {
namespace {

constexpr int deepest = 64;
constexpr std::size_t longest_name = 255;
// Values are read for the sake of the library's reaction, as long as it takes no time.
constexpr std::uint64_t small_data_set = std::uint64_t{1} << 20, all_read = std::uint64_t{64} << 20;

class Survey {
   public:
    explicit Survey(const File& file) : file_(file), origin_{file.path(), Access::read} {}

    void group(const std::string& path, int depth) {
        if (depth > deepest) fail(origin_, path, "groups nested too deep", "at most " + std::to_string(deepest));
        const Object group = file_.group(path);
        visit(group, true);
        attributes(group);
        for (const Link& link : links_of(group.id(), origin_, path)) {
            const std::string child = (path == "/" ? path : path + "/") + link.name;
            if (link.name.size() > longest_name)
                fail(origin_, child.substr(0, path.size() + 60) + "...",
                     "a name of " + std::to_string(link.name.size()) + " letters",
                     "at most " + std::to_string(longest_name));
            if (!file_.exists(child)) fail(origin_, child, "a link to nothing", "contents of this file");
            if (!link.is_plain) continue;  // what it leads to is seen where it stands
            if (file_.is_group(child)) {
                this->group(child, depth + 1);
                continue;
            }
            const DataSet data = file_.data_set(child);
            if (!visit(data, false)) continue;
            data.require_stored();
            attributes(data);
            data.scales();
            values(data);
        }
    }

   private:
    /// False if it was seen before, which a group must not be.
    bool visit(const Object& object, bool once) {
        H5O_info_t info{};
        check(H5Oget_info2(object.id(), &info, H5O_INFO_BASIC), origin_, object.name(), "look at it");
        const bool is_new = seen_.insert(info.addr).second;
        if (!is_new && once) fail(origin_, object.name(), "a group that stands in two places, or in itself", "a tree");
        return is_new;
    }

    void attributes(const Object& object) const {
        for (const std::string& name : object.attributes()) object.look_at(name);
    }

    void values(const DataSet& data) {
        const std::uint64_t bytes = data.count() * 8;
        if (data.kind() == Kind::text) {
            if (data.shape().empty()) static_cast<void>(data.text());
        } else if (data.kind() != Kind::other && data.count() <= small_data_set / 8 && read_ + bytes <= all_read) {
            read_ += bytes;
            static_cast<void>(data.read<double>());
        }
    }

    const File& file_;
    Origin origin_;
    std::set<haddr_t> seen_;
    std::uint64_t read_ = 0;
};

void look_through(const std::string& path) {
    const File file = File::open_for_parts(path);
    Survey(file).group("/", 0);
}

/// What stat says of a file that is still the same.
using Identity = std::array<std::int64_t, 7>;
Identity identity_of(const struct stat& status) {
    return {static_cast<std::int64_t>(status.st_dev),
            static_cast<std::int64_t>(status.st_ino),
            status.st_size,
            status.st_mtim.tv_sec,
            status.st_mtim.tv_nsec,
            status.st_ctim.tv_sec,
            status.st_ctim.tv_nsec};
}

}  // namespace

void survey(const std::string& path) {
    static std::mutex mutex;
    static Identity last{};
    struct stat status {};
    const bool is_known = ::stat(path.c_str(), &status) == 0;
    const Identity now = identity_of(status);
    const std::lock_guard guard(mutex);
    if (is_known && now == last) return;
    last = {};
    if (reads_in_subprocesses()) {
        const auto size = static_cast<std::uint64_t>(status.st_size);
        const Allowance allowance{std::uint64_t{256} << 20, 3 + (size >> 24)};
        const auto nothing = [](Pipe&) { return true; };
        in_subprocess(
            path, allowance, [&] { look_through(path); }, nothing, nothing);
    } else {
        look_through(path);
    }
    if (is_known) last = now;
}

}  // namespace apical::hdf5
