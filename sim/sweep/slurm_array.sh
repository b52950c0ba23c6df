#!/usr/bin/env bash
# A Slurm array that shares out a sweep: ten tasks, each with four cores of its own. Submit it from the folder in which
# you would type the command:
#
#     sbatch sim/sweep/slurm_array.sh models/self_assembly/rates.toml
#
# When the time is up, or the place is wanted for a job of higher priority, the runs save their state and the task
# queues itself again, until all is done; `scancel` ends it for good. Submitted once more, it goes on with what is not
# done.
#SBATCH --job-name=apical-sweep
#SBATCH --array=1-10
#SBATCH --cpus-per-task=4
#SBATCH --mem-per-cpu=1G
#SBATCH --time=02:00:00
#SBATCH --signal=B:TERM@60
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=%x-%A-%a.log
set -euo pipefail

sweep=${1:?which sweep? sbatch $0 SWEEP.toml}
apical=${APICAL:-build/release/apical}

sweeping=
trap '[[ -z $sweeping ]] || kill -TERM "$sweeping" || true' TERM
"$apical" sweep "$sweep" --shard auto -j "${SLURM_CPUS_PER_TASK:-1}" --out "${2:-results/$(basename "$sweep" .toml)}" &
sweeping=$!

# A signal ends the waiting, not the sweep.
status=0
wait "$sweeping" || status=$?
while kill -0 "$sweeping" 2>/dev/null; do
    status=0
    wait "$sweeping" || status=$?
done

# 143: stopped by SIGTERM. A task that was cancelled is no longer "running", and stays away.
task=${SLURM_ARRAY_JOB_ID:-}_${SLURM_ARRAY_TASK_ID:-}
if ((status == 143)) && [[ $(squeue --noheader --jobs="$task" --format=%T) == RUNNING ]]; then
    scontrol requeue "$task"
fi
exit "$status"
