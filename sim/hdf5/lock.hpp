#pragma once
#include <string>

namespace apical::hdf5 {

/// What came of locking a file.
struct Lock {
    bool is_of_another = false;
    std::string problem;  ///< why there is no lock, although no other process has one; "" if there is
};

/// Takes the lock of a file's one writer; it goes with the descriptor, which must be open for writing. Network file
/// systems (NFS, Lustre) may have no locks: then nobody is kept out, and `problem` says so.
Lock lock_for_writing(int descriptor);

/// Whether the library may lock a file that it reads, as it does by default: false where there are no such locks, since
/// it would refuse to open the file. A file that another program has locked for writing it refuses as ever.
bool can_be_locked_for_reading(const std::string& path);

}  // namespace apical::hdf5
