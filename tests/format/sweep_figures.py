#!/usr/bin/env python3
"""Figures of sweeps, among them Figs 2 to 5 of Liao et al. 2024, drawn from small ones, and what stands in the tables beside them.

    sweep_figures.py FIGURES APICAL EXPERIMENT.toml [FOLDER]     FOLDER keeps what was drawn
"""
import csv
import pathlib
import subprocess

import h5py
import numpy as np

from drawn import call, files_of, in_folder, refused, says_what_is_missing

# Two layers of a few cells that learn for a moment; a rate of 1e4 diverges.
SWEEP = """
[sweep]
experiment = "{experiment}"
seeds = [1, 2]
[set]
run.epochs = 100
run.baselines = []
circuit.hidden = [6, 5]
{changes}
"""
TOPOGRAPHIC = 'self_assembly.motif = "topographic"\nself_assembly.development = 0\n'
DENSE = 'self_assembly.development = 0\nself_assembly.motif = "dense"\nself_assembly.signs = "free"\nself_assembly.scaling = false\nself_assembly.gate = "linear"\n'
RATIO = DENSE.replace('self_assembly.gate = "linear"\n', "") + """
[grid]
self_assembly.gate = ["linear", "tanh"]
circuit.eta_W = [0.1, 1e4]
self_assembly.ratio = [[1], [2.5]]
"""
PLASTIC = f"""
[[list]]
{TOPOGRAPHIC}
[[list]]
{DENSE}
[grid]
self_assembly.plastic = [["W"], ["Wbar", "W", "V", "Vbar"]]
"""
REFERENCES = """
[[list]]
circuit.model = "backpropagation"
circuit.activation = "linear"
[[list]]
circuit.model = "backpropagation"
[[list]]
circuit.model = "backpropagation"
circuit.eta_W = 1e4
[[list]]
self_assembly.development = 1000
"""
RATES = f"""
[[list]]
{TOPOGRAPHIC}
[[list]]
{DENSE}
[grid]
circuit.eta_W = [0.1, 1e4]
self_assembly.eta_V = [1e-3, 1e-2]
"""
RELAXATION = """
run.mode = "continuous"
run.step = "1 ms"
run.presentation = "5 ms"
run.samples = 200
circuit.tau = "1 ms"
self_assembly.tau_downstream = "1 ms"
self_assembly.development = 2000
self_assembly.motif = "dense"
self_assembly.signs = "free"
self_assembly.gate = "relaxed"
[grid]
self_assembly.tau_relaxation = ["20 ms", "10 ms"]
"""
FEEDBACK = """
[sweep]
experiment = "{experiment}"
seeds = [1, 2]
[set]
run.samples = 20
circuit.hidden = [5, 4]
record.accuracy_samples = 50
record.evaluation_samples = 4
[grid]
sign_concordant.feedback = ["frsf", "none"]
sign_concordant.eta = [0.03, 0.1]
"""
LIMITS = """
[sweep]
experiment = "{experiment}"
seeds = [1, 2]
[set]
run.samples = 20
circuit.hidden = [5]
spiking_self_assembly.development = 0
record.metrics = "start and end"
record.accuracy_samples = 50
record.evaluation_samples = 4
{changes}
"""
RULE = """
[sweep]
experiment = "{experiment}"
[set]
run.duration = "4 s"
run.step = "0.2 ms"
[grid]
input.after.rate = ["20 Hz", "60 Hz"]
"""


