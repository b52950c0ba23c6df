#pragma once
#include <cstdint>
#include <string>

namespace apical {

/// A part of a sweep: the runs number, number + count, number + 2 count ...
struct Shard {
    std::uint64_t number = 1;  ///< from 1
    std::uint64_t count = 1;
    bool has(std::uint64_t run) const { return (run - 1) % count + 1 == number; }
};

/// "3/10": the third of ten. "auto": what the launcher says in its variables, of which the first found counts: a task
/// of a Slurm array (SLURM_ARRAY_TASK_ID, which may begin anywhere but must go in steps of one), mpirun of Open MPI
/// (OMPI_COMM_WORLD_RANK), of MPICH or Intel (PMI_RANK), srun (SLURM_PROCID). Throws InputError for anything else, for
/// a number out of range, and for "auto" where no launcher is.
Shard read_shard(const std::string& text);

}  // namespace apical
