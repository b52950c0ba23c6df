#include "python/binding/memory_archive.hpp"

#include <cstring>

#include "sim/core/error.hpp"

namespace apical::python {

nb::bytes MemoryReader::find(const std::string& name) const {
    if (!all_.contains(name.c_str()) || !nb::isinstance<nb::bytes>(all_[name.c_str()]))
        throw InputError(
            {{}, name.substr(2), "nothing of this kind in the state", "the state of the same experiment", ""});
    return nb::cast<nb::bytes>(all_[name.c_str()]);
}

void MemoryReader::fill(const std::string& name, std::span<std::byte> to) const {
    const nb::bytes found = find(name);
    if (found.size() != to.size())
        throw InputError({{},
                          name.substr(2),
                          std::to_string(found.size()) + " bytes",
                          std::to_string(to.size()),
                          "the state of the same experiment"});
    if (!to.empty()) std::memcpy(to.data(), found.data(), to.size());
}

std::vector<std::uint64_t> MemoryReader::numbers(const std::string& name) const {
    const nb::bytes found = find("u:" + name);
    std::vector<std::uint64_t> values(found.size() / sizeof(std::uint64_t));
    fill("u:" + name, std::as_writable_bytes(std::span(values)));
    return values;
}

std::string MemoryReader::text(const std::string& name) const {
    const nb::bytes found = find("s:" + name);
    return {found.c_str(), found.size()};
}

}  // namespace apical::python
