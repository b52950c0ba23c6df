#pragma once
#include <iosfwd>

namespace apical {

struct Circuit;

/// The populations and projections of a circuit in the language of Graphviz, for `dot`: boxes with their cells, arrows
/// with the weights, or receptor and synapses, that they are made of. Arrows that can only inhibit end flat.
void print_graph(const Circuit& circuit, std::ostream& out);

}  // namespace apical
