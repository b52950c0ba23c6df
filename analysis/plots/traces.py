"""Traces of any column, with the onsets of samples and of the teacher."""
import re

import numpy as np

from .colours import SERIES
from .results import Missing, label, new_figure, text

MILLISECONDS = {"us": 1e-3, "ms": 1.0, "s": 1e3}


def there(results):
    return results.has("trace") and any(len(results[f"trace/{name}/time"]) for name in results["trace"])


def milliseconds(word):
    """A time with its unit, "20 ms"."""
    found = re.fullmatch(r"\s*([-+0-9.eE]+)\s*(us|ms|s)\s*", str(word))
    return float(found[1]) * MILLISECONDS[found[2]] if found else None


def draw(results, start=None, until=None, cells=5, lane=0):
    """A panel a section [trace.NAME], at most `cells` cells of the lane, between `start` and `until` (ms)."""
    names = [name for name in (results["trace"] if results.has("trace") else ()) if len(results[f"trace/{name}/time"])]
    if not names:
        raise results.lacking("trace")
    figure, axes = new_figure(len(names), 1, width=6.4, height=2.1)
    onset_of_error = milliseconds(results.settings().get("run", {}).get("error_onset", ""))
    for panel, name in zip(axes[:, 0], names):
        group = results[f"trace/{name}"]
        variable = next(group[key] for key in group if group[key].ndim == 3)
        if not 0 <= lane < variable.shape[2]:
            raise Missing(f"{results.path}: /trace/{name} has no lane {lane}, but 0 to {variable.shape[2] - 1}")
        time = group["time"][()]
        unit = text(group["time"].attrs.get("units", "ms"))
        factor = MILLISECONDS.get(unit, 1.0)
        first = time[0] * factor if start is None else start
        last = until if until is not None else shown_until(group, time * factor, first)
        inside = (time * factor >= first) & (time * factor <= last)
        if not inside.any():
            raise Missing(f"{results.path}: /trace/{name} has nothing between {first:g} and {last:g} ms, but from "
                          f"{time[0] * factor:g} to {time[-1] * factor:g} ms")
        for k in range(min(cells, variable.shape[1])):
            unit_number = int(group["unit"][k]) if "unit" in group else k
            panel.plot(time[inside] * factor, in_pieces(time[inside], variable[inside, k, lane]), color=SERIES[k % len(SERIES)],
                       lw=1, label=f"cell {unit_number}")
        marks(panel, group, first, last, onset_of_error, lane)
        population = text(group.attrs["population"]) if "population" in group.attrs else ""
        panel.set(xlim=(first, min(last, time[inside][-1] * factor)), xlabel="time (ms)", ylabel=label(variable, f"{population} {name}".strip()))
        panel.legend(frameon=False, fontsize=7, ncols=5, loc="lower left", bbox_to_anchor=(0, 1))
    figure.suptitle(f"{results.title()}; full lines: onset of a sample and its class, dashed: of the teacher", fontsize=8)
    return figure


def shown_until(group, time, first):
    """Four presentations, or what there is."""
    presentation = milliseconds(text(group.attrs["presentation"])) if "presentation" in group.attrs else None
    return min(time[-1], first + 4 * presentation) if presentation else time[-1]


def in_pieces(time, values):
    """With a gap where nothing was recorded for longer than three steps."""
    values = np.array(values, dtype=float)
    if len(time) > 2:
        steps = np.diff(time)
        values[1:][steps > 3 * np.median(steps)] = np.nan
    return values


def marks(panel, group, first, last, onset_of_error, lane):
    if "onset" not in group:
        return
    factor = MILLISECONDS.get(text(group["onset"].attrs.get("units", "ms")), 1.0)
    onsets = group["onset"][()] * factor
    classes = group["label"][:, lane] if "label" in group else None
    for k, onset in enumerate(onsets):
        if not first <= onset <= last:
            continue
        panel.axvline(onset, color="0.75", lw=0.8, zorder=0)
        if onset_of_error and onset + onset_of_error <= last:
            panel.axvline(onset + onset_of_error, color="0.75", lw=0.8, ls="--", zorder=0)
        if classes is not None and k < len(classes) and np.isfinite(classes[k]) and classes[k] >= 0:
            panel.annotate(f"{int(classes[k])}", (onset, 1), xycoords=("data", "axes fraction"), xytext=(2, -8),
                           textcoords="offset points", fontsize=7, color="0.4")
