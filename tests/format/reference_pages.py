"""The reference of the site names all that the program knows, and its build sees when an entry is missing."""
import pathlib
import sys
import tempfile

APICAL, DOCS = sys.argv[1], sys.argv[2]
sys.dont_write_bytecode = True
sys.path.insert(0, DOCS)
import reference  # noqa: E402

# Not those that take a second each to write; docs/build looks at all.
KINDS = ("steppers", "metrics", "spectra", "columns", "groups", "sections", "keys")
with tempfile.TemporaryDirectory() as folder:
    pages = pathlib.Path(folder) / "reference"
    reference.write(APICAL, pages, KINDS)
    # Of keys that stand with circuits, neurons, rules and data sets nothing is said here.
    before = set(reference.missing(APICAL, pages, KINDS))
    assert all(line.startswith("reference: nothing says") for line in before), before
    assert not any(f" {section}." in line for line in before for section in ("run", "record", "guard", "checkpoint", "init"))
    # One entry of each kind is taken out: a heading, a row of a table.
    for kind, name in (("steppers", "rk4"), ("metrics", "loss"), ("spectra", "effective_rank_H"), ("columns", "apical"),
                       ("groups", "/metrics"), ("sections", "guard"), ("keys", "circuit.eta_W")):
        page = pages / f"{kind}.md"
        whole = page.read_text(encoding="utf-8")
        page.write_text(whole.replace(f"## {name}\n", "").replace(f"| `{name}` |", "| |"), encoding="utf-8")
        found = set(reference.missing(APICAL, pages, KINDS)) - before
        assert found == {f"reference/{kind}.md: no entry for {name}"}, (kind, name, found)
        page.write_text(whole, encoding="utf-8")
    # A key that is listed, but whose default and range stand nowhere.
    page = pages / "sections.md"
    page.write_text(page.read_text(encoding="utf-8").replace("\n`largest_weight`\n", "\n"), encoding="utf-8")
    found = set(reference.missing(APICAL, pages, KINDS)) - before
    assert found == {"reference: nothing says default and range of guard.largest_weight"}, found
