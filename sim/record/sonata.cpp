#include "sim/record/sonata.hpp"

#include <array>

namespace apical {

Series spikes_of(const std::string& population) {
    Series series{"/spikes/" + population,
                  {"timestamps", "ms", "simulated time of a spike", {}},
                  {},
                  {{"node_ids", "1", "cell of the population, counted from 0", {}}},
                  Storage::uint64};
    series.convention = Convention::sonata_spikes;
    return series;
}

void mark_as_sonata(hdf5::File& file, const std::string& group) {
    constexpr std::array<std::uint32_t, 1> magic{0x0A7A};
    constexpr std::array<std::uint32_t, 2> version{0, 1};
    constexpr std::uint8_t by_time = 2;
    hdf5::Object root = file.group("/");
    root.set_attribute("magic", magic);
    root.set_attribute("version", version);
    file.group(group).set_attribute("sorting", {"none", "by_id", "by_time"}, by_time);
}

}  // namespace apical
