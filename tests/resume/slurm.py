#!/usr/bin/env python3
"""sim/sweep/slurm_array.sh in a real Slurm that this script starts on the loopback address: one task is stopped by SIGTERM and
queued again, one cancelled, one preempted by a job of higher priority, and the table is that of a sweep without Slurm.

    slurm.py APICAL SOURCE    status 77, with the reason, if Slurm is not installed (./quickstart install slurm)
"""
import contextlib
import csv
import getpass
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from same_files import differences

program, source = sys.argv[1], pathlib.Path(sys.argv[2])
SKIPPED = 77
TASKS, CORES = 3, 2
STOPPED = "stopped by signal 15; the same command goes on"
SWEEP = f"""
[sweep]
experiment = "{source}/models/self_assembly/digits_topographic.toml"
seeds = [1, 2, 3, 4, 5, 6]
[set]
run.epochs = 400
run.baselines = []
circuit.hidden = [20, 15]
self_assembly.development = 2000
checkpoint.every = "0.2 s"
[grid]
circuit.eta_W = [0.1, 0.2, 0.4]
"""
CONFIGURATION = """
ClusterName=loopback
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
AuthType=auth/munge
# A task is queued again when its credential has expired.
AuthInfo=socket={folder}/munge.socket,cred_expire=5
CredType=cred/munge
SlurmUser={user}
SlurmdUser={user}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
# As many cores and as much memory as the tasks ask for, whatever this machine has.
SlurmdParameters=config_overrides
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
# The signal that the script asks for comes before a preemption too.
SlurmctldParameters=preempt_send_user_signal
ReturnToService=2
NodeName=localhost NodeAddr=127.0.0.1 CPUs={cores} RealMemory=16000 State=UNKNOWN
PartitionName=low Nodes=localhost Default=YES PriorityTier=1 PreemptMode=REQUEUE GraceTime=60 MaxTime=UNLIMITED
PartitionName=high Nodes=localhost PriorityTier=10 PreemptMode=OFF MaxTime=UNLIMITED
"""


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def said(*words, **more):
    done = subprocess.run(words, capture_output=True, text=True, timeout=900, **more)
    assert done.returncode == 0, f"{' '.join(map(str, words))}: {done.stdout}{done.stderr}"
    return done.stdout.strip()


def wait_until(what, seconds, condition):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s: {what}\n{said('squeue', '--long')}"
        time.sleep(0.2)


@contextlib.contextmanager
def slurm(folder):
    """The three daemons, with a key, sockets, ports and state of their own; they are stopped by their ids."""
    folder.mkdir(mode=0o711)
    folder.chmod(0o711)  # whatever the umask: munged wants its socket to be reached
    for name in ("state", "spool"):
        (folder / name).mkdir()
    key = folder / "munge.key"
    key.write_bytes(os.urandom(128))
    key.chmod(0o400)
    controller_port, node_port = free_ports(2)
    configuration = folder / "slurm.conf"
    configuration.write_text(CONFIGURATION.format(controller_port=controller_port, node_port=node_port, folder=folder,
                                                  user=getpass.getuser(), cores=TASKS * CORES))
    os.environ["SLURM_CONF"] = str(configuration)
    running = []

    def start(*words):
        output = open(folder / f"{words[0]}.out", "wb")
        running.append(subprocess.Popen(words, stdout=output, stderr=subprocess.STDOUT))

    try:
        start("munged", "--foreground", f"--socket={folder}/munge.socket", f"--key-file={key}",
              f"--pid-file={folder}/munged.pid", f"--seed-file={folder}/munge.seed")
        wait_until_there(folder / "munge.socket")
        start("slurmctld", "-D", "-f", configuration)
        start("slurmd", "-D", "-f", configuration, "-N", "localhost")
        wait_until("the node is idle", 60, lambda: subprocess.run(
            ["sinfo", "--noheader", "--partition=low", "--format=%T"], capture_output=True, text=True).stdout.strip() == "idle")
        yield
    except BaseException:
        for name in ("munged.out", "slurmctld.out", "slurmd.out", "slurmctld.log", "slurmd.log"):
            if (folder / name).exists():
                print(f"== {name}\n" + "\n".join((folder / name).read_text(errors="replace").splitlines()[-30:]), file=sys.stderr)
        raise
    finally:
        with contextlib.suppress(AssertionError, subprocess.TimeoutExpired):
            said("scancel", f"--user={getpass.getuser()}")
            wait_until("the queue is empty", 60, lambda: not said("squeue", "--noheader"))
        for process in reversed(running):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until_there(path):
    for _ in range(200):
        if path.exists():
            return
        time.sleep(0.05)
    raise AssertionError(f"{path}: not made within ten seconds")


