#pragma once
#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "sim/circuit/layout.hpp"

namespace apical {

/// 64 bytes: whole packs of any register width, and whole cache lines.
template <class S>
constexpr std::size_t padded(std::size_t cells) {
    constexpr std::size_t line = 64 / sizeof(S);
    return (cells + line - 1) / line * line;
}

/// The columns of a network in arenas whose bases are exchanged, so that nothing is bound anew: those of now, those of
/// the step before, and, if asked for, those of a stage of a stepper. A column stands at the same place in all of them,
/// 64-byte aligned, padded to whole packs.
template <class S>
class Columns {
   public:
    using Vector = Eigen::Matrix<S, Eigen::Dynamic, 1>;

    Columns() = default;
    Columns(const Columns&) = delete;  // who is bound has pointers to the bases
    Columns& operator=(const Columns&) = delete;

    /// Room for a column of so many cells: its place. All of them come before `allocate`.
    std::size_t add(std::size_t cells);
    /// Of a column that is set from outside: it keeps its values from instant to instant, `at_rest` at first.
    std::size_t add_persistent(std::size_t cells, S at_rest);
    void allocate(bool with_stage);

    Ref<S> ref(std::size_t place, Instant instant) const {
        return {instant == Instant::now ? &now_base_ : &before_base_, place};
    }
    S* now(std::size_t place) const { return now_base_ + place; }
    /// Values of a persistent column, now and in the next stage.
    void set(std::size_t place, std::span<const S> values);
    /// In the next stage only.
    void set_in_stage(std::size_t place, std::span<const S> values);
    /// The next stage has what they are now.
    void copy_to_stage(std::size_t place, std::size_t cells);
    /// A new instant: the columns of now become those of before. Persistent columns keep their values, others are to be
    /// computed.
    void flip();
    /// All 0, persistent ones as at first.
    void rest();
    /// Calls work() with the columns of the stage in the place of those of now.
    template <class Work>
    void in_stage(const Work& work) {
        S* const accepted = now_base_;
        now_base_ = stage_.data();
        work();
        now_base_ = accepted;
    }
    /// All columns of now, with their padding.
    std::span<S> all() { return {now_base_, size_}; }
    std::span<const S> all() const { return {now_base_, size_}; }

   private:
    struct Persistent {
        std::size_t place, cells;
        S at_rest;
    };
    std::vector<Persistent> persistent_;
    Vector now_, before_, stage_;
    S* now_base_ = nullptr;
    S* before_base_ = nullptr;
    std::size_t size_ = 0;
};

extern template class Columns<float>;
extern template class Columns<double>;

}  // namespace apical
