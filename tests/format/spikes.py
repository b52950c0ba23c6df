#!/usr/bin/env python3
"""What can be seen of the spikes of a free run: its page, its figure, its files for other programs, its graph.

    spikes.py APICAL SOURCE [--readers]

libsonata and pynwb read the files as well where this Python has them. With --readers it must have both: if not, the exit
status is 77.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from xml.etree import ElementTree

import h5py
import numpy as np

try:
    import libsonata
except ImportError:
    libsonata = None

try:
    import pynwb
except ImportError:
    pynwb = None

if "--readers" in sys.argv and not (libsonata and pynwb):
    print(f"{sys.executable} lacks a reader; in a virtual environment: pip install libsonata pynwb matplotlib; then "
          "READERS_PYTHON=its Python")
    sys.exit(77)
program, source = map(os.path.abspath, sys.argv[1:3])
NETWORKS = pathlib.Path(source) / "models/networks"
WHOLE = ["record.spikes=all", "spikes.E.first=0", "spikes.E.every=1", "spikes.E.from=0 ms"]


def apical(*words, status=0):
    done = subprocess.run([program, *map(str, words)], capture_output=True, text=True)
    assert done.returncode == status, (words, done.returncode, done.stderr)
    return done.stdout + done.stderr


def run(out, *changes, network="recording"):
    words = [word for change in changes for word in ("--set", change)]
    return apical("run", NETWORKS / f"{network}.toml", "--out", out, "--force", "--progress", "none", *words)


def page(path, *words):
    """Its figures and its text; every figure is well-formed and stays inside its frame."""
    apical("report", path, "--force", "--out", "page.html", *words)
    text = pathlib.Path("page.html").read_text(encoding="utf-8")
    figures = [ElementTree.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL)]
    for figure in figures:
        assert not re.search(r"\b(nan|inf)\b", ElementTree.tostring(figure, "unicode"))
        _, _, width, height = map(float, figure.attrib["viewBox"].split())
        for path in figure.iter("{http://www.w3.org/2000/svg}path"):
            for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", path.attrib["d"]):
                assert 0 <= float(x) <= width and 0 <= float(y) <= height, (x, y)
    return figures, text


def check_page():
    run("run.h5", *WHOLE)
    figures, text = page("run.h5")
    titles = [figure.find("{http://www.w3.org/2000/svg}title").text for figure in figures]
    assert titles == ["spikes and rates", "inter-spike intervals, % in a bin", "coefficients of variation, % in a bin",
                      "rate (Hz), since the row before", "V"], titles
    with h5py.File("run.h5") as file:
        rate, end = file["metrics/rate_E"][-1], file["spikes/E/timestamps"][-1]
        # The dots of the raster are the spikes of the cells that it names, in its stretch of time.
        stretch = float(re.search(r"last ([\d.]+) ms", text)[1])
        dots = figures[0].findall("{http://www.w3.org/2000/svg}path")[0].attrib["d"].count("M")
        times, cells = file["spikes/E/timestamps"][()], file["spikes/E/node_ids"][()]
        drawn = [row * 800 // 120 for row in range(120)]
        assert dots == np.sum((times > 1000 - stretch + 1e-6) & np.isin(cells, drawn)), (dots, stretch, end)
    assert f"{rate:.5g}" in text and "120 of 800 cells" in text and "Learning" not in text
    assert "<td>fano_factor_I</td>" in text

    run("some.h5")
    assert "100 of 800 cells" in page("some.h5")[1] and "Spikes of the last" in page("some.h5")[1]
    run("none.h5", "spikes.E.record=false")
    figures, text = page("none.h5")
    assert len(figures) == 2 and "Statistics of the spikes" in text
    run("silent.h5", *WHOLE, "population.E.E_L=-70 mV", "population.I.E_L=-70 mV", "population.E.initial.V=-65 mV",
        "population.I.initial.V=-65 mV")
    assert "too few spikes" in page("silent.h5")[1]

    # Snapshots of weights, as other files have them: here by hand.
    with h5py.File("run.h5", "r+") as file:
        weights = file.create_group("weights")
        time = weights.create_dataset("time", data=np.array([0.0, 500.0, 1000.0]))
        time.make_scale("time")
        values = np.random.default_rng(1).normal(1, [[0.1], [0.2], [0.3]], (3, 500)).reshape(3, 20, 25)
        plastic = weights.create_dataset("EE", data=values)
        plastic.dims[0].attach_scale(time)
    figures, text = page("run.h5")
    titles = [figure.find("{http://www.w3.org/2000/svg}title").text for figure in figures]
    assert "EE, distribution over time" in titles and "EE, % in a bin" in titles, titles
    keep = os.environ.get("KEEP")
    if keep:
        apical("report", "run.h5", "--force", "--out", os.path.join(keep, "page.html"))


def check_pictures():
    def draw(*words, status=0):
        done = subprocess.run([program, "plot", *words], capture_output=True, text=True)
        assert done.returncode == status, done.stderr
        return done.stdout + done.stderr
    run("run.h5", *WHOLE)
    assert draw("run.h5", "--kind", "raster", "--out", "figure/whole").split() == ["figure/whole_raster.png", "figure/whole_raster.svg"]
    first = pathlib.Path("figure/whole_raster.svg").read_bytes()
    assert "--force replaces it" in draw("run.h5", "--kind", "raster", "--out", "figure/whole", status=2)
    draw("run.h5", "--kind", "raster", "--out", "figure/whole", "--force")
    assert pathlib.Path("figure/whole_raster.svg").read_bytes() == first
    run("some.h5")
    draw("some.h5", "--kind", "raster", "--out", "figure/some", "--from", "300", "--until", "600")
    assert "nothing between" in draw("some.h5", "--kind", "raster", "--out", "x", "--from", "600", "--until", "300", status=2)
    run("none.h5", "spikes.E.record=false")
    assert "there is no /spikes" in draw("none.h5", "--kind", "raster", "--out", "x", status=2)


def check_nwb():
    assert apical("export", "run.h5", "--out", "nwb", "--format", "nwb").split() == ["nwb/spikes.nwb"]
    with h5py.File("run.h5") as run_file, h5py.File("nwb/spikes.nwb") as nwb:
        assert nwb.attrs["neurodata_type"] == "NWBFile" and nwb.attrs["nwb_version"] == "2.7.0"
        units = nwb["units"]
        assert nwb[units["spike_times_index"].attrs["target"]] == units["spike_times"]
        assert list(units.attrs["colnames"]) == ["spike_times", "population", "cell"]
        ends, times = units["spike_times_index"][()], units["spike_times"][()]
        assert len(ends) == 1000 and ends[-1] == len(times)
        identifiers = set()
        nwb.visititems(lambda _, item: identifiers.add(item.attrs.get("object_id")))
        assert len(identifiers - {None}) == 6, identifiers
        for unit in 0, 17, 799, 800, 999:
            name, cell = units["population"].asstr()[unit], units["cell"][unit]
            spikes = run_file["spikes"][name]
            expected = spikes["timestamps"][()][spikes["node_ids"][()] == cell] / 1000
            np.testing.assert_allclose(times[ends[unit - 1] if unit else 0:ends[unit]], expected, rtol=1e-12)
            assert (name, cell) == (("E", unit) if unit < 800 else ("I", unit - 800))
    if pynwb:
        with pynwb.NWBHDF5IO("nwb/spikes.nwb", "r") as io, h5py.File("nwb/spikes.nwb") as nwb:
            units = io.read().units
            assert len(units) == 1000
            np.testing.assert_array_equal(units["spike_times"][17], nwb["units/spike_times"][ends[16]:ends[17]])
            assert units["population"][17] == "E" and units["cell"][999] == 199
        assert not pynwb.validate(path="nwb/spikes.nwb"), pynwb.validate(path="nwb/spikes.nwb")


def check_exports():
    run("run.h5", *WHOLE)
    names = apical("export", "run.h5", "--out", "csv").split()
    assert set(names) == {f"csv/{name}.csv" for name in ("metrics", "spikes-E", "spikes-I", "trace-V")}, names
    assert apical("export", "run.h5", "--out", "sonata", "--format", "sonata").split() == ["sonata/spikes.h5"]
    with h5py.File("run.h5") as run_file, h5py.File("sonata/spikes.h5") as sonata:
        assert sonata.attrs["magic"] == 0x0A7A and set(sonata) == {"spikes"}
        for name in "E", "I":
            here, there = run_file["spikes"][name], sonata["spikes"][name]
            lines = np.loadtxt(f"csv/spikes-{name}.csv", delimiter=",", skiprows=1)
            assert there.attrs["sorting"] == 2 and there["timestamps"].attrs["units"] == b"ms"
            for column, data in enumerate(("timestamps", "node_ids")):
                np.testing.assert_array_equal(here[data][()], there[data][()])
                np.testing.assert_array_equal(here[data][()], lines[:, column])
                assert there[data].dtype == here[data].dtype and there[data].compression is None
        if libsonata:
            for name in "E", "I":
                read = libsonata.SpikeReader("sonata/spikes.h5")[name].get_dict()
                np.testing.assert_array_equal(read["timestamps"], run_file["spikes"][name]["timestamps"][()])
                np.testing.assert_array_equal(read["node_ids"], run_file["spikes"][name]["node_ids"][()])
    check_nwb()
    assert open("csv/spikes-E.csv").readline() == "timestamps,node_ids\n"
    apical("export", "run.h5", "--out", "one", "--format", "sonata", "--group", "/spikes/I")
    with h5py.File("one/spikes.h5") as sonata:
        assert list(sonata["spikes"]) == ["I"]
    assert "--force" in apical("export", "run.h5", "--out", "sonata", "--format", "sonata", status=2)
    assert "/spikes/POPULATION" in apical("export", "run.h5", "--format", "sonata", "--group", "/metrics", status=2)
    run("none.h5", "spikes.E.record=false")
    assert "no spikes" in apical("export", "none.h5", "--format", "sonata", status=2)
    assert not os.path.exists("none")


def check_graph():
    graph = apical("describe", NETWORKS / "brunel.toml", "--dot")
    assert graph.startswith('digraph "network" {\n') and graph.endswith("}\n") and graph.count('"E" -> ') == 2
    assert '"E" [label="E\\n10000 cells"];' in graph and "arrowhead=tee" in graph
    assert 'label="EE\\n10000000 synapses\\nto delta"' in graph and '"Poisson to_E" -> "E"' in graph
    circuit = apical("describe", pathlib.Path(source) / "models/self_assembly/xor.toml", "--dot")
    assert '"in" -> "up1" [label="W1\\n' in circuit
    assert "TOML file" in apical("describe", "network", "--dot", status=2)
    assert "\n\n\n" not in apical("describe", "network")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        check_page()
        check_pictures()
        check_exports()
        check_graph()
    print(*("read by " + name for name, module in (("libsonata", libsonata), ("pynwb", pynwb)) if module), sep=", ")
