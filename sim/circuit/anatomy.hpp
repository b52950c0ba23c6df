#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace apical {

/// Names of populations or weights by the role that they play for instruments; what roles there are is a matter of
/// models and instruments (`models/roles.hpp`).
class Roles {
   public:
    Roles() = default;
    Roles(std::initializer_list<std::pair<const std::string_view, std::string>> names) : names_(names) {}

    void assign(std::string_view role, std::string name) { names_.insert_or_assign(role, std::move(name)); }
    bool has(std::string_view role) const { return names_.contains(role); }
    /// The name, empty where nothing plays the role.
    std::string operator[](std::string_view role) const {
        const auto found = names_.find(role);
        return found == names_.end() ? std::string{} : found->second;
    }
    auto begin() const { return names_.begin(); }
    auto end() const { return names_.end(); }

   private:
    std::map<std::string_view, std::string> names_;  // roles are constants of the program
};

/// What instruments may know of a feed-forward network inside a circuit; no rule can see it. Layers 1..L stand at
/// [0]..[L-1].
struct Anatomy {
    struct Layer {
        std::string population{};  ///< the cells whose rates h^l the next layer receives
        std::string weights{};     ///< W^l: layer l-1 -> l
        std::string bias{};        ///< b^l, empty where there is none
        double gain = 1;           ///< p^l = gain (W^l h^{l-1} + b^l)
        Roles companions{};        ///< further populations of the layer
        Roles further{};           ///< further weights of the layer
    };
    std::vector<std::size_t> sizes;  ///< d_0 .. d_L
    std::string activation;  ///< of the hidden layers: relu, leaky_relu, tanh, logistic, linear; empty: they differ
    /// Of the output layer. Where it is not linear, the readout stays the potential p, and the loss that the circuit
    /// descends weighs every potential by the slope there: delta^L = phi'(p^L) o e.
    std::string output_activation = "linear";
    double leak = 0;  ///< slope of leaky_relu for negative potentials
    std::vector<Layer> layers;
};

}  // namespace apical
