"""The circuit as boxes and arrows: populations with their sizes, projections, and which of them learn."""
import re
from collections import Counter

import numpy as np

from . import colours
from .results import Missing, new_figure, text

MOST = 40  # populations of a diagram that can be read


def there(results):
    return not results.sweep and len(parts(results)[0]) > 0


def parts(results):
    """({population: cells}, [(name, from, to, colour, whether it learns: True, False or None for not known)])."""
    settings = results.settings() if results.has("config") else {}
    named = {name: section for name, section in settings.get("population", {}).items() if isinstance(section, dict)}
    if named:
        return {name: section.get("size") for name, section in named.items()}, list(projections(settings))
    return matrices(results, settings)


def kind_of(projection):
    """Which of CELLS its cells are."""
    inhibits = "inhib" in str(projection.get("receptor", "")) or str(projection.get("weight", "")).startswith("-")
    return "inhibitory" if inhibits else "excitatory"


def projections(settings):
    """Of a network, as its experiment describes it."""
    for name, section in settings.get("projection", {}).items():
        if isinstance(section, dict) and "source" in section and "target" in section:
            kind = kind_of(section)
            learns = section.get("plasticity", section.get("learning", "none"))
            yield name, section["source"], section["target"], colours.CELLS[kind], learns not in ("", "none", "static")


def matrices(results, settings):
    """Of a circuit of layers: its last weights are named, with the populations along their axes."""
    sizes, found = {}, []
    model = settings.get("circuit", {}).get("model", "")
    plastic = settings.get(model, {}).get("plastic") if isinstance(settings.get(model), dict) else None
    for name in results["final"] if results.has("final") else ():
        item = results[f"final/{name}"]
        ends = [dimension(item, k) for k in range(2)] if getattr(item, "ndim", 0) == 2 else [None]
        if None in ends:
            continue
        for end, size in zip(ends, item.shape):
            sizes[end] = size
        group = name.rstrip("0123456789")
        learns = group in plastic if isinstance(plastic, list) and group in colours.GROUPS else changed(results, name)
        found.append((name, ends[1], ends[0], colours.GROUPS.get(group, "0.35"), learns))
    return sizes, found


def dimension(item, axis):
    """The population along an axis of a matrix."""
    scales = item.dims[axis]
    return scales[0].name.rsplit("/", 1)[1] if len(scales) else None


def changed(results, name):
    """Whether these weights are others at the end than in the first copy; None: there is no copy."""
    if not results.has(f"weights/{name}") or not len(results[f"weights/{name}"]):
        return None
    first, last = results[f"weights/{name}"][0], results[f"final/{name}"][()]
    return first.shape != last.shape or not np.array_equal(first, last)


def places(names):
    """Where populations stand: layers from left to right, each kind of population in a row of its own; else on a circle."""
    numbered = {name: found.groups() for name in names if (found := re.fullmatch(r"([A-Za-z_]+?)(\d+)", name))}
    if "in" in names and numbered and len(numbered) + ("error" in names) + 1 == len(names):
        rows = {kind: row for row, kind in enumerate(dict.fromkeys(kind for kind, _ in numbered.values()))}
        layered = {"in": (0, 0)} | {name: (int(layer), rows[kind]) for name, (kind, layer) in numbered.items()}
        if "error" in names:
            layered["error"] = (max(x for x, _ in layered.values()), 1)
        if len(set(layered.values())) == len(names):
            return {name: (2.4 * layered[name][0], 1.9 * layered[name][1]) for name in names}
    radius = max(1.3, 0.42 * len(names))
    angles = np.pi / 2 - 2 * np.pi * np.arange(len(names)) / len(names)
    return {name: (radius * np.cos(angle), radius * np.sin(angle)) for name, angle in zip(names, angles)} if len(names) > 1 \
        else {name: (0, 0) for name in names}


