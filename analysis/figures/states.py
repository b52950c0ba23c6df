"""The weights of a run at all times that its file holds: snapshots of /weights, then /final."""
from drawing import lacking

import h5py
import numpy as np


def gathered(data):
    """The axis along which a data set holds the synapses of a matrix alone (CF conventions, section 8.2); None: it is whole."""
    scales = data.dims[data.ndim - 1] if data.ndim > 0 else ()
    return scales[0] if len(scales) > 0 and "compress" in scales[0].attrs else None


def whole(data, row=...):
    """The matrix (postsynaptic, presynaptic) of a data set of weights, of which the file may hold the synapses alone."""
    values, places = np.asarray(data[row], dtype=float), gathered(data)
    if places is None:
        return values
    axes = places.attrs["compress"]
    shape = [data.parent[axis].size for axis in (axes.decode() if isinstance(axes, bytes) else axes).split()]
    matrix = np.zeros(shape)
    matrix[np.unravel_index(places[:], shape)] = values
    return matrix


class State:
    """Matrices (postsynaptic, presynaptic) by name, at one time (presented samples)."""

    def __init__(self, run, group, row, time):
        self.run, self.group, self.row, self.time = run, group, row, time

    def names(self):
        """Of all matrices, biases among them: those are the ones that come from a single cell `one`."""
        axes = 2 if self.row is None else 3
        return [name for name, item in self.run[self.group].items() if isinstance(item, h5py.Dataset) and
                item.ndim == axes - (gathered(item) is not None)]

    def __contains__(self, name):
        return name in self.run[self.group]

    def __getitem__(self, name):
        if name not in self:
            raise lacking(self.run, f"{self.group}/{name}")
        return whole(self.run[self.group][name], ... if self.row is None else self.row)


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
