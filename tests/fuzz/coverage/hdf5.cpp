// Covered: the promise that a damaged HDF5 file, whatever the C library does with it, ends in one InputError or in
// consistent records, here and at once; and the checks of what comes back. Not covered: the C library. It reads in a
// process of its own (data/readers/subprocess.hpp) because versions in use do crash on files made for that, and the
// fuzzer sees nothing of that process: inputs are mutations of the seeds, not guided further.
#include "data/readers/hdf5.hpp"

#include "tests/fuzz/coverage/target.hpp"
#include "tests/unit/data/array_files.hpp"
#include "tests/unit/data/made_files.hpp"

namespace apical::fuzz {

void attempt(std::string_view bytes) {
    auto arrays = read_hdf5(file_of(bytes), {"x", "y"});
    require_consistent(array_records(std::move(arrays.at(0)), arrays.at(1)));
}

std::vector<std::string> seeds() {
    const test::Folder folder;
    write_hdf5(folder.path("seed.h5"));
    return {contents(folder.path("seed.h5"))};
}

}  // namespace apical::fuzz
