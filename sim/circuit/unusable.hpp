#pragma once
#include <stdexcept>
#include <string>

namespace apical {

/// A part of a circuit that makes no sense, or cannot be simulated as it is: which it is, by its kind and name, and
/// which of its numbers is at fault, so that whoever has read them from a file finds the line.
class Unusable : public std::invalid_argument {
   public:
    /// `kind`: "population", "projection", "input". `key`: "delay", or "" for no number in particular.
    Unusable(const std::string& kind, const std::string& name, std::string key, const std::string& why)
        : std::invalid_argument(kind + " '" + name + "': " + why),
          kind_(kind),
          name_(name),
          key_(std::move(key)),
          why_(why) {}

    const std::string& kind() const { return kind_; }
    const std::string& name() const { return name_; }
    const std::string& key() const { return key_; }
    const std::string& why() const { return why_; }

   private:
    std::string kind_, name_, key_, why_;
};

}  // namespace apical
