#include "data/generated.hpp"

#include "sim/core/random.hpp"

namespace apical {

DataSet generated_set(
    const std::string& name, bool classes, const GeneratedKeys& keys,
    const std::function<std::shared_ptr<const Samples>(std::uint32_t stream, std::size_t size)>& make) {
    const auto part = [&](const std::string& part_name, std::int64_t size) {
        return make(Random::stream("data/" + name + "/" + part_name), static_cast<std::size_t>(size));
    };
    DataSet set{name, classes, part("train", keys.samples), nullptr, nullptr, "generated"};
    if (keys.validation_samples > 0) set.validation = part("validation", keys.validation_samples);
    if (keys.test_samples > 0) set.test = part("test", keys.test_samples);
    return set;
}

}  // namespace apical
