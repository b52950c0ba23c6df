#pragma once
#include <iosfwd>
#include <string>
#include <vector>

#include "sim/circuit/model.hpp"

namespace apical {

struct Catalogue;

/// What `list` can list: "models", "rules", "neurons", "steppers", "datasets", "metrics", "spectra", "sections",
/// "columns" (what stands in them), "keys" (with their section), "groups" (of a file of results).
const std::vector<std::string>& kinds();

/// Something with a name, and a sentence about it.
struct Entry {
    std::string kind, name, text;
};
/// What an experiment names: all there is of the kinds from "models" to "sections".
std::vector<Entry> entries(const Catalogue& catalogue);

/// Every key there is, with the section it stands in and what it belongs to. Keys that models share stand in [circuit],
/// parameters of neurons and rules where a network names these.
struct Key {
    std::string section;
    std::string of;  ///< model, data set, neuron or rule; "" if it belongs to the section alone
    Descriptor row;
};
std::vector<Key> keys(const Catalogue& catalogue);
/// What `list` lists of one kind; a key that several models share once.
std::vector<Entry> entries_of(const std::string& kind, const Catalogue& catalogue);
/// "population.NAME" of a section that there may be several of.
std::string title_of(const Section& section);
/// With 64 inputs, 10 outputs and every key at its default; empty for a model that is shown no samples, which has what
/// the sections of an experiment say.
Circuit circuit_of(const Model& model);

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
