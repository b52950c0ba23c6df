"""The weights of a run at all times that its file holds: snapshots of /weights, then /final."""
from drawing import lacking

import h5py
import numpy as np


class State:
    """Matrices (postsynaptic, presynaptic) by name, at one time (presented samples)."""

    def __init__(self, run, group, row, time):
        self.run, self.group, self.row, self.time = run, group, row, time

    def names(self):
        """Of all matrices, biases among them: those are the ones that come from a single cell `one`."""
        axes = 2 if self.row is None else 3
        return [name for name, item in self.run[self.group].items() if isinstance(item, h5py.Dataset) and item.ndim == axes]

    def __contains__(self, name):
        return name in self.run[self.group]

    def __getitem__(self, name):
        if name not in self:
            raise lacking(self.run, f"{self.group}/{name}")
        return np.asarray(self.run[self.group][name][... if self.row is None else self.row], dtype=float)


def states(run):
    """All of them, in order; at least one. With the default keys a run keeps only the last, /final."""
    times = run["weights/time"][:] if "weights/time" in run else []
    found = [State(run, "weights", row, float(time)) for row, time in enumerate(times)]
    if "final" in run:
        end = float(run["metrics/time"][-1]) if "metrics/time" in run and len(run["metrics/time"]) else np.nan
        if not found or found[-1].time < end:
            found.append(State(run, "final", None, end))
    if not found:
        raise lacking(run, "final")
    return found