def arrow(panel, begin, end, colour, line, bend, name):
    """From one box to another, or back to itself; the name stands beside its middle."""
    from matplotlib.patches import FancyArrowPatch

    (x0, y0), (x1, y1) = begin, end
    style = {"arrowstyle": "-|>", "mutation_scale": 8, "color": colour, "linestyle": line, "linewidth": 1.1, "zorder": 1}
    if begin == end:
        side = 1 if y0 >= 0 else -1  # outward, of boxes on a circle
        panel.add_patch(FancyArrowPatch((x0 - 0.3, y0 + 0.2 * side), (x0 + 0.3, y0 + 0.2 * side),
                                        connectionstyle=f"arc3,rad={side * (-1.2 - bend)}", **style))
        middle = (x0, y0 + side * (0.62 + 0.25 * bend))
    else:
        panel.add_patch(FancyArrowPatch(begin, end, connectionstyle=f"arc3,rad={bend}", shrinkA=17, shrinkB=17, **style))
        middle = ((x0 + x1) / 2 + bend * (y1 - y0) / 2, (y0 + y1) / 2 - bend * (x1 - x0) / 2)
    panel.text(*middle, name, fontsize=6, color=colour, ha="center", va="center", bbox={"boxstyle": "round,pad=0.1", "fc": "white", "ec": "none"})


def draw(results):
    """Arrows that share both ends are bent apart. What learns is a full line, what does not is dashed."""
    if results.sweep:
        raise Missing(f"{results.path}: a circuit is of a run; name one of the runs, in {results.path / 'runs'}")
    sizes, found = parts(results)
    if not sizes:
        raise Missing(f"{results.path}: names of populations are neither in /config nor along the axes of /final")
    unknown = next((end for _, *ends, _, _ in found for end in ends if end not in sizes), None)
    sizes |= {end: None for _, *ends, _, _ in found for end in ends if end not in sizes} if unknown else {}
    if len(sizes) > MOST:
        raise Missing(f"{results.path}: {len(sizes)} populations are more than a diagram shows (at most {MOST})")
    at = places(list(sizes))
    across, up = (np.ptp([place[k] for place in at.values()]) for k in (0, 1))
    figure, axes = new_figure(1, 1, width=np.clip(2.2 + 0.62 * across, 4.2, 12), height=np.clip(1.9 + 0.62 * up, 2.8, 10))
    panel = axes[0, 0]
    bends = Counter()
    for name, source, target, colour, learns in found:
        pair = frozenset((source, target))
        bend = 0.16 + 0.2 * (bends[source, target])
        bends[source, target] += 1
        if len(pair) == 1:
            bend = 0.5 * (bends[source, target] - 1)
        arrow(panel, at[source], at[target], colour, {True: "-", False: "--", None: ":"}[learns], bend, name)
    for name, (x, y) in at.items():
        size = f"\n{sizes[name]:,}" if isinstance(sizes[name], int | np.integer) else ""
        panel.text(x, y, f"{name}{size}", ha="center", va="center", fontsize=7, zorder=3,
                   bbox={"boxstyle": "round,pad=0.35", "fc": "#f2f2f2", "ec": "0.4", "lw": 0.8})
    reach = [(min(place[k] for place in at.values()) - 0.9, max(place[k] for place in at.values()) + 1.0) for k in (0, 1)]
    panel.set(xlim=reach[0], ylim=reach[1], aspect="equal")
    panel.set_axis_off()
    legend(panel, found)
    figure.suptitle(f"{results.title()}; numbers: cells", fontsize=8)
    return figure


def legend(panel, found):
    from matplotlib.lines import Line2D

    words = {True: ("-", "learns"), False: ("--", "does not learn"), None: (":", "not known whether it learns")}
    handles = [Line2D([], [], color="0.3", ls=line, label=label) for key, (line, label) in words.items() if any(one[4] is key for one in found)]
    kinds = {colours.CELLS[kind]: kind for kind in ("excitatory", "inhibitory")}
    if any(one[3] in kinds for one in found) and not any(one[0].rstrip("0123456789") in colours.GROUPS for one in found):
        handles += [Line2D([], [], color=colour, label=kind) for colour, kind in kinds.items() if any(one[3] == colour for one in found)]
    if handles:
        panel.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, 0), ncols=2, frameon=False, fontsize=7)
