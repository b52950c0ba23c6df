#pragma once

namespace apical {

/// While it lives, the first SIGINT or SIGTERM is noted instead of ending the program; a second one ends it as usual.
class Interruption {
   public:
    Interruption();
    ~Interruption();
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;

    /// The number of the signal that came, 0 if none did.
    int signal() const;
};

}  // namespace apical
