#pragma once
#include <memory>
#include <string>

#include "sim/steppers/stepper.hpp"

namespace apical {

/// A stepper of Boost.Odeint, nullptr if it has none of that name.
template <class S>
std::unique_ptr<Stepper<S>> make_odeint_stepper(const std::string& name, double tolerance);

}  // namespace apical
