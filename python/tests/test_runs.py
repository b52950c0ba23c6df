import json
import os
import pathlib
import pickle
import signal
import subprocess
import sys
import threading
import time
import tomllib

import apical
import numpy as np
import pytest
import xarray
from support import DIGITS, EXPERIMENTS, LITTLE, MODELS, PROGRAM, contents

pytestmark = pytest.mark.filterwarnings("ignore::apical.RunWarning")


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_the_same_bits_by_dict_file_and_command_line(name, tmp_path, monkeypatch):
    if not os.access(PROGRAM, os.X_OK):
        pytest.skip(f"no program at {PROGRAM}: APICAL_PROGRAM may name it")
    monkeypatch.chdir(MODELS / pathlib.Path(name).parent)  # where paths in the experiment begin
    file = pathlib.Path(name).name + ".toml"
    changes = EXPERIMENTS[name]
    by_file = apical.run(file, tmp_path / "file.h5", changes=changes, progress=False)
    by_dict = apical.run(tomllib.loads(pathlib.Path(file).read_text()), tmp_path / "dict.h5", changes=changes, progress=False)
    words = [PROGRAM, "run", file, "--out", str(tmp_path / "program.h5"), "--progress", "none"]
    for key, value in changes.items():
        words += ["--set", f"{key}={json.dumps(value)}"]
    subprocess.run(words, check=True, capture_output=True)
    expected = contents(tmp_path / "program.h5")
    assert expected.keys() >= {"config"} and len(expected) > 3
    assert contents(by_file.file) == expected
    assert contents(by_dict.file) == expected


def test_a_run_is_a_data_tree(tmp_path):
    seen = []
    run = apical.run(DIGITS, tmp_path / "run.h5", progress=seen.append)
    assert isinstance(run.tree, xarray.DataTree)
    accuracy = run["metrics/test_accuracy"]
    assert accuracy.attrs["units"] == "1" and 0 <= float(accuracy[-1]) <= 1
    assert run["metrics"]["loss"].dims[0] == accuracy.dims[0]
    assert seen and seen[-1]["unit"] == "samples" and seen[-1]["loss"] is not None
    assert run.config["circuit"]["hidden"] == [12, 10] and run.config["run"]["mode"] == "settled"
    assert any("samples" in note for note in run.notes)
    with apical.open(run.file) as again:
        assert float(again["metrics/loss"][-1]) == float(run["metrics/loss"][-1])
    run.close()
    assert contents(apical.run(run.config, tmp_path / "again.h5").file) == contents(run.file)


def test_wrong_input_is_an_exception_with_its_parts(tmp_path):
    with pytest.raises(apical.InputError) as caught:
        apical.run({**DIGITS, "run": {"lane": 3}}, tmp_path / "x.h5")
    error = caught.value
    assert error.key == "run" or "run.lane" in str(error)
    assert "lanes" in error.hint and isinstance(error, ValueError)
    assert (again := pickle.loads(pickle.dumps(error))).hint == error.hint and str(again) == str(error)
    file = tmp_path / "wrong.toml"
    file.write_text("[run]\nlanes = -1\n[circuit]\nmodel = 'self_assembly'\n[task]\ndataset = 'digits'\n")
    with pytest.raises(apical.InputError) as caught:
        apical.run(file, tmp_path / "x.h5")
    assert caught.value.place == (str(file), 2, 9) and caught.value.key == "run.lanes"
    assert caught.value.found == "-1" and caught.value.expected
    assert not (tmp_path / "x.h5").exists()


@pytest.mark.parametrize("wrong", [None, 3, [1], {"run": None}, {"run": {"lanes": 1 << 70}}, {1: {}}, {"run": {"seed": object()}},
                                   {"run": {"lanes": np.zeros((2, 2))}}, {"run": {"epochs": float("nan")}}])
def test_what_is_no_experiment(wrong, tmp_path):
    document = wrong if not isinstance(wrong, dict) else {**DIGITS, **wrong}
    with pytest.raises(apical.InputError):
        apical.run(document, tmp_path / "x.h5")
    endless = []
    endless.append(endless)
    with pytest.raises(apical.InputError):
        apical.run({**DIGITS, "circuit": {"model": "self_assembly", "hidden": endless}}, tmp_path / "x.h5")


def test_files_are_not_replaced_unasked(tmp_path):
    apical.run(DIGITS, tmp_path / "run.h5")
    with pytest.raises(apical.InputError, match="exists"):
        apical.run(DIGITS, tmp_path / "run.h5")
    apical.run(DIGITS, tmp_path / "run.h5", force=True)
    with pytest.raises(apical.InputError) as caught:
        apical.run(DIGITS)
    assert caught.value.key == "out"


