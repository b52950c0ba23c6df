#pragma once
#include <cstdint>
#include <utility>

namespace apical::hdf5 {

/// The library's hid_t, so that its header stays inside this folder.
using Identifier = std::int64_t;

/// Owns one identifier of the library and gives it back.
class Handle {
   public:
    Handle() = default;
    explicit Handle(Identifier id) : id_(id) {}
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(id_, other.id_);
        return *this;
    }
    ~Handle();

    Identifier id() const { return id_; }

   private:
    Identifier id_ = -1;
};

}  // namespace apical::hdf5
