"""A simulation that a program advances itself, step by step or sample by sample."""
from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from . import _core
from ._runs import Experiment, source


class Simulation:
    """A circuit with state: its weights, its cells, and where they are in time. It writes no file.

    Columns are (units, lanes) and dense weights (post, pre), as NumPy arrays of `dtype` that view the memory of the
    simulation, cost nothing and cannot be written to. A column is that of the last step: ask anew after the next. Arrays
    that are given need `dtype`, the shape that is said, and C order; anything else, and NaN, is an InputError.

    One thread at a time; another one that calls meanwhile gets a RunError. Several simulations in several threads work
    side by side: Python is free while one advances. It can be pickled, and copied with `copy.deepcopy`.

    Parameters
    ----------
    experiment : path of a TOML file, a dict of sections, or a Network
    changes : other values of keys, {"run.seed": 2}
    threads : of the simulation; 0: one for every core. The results do not depend on it.
    """

    def __init__(self, experiment: Experiment, *, changes: Mapping[str, Any] | None = None, threads: int = 1):
        self._core = _core.make_simulation(source(experiment), dict(changes or {}), threads)
        self._threads = threads
        self.advance = self._core.advance  # bound once: a step of a small circuit takes less than a look-up
        self.column = self._core.column

    @classmethod
    def load(cls, checkpoint: str | os.PathLike, *, threads: int = 1) -> Simulation:
        """From what `save` has written, or from the checkpoint of a run, where that stands."""
        path = os.fspath(checkpoint)
        made = cls(_core.parse_toml(_core.config_of_checkpoint(path)), threads=threads)
        made._core.load(path)
        return made

    def save(self, checkpoint: str | os.PathLike) -> None:
        """Writes a checkpoint, which `load` goes on from with the same bits."""
        self._core.save(os.fspath(checkpoint))

    def advance(self, steps: int) -> None:
        """So many steps, with plasticity; the ports hold what they were set to. Ctrl-C ends it between two steps."""
        self._core.advance(steps)

    def present(self, inputs: np.ndarray, targets: np.ndarray | None = None) -> None:
        """Shows one sample a lane and learns from it: inputs (d_0, lanes), targets (d_L, lanes); without targets there
        is no teacher. Settled: one step; else presentation / step of them."""
        self._core.present(inputs, targets)

    def develop(self) -> None:
        """What a circuit with a development goes through before its first sample; nothing for any other."""
        self._core.develop()

    def set(self, port: str, values: np.ndarray) -> None:
        """Values (units, lanes) of a port into the circuit, which it holds from the next step on."""
        self._core.set(port, values)

    def column(self, population: str, column: str) -> np.ndarray:
        """(units, lanes), of the last step; a view."""
        return self._core.column(population, column)

    def spikes(self, population: str) -> np.ndarray:
        """Cells that fired in the last step, ascending, uint32; a copy."""
        return self._core.spikes(population)

    def weights(self, name: str) -> np.ndarray:
        """A view: (post, pre) of dense weights, one number a synapse of others (`synapses` says which they are)."""
        return self._core.weights(name)

    def synapses(self, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Postsynaptic cells, presynaptic cells and weights of weights or of a projection of spikes; copies."""
        return self._core.synapses(name)

    def assign(self, name: str, values: np.ndarray) -> None:
        """Replaces weights: (post, pre), 0 where there is no synapse."""
        self._core.assign(name, values)

    def batch(self, part: str = "training", index: Sequence[int] | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Samples of the experiment's data, as `present` takes them: part "training", "validation" or "test". Without an
        index the training samples that a run would show next, so that

            while simulation.samples < 1000:
                simulation.present(*simulation.batch())

        is what a run does."""
        return self._core.batch(part, None if index is None else [int(k) for k in index])

    @property
    def time(self) -> float:
        """ms since the beginning; 0 in settled dynamics."""
        return self._core.time

    @property
    def samples(self) -> int:
        """Presented so far, over all lanes."""
        return self._core.samples

    @property
    def lanes(self) -> int:
        """Samples that are presented side by side."""
        return self._core.lanes

    @property
    def dtype(self) -> np.dtype:
        """float32 or float64, as run.precision says."""
        return self._core.dtype

    @property
    def config(self) -> dict[str, Any]:
        """The experiment, every default spelt out."""
        return self._core.config

    @property
    def populations(self) -> dict[str, tuple[int, list[str]]]:
        """Cells and columns of each."""
        return self._core.populations

    @property
    def ports(self) -> dict[str, tuple[str, str]]:
        """Population and column of each."""
        return self._core.ports

    @property
    def weight_names(self) -> list[str]:
        return self._core.weight_names

    @property
    def event_projections(self) -> list[str]:
        """Names of the projections of spikes."""
        return self._core.event_projections

    def __getstate__(self):
        return {"config": self.config, "threads": self._threads, "state": self._core.state()}

    def __setstate__(self, kept):
        self.__init__(kept["config"], threads=kept["threads"])
        self._core.restore(kept["state"])

    def __repr__(self) -> str:
        cells = ", ".join(f"{name}: {units}" for name, (units, _) in self.populations.items())
        return f"<apical.Simulation of {cells}; {self.lanes} lanes>"
