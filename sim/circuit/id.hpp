#pragma once
#include <compare>
#include <concepts>
#include <cstddef>

namespace apical {

/// Which one of a circuit's list is meant. Ids of different lists do not mix, and no number becomes one by itself; an
/// id is an index wherever a number is asked for.
template <class Of>
class Id {
   public:
    constexpr Id() = default;  ///< of the first
    constexpr explicit Id(std::size_t index) : index_(index) {}
    constexpr operator std::size_t() const { return index_; }
    constexpr Id& operator++() {
        ++index_;
        return *this;
    }

    friend constexpr auto operator<=>(Id, Id) = default;
    template <class Other>
    requires(!std::same_as<Of, Other>) friend bool operator==(Id, Id<Other>) = delete;
    template <class Other>
    requires(!std::same_as<Of, Other>) friend std::strong_ordering operator<=>(Id, Id<Other>) = delete;

   private:
    std::size_t index_ = 0;
};

struct Population;
struct Weights;
using PopulationId = Id<Population>;
using WeightsId = Id<Weights>;

}  // namespace apical
