#pragma once
#include <nanobind/nanobind.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/core/archive.hpp"

namespace apical::python {

namespace nb = nanobind;

/// A checkpoint as a dict of bytes, which Python can pickle. The kind of numbers stands before the name, "f:", "d:",
/// "u:", and "s:" for texts; numbers as this machine has them.
class MemoryWriter final : public ArchiveWriter {
   public:
    void put(const std::string& name, std::span<const float> values) override { keep("f:" + name, as_bytes(values)); }
    void put(const std::string& name, std::span<const double> values) override { keep("d:" + name, as_bytes(values)); }
    void put(const std::string& name, std::span<const std::uint64_t> values) override {
        keep("u:" + name, as_bytes(values));
    }
    void put(const std::string& name, const std::string& text) override {
        keep("s:" + name, std::as_bytes(std::span(text)));
    }
    nb::dict take() { return std::move(all_); }

   private:
    template <class T>
    static std::span<const std::byte> as_bytes(std::span<const T> values) {
        return std::as_bytes(values);
    }
    void keep(const std::string& name, std::span<const std::byte> bytes) {
        all_[name.c_str()] = nb::bytes(bytes.data(), bytes.size());
    }
    nb::dict all_;
};

class MemoryReader final : public ArchiveReader {
   public:
    explicit MemoryReader(nb::dict all) : all_(std::move(all)) {}
    void take(const std::string& name, std::span<float> values) const override {
        fill("f:" + name, std::as_writable_bytes(values));
    }
    void take(const std::string& name, std::span<double> values) const override {
        fill("d:" + name, std::as_writable_bytes(values));
    }
    void take(const std::string& name, std::span<std::uint64_t> values) const override {
        fill("u:" + name, std::as_writable_bytes(values));
    }
    std::vector<std::uint64_t> numbers(const std::string& name) const override;
    std::string text(const std::string& name) const override;

   private:
    nb::bytes find(const std::string& name) const;
    void fill(const std::string& name, std::span<std::byte> to) const;
    nb::dict all_;
};

}  // namespace apical::python
