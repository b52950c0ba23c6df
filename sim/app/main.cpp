#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <initializer_list>

#include "sim/app/cli.hpp"

namespace {

/// Daemons and `2>&-` start a program without its first descriptors. The next file that it opens would get one of them,
/// and with it all that is printed.
void occupy_standard_descriptors() {
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(descriptor, F_GETFD) < 0 && errno == EBADF && ::open("/dev/null", O_RDWR) != descriptor)
            ::_exit(EXIT_FAILURE);  // there is nowhere to say it
}

}  // namespace

int main(int argc, char** argv) {
    occupy_standard_descriptors();
    return apical::command_line(argc, argv);
}
