#!/usr/bin/env python3
"""A run gives the same file, to the last bit, whatever happens on the way.

    exactness.py APICAL SOURCE CASE    CASE is one of the functions below whose name begins with `case_`
"""
import itertools
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

from same_files import differences, ending

SMALL = ["circuit.hidden=[20, 15]", "record.metrics=100 samples", "record.spectra=300 samples", "record.weights=500 samples",
         "checkpoint.every=0.02 s"]
program, source = sys.argv[1], pathlib.Path(sys.argv[2])
experiment = source / "models/self_assembly/digits_topographic.toml"
counter = itertools.count()


def command(changes, out, *more):
    words = [program, "run", str(experiment), "--out", out, "--progress", "none", *more]
    for change in changes:
        words += ["--set", change]
    return words


def run(changes, *more):
    out = f"run{next(counter)}.h5"
    subprocess.run(command(changes, out, *more), check=True, stdout=subprocess.DEVNULL)
    return out


def same(first, second, apart_from=()):
    found = differences(first, second, apart_from)
    assert not found, f"{first} and {second} differ in {found}"


def stop(words, number, checkpoint, seconds):
    """Starts a program and sends it a signal `seconds` after the first checkpoint that it writes."""
    def written():
        return os.stat(checkpoint).st_mtime_ns if os.path.exists(checkpoint) else 0

    before = written()
    process = subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    while written() == before and process.poll() is None:
        time.sleep(0.002)
    time.sleep(seconds)
    process.send_signal(number)
    message = process.communicate()[1]
    wanted = -number if number == signal.SIGKILL else 128 + number
    assert process.returncode == wanted, f"status {process.returncode} instead of {wanted}: {message}"


def stopped_and_resumed(changes, signals):
    """Interrupts a run by each of the signals in turn, and then lets it come to its end."""
    begin = time.monotonic()
    reference = run(changes)
    whole = time.monotonic() - begin
    out = f"run{next(counter)}.h5"
    checkpoint = out + ".checkpoint"
    words = command(changes, out)
    for number in signals:
        # Not at once: what was done since the last checkpoint has to be lost now and then.
        stop(words, number, checkpoint, 0.3 * whole / len(signals))
        assert os.path.exists(checkpoint)
        words = [program, "resume", checkpoint, "--progress", "none"]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    assert not os.path.exists(checkpoint), "the checkpoint is still there"
    assert ending(out) == "done"
    same(reference, out)


def case_interrupted():
    stopped_and_resumed(SMALL + ["run.epochs=10"], [signal.SIGINT, signal.SIGTERM])


def case_killed():
    stopped_and_resumed(SMALL + ["run.epochs=10"], [signal.SIGKILL, signal.SIGKILL])


def case_double_precision():
    stopped_and_resumed(SMALL + ["run.epochs=8", "run.precision=double", "record.precision=float64"],
                        [signal.SIGKILL, signal.SIGINT])


def case_development():
    """Stopped before the first sample."""
    stopped_and_resumed(SMALL + ["self_assembly.development=3000000", "run.epochs=1", "run.baselines=[]"],
                        [signal.SIGINT, signal.SIGKILL])


def case_continuous():
    short = ["run.mode=continuous", "run.step=0.5 ms", "run.presentation=6 ms", "run.error_onset=1 ms", "run.ramp=1 ms",
             "run.epochs=1", "run.lanes=8", "run.stepper=exponential_euler", "noise.n.into=['up1.basal', 'down1.lateral']",
             "noise.n.sigma=0.2", "trace.soma={population='up1', column='soma', when='80 samples', every='1 ms'}",
             "trace.noise={population='up1', column='noise_n_basal', units=[0, 3], when='400 samples'}"]
    stopped_and_resumed(SMALL + short, [signal.SIGKILL, signal.SIGINT])


