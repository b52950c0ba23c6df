#!/usr/bin/env python3
"""Pages of `apical report` as all readers have them: axe finds nothing serious, light or dark, they print on at most six pages, and are
one file below 5 MB each. Tab comes to everything that can be used, in the order of the page, shows where it is, and leaves again.

    accessibility.py APICAL AXE.min.js [CHROMIUM]     AXE.min.js: of the package axe-playwright-python, or axe-core

Four pages: a settled run, one in continuous time with traces, one that fires, and a sweep.
"""
import html
import json
import os
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


class Browser:
    """Headless Chromium with one page, told what to do through its pipe (file descriptors 3 and 4, messages that end with a zero)."""

    def __init__(self, chromium, address):
        (reads, self.to), (self.come, writes) = os.pipe(), os.pipe()
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{reads} 4>&{writes}', "bash", chromium, "--headless", "--no-sandbox", "--disable-gpu",
             "--remote-debugging-pipe", "about:blank"], pass_fds=(reads, writes), stderr=subprocess.DEVNULL)
        os.close(reads)
        os.close(writes)
        self.session, self.number, self.rest = None, 0, b""
        page = next(target for target in self("Target.getTargets")["targetInfos"] if target["type"] == "page")
        self.session = self("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        self("Page.navigate", url=address)
        while self.value("document.readyState") != "complete" or self.value("location.href") == "about:blank":
            pass

    def __call__(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters} | ({"sessionId": self.session} if self.session else {})
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self.rest:
                self.rest += os.read(self.come, 1 << 16) or sys.exit("Chromium has ended")
            answer, _, self.rest = self.rest.partition(b"\0")
            if (answer := json.loads(answer)).get("id") == self.number:
                return answer["result"] if "result" in answer else sys.exit(f"{method}: {answer['error']}")

    def value(self, expression):
        return self("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def press(self, key, code, modifiers=0):
        for kind in "rawKeyDown", "keyUp":
            self("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, modifiers=modifiers)

    def close(self):
        os.close(self.to)
        self.process.terminate()
        self.process.wait()


# Which element has the keyboard: its place in the page, -1 for none, and whether that can be seen.
HERE = """(() => { const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
return [[...document.querySelectorAll("*")].indexOf(at), at.tagName, at === document.body,
style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && box.width > 0 && box.right > 0]; })()"""
USABLE = """[...document.querySelectorAll("a[href], summary, [tabindex='0']")].filter(one => one.checkVisibility()).length"""


def keyboard(chromium, page):
    """What is wrong with a walk through the page with the Tab key, there and back, with everything unfolded."""
    browser, wrong = Browser(chromium, page.as_uri()), []
    try:
        browser.value("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        usable, places = browser.value(USABLE), []
        for _ in range(usable):
            browser.press("Tab", 9)
            place, name, nowhere, seen = browser.value(HERE)
            if nowhere or not seen:
                wrong.append(f"Tab {len(places) + 1}: {'nowhere' if nowhere else name + ': the focus cannot be seen'}")
            places.append(place)
        if places != sorted(set(places)):
            wrong.append(f"Tab does not follow the page: {places}")
        for place in reversed(places[:-1]):
            browser.press("Tab", 9, modifiers=8)  # with Shift
            if browser.value(HERE)[0] != place:
                wrong.append("Shift and Tab do not lead back the same way")
                break
        browser.press("Enter", 13)  # on the first, which skips what leads to the parts
        browser("Input.dispatchKeyEvent", type="char", text="\r", key="Enter", windowsVirtualKeyCode=13)
        if browser.value("location.hash") != "#content":
            wrong.append("the first link does not skip to the content")
    finally:
        browser.close()
    return usable, wrong


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
            usable, faults = keyboard(chromium, page)
            print(f"  {usable} places for the keyboard")
            for fault in faults:
                print(f"  keyboard: {fault}")
                wrong += 1
            for dark in False, True:
                for impact, rule, text, nodes in findings(chromium, code, page, dark):
                    print(f"  {'dark' if dark else 'light'}: {impact}: {rule}: {text}: {' '.join(nodes)[:300]}")
                    wrong += impact in SERIOUS
    print("no serious finding" if not wrong else f"{wrong} faults")
    return wrong > 0


if __name__ == "__main__":
    raise SystemExit(main())
