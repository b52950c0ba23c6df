#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/hdf5/failure.hpp"

namespace apical::hdf5 {

/// A group or a data set: what can have attributes. Failures name the file and the object.
class Object {
   public:
    Object(Handle handle, Origin origin, std::string name)
        : handle_(std::move(handle)), origin_(std::move(origin)), name_(std::move(name)) {}

    const std::string& name() const { return name_; }
    Identifier id() const { return handle_.id(); }

    /// Names of the attributes, in the order of creation where the file knows it.
    std::vector<std::string> attributes() const;
    /// The value of a text attribute; nothing if there is none of this name. Fails if it is no text of fixed length.
    std::optional<std::string> attribute(const std::string& attribute) const;
    /// Reads an attribute of any type for the sake of it: fails if that cannot be done. One of variable length is read
    /// in a process of its own only.
    void look_at(const std::string& attribute) const;
    /// Sets or replaces an attribute: fixed-length UTF-8. Text beyond 60 kB, which HDF5 cannot hold there, is cut.
    void set_attribute(const std::string& attribute, const std::string& text);
    /// The same with a number, or, if they are not one, a list of them.
    void set_attribute(const std::string& attribute, std::span<const std::uint32_t> numbers);
    /// The same with one of these names, as the enumeration of them, counted from 0.
    void set_attribute(const std::string& attribute, const std::vector<std::string>& names, std::uint8_t chosen);
    /// What `attribute` gives after `set_attribute` with this text.
    static std::string as_stored(const std::string& text);
    /// Makes copies of those attributes of another object, of any type, that are wanted.
    void take_attributes(const Object& source, const std::function<bool(const std::string&)>& is_wanted);

   protected:
    /// Makes it, or makes it anew. `space` and `type` are HDF5's, of what `value` leads to.
    void replace_attribute(const std::string& attribute, const Handle& type, const Handle& space, const void* value);
    Identifier check(Identifier result, std::string_view action) const {
        return hdf5::check(result, origin_, name_, action);
    }
    [[noreturn]] void fail(const std::string& what, const std::string& expected = "",
                           const std::string& hint = "") const {
        hdf5::fail(origin_, name_, what, expected, hint);
    }
    const Origin& origin() const { return origin_; }

   private:
    Handle handle_;
    Origin origin_;
    std::string name_;
};

}  // namespace apical::hdf5