def test_what_a_follower_raises_ends_the_run(tmp_path):
    def stop(standing):
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        apical.run(DIGITS, tmp_path / "run.h5", progress=stop)
    apical.run(DIGITS, tmp_path / "run.h5", force=True)  # nothing is held


def test_a_bar_is_shown_when_asked_for(tmp_path, capsys):
    apical.run(DIGITS, tmp_path / "run.h5", progress=True)
    shown = capsys.readouterr().err
    assert "64.0/64.0" in shown and "loss=" in shown
    apical.run(DIGITS, tmp_path / "run.h5", progress=False, force=True)
    assert capsys.readouterr().err == ""


def test_numpy_values_are_taken(tmp_path):
    changes = {"circuit.hidden": np.array([12, 10]), "run.seed": np.int64(1), "circuit.eta_W": np.float64(0.07)}
    assert apical.run(DIGITS, tmp_path / "run.h5", changes=changes).config["circuit"]["hidden"] == [12, 10]


@pytest.mark.parametrize("in_thread", [False, True])
def test_ctrl_c_saves_and_resume_goes_on(in_thread, tmp_path):
    long = {**DIGITS, "run": {**DIGITS["run"], "samples": 400000}, "circuit": {**DIGITS["circuit"], "eta_W": 0.001}}
    begun = threading.Event()
    before = signal.getsignal(signal.SIGINT)

    def interrupt():
        begun.wait(30)
        os.kill(os.getpid(), signal.SIGINT)

    other = threading.Thread(target=interrupt)
    other.start()
    found = []

    def work():
        try:
            apical.run(long, tmp_path / "run.h5", progress=lambda standing: begun.set())
        except apical.Interrupted as error:
            found.append(error)

    if in_thread:
        thread = threading.Thread(target=work)
        thread.start()
        with pytest.raises(KeyboardInterrupt):  # the thread that Python gives its signals to gets it, too
            thread.join()
            time.sleep(1)
    else:
        work()
    other.join()
    assert found and found[0].signal == signal.SIGINT and found[0].checkpoint == str(tmp_path / "run.h5.checkpoint")
    assert signal.getsignal(signal.SIGINT) is before
    assert not in_thread or not thread.is_alive()
    with pytest.raises(apical.InputError):
        apical.resume(found[0].checkpoint, changes={"run.lanes": 4})
    with pytest.raises(apical.InputError):
        apical.resume(tmp_path / "run.h5")


def test_a_prolonged_run_is_that_of_the_whole(tmp_path):
    whole = apical.run(DIGITS, tmp_path / "whole.h5", changes={"run.samples": 128})
    part = apical.run(DIGITS, tmp_path / "part.h5", changes={"checkpoint.keep": True})
    gone_on = apical.resume(part.checkpoint, changes={"run.samples": 128})
    for weights in ("final/W1", "final/V1"):
        assert contents(gone_on.file)[weights] == contents(whole.file)[weights]


def test_describe_as_data():
    (key,) = apical.describe("run.lanes")
    assert key["kind"] == "key" and key["unit"] == "1" and key["low"] == 1 and key["default"] == 32
    model = apical.describe("self_assembly")[0]
    assert model["kind"] == "model" and {w["name"] for w in model["weights"]} >= {"W1", "V1"}
    assert any(one["name"] == "circuit.eta_W" for one in model["keys"])
    assert apical.describe("stdp_pair")[0]["kind"] == "rule"
    assert "digits" in apical.names("datasets") and "lif_delta" in apical.names("neurons")
    with pytest.raises(apical.InputError) as caught:
        apical.describe("self_assembyl")
    assert "self_assembly" in caught.value.hint
    experiment = apical.describe(DIGITS, changes=LITTLE)
    assert {p["name"]: p["cells"] for p in experiment["populations"]}["up1"] == 12
    assert sum(w["synapses"] for w in experiment["weights"] if w["name"] == "W1") == 64 * 12
    assert experiment["config"]["run"]["samples"] == 64
    with pytest.raises(apical.InputError):
        apical.names("things")


def test_toml_and_back():
    text = apical.to_toml(DIGITS)
    assert tomllib.loads(text) == DIGITS


def test_two_runs_in_two_threads(tmp_path):
    threads = [threading.Thread(target=apical.run, args=(DIGITS, tmp_path / f"{k}.h5")) for k in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({json.dumps({k: str(v) for k, v in contents(tmp_path / f"{k}.h5").items()}) for k in range(3)}) == 1


def test_the_module_brings_its_libraries_along_or_the_system_has_them():
    code = "import apical, sys; print(apical.__version__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == apical.__version__
