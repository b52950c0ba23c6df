#!/usr/bin/env python3
"""A sweep on all processes of an MPI job, the first of which hands out the work:

    mpiexec -n 9 python -m mpi4py.futures mpi_sweep.py SWEEP.toml FOLDER
"""
import sys

import apical
from mpi4py.futures import MPIPoolExecutor

if __name__ == "__main__":
    with MPIPoolExecutor() as executor:
        index = apical.Sweep.read(sys.argv[1], sys.argv[2]).run(executor, progress=False)
    print(f"{len(index)} runs in {sys.argv[2]}")
