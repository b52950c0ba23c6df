"""Pages of the two programming interfaces, from the sources alone: nothing is imported or compiled.

Python: names of `apical.__all__` with their signatures and docstrings. C++: what the headers of a folder of `sim` declare, with
the comments above it; bodies and private members are left out.
"""
import ast
import re

from reference import escaped

FOLDERS = {"circuit": "what a circuit is: populations, rules, neurons, signals, packs", "dynamics": "simulations and their dynamics",
           "protocol": "samples, training, development, evaluation", "experiment": "catalogues, experiments, recording",
           "app": "the command line", "core": "values, errors, random numbers, tables of keys", "steppers": "numerical integration",
           "record": "files of results, series, checkpoints", "hdf5": "HDF5 and its errors", "state": "columns and delays",
           "synapses": "storage and update of weights", "network": "the graph of a step, noise, drives", "kernels": "inner loops",
           "equations": "expressions of rules as text", "parallel": "threads", "sweep": "many runs"}


# Python

def signature(node, name, method=False):
    arguments = ast.unparse(node.args)
    if method:
        arguments = re.sub(r"^(self|cls)(, |$)", "", arguments)
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    whole = f"{name}({arguments}){returns}"
    if len(whole) <= 80:
        return whole
    # An argument a line; commas within brackets divide nothing.
    return f"{name}(\n    " + re.sub(r", (?![^\[({]*[\])}])", ",\n    ", arguments) + f"){returns}"


def doc_lines(text):
    """A docstring as Markdown: underlined titles are bold, "name : what" below Parameters is a list."""
    page, lines, k, listing, code = [], (text or "").splitlines(), 0, False, False
    while k < len(lines):
        line = lines[k]
        indented = line.startswith("    ")
        if k + 1 < len(lines) and re.fullmatch(r"-{3,}", lines[k + 1].strip()):
            page += ["", f"**{line.strip()}**", ""]
            listing, k = True, k + 2
            continue
        entry = re.match(r"^([\w, *]+?) : (.*)$", line)
        if listing and entry and not indented:
            page += ["", f"`{entry[1]}`", f": {escaped(entry[2])}"]
        elif listing and indented and line.strip():
            page.append(f"  {escaped(line.strip())}")
        elif indented and not listing and line.strip():
            if not code:
                page += ["", "```python"]
                code = True
            page.append(line[4:])
        else:
            if code:
                page.append("```")
                code = False
            if listing and line.strip() and page[-1].startswith(("  ", ": ")):
                page.append("")  # the list ends here
            page.append(escaped(line))
        k += 1
    if code:
        page.append("```")
    return [*page, ""]


