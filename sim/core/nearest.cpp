#include "sim/core/descriptor.hpp"
#include "sim/core/edit_distance.hpp"

namespace apical {

std::string nearest(std::string_view word, const std::vector<std::string>& names) {
    std::size_t longest = 0;
    for (const std::string& name : names) longest = std::max(longest, name.size());
    std::vector<std::size_t> room(room_for_distance(longest));
    const std::size_t k = nearest_index(word, names, room);
    return k < names.size() ? names[k] : "";
}

}  // namespace apical
