"""Reference pages that the program writes about itself, and a look whether they name all that it knows.

`apical list` and `apical describe` speak from the tables which experiments are read with, so what stands here is what the
program takes.
"""
import functools
import pathlib
import re
import subprocess
import sys

# Kind of `apical list` -> title of its page.
KINDS = {"models": "Circuits", "rules": "Plasticity rules", "neurons": "Neurons", "steppers": "Steppers", "datasets": "Data sets",
         "metrics": "Metrics", "spectra": "Spectra", "columns": "Signals and columns", "sections": "Sections of an experiment",
         "groups": "Groups of a results file", "keys": "All keys"}
TABLES = {"metrics", "spectra", "columns", "groups", "keys"}  # one line a name; the others are described at length
ABOUT = {
    "columns": "What `[trace.NAME]` records, projections carry and rules see, cell by cell. Which populations have which column: "
               "`apical describe rate`, or any other name.",
    "groups": "What `h5ls` shows of a file of results, and which key records it.",
    "keys": "`[population.NAME]`, `[projection.NAME]` and so on are sections of which there may be several. Unit, default and range stand "
            "with the circuit, neuron, rule, data set or section that a key belongs to, and `apical describe KEY` says them.",
    "sections": "Keys that belong to no circuit and no data set.",
}
COMMANDS = ("run", "resume", "sweep", "analyse", "report", "export", "plot", "list", "describe")
KEY = re.compile(r"^  (\w+) = (.*?)(?:   (.*))?$")


@functools.lru_cache(None)
def program_says(program, *words):
    done = subprocess.run([program, *words], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"docs/build: {program} {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def listed(program, kind):
    """Names of a kind, with their sentences."""
    pairs = [line.split(None, 1) for line in program_says(program, "list", kind).splitlines() if line.strip()]
    if not pairs:
        sys.exit(f"docs/build: the program lists no {kind}")
    return {name: (rest[0].strip() if rest else "") for name, *rest in pairs}


def escaped(words):
    """Plain words as Markdown."""
    parts = re.split(r"(`[^`]*`)", words)
    return "".join(part if part.startswith("`") else re.sub(r"([\\*_<>$\[\]])", r"\\\1", part) for part in parts)


def in_table(words):
    return escaped(words).replace("|", r"\|")


def keys_as_list(lines):
    """Lines of `describe` below "[section]": a list, each key with default, unit and range, then what it is."""
    page = []
    for line in lines:
        if found := KEY.match(line):
            name, standard, rest = found.groups()
            details = [f"default `{standard}`" if standard != "(required)" else "**required**"]
            details += [f"`{part.strip()}`" for part in re.split(r"   ", rest or "") if part.strip()]
            page += ["", f"`{name}`", f": {' · '.join(details)}", ""]
        elif line.strip():
            page.append(f"  {escaped(line.strip())}")
    return [*page, ""]


def described(text):
    """What `apical describe NAME` says, as Markdown: text as it stands, keys as a list."""
    head, *sections = re.split(r"^(\[[^\]\n]+\])\n", text, flags=re.MULTILINE)
    first, _, rest = head.partition("\n")
    page = [escaped(first.partition(": ")[2]), ""]
    # The sentence before a named section belongs to it.
    tails = [rest, *sections[1::2]]
    for k, tail in enumerate(tails):
        keys, _, after = tail.partition("\n\n") if k else ("", "", tail)
        if k:
            title = sections[2 * (k - 1)]
            page += [f"**`{title}`**", "", *keys_as_list(keys.splitlines())]
        reference = re.search(r"^Reference: (.*)", after, re.MULTILINE)
        block = (after[:reference.start()] if reference else after).strip("\n")
        if block:
            as_words = k > 0 or "\n" not in block and not re.search(r"[=^]", block)
            page += [escaped(block), ""] if as_words else ["```text", block, "```", ""]
        if reference:
            page += [f"*Reference: {escaped(reference[1])}*", ""]
    return page


def write(program, folder, kinds=tuple(KINDS)):
    """All pages, into a folder that is made; those of some kinds for a test."""
    folder.mkdir(parents=True)
    index = ["# Reference", "", "Written by the program (`apical list`, `apical describe`) when this site was built:", ""]
    for kind in kinds:
        title = KINDS[kind]
        names = listed(program, kind)
        page = [f"# {title}", "", *([ABOUT[kind], ""] if kind in ABOUT else [])]
        if kind in TABLES:
            page += ["| name | what it is |", "|---|---|"]
            page += [f"| `{name}` | {in_table(words)} |" for name, words in names.items()]
        else:
            for name in names:
                page += [f"## {name}", "", *described(program_says(program, "describe", name))]
        (folder / f"{kind}.md").write_text("\n".join(page) + "\n", encoding="utf-8")
        shown = list(names)[:40] if kind != "keys" else []
        index.append(f"- [{title}]({kind}.md): " + (", ".join(f"`{name}`" for name in shown) or f"{len(names)} of them") +
                     (" …" if shown and len(names) > len(shown) else ""))
    commands = ["# Commands", ""]
    for command in COMMANDS:
        commands += [f"## apical {command}", "", "```text", program_says(program, command, "--help").rstrip(), "```", ""]
    (folder / "commands.md").write_text("\n".join(commands) + "\n", encoding="utf-8")
    index += ["- [Commands](commands.md)", "", "```{toctree}", ":hidden:", "", *kinds, "commands", "```"]
    (folder / "index.md").write_text("\n".join(index) + "\n", encoding="utf-8")


def entries(text):
    """What a page has an entry of: headings, rows of a table."""
    return set(re.findall(r"^## (\S+)$", text, re.MULTILINE)) | set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))


def missing(program, folder, kinds=tuple(KINDS)):
    """What the program knows and the pages in the folder do not name, a line each."""
    found = []
    pages = {kind: (folder / f"{kind}.md").read_text(encoding="utf-8") for kind in kinds}
    for kind, text in pages.items():
        found += [f"reference/{kind}.md: no entry for {name}" for name in listed(program, kind) if name not in entries(text)]
    # A key has an entry of its own, and another with default and range where it belongs.
    explained = set()
    for text in pages.values():
        section = ""
        for line in text.splitlines():
            if title := re.fullmatch(r"\*\*`\[(.+)\]`\*\*", line):
                section = title[1]
            elif key := re.fullmatch(r"`(\w+)`", line):
                explained.add(f"{section}.{key[1]}")
    found += [f"reference: nothing says default and range of {key}" for key in listed(program, "keys") if key not in explained]
    return found


if __name__ == "__main__":
    sys.exit("docs/build writes these pages")
