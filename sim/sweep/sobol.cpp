#include "sim/sweep/sobol.hpp"

#include <boost/random/sobol.hpp>

namespace apical {

std::vector<std::uint32_t> sobol_point(std::uint32_t number, std::size_t dimensions) {
    boost::random::sobol_engine<std::uint32_t, 32> sequence(dimensions);
    std::vector<std::uint32_t> point(dimensions, 0);
    if (number == 0) return point;  // Boost leaves out the origin, and goes on in the order of Gray codes
    std::uint32_t place = number;
    for (unsigned shift = 1; shift < 32; shift *= 2) place ^= place >> shift;
    sequence.discard(std::uint64_t{place - 1} * dimensions);
    for (std::uint32_t& coordinate : point) coordinate = sequence();
    return point;
}

}  // namespace apical
