#pragma once
#include <cerrno>

namespace apical {

/// The result of a system call, made again as long as a signal interrupts it before it has done anything.
template <class Call>
auto uninterrupted(const Call& call) {
    for (;;)
        if (const auto result = call(); !(result < 0 && errno == EINTR)) return result;
}

}  // namespace apical
