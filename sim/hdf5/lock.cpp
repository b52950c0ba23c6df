#include "sim/hdf5/lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace apical::hdf5 {

Lock lock_for_writing(int descriptor) {
#ifdef F_OFD_SETLK
    // Not flock, which HDF5 itself uses: readers of the file would be turned away.
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    if (::fcntl(descriptor, F_OFD_SETLK, &lock) == 0) return {};
    if (errno == EAGAIN || errno == EACCES) return {true, ""};
    return {false, std::strerror(errno)};
#else
    (void)descriptor;
    return {false, "this system has no locks of open files"};
#endif
}

bool can_be_locked_for_reading(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return true;  // the library will say why
    const bool can = ::flock(descriptor, LOCK_SH | LOCK_NB) == 0 || errno == EWOULDBLOCK;
    ::close(descriptor);
    return can;
}

}  // namespace apical::hdf5