def python_page(root):
    """Raises SystemExit if something that the package exports has no words of its own."""
    folder = root / "python/apical"
    definitions = {}
    exported = []
    for path in sorted(folder.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
                definitions[node.name] = node
            if path.name == "__init__.py" and isinstance(node, ast.Assign) and node.targets[0].id == "__all__":
                exported = ast.literal_eval(node.value)
    page = ["# The Python package, name by name", "", "Read from the sources of the package when this site was built; `help(apical.run)` says the same. "
            "[What it is for, and how it is installed](../python/README.md).", ""]
    for name in sorted(exported, key=lambda one: (one in definitions and isinstance(definitions[one], ast.ClassDef), one)):
        node = definitions.get(name)
        if node is None:
            page += [f"## apical.{name}", "", "What this package was built with: version, commit, compiler, libraries.", ""]
            continue
        if not ast.get_docstring(node):
            raise SystemExit(f"docs/build: apical.{name} has no docstring")
        page += [f"## apical.{name}", ""]
        if isinstance(node, ast.FunctionDef):
            page += ["```python", signature(node, f"apical.{name}"), "```", "", *doc_lines(ast.get_docstring(node))]
            continue
        starts = [one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"]
        page += ["```python", signature(starts[0], f"apical.{name}", True) if starts else f"class apical.{name}", "```", "",
                 *doc_lines(ast.get_docstring(node))]
        for method in node.body:
            if not isinstance(method, ast.FunctionDef) or method.name.startswith("_") and method.name != "__getitem__":
                continue
            decorators = {ast.unparse(one) for one in method.decorator_list}
            if any(one.endswith(".setter") for one in decorators):
                continue
            shown = method.name + (f" -> {ast.unparse(method.returns)}" if method.returns else "") if "property" in decorators \
                else signature(method, method.name, True)
            page += [f"### {name}.{escaped(method.name)}", "", "```python", shown, "```", "", *doc_lines(ast.get_docstring(method))]
    return "\n".join(page) + "\n"


# C++

def matching(text, start):
    """Where the brace that opens at `start` is closed; literals and comments do not count."""
    depth, k = 0, start
    while k < len(text):
        if text.startswith("//", k):
            k = text.find("\n", k)
            if k < 0:
                break
        elif text[k] in "\"'" and not (text[k] == "'" and text[k - 1].isalnum()):
            quote, k = text[k], k + 1
            while text[k] != quote:
                k += 2 if text[k] == "\\" else 1
        elif text[k] == "{":
            depth += 1
        elif text[k] == "}":
            depth -= 1
            if depth == 0:
                return k
        k += 1
    return len(text) - 1


def without_bodies(text):
    """Functions that are defined in a class are only declared; private members are left out."""
    text = re.sub(r"^ *(private|protected):\n.*?(?=^ *public:|^\};|\Z)", "", text, flags=re.MULTILINE | re.DOTALL)
    # " : member_(value)" of a constructor, then bodies.
    out, k = [], 0
    opening = re.compile(r"\)(?: const)?(?: noexcept)?(?: override)?(?: final)?(?: -> [\w:<>&* ]+)?(?:\s*:\s[^;{}]*?(?:\)|\}))?\s*\{")
    while found := opening.search(text, k):
        start = found.end() - 1
        out.append(text[k:found.start()] + re.sub(r"\s*:\s(?!:).*$", "", text[found.start():start], flags=re.DOTALL).rstrip() + ";")
        end = matching(text, start)
        k = end + 1
    return "".join(out) + text[k:]


def declarations(text):
    """(comment, code) of what stands at the level of the namespace."""
    begin = re.search(r"^namespace apical \{\n", text, re.MULTILINE)
    if not begin:
        return
    k, end = begin.end(), matching(text, begin.end() - 2)
    comment = []
    while k < end:
        line_end = text.find("\n", k)
        line = text[k:line_end]
        if line.startswith("//"):
            comment.append(re.sub(r"^///? ?", "", line))
            k = line_end + 1
        elif not line.strip() or line.startswith("#"):
            comment = []
            k = line_end + 1
        elif re.match(r"(inline )?namespace\b", line):
            k = matching(text, text.index("{", k)) + 1
            k = text.find("\n", k) + 1 or end
            comment = []
        else:
            semicolon, brace = text.find(";", k), text.find("{", k)
            if 0 <= brace < semicolon or semicolon < 0:
                stop = matching(text, brace) + 1
                stop = stop + 1 if text[stop:stop + 1] == ";" else stop
            else:
                stop = semicolon + 1
            yield comment, text[k:stop].strip()
            comment = []
            k = text.find("\n", stop)
            k = k + 1 if k >= 0 else end


def cpp_pages(root, folder):
    """One page a folder of `sim`, and one that leads to them."""
    out = folder / "cpp"
    out.mkdir(parents=True)
    index = ["# The C++ interface, header by header", "",
             "What the headers of the engine declare, read from them when this site was built. Programs of your own include them as "
             "`<sim/circuit/rule.hpp>`; [how to link](../../examples/README.md), "
             "[what happens in a step](../../sim/README.md).", ""]
    there = {path.name for path in (root / "sim").iterdir() if any(path.glob("*.hpp"))}
    if there != set(FOLDERS):
        raise SystemExit(f"docs/api.py: folders of sim without a line in FOLDERS, or lines without one: {sorted(there ^ set(FOLDERS))}")
    pages = []
    for name, about in FOLDERS.items():
        page = [f"# sim/{name}", "", about[0].upper() + about[1:] + ".", ""]
        count = 0
        for path in sorted((root / "sim" / name).glob("*.hpp")):
            found = [one for one in declarations(path.read_text(encoding="utf-8")) if one[0]]
            if not found:
                continue
            page += [f"## {path.name}", ""]
            for comment, code in found:
                # Comments hold indented examples; the rest is prose.
                text, block = [], []
                for line in [*comment, ""]:
                    if line.startswith("    "):
                        block.append(line[4:])
                        continue
                    if block:
                        text += ["", "```cpp", *block, "```", ""]
                        block = []
                    text.append(escaped(line))
                shown = without_bodies(code) if re.match(r"(template.*?> ?\n?)?(class|struct|enum|union)\b", code, re.DOTALL) \
                    else re.sub(r"\s*\{.*\}$", ";", code, flags=re.DOTALL)
                page += [*text, "```cpp", *shown.splitlines(), "```", ""]
                count += 1
        if count == 0:  # nothing that is explained, so nothing to read
            index.append(f"- sim/{name}: {about}; in its headers")
            continue
        pages.append(name)
        (out / f"{name}.md").write_text("\n".join(page) + "\n", encoding="utf-8")
        index.append(f"- [sim/{name}]({name}.md): {about}; {count} declarations")
    index += ["", "```{toctree}", ":hidden:", "", *pages, "```"]
    (out / "index.md").write_text("\n".join(index) + "\n", encoding="utf-8")
