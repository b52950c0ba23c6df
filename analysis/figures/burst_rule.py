#!/usr/bin/env python3
"""BurstCCN's rule at one synapse: events, bursts and the change of the weight over the postsynaptic rate, simulated and in closed form.

  burst_rule.py INDEX.h5|TABLE.csv --out PREFIX     INDEX.h5: of a sweep of models/burst_ccn/figures/rule.toml; TABLE.csv: written by it

Events and bursts are counted here, from spikes; the weights are those of the synapses, which have counted on their own.
"""
import pathlib

from drawing import colours, lacking, letter, Missing, origin, plt, save, style

import h5py
import numpy as np
import tomllib
from table import main, read_rows, Table, write_rows

HEAD = "rate_hz", "events_hz", "bursts_hz", "change_hz", "standard_error_hz", "cells"
INTERVAL = 16  # ms, ties within a burst


def number(text):
    return float(str(text).split()[0])


def counted(times, cells):
    """Events and bursts of all cells; times in ms."""
    order = np.lexsort((times, cells))
    times, cells = times[order], cells[order]
    begins = np.ones(len(times), bool)
    begins[1:] = (np.diff(cells) != 0) | (np.diff(times) > INTERVAL + 1e-6)
    # The first spike after an event that is none itself.
    return begins.sum(), (begins[:-1] & ~begins[1:]).sum()


def measured(path):
    """Rate of the drive, events and bursts in Hz a cell; change of the weights over eta K T in Hz, mean and standard error; cells."""
    with h5py.File(path) as run:
        config = tomllib.loads(run["config"][()].decode())
        if "final/W/weight" not in run or "spikes/after" not in run:
            raise lacking(run, "final/W" if "spikes/after" in run else "spikes/after")
        rule, size = config["projection"]["W"], config["population"]["after"]["size"]
        seconds = number(config["run"]["duration"]) / (1000 if "ms" in str(config["run"]["duration"]) else 1)
        trace = number(config["input"]["before"]["rate"]) * number(rule["tau_plus"]) / 1000
        events, bursts = counted(run["spikes/after/timestamps"][()], run["spikes/after/node_ids"][()])
        change = (run["final/W/weight"][()] - rule["weight"]) / (rule["eta"] * trace * seconds)
        return (number(config["input"]["after"]["rate"]), events / size / seconds, bursts / size / seconds, change.mean(),
                change.std(ddof=1) / np.sqrt(size), size)


def rows_of(path):
    if path.endswith(".csv"):
        return read_rows(path, HEAD)
    table = Table(path)
    files = [pathlib.Path(path).parent / file for file in table["keys/file"][table.done]]
    if not files:
        raise Missing(f"{path}: no run is done")
    return sorted(measured(file) for file in files)


def draw(options):
    style()
    rows = rows_of(options.index)
    rate, events, bursts, change, error, size = map(np.array, zip(*rows))
    r = np.linspace(0, 1.05 * rate.max(), 300)
    e = r * np.exp(-r * INTERVAL / 1000)
    b = e * (1 - np.exp(-r * INTERVAL / 1000))
    figure, (left, right) = plt.subplots(1, 2, figsize=(5.2, 2.6), layout="constrained")
    for found, closed, name, marker in (events, e, "event", "o"), (bursts, b, "burst", "s"):
        left.plot(r, closed, color=colours.EVENTS[name], lw=1)
        left.plot(rate, found, marker, color=colours.EVENTS[name], ms=3.5, label=f"{name}s, counted")
    left.plot([], [], color="0.4", lw=1, label="closed form")
    left.legend(loc="upper left")
    left.set(xlabel="postsynaptic rate (Hz)", ylabel="events, bursts of a cell (Hz)", ylim=(0, 1.35 * max(e.max(), events.max())))
    right.axhline(0, color="0.8", lw=0.8, zorder=0)
    crossing = np.log(2) / INTERVAL * 1000
    right.axvline(crossing, color="0.6", lw=0.8, ls=":", zorder=0)
    right.text(crossing, 0.03, f" {crossing:.1f} Hz: sign\n changes", fontsize=6.5, color="0.3", transform=right.get_xaxis_transform())
    right.plot(r, b - 0.5 * e, color=colours.GROUPS["W"], lw=1, label="closed form")
    right.errorbar(rate, change, error, fmt="o", color=colours.GROUPS["W"], ms=3.5, capsize=2, label="simulated, mean ± s.e.m.")
    right.legend(loc="upper left")
    right.set(xlabel="postsynaptic rate (Hz)", ylabel=r"change of the weight, $\Delta w / (\eta\, K\, T)$ (Hz)")
    letter((left, right), ["spikes", "weights"])
    origin(figure, f"n = {size[0]:g} cells, with a synapse each, at every rate; one run a rate, seed 1")
    save(figure, options.out)
    write_rows(f"{options.out}.csv", HEAD, rows)


if __name__ == "__main__":
    raise SystemExit(main(__doc__, draw))