def sweep(apical, experiment, folder, name, changes, text=SWEEP):
    """The index of a sweep, of which some runs may diverge."""
    file = folder / f"{name}.toml"
    file.write_text(text.format(experiment=pathlib.Path(experiment).resolve(), changes=changes), encoding="utf-8")
    done = subprocess.run([apical, "sweep", str(file), "--out", str(folder / name), "--progress", "none", "-j", "2"],
                          capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return folder / name / "index.h5"


def draw(script, inputs, out):
    files_of(call(script, *inputs, "--out", out))
    with open(f"{out}.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def accuracies(index, **changes):
    """Of the runs with these keys, section_key = value, straight from the index."""
    with h5py.File(index) as file:
        chosen = np.ones(len(file["keys/status"]), bool)
        for key, value in changes.items():
            item = file["keys/" + key.replace("__", ".")]
            chosen &= (item.asstr()[:] if h5py.check_string_dtype(item.dtype) else item[:]) == value
        return 100 * file["metrics/test_accuracy"][:][chosen]


def check_ratio(script, index, out):
    rows = draw(script, [index], out)
    assert [(row["gate"], row["eta_W"], row["ratio"], row["seeds"], row["diverged"]) for row in rows] == \
        [(gate, eta, ratio, *ends) for gate in ("linear", "tanh") for eta, ends in (("0.1", ("2", "0")), ("10000", ("0", "2")))
         for ratio in ("1", "2.5")], rows
    wide, narrow = (accuracies(index, self_assembly__gate="tanh", circuit__eta_W=0.1, self_assembly__ratio=ratio)
                    for ratio in ("[2.5]", "[1]"))
    row = rows[5]
    assert wide.tolist() != narrow.tolist(), "nothing to tell apart"
    for name, expected in ("mean", wide.mean()), ("deviation", wide.std(ddof=1)), ("gain", (wide - narrow).mean()), \
            ("gain_error", (wide - narrow).std(ddof=1) / np.sqrt(2)):
        assert np.isclose(float(row[name]), expected, rtol=1e-4), (name, row, expected)
    assert len(row["cosines"].split()) == 2
    says_what_is_missing(index, ("keys/self_assembly.ratio", "metrics/test_accuracy"), script, index, "--out", out)


def check_spikes(figures, apical, models, folder):
    """Figures of models with spikes."""
    index = sweep(apical, models / "sign_concordant/digits.toml", folder, "feedback", "", FEEDBACK)
    rows = draw(f"{figures}/feedback.py", [index], folder / "figure_feedback")
    assert [(row["feedback"], row["eta"], row["seeds"]) for row in rows] == \
        [(kind, eta, "2") for kind in ("frsf", "none") for eta in ("0.03", "0.1")], rows
    assert -1 < float(rows[0]["cosine_transposed_1"]) < 1 and rows[2]["cosine_transposed_1"] == "nan", rows
    limits, codes = (sweep(apical, models / "self_assembly/digits_spiking.toml", folder, name, changes, LIMITS) for name, changes
                     in (("limits", "[grid]\nspiking_self_assembly.quantum_hidden = [0.1, 0.2, 0.4]\n"
                          "spiking_self_assembly.error_code = ['pair', 'many']\n"),
                         ("codes", "[grid]\nspiking_self_assembly.error_code = ['pair', 'analog']\n")))
    rows = draw(f"{figures}/limits.py", [limits, codes], folder / "figure_limits")
    assert [(row["axis"], row["code"], row["value"]) for row in rows] == \
        [("quantum", code, quantum) for code in ("pair", "many") for quantum in ("0.1", "0.2", "0.4")] + \
        [("accuracy", "pair", "0"), ("accuracy", "analog", "1")], rows
    with h5py.File(limits) as file:
        chosen = (file["keys/spiking_self_assembly.error_code"].asstr()[:] == "many") & (file["keys/spiking_self_assembly.quantum_hidden"][:] == 0.2)
        distances = file["metrics/distance_tied"][:][chosen][:, 0]
    assert len(distances) == 2 and np.isclose(float(rows[4]["mean"]), distances.mean(), rtol=1e-4), (rows[4], distances)
    index = sweep(apical, models / "burst_ccn/rule.toml", folder, "rule", "", RULE)
    for row in draw(f"{figures}/burst_rule.py", [index], folder / "figure_rule"):
        r = float(row["rate_hz"])
        e, p = r * np.exp(-0.016 * r), 1 - np.exp(-0.016 * r)
        for name, expected, error in ("events_hz", e, 1), ("bursts_hz", p * e, 1), ("change_hz", (p - 0.5) * e, 0.4):
            assert abs(float(row[name]) - expected) < error, (name, row, expected)
    refused(call(f"{figures}/burst_rule.py", folder / "feedback/index.h5", "--out", folder / "other"), "there is no /")


def check(figures, apical, experiment, folder):
    check_spikes(figures, apical, pathlib.Path(experiment).resolve().parents[1], folder)
    made = {name: sweep(apical, experiment, folder, name, changes) for name, changes
            in (("ratio", RATIO), ("plastic", PLASTIC), ("references", REFERENCES), ("rates", RATES), ("relaxation", RELAXATION))}
    check_ratio(f"{figures}/ratio.py", made["ratio"], folder / "figure_ratio")

    rows = draw(f"{figures}/plastic.py", [made["plastic"], made["references"]], folder / "figure_plastic")
    assert [(row["plastic"], row["circuit"]) for row in rows] == \
        [(groups, motif) for motif in ("topographic", "dense") for groups in ("W", "W Wbar V Vbar")] + \
        [("linear network with SGD", ""), ("backpropagation", ""), ("all after development", "topographic")], rows
    assert (rows[5]["seeds"], rows[5]["diverged"]) == ("2", "2")  # one line of the figure: of both rates

    rows = draw(f"{figures}/rates.py", [made["rates"]], folder / "figure_rates")
    assert [(row["circuit"], row["eta_W"], row["eta_V"], row["diverged"]) for row in rows] == \
        [(motif, eta_W, eta_V, diverged) for motif in ("topographic", "dense") for eta_W, diverged in (("0.1", "0"), ("10000", "2"))
         for eta_V in ("0.001", "0.01")], rows

    rows = draw(f"{figures}/relaxation.py", [made["relaxation"]], folder / "figure_relaxation")
    assert [(row["tau_relaxation"], row["seeds"]) for row in rows] == [("20", "2"), ("10", "2")], rows
    assert all(len(row["cosines"].split()) == 2 for row in rows), rows

    run = folder / "deep.h5"
    subprocess.run([apical, "run", experiment, "--out", str(run), "--progress", "none", "--set", "circuit.hidden=[6, 5, 4]", "--set",
                    "run.epochs=20", "--set", "run.baselines=[]", "--set", "record.weights='start and end'"],
                   check=True, capture_output=True)
    script = f"{figures}/spectra.py"
    rows = {(row["group"], row["layer"], row["when"]): row for row in draw(script, [run, "--layer", 2], folder / "figure_spectra")}
    with h5py.File(run) as file:
        s = np.linalg.svd(file["weights/Wbar3"][-1].astype(float), compute_uv=False)
    assert np.isclose(float(rows["Wbar", "3", "after"]["largest"]), s[0], rtol=1e-4)
    assert np.isclose(float(rows["Wbar", "3", "after"]["stable_rank"]), (s**2).sum() / s[0] ** 2, rtol=1e-4)
    assert len(rows) == 2 * (4 + 3 + 3 + 3)
    says_what_is_missing(run, ("weights/Vbar2",), script, run, "--layer", 2, "--out", folder / "other")
    refused(call(f"{figures}/rates.py", run, "--out", folder / "other"), "not the index")


if __name__ == "__main__":
    in_folder(check, 3)
