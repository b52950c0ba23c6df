#pragma once
#include <algorithm>
#include <map>
#include <stdexcept>
#include <variant>

#include "sim/core/archive.hpp"

namespace apical {

/// A checkpoint that never touches a disk.
class MemoryArchive final : public ArchiveWriter, public ArchiveReader {
   public:
    void put(const std::string& name, std::span<const float> values) override { store<float>(name, values); }
    void put(const std::string& name, std::span<const double> values) override { store<double>(name, values); }
    void put(const std::string& name, std::span<const std::uint64_t> values) override {
        store<std::uint64_t>(name, values);
    }
    void put(const std::string& name, const std::string& text) override { items_[name] = text; }
    void take(const std::string& name, std::span<float> values) const override { fetch<float>(name, values); }
    void take(const std::string& name, std::span<double> values) const override { fetch<double>(name, values); }
    void take(const std::string& name, std::span<std::uint64_t> values) const override {
        fetch<std::uint64_t>(name, values);
    }
    std::vector<std::uint64_t> numbers(const std::string& name) const override {
        return std::get<std::vector<std::uint64_t>>(items_.at(name));
    }
    std::string text(const std::string& name) const override { return std::get<std::string>(items_.at(name)); }

   private:
    template <class T>
    void store(const std::string& name, std::span<const T> values) {
        items_[name] = std::vector<T>(values.begin(), values.end());
    }
    template <class T>
    void fetch(const std::string& name, std::span<T> values) const {
        const auto& stored = std::get<std::vector<T>>(items_.at(name));
        if (stored.size() != values.size()) throw std::runtime_error(name + " has another length");
        std::copy(stored.begin(), stored.end(), values.begin());
    }

    std::map<std::string,
             std::variant<std::vector<float>, std::vector<double>, std::vector<std::uint64_t>, std::string>>
        items_;
};

}  // namespace apical