def case_microcircuit():
    """Noise of a circuit's own, settling, eligibilities, the step before; and the noise of a run, given to another one."""
    import h5py
    global experiment
    experiment = source / "models/pal/yinyang.toml"
    short = ["circuit.hidden=[6]", "run.precision=double", "run.presentation=0.23 ms", "record.precision=float64",
             "record.metrics=3000 samples", "checkpoint.every=0.02 s"]
    stopped_and_resumed(short + ["run.samples=9000"], [signal.SIGKILL, signal.SIGINT])
    recorded = run(short + ["run.samples=200", "record.weights=start and end", "trace.xi={population='pyr1', column='noise', when='1 samples'}"])
    with h5py.File(recorded) as file, h5py.File("noise.h5", "w") as given:
        given["noise"] = file["trace/xi/noise"][:, :, 0]
    followed = run(short + ["run.samples=200", "pal.sigma=0", f"init.file={recorded}", "init.group=/weights", "init.row=0",
                            "noise.recorded={into=['pyr1.noise'], kind='file', file='noise.h5'}"])
    with h5py.File(recorded) as a, h5py.File(followed) as b:
        for name in a["final"]:
            assert (a["final"][name][()] == b["final"][name][()]).all(), name


def case_error_spikes():
    """Samples in spiking dynamics: cells that live on from sample to sample, with noise, and feedback drawn anew for each."""
    global experiment
    experiment = source / "models/sign_concordant/digits.toml"
    short = ["circuit.hidden=[20, 15]", "run.epochs=2", "sign_concordant.scale_W=[2, 4, 4]", "record.metrics=700 samples",
             "record.weights=1000 samples", "checkpoint.every=0.02 s",
             "trace.errors={population='up1', column='error', when='400 samples', every='1 ms'}"]
    stopped_and_resumed(short, [signal.SIGKILL, signal.SIGINT])
    at_random = ["sign_concordant.encoding=poisson", "sign_concordant.feedback=brsf"]
    stopped_and_resumed(short + at_random + ["run.lanes=2", "run.precision=double"], [signal.SIGINT])
    experiment = source / "models/self_assembly/digits_physiological.toml"
    under_way = ["circuit.hidden=[20]", "run.epochs=1", "run.presentation=40 ms", "run.error_onset=16 ms", "checkpoint.every=0.02 s",
                 "spiking_self_assembly.development=400", "record.metrics=700 samples"]  # noise, and spikes in axons between areas
    stopped_and_resumed(under_way, [signal.SIGINT])
    experiment = source / "models/sign_concordant/digits.toml"
    # What is recorded makes no difference.
    small = ["circuit.hidden=[20]", "run.epochs=1"]
    off, on = (run(small + [f"record.{series}={when}" for series in ("metrics", "weights")]) for when in ("never", "333 samples"))
    same(off, on, ("config", "metrics", "confusion", "weights"))


def case_error_spikes_threads():
    """Layers large enough to be cut, by one lane and by many, and with what is drawn at random."""
    global experiment
    experiment = source / "models/sign_concordant/digits.toml"
    large = ["circuit.hidden=[700, 100]", "record.metrics=never"]
    at_random = ["sign_concordant.encoding=poisson", "sign_concordant.feedback=brsf"]
    for case in (["run.lanes=1", "run.samples=20"], ["run.lanes=32", "run.samples=64"], at_random + ["run.samples=8"]):
        same(run(large + case, "--threads", "1"), run(large + case, "--threads", "2"))


def case_endless_data():
    tiny = [change for change in SMALL if not change.startswith("record.metrics")]
    endless = ["task={dataset='yinyang', samples=0, test_samples=100}", "run.epoch_size=1000", "run.epochs=30"]
    stopped_and_resumed(tiny + endless + ["record.metrics=1 epoch"], [signal.SIGINT])


def case_longer_later():
    """A run that was longer from the start equals one that was prolonged at its end."""
    changes = SMALL + ["checkpoint.keep=true", "record.weights=1 epoch"]
    longer = run(changes + ["run.epochs=6"])
    prolonged = run(changes + ["run.epochs=3"])
    subprocess.run([program, "resume", prolonged + ".checkpoint", "--set", "run.epochs=6", "--progress", "none"], check=True,
                   stdout=subprocess.DEVNULL)
    same(longer, prolonged)


