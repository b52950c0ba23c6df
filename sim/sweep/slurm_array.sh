#!/usr/bin/env bash
# A Slurm array that shares out a sweep: ten tasks, each with four cores of its own. Submit it from the folder in which
# you would type the command:
#
#     sbatch sim/sweep/slurm_array.sh models/self_assembly/rates.toml
#
# Submitted once more, it goes on with what is not done. When the time is up the runs save their state.
#SBATCH --job-name=apical-sweep
#SBATCH --array=1-10
#SBATCH --cpus-per-task=4
#SBATCH --mem-per-cpu=1G
#SBATCH --time=02:00:00
#SBATCH --signal=B:TERM@60
#SBATCH --output=%x-%A-%a.log
set -euo pipefail

sweep=${1:?which sweep? sbatch $0 SWEEP.toml}
apical=${APICAL:-build/release/apical}

# `exec`: the signal at the end reaches apical itself.
exec "$apical" sweep "$sweep" --shard auto -j "${SLURM_CPUS_PER_TASK:-1}" --out "${2:-results/$(basename "$sweep" .toml)}"
