#pragma once
#include <string>

namespace apical {

struct ProcessLimit {
    bool is_memory = false;  ///< there is no room for the stack of one more; else there are too many of them
    std::string text;        ///< "the limit of 20 processes and threads of this user (ulimit -u)"
};

/// Why no further thread or process starts. To be asked as long as those that did start are there.
ProcessLimit process_limit();

}  // namespace apical
