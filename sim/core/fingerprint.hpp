#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace apical {

/// Tells whether two things are the same: XXH3 with 128 bits of all that is added, in order. Of two data sets in a
/// million pairs none will be taken for each other by accident; a forger can achieve it. Chosen for
/// its speed, that of memory: a hash against attackers would take as long as reading a large data set does.
class Fingerprint {
   public:
    Fingerprint();
    ~Fingerprint();
    Fingerprint(const Fingerprint&) = delete;
    Fingerprint& operator=(const Fingerprint&) = delete;

    /// The bytes of numbers; not how many they are.
    template <class T>
    void add(std::span<const T> values) {
        add_bytes(std::as_bytes(values));
    }
    void add(std::uint64_t number) { add(std::span<const std::uint64_t>(&number, 1)); }
    /// Its length, too.
    void add(std::string_view text);
    bool is_empty() const { return !state_; }
    /// "XXH3-128 " and 32 hexadecimal digits.
    std::string text() const;

   private:
    void add_bytes(std::span<const std::byte> bytes);

    struct State;
    std::unique_ptr<State> state_;  ///< null: nothing was added yet
};

}  // namespace apical
