"""Whole runs: an experiment goes in, a file comes out."""
from __future__ import annotations

import _thread
import os
import pathlib
import sys
import threading
import tomllib
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import xarray

from . import _core
from ._errors import Interrupted, RunWarning
from ._plots import Plots

Experiment = str | os.PathLike | Mapping[str, Any]
Progress = bool | Callable[[dict], None] | None


class Run:
    """The file of a run.

    Attributes
    ----------
    file : its path
    checkpoint : path of the checkpoint that it left to go on from, "" if it left none
    notes : what the run has said, line by line
    """

    def __init__(self, file: str | os.PathLike, checkpoint: str = "", notes: list[str] | None = None):
        self.file = os.fspath(file)
        self.checkpoint = checkpoint
        self.notes = notes or []
        self._tree: xarray.DataTree | None = None

    @property
    def tree(self) -> xarray.DataTree:
        """All groups as a DataTree, opened lazily: numbers are read when they are asked for. Units are attributes."""
        if self._tree is None:
            self._tree = xarray.open_datatree(self.file, engine="h5netcdf", decode_times=False)
        return self._tree

    def __getitem__(self, path: str):
        """A group or a variable: `run["metrics/test_accuracy"]`."""
        return self.tree[path]

    @property
    def config(self) -> dict[str, Any]:
        """The experiment, every default spelt out; `apical.run` takes it."""
        import h5py

        with h5py.File(self.file) as file:
            text = file["config"][()]
        return tomllib.loads(text.decode() if isinstance(text, bytes) else str(text))

    @property
    def plot(self) -> Plots:
        """Pictures of it, a method each: `run.plot.learning()`; `run.plot.kinds()` says which there are."""
        return Plots(self.file)

    def close(self) -> None:
        """Lets go of the file, which nobody can write while it is open here."""
        if self._tree is not None:
            self._tree.close()
            self._tree = None

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *error) -> None:
        self.close()

    def __repr__(self) -> str:
        left = f", checkpoint={self.checkpoint!r}" if self.checkpoint else ""
        return f"apical.Run({self.file!r}{left})"

    def _repr_html_(self) -> str:
        return self.tree._repr_html_()


class _Bar:
    """A bar in terminals and notebooks."""

    def __init__(self):
        from tqdm.auto import tqdm

        self._make = tqdm
        self._bar = None

    def show(self, standing: dict) -> None:
        if self._bar is None:
            self._bar = self._make(total=standing["end"], unit=" " + standing["unit"], initial=standing["now"],
                                   unit_scale=True)
        named = {"loss": "{:.4g}", "test_accuracy": "{:.4f}", "cosine": "{:.3f}"}
        self._bar.set_postfix({k: f.format(standing[k]) for k, f in named.items() if standing[k] is not None},
                              refresh=False)
        self._bar.n = standing["now"]
        self._bar.refresh()

    def end(self, done: bool) -> None:
        if self._bar is not None:
            if done:
                self._bar.n = self._bar.total
                self._bar.refresh()
            self._bar.close()


def _is_watched() -> bool:
    """Whether somebody may look: a terminal, or a notebook."""
    if "ipykernel" in sys.modules:
        return True
    return sys.stderr is not None and sys.stderr.isatty()


def source(experiment: Experiment):
    """What the core reads: the path of a file, or a dict of sections."""
    to_dict = getattr(experiment, "to_dict", None)
    if to_dict is not None:
        return to_dict()
    if isinstance(experiment, (str, os.PathLike)):
        return os.fspath(experiment)
    return experiment


def _follow(progress: Progress, go) -> Run:
    notes: list[str] = []
    pending: list[str] = []

    def note(line: str) -> None:
        notes.append(line)
        if line.startswith("warning: "):
            pending.append(line.removeprefix("warning: "))

    bar = None
    if callable(progress):
        show = progress
    elif progress or (progress is None and _is_watched()):
        bar = _Bar()
        show = bar.show
    else:
        show = None
    done = False
    try:
        outcome = go(show, note)
        done = outcome["signal"] == 0
    finally:
        if bar is not None:
            bar.end(done)
        for line in pending:
            warnings.warn(line, RunWarning, stacklevel=4)
    if not done:
        if threading.current_thread() is not threading.main_thread():
            _thread.interrupt_main(outcome["signal"])  # whose business signals are in Python
        raise Interrupted(f"stopped by signal {outcome['signal']} {outcome['moment']}; "
                          f"apical.resume({outcome['checkpoint']!r}) goes on",
                          outcome["file"], outcome["checkpoint"], outcome["signal"])
    return Run(outcome["file"], outcome["checkpoint"], notes)