def states(job):
    """Of the tasks of an array that Slurm still has: number -> state."""
    lines = said("squeue", "--noheader", "--array", "--format=%K %T", f"--jobs={job}").splitlines()
    return {int(number): state for number, state in map(str.split, lines)}


def rows(out):
    with open(f"{out}/index.csv", newline="") as file:
        return list(csv.DictReader(file))


def log_of(job, task):
    return pathlib.Path(f"apical-sweep-{job}-{task}.log").read_text()


def checkpoints(out):
    return list(pathlib.Path(out, "runs").glob("*.h5.checkpoint"))


def submit(out):
    """The command of the page, with a partition and an array that this machine can hold."""
    return int(said("sbatch", "--parsable", "--partition=low", f"--array=1-{TASKS}", f"--cpus-per-task={CORES}",
                    source / "sim/sweep/slurm_array.sh", "sweep.toml", out, env={**os.environ, "APICAL": program}))


def check():
    pathlib.Path("sweep.toml").write_text(SWEEP)
    said(program, "sweep", "sweep.toml", "--out", "whole", "-j", "2", "--progress", "none")
    with slurm(pathlib.Path("slurm").absolute()):
        out = "in_slurm"
        job = submit(out)
        wait_until("all tasks are at work", 60, lambda: len(checkpoints(out)) >= TASKS)

        # One task is asked to stop: it saves, and queues itself again.
        said("scancel", "--batch", "--signal=TERM", f"{job}_2")
        wait_until("the task waits again", 60, lambda: states(job).get(2) == "PENDING")
        assert STOPPED in log_of(job, 2), log_of(job, 2)

        # One is cancelled: it saves, and stays away.
        said("scancel", f"{job}_3")
        wait_until("the task has ended", 60, lambda: 3 not in states(job))
        assert STOPPED in log_of(job, 3), log_of(job, 3)

        # A job of higher priority wants the whole machine: what runs is told, saves, and makes room until it is done.
        above = said("sbatch", "--parsable", "--partition=high", "--exclusive", "--output=high.log", "--wrap=sleep 1")
        wait_until("the tasks have made room", 120, lambda: states(job) == {1: "PENDING", 2: "PENDING"})
        assert STOPPED in log_of(job, 1), log_of(job, 1)
        wait_until("the job of higher priority has ended", 120, lambda: not said("squeue", "--noheader", f"--jobs={above}"))

        wait_until("the queue is empty", 900, lambda: not said("squeue", "--noheader"))
        for task in (1, 2):
            assert log_of(job, task).count(STOPPED) == 1 and "failed" in log_of(job, task).splitlines()[-1], log_of(job, task)
        left = [row["status"] for row in rows(out)]
        assert left.count("done") < len(left), "nothing was left of the task that was cancelled"

        # Submitted once more, it goes on with that.
        submit(out)
        wait_until("the queue is empty", 900, lambda: not said("squeue", "--noheader"))
    assert all(row["status"] == "done" for row in rows(out)), rows(out)
    assert pathlib.Path(out, "index.csv").read_bytes() == pathlib.Path("whole", "index.csv").read_bytes()
    assert not differences(f"{out}/index.h5", "whole/index.h5")


def main():
    missing = [name for name in ("munged", "slurmctld", "slurmd", "sbatch") if shutil.which(name) is None]
    if missing:
        print(f"skipped: {', '.join(missing)} not installed (./quickstart install slurm)")
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o711)
        os.chdir(folder)
        check()


main()
