#pragma once
#include <array>
#include <concepts>
#include <cstddef>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

#include "sim/circuit/layout.hpp"
#include "sim/circuit/pack.hpp"
#include "sim/circuit/tag.hpp"
#include "sim/circuit/tiles.hpp"
#include "sim/core/abi.hpp"  // for the linker: packs of one width in all of a program
#include "sim/core/edit_distance.hpp"

namespace apical {

/// What the compiler prints of a function that asks for a tag without having declared it.
template <class Asked, class Nearest, class Declared>
struct Undeclared {
    static_assert(sizeof(Asked) == 0, "this function did not declare that tag");
};
template <class... T>
struct MeantPerhaps {};

/// The declared tag whose name is nearest to that of another, if one is near.
template <class Asked, class... T>
constexpr std::size_t nearest_of() {
    std::array<std::size_t, room_for_distance(63)> room{};
    return nearest_index(Asked::name, std::array<std::string_view, sizeof...(T)>{T::name...}, room);
}
template <class Asked, class... T>
constexpr auto meant_perhaps() {
    constexpr std::size_t k = nearest_of<Asked, T...>();
    if constexpr (k < sizeof...(T)) return MeantPerhaps<std::tuple_element_t<k, std::tuple<T...>>>{};
    else return MeantPerhaps<>{};
}

/// One cell of one lane, reduced to the declared tags: all that a rule, a signal or a neuron ever sees. Asking for
/// another tag does not compile.
template <class Value, class Declared>
class Cell;

template <class Value, class... T>
class Cell<Value, Tags<T...>> {
   public:
    explicit Cell(const std::array<Value, sizeof...(T)>& values) : values_(values) {}

    template <Name text, Instant when>
    Value operator[](Tag<text, when>) const {
        using Asked = Tag<text, when>;
        if constexpr ((std::is_same_v<Asked, T> || ...)) return values_[index<Asked>()];
        else return Undeclared<Asked, decltype(meant_perhaps<Asked, T...>()), Tags<T...>>(), Value();
    }

    /// The same cell with fewer tags.
    template <class... Fewer>
    Cell<Value, Tags<Fewer...>> reduced() const {
        return Cell<Value, Tags<Fewer...>>({(*this)[Fewer{}]...});
    }

   private:
    /// Place of the first tag that is the wanted one (a list may name a column twice).
    template <class Wanted>
    static constexpr std::size_t index() {
        constexpr std::array<bool, sizeof...(T)> same{std::is_same_v<Wanted, T>...};
        std::size_t k = 0;
        while (!same[k]) ++k;
        return k;
    }

    std::array<Value, sizeof...(T)> values_;
};

/// A cell of one's own, to call a rule, a signal or a neuron's target by hand: cell(tags(soma, apical), 1.0, -0.5).
template <class Value, class... T>
Cell<Value, Tags<T...>> cell(Tags<T...>, Value first, std::convertible_to<Value> auto... others) {
    return Cell<Value, Tags<T...>>({first, static_cast<Value>(others)...});
}

template <class... T>
std::vector<Read> reads_of(Tags<T...>) {
    return {Read{std::string(T::name), T::instant}...};
}

template <class... T>
std::vector<std::string> names_of(Tags<T...>) {
    return {std::string(T::name)...};
}

template <class S, class... T>
std::array<Ref<S>, sizeof...(T)> refs_of(Tags<T...>, [[maybe_unused]] const Layout<S>& layout,
                                         [[maybe_unused]] PopulationId population) {
    return {layout.ref(population, T::name, T::instant)...};
}

/// Calls `function(cell)` for every pack of cells and stores what it returns (one value, or a tuple).
template <class S, class Function, class Sees, std::size_t writes>
class MapOp final : public Op<S> {
   public:
    MapOp(Function function, std::array<Ref<S>, Sees::count> from, std::array<Ref<S>, writes> to, std::size_t cells)
        : function_(std::move(function)), from_(from), to_(to), tiles_(Tiles::of_cells(cells, 1)) {}

    std::size_t parts() const override { return tiles_.count; }
    double work() const override {
        constexpr double products_a_cell = 20;  // a cell is bound by memory
        return products_a_cell * static_cast<double>(tiles_.extent);
    }
    void run(std::size_t part) override { run_cells(tiles_.begin(part), tiles_.begin(part + 1)); }
    void run_whole() override { run_cells(0, tiles_.extent); }

   private:
    void run_cells(std::size_t first, std::size_t end) {
        std::array<const S*, Sees::count> from;
        for (std::size_t k = 0; k < Sees::count; ++k) from[k] = from_[k].data();
        std::array<S*, writes> to;
        for (std::size_t k = 0; k < writes; ++k) to[k] = to_[k].data();
        for (std::size_t i = first; i < end; i += Pack<S>::size) {
            std::array<Pack<S>, Sees::count> values;
            for (std::size_t k = 0; k < Sees::count; ++k) values[k] = Pack<S>::load(from[k] + i);
            store(function_(Cell<Pack<S>, Sees>(values)), to, i);
        }
    }
    static void store(Pack<S> value, const std::array<S*, writes>& to, std::size_t i) {
        static_assert(writes == 1, "a function that writes several columns returns a std::tuple of as many values");
        value.store(to[0] + i);
    }
    template <class... V>
    static void store(const std::tuple<V...>& values, const std::array<S*, writes>& to, std::size_t i) {
        static_assert(writes == sizeof...(V), "a function returns as many values as it has columns to write");
        std::apply(
            [&](auto... value) {
                std::size_t k = 0;
                (Pack<S>(value).store(to[k++] + i), ...);
            },
            values);
    }

    Function function_;
    std::array<Ref<S>, Sees::count> from_;
    std::array<Ref<S>, writes> to_;
    Tiles tiles_;
};

template <class S, class Sees, std::size_t writes, class Function>
std::unique_ptr<Op<S>> map_op(Function function, std::array<Ref<S>, Sees::count> from, std::array<Ref<S>, writes> to,
                              std::size_t cells) {
    return std::make_unique<MapOp<S, Function, Sees, writes>>(std::move(function), from, to, cells);
}

}  // namespace apical
