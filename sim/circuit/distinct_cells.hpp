#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/random.hpp"

namespace apical {

/// Draws some of n cells, none twice, any choice being as probable: cells are drawn until there are enough different
/// ones, or, if more than half are wanted, those that are left out. Draw k of line i has the address (stream, k, i).
class DistinctCells {
   public:
    DistinctCells(const Random& random, std::uint32_t stream, std::uint32_t n);
    /// Fills `into`, at most n long, with cells in ascending order.
    void draw(std::uint64_t line, std::span<std::uint32_t> into);
    /// The same with replacement: every draw counts, and `into` may be of any length if n is not 0.
    void draw_again(std::uint64_t line, std::span<std::uint32_t> into);

   private:
    bool is_new(std::uint32_t cell);
    template <class Take>
    void draw_until(std::uint64_t line, std::size_t enough, const Take& take);
    void sort(std::span<std::uint32_t> cells);

    Random random_;
    std::uint32_t stream_, n_;
    std::vector<std::uint64_t> seen_;  ///< a bit a cell
    std::vector<std::uint32_t> scratch_{};
};

/// A number from Binomial(n, p), 0 <= p <= 1, for u uniform in (0, 1).
std::uint64_t binomial(double u, std::uint64_t n, double p);
/// How many of the `drawn` from `all` cells, none twice, are among `marked` of them (hypergeometric), for u uniform in
/// (0, 1). `marked` and `drawn` are at most `all`.
std::uint64_t hypergeometric(double u, std::uint64_t all, std::uint64_t marked, std::uint64_t drawn);

}  // namespace apical
