#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/core/document.hpp"
#include "sim/sweep/keys.hpp"

namespace apical {

/// What a sweep file asks for: every entry of [[list]], every combination of [grid], every sample of [random] or
/// [sobol] and every seed, combined with each other. Samples come first in the order, then entries, then the keys of
/// the grid; the seed comes last and varies fastest. Documents are made one at a time: there may be 10^5 of them.
class Combinations {
   public:
    static constexpr std::uint64_t most = 100'000;

    /// Reads SWEEP.toml and the experiment that it names, with `changes` ("run.epochs=1") in it. Throws InputError with
    /// the place in the sweep, the experiment or the command line: unknown sections, nothing to sweep, an empty list, a
    /// key that comes twice, more than `most` combinations.
    Combinations(const std::string& file, const std::vector<std::string>& changes, const Catalogue& catalogue);

    /// SWEEP.toml, as places name it.
    const std::string& file() const { return file_; }
    /// Keys that may differ, in the order list, grid, samples, seeds.
    const std::vector<std::string>& swept() const { return swept_; }
    std::uint64_t count() const;
    /// The experiment of one combination, not yet resolved; `which` counts from 0.
    Node document(std::uint64_t which) const;
    /// "s.toml:4:17: grid.run.lanes[1]: found the same run as grid.run.lanes[0] (it is carried out once)". "" if they
    /// differ in several choices: every key is set by one choice alone, so each of these is a repetition of its own.
    std::string repetition(std::uint64_t which, std::uint64_t earlier) const;

   private:
    /// Values that one run takes together.
    using Assignments = std::vector<KeyAndValue>;
    struct Origin {
        Place place;
        std::string name;
    };
    /// One of the choices that make a combination; `values` and `origin` are functions of its number, from 0.
    struct Choice {
        std::uint64_t count = 0;
        std::function<Assignments(std::uint64_t)> values;
        std::function<Origin(std::uint64_t)> origin;
    };

    void read_list(const Node& sweep);
    void read_grid(const Node& sweep);
    Choice read_samples(const Node& sweep, const Catalogue& catalogue);
    void read_seeds(const Node& sweep);
    void add_values(const std::vector<std::string>& path, const Node::List& values);
    /// A key may be swept by one section only, and not be set for all runs besides.
    void claim(const Node& sweep, const std::vector<std::string>& path, const Place& place);
    /// Numbers of the choices, in their order.
    std::vector<std::uint64_t> digits(std::uint64_t which) const;

    std::string file_;
    Node base_;
    std::vector<Choice> choices_;  ///< the last varies fastest
    std::vector<std::string> swept_;
};

/// The value of a dotted path in a document; null if there is none.
const Node* value_at_key(const Node& document, const std::string& key);

}  // namespace apical
