#pragma once
#include <iosfwd>
#include <string>
#include <vector>

namespace apical {

struct Catalogue;
struct Weights;

/// What `list` can list: "models", "rules", "neurons", "steppers", "datasets", "metrics", "sections".
const std::vector<std::string>& kinds();

/// Names and sentences of one kind.
void list(const std::string& kind, const Catalogue& catalogue, std::ostream& out);

/// Everything known about a name of any kind: keys with unit, default, range and what they need to have an effect;
/// equations; reference; of models also the weights, which of them are not local, and the populations. A key
/// ("eta_W", "circuit.eta_W"), a column and a population are explained too; what has several meanings, in all of them.
/// Throws InputError for an unknown name.
void describe(const std::string& name, const Catalogue& catalogue, std::ostream& out);

/// How weights change, in words: "plastic by hebbian, low-passed 10 ms", "derived", "fixed".
std::string rule_of(const Weights& weights);

}  // namespace apical