def case_taught_until():
    """Stopped before, at and after the sample from which nobody teaches any longer; and it makes a difference."""
    import h5py
    global experiment
    experiment = source / "models/burst_ccn/sines.toml"
    changes = ["task.samples=300", "record.metrics=never", "record.spectra=never", "record.precision=float64", "checkpoint.keep=true"]
    end = changes + ["task.taught_until=120"]
    longer = run(end + ["run.samples=300"])
    for first in (119, 120, 121):
        prolonged = run(end + [f"run.samples={first}"])
        subprocess.run([program, "resume", prolonged + ".checkpoint", "--set", "run.samples=300", "--progress", "none"], check=True,
                       stdout=subprocess.DEVNULL)
        same(longer, prolonged)

    def weights(out):
        with h5py.File(out) as file:
            return file["final/W1"][()]

    taught = abs(weights(run(changes + ["run.samples=300"])) - weights(longer)).max()
    went_on = abs(weights(run(end + ["run.samples=250"])) - weights(longer)).max()  # the traces of rates have faded by then
    assert went_on < 1e-3 * taught, f"{went_on} was learnt without a teacher, {taught} with one"


def case_relaxed():
    """Potentials at their fixed point, and spontaneous pairing after every presentation."""
    global experiment
    experiment = source / "models/self_assembly/digits_relaxed.toml"
    pairing = ["self_assembly.pairing_during_learning=7"]
    stopped_and_resumed(SMALL + pairing + ["self_assembly.development=2000", "run.epochs=60", "run.baselines=[]"], [signal.SIGKILL, signal.SIGINT])


def case_relaxed_threads():
    """The same with layers that are cut."""
    global experiment
    experiment = source / "models/self_assembly/digits_relaxed.toml"
    large = ["self_assembly.pairing_during_learning=7", "self_assembly.development=0", "self_assembly.start=tied", "circuit.hidden=[300, 300]", "run.lanes=64", "run.samples=640",
                       "record.metrics=320 samples", "record.spectra=never", "run.baselines=[]"]
    for case in ([], ["self_assembly.gate=veto", "self_assembly.settling_steps=3"]):
        same(run(large + case, "--threads", "1"), run(large + case, "--threads", "2"))


def case_threads():
    """Layers large enough that their products are cut into tiles."""
    changes = ["circuit.hidden=[300, 300]", "run.lanes=64", "run.epochs=1", "record.metrics=500 samples"]
    in_time = ["circuit.hidden=[300, 300]", "run.lanes=64", "run.samples=320", "run.mode=continuous", "run.step=1 ms",
               "run.presentation=5 ms", "run.stepper=exponential_euler", "circuit.tau=1 ms", "self_assembly.tau_downstream=1 ms"]
    for case in (changes, in_time):
        same(run(case, "--threads", "1"), run(case, "--threads", "2"))


def case_recording():
    """Nothing recorded, little, or much: the same weights at the end."""
    small = ["circuit.hidden=[20, 15]", "run.epochs=3"]
    config = ("config",)
    off = run(small + [f"record.{series}=never" for series in ("metrics", "spectra", "weights")])
    for metrics, spectra, weights in (("320 samples", "never", "never"), ("32 samples", "start and end", "64 samples"),
                                      ("start and end", "320 samples", "at 40, 50 samples")):
        on = run(small + [f"record.metrics={metrics}", f"record.spectra={spectra}", f"record.weights={weights}"])
        same(off, on, config + ("metrics", "confusion", "spectra", "weights") + tuple(
            f"baselines/{name}/{series}" for name in ("backpropagation", "feedback_alignment")
            for series in ("metrics", "spectra")))


def case_run_again():
    """What stands in /config is an experiment that gives the same file."""
    import h5py
    first = run(SMALL + ["run.epochs=2"])
    with h5py.File(first) as file:
        pathlib.Path("again.toml").write_bytes(file["config"][()])
    subprocess.run([program, "run", "again.toml", "--progress", "none"], check=True, stdout=subprocess.DEVNULL)
    same(first, "again.h5")


def case_initial_weights():
    """A run from the last weights of another starts where that ended; from a snapshot likewise."""
    import h5py
    small = ["circuit.hidden=[20, 15]", "run.epochs=1", "run.baselines=[]", "record.precision=float64"]
    first = run(small + ["record.weights=start and end"])
    for source_of in (["init.group=/final"], ["init.group=/weights"], ["init.group=/weights", "init.row=2"]):  # start, first sample, end
        second = run(small + [f"init.file={first}", "self_assembly.development=0", "record.weights=start and end", *source_of])
        with h5py.File(first) as a, h5py.File(second) as b:
            for name in a["final"]:
                if a["final"][name].ndim == 2:
                    assert (a["final"][name][()] == b["weights"][name][0]).all(), name


def main():
    case = globals()["case_" + sys.argv[3]]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        case()


if __name__ == "__main__":
    main()
