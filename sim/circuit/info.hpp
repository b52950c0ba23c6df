#pragma once
#include <string_view>

namespace apical {

/// What the struct of a rule or a neuron says of itself, for `list` and `describe`:
///
///     static constexpr Info info{"hebbian", "Activity of both sides.", "dW = eta rate_post rate_pre^T", "Hebb 1949"};
struct Info {
    std::string_view name;       ///< lower case; empty: it is nothing to list
    std::string_view text;       ///< one sentence
    std::string_view equation;   ///< columns by their names
    std::string_view reference;  ///< authors and year
};

/// The info of a struct, empty if it has none.
template <class T>
constexpr Info info_of() {
    if constexpr (requires { T::info; }) return T::info;
    else return {};
}

}  // namespace apical
