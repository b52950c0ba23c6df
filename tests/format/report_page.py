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
from xml.etree import ElementTree

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
            if (tag, name) != ("a", "href"):  # a run of a sweep, looked at below
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
    # The parts are listed, with links; before them the keyboard comes to a link that skips the list.
    leads, parts = re.findall(r'<a (?:class="skip" )?href="#([^"]*)"', text), re.findall(r'<h2 id="([^"]*)"', text)
    assert leads == ["content", *parts] and parts and '<main id="content"' in text and text.index("<a ") == text.index('<a class="skip"')
    figures = [ElementTree.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL)]
    for figure in figures:
        for element in figure.iter():
            for name in ("x", "y", "x1", "x2", "y1", "y2", "cx", "cy"):
                if name in element.attrib:
                    assert -1 <= float(element.attrib[name]) <= 561, element.attrib
    require_colours(figures)
    assert not any(re.search(r"\b(nan|inf)\b", ElementTree.tostring(figure, "unicode")) for figure in figures)
    assert not {"nan", "-nan", "inf"} & set(parser.cells)
    return parser.cells, figures, text


def require_colours(figures):
    """A name has one colour on a page, and names that stand together have different ones; each axis has numbers."""
    colours = {}
    for figure in figures:
        texts = [element for element in figure if element.tag.endswith("text")]
        if any(text.text.startswith("nothing to draw") for text in texts):
            continue
        assert sum(text.attrib["text-anchor"] == "end" for text in texts) >= 2, ElementTree.tostring(figure)
        here, drawn = {}, None
        for element in figure:
            if element.tag.endswith("path") or element.tag.endswith("circle"):
                drawn = element.attrib["stroke" if element.tag.endswith("path") else "fill"]
            elif drawn and element.tag.endswith("text") and element.attrib["text-anchor"] == "start":
                here[element.text] = drawn
        layers = {name: colour for name, colour in here.items() if name.startswith("layer")}
        assert len(set(layers.values())) == len(layers), layers
        for name, colour in here.items():
            assert colours.setdefault(name, colour) == colour, (name, colour, colours)
    return colours


def run(*changes, status=0):
    words = [apical, "run", source / "models/self_assembly/xor.toml", "--progress", "none", "--set", "run.epochs=200", "--force"]
    for change in changes:
        words += ["--set", change]
    assert subprocess.run(words, capture_output=True).returncode == status


def nearly_constant():
    """A cosine that is 1 but for its last bits, and one that is never a number."""
    run("circuit.model=backpropagation", "circuit.hidden=[5]", "run.precision=double", "record.metrics=8 samples",
        "record.precision=float64", "run.baselines=[]")
    with h5py.File("xor.h5") as file:
        cosine = file["metrics/cosine_sgd"][:]
        assert 0 < cosine.max() - cosine.min() < 1e-12
    _, figures, _ = page("xor.h5", "--out", "near.html", out="near.html")
    texts = [[text.text for text in figure if text.tag.endswith("text")] for figure in figures]
    assert any("cosine_sgd" in some and "0.8" in some and "1.2" in some for some in texts), texts
    run('self_assembly.plastic=["Wbar", "V", "Vbar"]')
    cells, _, text = page("xor.h5", "--out", "never.html", out="never.html")
    assert "cosine_sgd: no value throughout." in text and "no value" in cells


def main():
    os.chdir(folder := tempfile.mkdtemp())
    run('trace={"a<b & c"={population="up1", column="soma", when="start and end"}}', "pal.eta_W=3")
    cells, figures, text = page("xor.h5", out="xor.html")
    with h5py.File("xor.h5") as file:
        loss, seed = file["metrics/loss"][-1], file["provenance"].attrs["seed"].decode()
        overview = {name: text.decode() for name, text in file["overview"].attrs.items()}
    assert f"{loss:.5g}" in cells and "backpropagation" in cells and seed in cells
    assert "a&lt;b &amp; c" in text and "a<b" not in text
    assert "What the run understood" in text and "xor, 2 inputs and 2 classes" in cells
    assert "pathways" in overview and set(overview.values()) <= set(cells), overview
    assert any(cell.startswith("command line: pal: has no effect here") for cell in cells), cells
    assert len(figures) >= 8 and sum("path" in element.tag for figure in figures for element in figure.iter()) > 10
    refused = subprocess.run([apical, "report", "xor.h5"], capture_output=True, text=True)
    assert refused.returncode == 2 and "--force" in refused.stderr
    page("xor.h5", "--force", "--out", "again.html", out="again.html")
    assert pathlib.Path("again.html").read_text() == text

    nearly_constant()
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
    links = re.findall(r'<a href="([^"#]*)"', text)
    assert len(links) == len(list(pathlib.Path("sweep/runs").glob("*.h5"))) and all(pathlib.Path("sweep", link).is_file() for link in links), links
    first = pathlib.Path("sweep", links[0])
    page(str(first), out=str(first.with_suffix(".html")))  # a run that has a page leads to it
    with h5py.File("sweep/index.h5", "r+") as index:
        files = index["keys/file"][()]
        files[1:] = [b"../../../etc/passwd", b"javascript:alert(1)", b"runs/none.h5", b"/etc/passwd"] * 2 + [b""] * (len(files) - 9)
        index["keys/file"][...] = files
    assert re.findall(r'<a href="([^"#]*)"', page("sweep", "--out", "far.html", out="far.html")[2]) == [f"sweep/{links[0][:-3]}.html"]
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
