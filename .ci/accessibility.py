#!/usr/bin/env python3
"""Pages of `apical report` as all readers have them: axe finds nothing serious, light or dark, they print on at most six pages, and are
one file below 5 MB each.

    accessibility.py APICAL AXE.min.js [CHROMIUM]     AXE.min.js: of the package axe-playwright-python, or axe-core

Four pages: a settled run, one in continuous time with traces, one that fires, and a sweep.
"""
import html
import json
import pathlib
import re
import subprocess
import sys
import tempfile

MODELS = pathlib.Path(__file__).resolve().parent.parent / "models"
RUNS = {"settled": ("self_assembly/digits.toml", "run.epochs=5"), "continuous": ("self_assembly/noisy.toml", "run.samples=5000"),
        "spiking": ("networks/recording.toml",)}
SWEEP = """[sweep]
experiment = "{models}/self_assembly/xor.toml"
seeds = [1, 2]
[set]
run.epochs = 5
[grid]
circuit.eta_W = [0.02, 0.1]
"""
MOST_PAGES, MOST_BYTES = 6, 5_000_000
SERIOUS = {"serious", "critical"}
FIND = ("axe.run(document, {resultTypes: ['violations']}).then(found => { const list = document.createElement('pre'); list.id = 'found';"
        "list.textContent = JSON.stringify(found.violations.map(v => [v.impact, v.id, v.help, v.nodes.slice(0, 3).map(n => n.html)]));"
        "document.body.appendChild(list); });")


def pages(apical, folder):
    """Files of the four pages."""
    def call(*words):
        subprocess.run([apical, *map(str, words)], check=True, stdout=subprocess.DEVNULL, cwd=folder)

    for name, (experiment, *changes) in RUNS.items():
        call("run", MODELS / experiment, "--out", f"{name}.h5", "--progress", "none", *(word for one in changes for word in ("--set", one)))
        call("report", f"{name}.h5")
        yield folder / f"{name}.html"
    (folder / "sweep.toml").write_text(SWEEP.format(models=MODELS), encoding="utf-8")
    call("sweep", "sweep.toml", "--out", "sweep", "--progress", "none")
    call("report", "sweep")
    yield folder / "sweep/report.html"


def browse(chromium, *words):
    """What headless Chromium writes to its output."""
    return subprocess.run([chromium, "--headless", "--no-sandbox", "--disable-gpu", *words], capture_output=True, text=True, timeout=600).stdout


def findings(chromium, axe, page, dark):
    copy = page.with_name(page.stem + "_axe.html")
    code = f"<script>{axe}</script><script>{FIND}</script></body>"
    copy.write_text(page.read_text(encoding="utf-8").replace("</body>", code), encoding="utf-8")
    scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []
    seen = re.search(r'<pre id="found">(.*?)</pre>', browse(chromium, *scheme, "--virtual-time-budget=30000", "--dump-dom", copy.as_uri()), re.DOTALL)
    if seen is None:
        sys.exit(f"{page.name}: axe has not come to its end in {chromium}")
    return json.loads(html.unescape(seen[1]))


def main():
    apical, axe, *rest = sys.argv[1:]
    chromium = rest[0] if rest else "chromium"
    code = pathlib.Path(axe).read_text(encoding="utf-8").replace("</script", r"<\/script")
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        for page in pages(str(pathlib.Path(apical).resolve()), pathlib.Path(name)):
            printed = page.with_suffix(".pdf")
            browse(chromium, f"--print-to-pdf={printed}", page.as_uri())
            sheets, size = len(re.findall(rb"/Type /Page\b", printed.read_bytes())), page.stat().st_size
            print(f"{page.relative_to(name)}: {sheets} pages, {size / 1e6:.2f} MB")
            wrong += sheets > MOST_PAGES or size > MOST_BYTES
            for dark in False, True:
                for impact, rule, text, nodes in findings(chromium, code, page, dark):
                    print(f"  {'dark' if dark else 'light'}: {impact}: {rule}: {text}: {' '.join(nodes)[:300]}")
                    wrong += impact in SERIOUS
    print("no serious finding" if not wrong else f"{wrong} faults")
    return wrong > 0


if __name__ == "__main__":
    raise SystemExit(main())
