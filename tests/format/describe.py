"""Every name of every list is described, and so are keys, columns and populations, each so that it can be read alone."""
import functools
import pathlib
import re
import subprocess
import sys
import tempfile

APICAL = sys.argv[1]
KINDS = ["models", "rules", "neurons", "steppers", "datasets", "metrics", "spectra", "sections"]


@functools.cache  # many circuits have keys of the same name
def said(*words, status=0):
    done = subprocess.run([APICAL, *words], capture_output=True, text=True, check=False)
    assert done.returncode == status, (words, done.returncode, done.stderr)
    return done.stdout if status == 0 else done.stderr


def keys_of(text):
    return re.findall(r"^  (\w+) = ", text, re.MULTILINE)


GROUPS = [line.split()[0] for line in said("list", "groups").splitlines()]
for name in GROUPS:
    assert said("describe", name).startswith(f"{name}: "), name
KEYS = [line.split()[0] for line in said("list", "keys").splitlines()]
for name in KEYS[::25]:
    assert f"{name} = " in said("describe", name), name
assert "Of lif_current" in said("describe", "population.NAME.tau_m")

names = {kind: [line.split()[0] for line in said("list", kind).splitlines()] for kind in KINDS}
described = {name: said("describe", name) for kind in KINDS for name in names[kind]}
for name, text in described.items():
    assert text.startswith(f"{name}: "), name

for model in names["models"]:
    text = described[model]
    if model == "network":  # all that it is stands in the sections of an experiment
        assert all(f"[{section}.NAME]" in text for section in ("population", "projection", "input"))
        assert {"neuron", "size", "source", "receptor", "rule", "delay", "weight", "rate"} <= set(keys_of(text)), text
        continue
    # One that is shown no samples is drawn from an experiment alone.
    assert model in ("burst_ensembles", "burst_xor") or ("\nWeights with 64 inputs" in text and "\n  W1 " in text), model
    assert "hidden" not in keys_of(text) or re.search(r"\n  (up1|pyr1) +basal, apical", text), text
# The name after "by" is one that can be described in turn.
for model in names["models"]:
    for rule in re.findall(r"plastic by (\w+)", described[model]):
        assert rule in described, (model, rule)
assert "plastic by apical_steered" in described["self_assembly"]
assert "derived, transport of signs: those of W2" in described["sign_concordant"]
assert all("hidden" in keys_of(described[model]) for model in ("self_assembly", "pal", "burst_ccn", "backpropagation"))
assert {"eta_B", "tau_xi", "variant"} <= set(keys_of(described["pal"]))
assert {"beta", "activations"} <= set(keys_of(described["pal_layers"]))

assert {"tau_m", "V_th", "t_ref"} <= set(keys_of(described["lif_delta"])), described["lif_delta"]

# Every key of every section, model and data set is found by its name alone, and with its section.
for kind in ("models", "sections", "datasets"):
    for name in names[kind]:
        section = {"datasets": "task", "models": name}.get(kind, name)
        for key in keys_of(described[name]):
            text = said("describe", key)
            assert re.search(rf"^\S+\.{key} = ", text, re.MULTILINE), (name, key, text)
            sentence = re.search(rf"^\S+\.{key} = .*\n +(\S.*)$", text, re.MULTILINE)[1]
            assert not re.match(r"(Its|The same|That|Of|To|All) ", sentence) and "the same)" not in sentence, (key, sentence)
assert "circuit.eta_W = 0.1" in said("describe", "circuit.eta_W")
assert "burst_ccn.eta_W" not in said("describe", "circuit.eta_W")
assert "burst_ccn.eta_W" in said("describe", "eta_W")
assert "[circuit]" not in said("describe", "trace.NAME.units")
assert 'Has an effect only with run.mode = "continuous", and neuron = "leaky".' in said("describe", "circuit.tau")
for gate in ("linear", "partner", "threshold", "loop", "oracle", "tanh", "relu"):
    assert f"({gate})" in said("describe", "self_assembly.gate"), gate

# Columns and populations; a name with several meanings has all of them.
assert said("describe", "basal_potential").startswith("basal_potential: a column of populations, potential of a basal dendrite")
assert "  self_assembly: basal, lateral" in said("describe", "down1")
loss = said("describe", "loss")
assert loss.startswith("loss: Mean loss") and "task.loss = " in loss
assert "did you mean 'eta_W'?" in said("describe", "eta_w", status=2)

# An experiment is described as it would be run.
with tempfile.TemporaryDirectory() as folder:
    file = pathlib.Path(folder) / "xor.toml"
    file.write_text('[task]\ndataset = "xor"\n[circuit]\nmodel = "self_assembly"\nhidden = [4]\n[run]\nlanes = 1\n')
    text = said("describe", str(file))
    assert text.startswith(f"{file}: self_assembly on xor, settled, 1 lane, float"), text
    assert re.search(r"\n  up1 +4 cells: basal, apical", text), text
    assert "\n  in.rate -> up1.basal: W1\n" in text, text
    assert re.search(r"\n  W1 +up1 \(4\) <- in \(2\): 8 synapses, plastic[^,]*, 32 bytes\n +dense; read and updated in every step:", text), text
    assert re.search(r"\n  V1 +down1 \(8\) <- up1 \(4\): 8 synapses, plastic.*\n +sparse, one partner each", text), text
    assert re.search(r"\n48 synapses, \d+ bytes\n", text), text
    held = said("describe", str(file), "--set", "run.mode=continuous", "--set", "run.precision=double")
    assert re.search(r"W1 .*: 8 synapses, plastic[^,]*, 64 bytes\n +dense; static source: read once a presentation\n", held), held
    assert "deferred update" in held, held
    # What `run` refuses, in the same words; a change of what is no experiment.
    for change in ("circuit.hidden=[-1]", "run.step=3"):
        asked = subprocess.run([APICAL, "run", str(file), "--set", change, "--set", "run.mode=continuous", "--out", f"{folder}/x.h5"],
                               capture_output=True, text=True, check=False)
        assert asked.returncode == 2, asked
        assert said("describe", str(file), "--set", change, "--set", "run.mode=continuous", status=2) == asked.stderr
    assert "none.toml" in said("describe", "none.toml", status=2)
    assert "--set" in said("describe", "loss", "--set", "run.lanes=2", status=2)
