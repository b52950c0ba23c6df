"""What the tests share: small experiments, and files compared by their bits."""
import os
import pathlib

import h5py
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MODELS = ROOT / "models"
# The command line to compare with; without it that comparison is skipped, and says so.
PROGRAM = os.environ.get("APICAL_PROGRAM", str(ROOT / "build/release/apical"))

LITTLE = {"task.dataset": "digits", "circuit.hidden": [12, 10], "run.samples": 64, "record.evaluation_samples": 64,
          "record.accuracy_samples": 64}
SIZES = {"population.E.size": 80, "population.I.size": 20, "run.duration": "50 ms"}
DEGREES = {f"projection.{name}.count": count for name, count in (("EE", 8), ("EI", 8), ("IE", 2), ("II", 2))}
# Every circuit, all three dynamics: name -> how it is shortened.
EXPERIMENTS = {
    "self_assembly/digits": LITTLE,
    "self_assembly/digits_topographic": LITTLE,
    "self_assembly/digits_relaxed": LITTLE,
    "self_assembly/digits_continuous": LITTLE,
    "self_assembly/digits_coupled": LITTLE | {"run.samples": 16},
    "self_assembly/dense": LITTLE,
    "self_assembly/fashion": LITTLE,
    "self_assembly/xor": {"run.samples": 16},
    "self_assembly/noisy": LITTLE | {"run.samples": 16},
    "pal/fig3abc": {"run.samples": 4},
    "pal/fig3def": {"run.samples": 4},
    "pal/fig4ab": {"run.samples": 2},
    "burst_ccn/sines": {"run.samples": 1},
    "burst_ccn/mnist": LITTLE,
    "sign_concordant/digits": LITTLE | {"run.samples": 8},
    "networks/brunel": SIZES | DEGREES,
    "networks/coba": {"run.duration": "20 ms"},
    "networks/vogels_abbott_cuba": {"run.duration": "20 ms"},
    "networks/bursting": {"run.duration": "20 ms"},
    "networks/random_rates": {"run.duration": "10 ms"},
}
DIGITS = {
    "run": {"samples": 64, "lanes": 16, "seed": 1},
    "task": {"dataset": "digits"},
    "circuit": {"model": "self_assembly", "hidden": [12, 10]},
    "self_assembly": {"motif": "dense", "signs": "free", "gate": "linear", "mask": True, "ratio": 2},
    "record": {"evaluation_samples": 64, "accuracy_samples": 64},
}
GRID = {"circuit.eta_W": [0.05, 0.1]}


def network(**run):
    """100 cells that fire, with a fixed seed."""
    import apical

    net = apical.Network(duration="50 ms", step="0.1 ms", **run)
    cell = {"neuron": "lif_delta", "tau_m": "20 ms", "E_L": "0 mV", "V_th": "20 mV", "V_reset": "10 mV", "t_ref": "2 ms",
            "initial": {"V": {"uniform": ["10 mV", "20 mV"]}}}
    e = net.population("E", size=80, **cell)
    i = net.population("I", size=20, **cell)
    synapse = {"receptor": "delta", "rule": "in_degree", "multapses": True, "delay": "1.5 ms"}
    for name, source, target, count, weight in (("EE", e, e, 8, "0.1 mV"), ("EI", e, i, 8, "0.1 mV"),
                                                ("IE", i, e, 2, "-0.5 mV"), ("II", i, i, 2, "-0.5 mV")):
        net.projection(name, source=source, target=target, count=count, weight=weight, **synapse)
    for name, target in (("to_E", e), ("to_I", i)):
        net.input(name, target=target, receptor="delta", rate="20000 Hz", weight="0.1 mV")
    return net


def contents(path):
    """Every data set of a file but where and when it was made, as bytes; strings as they are."""
    found = {}
    with h5py.File(path) as file:

        def look(name, item):
            if isinstance(item, h5py.Dataset) and not name.startswith("provenance"):
                value = item[()]
                found[name] = value.tobytes() if isinstance(value, np.ndarray) and value.dtype != object else repr(value)

        file.visititems(look)
    return found