def run(experiment: Experiment, out: str | os.PathLike | None = None, *, changes: Mapping[str, Any] | None = None,
        force: bool = False, threads: int | None = None, progress: Progress = None) -> Run:
    """Runs an experiment to its end and records it to a file: the same file, bit for bit, that `apical run` writes.

    Parameters
    ----------
    experiment : path of a TOML file, or a dict of sections with the same names and values ("10 ms" for a quantity),
        or a Network. Paths in a dict are relative to the current folder.
    out : file to write; None: named after the experiment's file, in the current folder
    changes : other values of keys, {"run.seed": 2}
    force : replaces an existing file
    threads : 0: one for every core. The results do not depend on it.
    progress : a bar where somebody may see it (None), always (True), never (False), or a function that is called with
        a dict about ten times a second: now, end, unit, epochs, loss, test_accuracy, validation_accuracy, cosine. What
        it raises ends the run, whose file holds all rows so far.

    Ctrl-C saves what was done and raises Interrupted. Other threads of Python go on meanwhile; of several runs in one
    process one goes on at a time (Sweep has processes).

    Raises
    ------
    InputError : before anything is written
    RunError, NumericalError, Interrupted
    """
    what = source(experiment)
    said = repr(what) if isinstance(what, str) else "{...}"
    line = f"apical.run({said}{f', changes={dict(changes)!r}' if changes else ''})"
    return _follow(progress, lambda show, note: _core.run(
        what, dict(changes or {}), "" if out is None else os.fspath(out), force, threads, line, show, note))


def resume(checkpoint: str | os.PathLike, *, changes: Mapping[str, Any] | None = None, threads: int | None = None,
           progress: Progress = None) -> Run:
    """Goes on exactly where a run stopped, in the same file. Few keys may change; `run.epochs` may."""
    path = os.fspath(checkpoint)
    line = f"apical.resume({path!r}{f', changes={dict(changes)!r}' if changes else ''})"
    return _follow(progress, lambda show, note: _core.resume(path, dict(changes or {}), threads, line, show, note))


def open(file: str | os.PathLike) -> Run:  # noqa: A001, as in xarray
    """The file of an earlier run."""
    path = os.fspath(file)
    if not pathlib.Path(path).is_file():
        raise FileNotFoundError(path)
    checkpoint = path + ".checkpoint"
    return Run(path, checkpoint if pathlib.Path(checkpoint).is_file() else "")


def describe(what: Experiment, *, changes: Mapping[str, Any] | None = None) -> dict[str, Any] | list[dict[str, Any]]:
    """What is known of a name, or of an experiment, as data.

    A name ("self_assembly", "stdp", "circuit.eta_W", "apical") gives a list with a dict for each of its meanings: kind,
    name, text; of models, rules, sections also their keys, each with unit, default, range, choices and what it needs to
    have an effect. The path of a TOML file or a dict gives what would be simulated, without running it: populations
    with cells and columns, projections, weights with shape, rule, storage and bytes, and `config`, the experiment with
    every default spelt out.
    """
    what = source(what)
    if isinstance(what, str) and not what.endswith(".toml"):
        if changes:
            raise _core_input_error("changes", "a change of a name", "the file of an experiment, or a dict")
        return _core.describe_name(what)
    return _core.describe_experiment(what, dict(changes or {}))


def _core_input_error(key: str, found: str, expected: str) -> Exception:
    from ._errors import InputError

    return InputError(f"{key}: found {found}, expected {expected}", key=key, found=found, expected=expected)


def names(kind: str) -> dict[str, str]:
    """Names and sentences of one kind: models, rules, neurons, steppers, datasets, metrics, spectra, sections, columns, keys,
    groups (of a file of results)."""
    return _core.list_kind(kind)


def to_toml(experiment: Experiment) -> str:
    """An experiment as the text of a TOML file."""
    return _core.to_toml(_core.read(source(experiment), {}))
