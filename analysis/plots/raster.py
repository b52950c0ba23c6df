"""Spikes: a raster of some cells with the rates of their populations below, and beside it what their inter-spike intervals
are like."""
import numpy as np

from .circuit import kind_of
from .colours import CELLS, SERIES
from .results import Missing, text


def there(results):
    return results.has("spikes") and len(results["spikes"]) > 0


class Population:
    def __init__(self, results, name):
        group = results[f"spikes/{name}"]
        if "cells" not in group.attrs:
            raise Missing(f"{results.path}: /spikes/{name} does not say how many cells there are: record it anew")
        self.name, self.size = name, int(group.attrs["cells"])
        self.recorded = text(group.attrs["recorded"])
        self.times, self.cells = group["timestamps"][()], group["node_ids"][()].astype(int)

    def intervals(self):
        """Inter-spike intervals in ms, and the coefficients of variation of cells with at least ten."""
        order = np.argsort(self.cells, kind="stable")
        cells, times = self.cells[order], self.times[order]
        same = np.diff(cells) == 0
        intervals, owners = np.diff(times)[same], cells[1:][same]
        count = np.bincount(owners, minlength=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = np.bincount(owners, intervals, minlength=1) / count
            squares = np.bincount(owners, (intervals - mean[owners]) ** 2, minlength=1)
            variation = np.sqrt(squares / (count - 1)) / mean
        return intervals, variation[count >= 10]


def raster(axes, populations, colours, begin, end, shown):
    top = 0
    whole = sum(population.size for population in populations)
    for population, colour in zip(populations, colours):
        rows = min(population.size, max(15, round(shown * population.size / whole)))
        # Evenly spread over those that have been recorded.
        there = np.unique(population.cells) if population.recorded != "all cells" else np.arange(population.size)
        chosen = there[np.linspace(0, len(there) - 1, min(rows, len(there))).astype(int)] if len(there) else there
        row_of = np.full(population.size, -1)
        row_of[chosen] = np.arange(len(chosen))
        inside = (population.times > begin) & (population.times <= end) & (row_of[population.cells] >= 0)
        axes.scatter(population.times[inside], top + row_of[population.cells[inside]] + 0.5, s=2.2, color=colour, linewidths=0)
        axes.text(-0.012, top + len(chosen) / 2, f"{population.name}\n{len(chosen)} of {population.size:,}", color=colour,
                  transform=axes.get_yaxis_transform(), ha="right", va="center", fontsize=8)
        if top:
            axes.axhline(top, color="0.8", lw=0.6, zorder=0)
        top += max(1, len(chosen))
    axes.set(ylim=(0, top), yticks=[])


def rates(axes, populations, colours, begin, end):
    edges = np.linspace(begin, end, 201)  # 1 ms of 200
    for population, colour in zip(populations, colours):
        cells = population.size if population.recorded == "all cells" else max(1, len(np.unique(population.cells)))
        count, _ = np.histogram(population.times, edges)
        axes.stairs(1000 * count / cells / np.diff(edges), edges, baseline=None, color=colour, lw=1)
    axes.set(xlim=(begin, end), ylim=(0, None), xlabel="time (ms)", ylabel="rate (Hz)")


def histograms(axes, populations, colours):
    found = [population.intervals() for population in populations]
    for panel, place, label in (axes[0], 0, "inter-spike interval (ms)"), (axes[1], 1, "CV of intervals, cell by cell (1)"):
        values = [of[place] for of in found]
        every = np.concatenate(values) if values else np.array([])
        panel.set(xlabel=label, yticks=[0, 0.5, 1])
        if every.size == 0:
            panel.text(0.5, 0.5, "too few spikes", transform=panel.transAxes, ha="center", va="center", color="0.5", fontsize=8)
            continue
        top = max(np.quantile(every, 0.995), 1e-9)
        edges = np.linspace(0 if place == 0 else max(0, np.quantile(every, 0.001) * 0.95), top * 1.02, 60)
        for of, colour in zip(values, colours):
            if of.size:
                height, _ = np.histogram(of, edges)
                panel.stairs(height / max(1, height.max()), edges, color=colour, fill=True, alpha=0.25)
                panel.stairs(height / max(1, height.max()), edges, color=colour, lw=1)
        panel.set_ylim(0, 1.08)


def looks(results, populations):
    """Colours: where all are of a network and each has projections of one kind, those of the kind; else one after the other."""
    sections = (results.settings() if results.has("config") else {}).get("projection", {}).values()
    kinds = [{kind_of(one) for one in sections if isinstance(one, dict) and one.get("source") == population.name} for population in populations]
    known = sorted(next(iter(kind), "") for kind in kinds)
    if known == ["excitatory", "inhibitory"] and all(len(kind) == 1 for kind in kinds):
        return [CELLS[next(iter(kind))] for kind in kinds]
    return [SERIES[k % len(SERIES)] for k in range(len(populations))]


def in_words(results):
    """The statistics that the run has measured, of all cells."""
    names = {"rate": "{:.3g} Hz", "cv_isi": "CV of intervals {:.2f}", "fano_factor": "Fano factor {:.3g}",
             "synchrony": "synchrony {:.2g}", "correlation": "correlation {:.2g}"}
    last = {name: results[f"metrics/{name}"][-1] for name in names if results.has(f"metrics/{name}") and len(results[f"metrics/{name}"])}
    return ", ".join(names[name].format(value) for name, value in last.items() if np.isfinite(value))


def window(results, populations, start, until):
    """Long enough for some eight spikes of a cell, within limits."""
    last = max((population.times[-1] for population in populations if len(population.times)), default=None)
    if last is None:
        raise Missing(f"{results.path}: no cell has fired")
    end = last if until is None else until
    rate = sum(len(population.times) for population in populations) / last / sum(population.size for population in populations)
    first = min(population.times[0] for population in populations if len(population.times))
    begin = max(0, np.floor(first / 10) * 10, end - np.clip(round(8 / rate, -2), 200, 1000)) if start is None else start
    if not begin < end:
        raise Missing(f"{results.path}: nothing between {begin:g} and {end:g} ms")
    return begin, end


def draw(results, start=None, until=None, cells=150):
    """Between `start` and `until` in ms, by default the last 200 ms, or up to a second where cells fire seldom; `cells` rows,
    as many of a population as its share of all and at least fifteen."""
    import matplotlib.pyplot as plt

    if not there(results):
        raise results.lacking("spikes")
    populations = [Population(results, name) for name in results["spikes"]]
    begin, end = window(results, populations, start, until)
    colours = looks(results, populations)

    figure = plt.figure(figsize=(8.4, 4.1), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=(2.5, 1))
    above, below = left.subplots(2, 1, sharex=True, height_ratios=(2.4, 1))
    raster(above, populations, colours, begin, end, cells)
    above.tick_params(bottom=False)
    above.spines["left"].set_visible(False)
    rates(below, populations, colours, begin, end)
    panels = right.subplots(2, 1)
    histograms(panels, populations, colours)
    panels[0].set_ylabel("intervals,\nover the largest bin (1)")
    panels[1].set_ylabel("cells,\nover the largest bin (1)")
    for panel, letter, words in (above, "a", in_words(results)), (below, "b", "rates"), (panels[0], "c", "intervals"), (panels[1], "d", "regularity"):
        panel.set_title(f"$\\bf{{{letter}}}$  {words}", loc="left", fontsize=8)
    handles = [below.plot([], [], color=colour, lw=2)[0] for colour in colours]
    below.legend(handles, [population.name for population in populations], frameon=False, fontsize=7, loc="lower right",
                 bbox_to_anchor=(1, 0.98), ncols=min(8, len(populations)), borderpad=0)
    for panel in above, below, *panels:
        panel.spines[["top", "right"]].set_visible(False)
    return figure
