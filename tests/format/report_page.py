#!/usr/bin/env python3
"""`apical report` writes a page that is well-formed, needs no network, and says what the file says.

    report_page.py APICAL SOURCE
"""
import html.parser
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import h5py

apical, source = sys.argv[1], pathlib.Path(sys.argv[2])
EMPTY = {"meta", "br"}


class WellFormed(html.parser.HTMLParser):
    """Every element that is opened is closed, in order; keeps the cells of tables and what is not SVG."""

    def __init__(self):
        super().__init__()
        self.open, self.cells, self.kinds = [], [], set()

    def handle_starttag(self, tag, attributes):
        self.kinds.add(tag)
        for name, value in attributes:
            assert name not in {"src", "href", "onload"}, f"{tag} {name}={value}"
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.kinds.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        if self.open and self.open[-1] in {"td", "th"}:
            self.cells.append(data)


def page(*words, out):
    subprocess.run([apical, "report", *words], check=True, stdout=subprocess.DEVNULL)
    text = pathlib.Path(out).read_text(encoding="utf-8")
    parser = WellFormed()
    parser.feed(text)
    assert not parser.open and "script" not in parser.kinds and "@import" not in text and "url(" not in text
    figures = [xml.etree.ElementTree.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL)]
    for figure in figures:
        for element in figure.iter():
            for name in ("x", "y", "x1", "x2", "y1", "y2", "cx", "cy"):
                if name in element.attrib:
                    assert -1 <= float(element.attrib[name]) <= 561, element.attrib
    return parser.cells, figures, text


def run(*changes, status=0):
    words = [apical, "run", source / "models/self_assembly/xor.toml", "--progress", "none", "--set", "run.epochs=200", "--force"]
    for change in changes:
        words += ["--set", change]
    assert subprocess.run(words, capture_output=True).returncode == status


def main():
    os.chdir(folder := tempfile.mkdtemp())
    run('trace={"a<b & c"={population="up1", column="soma", when="start and end"}}')
    cells, figures, text = page("xor.h5", out="xor.html")
    with h5py.File("xor.h5") as file:
        loss, seed = file["metrics/loss"][-1], file["provenance"].attrs["seed"].decode()
    assert f"{loss:.5g}" in cells and "backpropagation" in cells and seed in cells
    assert "a&lt;b &amp; c" in text and "a<b" not in text
    assert len(figures) >= 8 and sum("path" in element.tag for figure in figures for element in figure.iter()) > 10
    refused = subprocess.run([apical, "report", "xor.h5"], capture_output=True, text=True)
    assert refused.returncode == 2 and "--force" in refused.stderr
    page("xor.h5", "--force", "--out", "again.html", out="again.html")
    assert pathlib.Path("again.html").read_text() == text

    run("circuit.eta_W=1e4", status=1)  # it diverges: NaN, few rows, no /final
    page("xor.h5", "--out", "diverged.html", out="diverged.html")

    pathlib.Path("sweep.toml").write_text(f"""
[sweep]
experiment = "{source}/models/self_assembly/xor.toml"
seeds = [1, 2]
[set]
run.epochs = 100
[grid]
circuit.eta_W = [0.1, 1e4]
circuit.model = ["self_assembly", "kolen_pollack"]
run.order = ["shuffled", "sequential"]
""")
    subprocess.run([apical, "sweep", "sweep.toml", "--progress", "none"], capture_output=True)
    cells, figures, text = page("sweep", out="sweep/report.html")
    assert "Best settings (4 of 4)" in text and len(figures) == 3
    assert "Chosen by test_accuracy, on the test part, which is then no longer unseen" in text
    pathlib.Path("sweep.toml").write_text(pathlib.Path("sweep.toml").read_text().replace(
        "run.epochs = 100", "run.epochs = 20\ntask.validation_samples = 8"))
    subprocess.run([apical, "sweep", "sweep.toml", "--out", "chosen", "--progress", "none"], capture_output=True)
    assert "Chosen by validation_accuracy, on the validation part" in page("chosen", out="chosen/report.html")[2]
    assert cells.count("failed") == 8 and any("lower the learning rates" in cell for cell in cells)
    wrong = subprocess.run([apical, "report", source / "README.md"], capture_output=True, text=True)
    assert wrong.returncode == 2 and "README.md" in wrong.stderr
    subprocess.run(["rm", "-r", folder], check=True)


main()
