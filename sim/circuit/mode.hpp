#pragma once

namespace apical {

/// The dynamics a circuit is run in.
enum class Mode {
    settled,     ///< every signal at its fixed point for the present input
    continuous,  ///< states follow their differential equation
    spiking,     ///< cells fire, and events travel between them
};

}  // namespace apical
