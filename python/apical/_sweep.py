"""One experiment with many values of its keys. The files are those of `apical sweep`, which may go on with them."""
from __future__ import annotations

import builtins
import concurrent.futures
import contextlib
import fcntl
import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import pandas

from . import _core
from ._errors import InputError, Interrupted, RunError
from ._plots import Plots
from ._runs import Experiment, Run, run, resume, source


def nested(dotted: Mapping[str, Any]) -> dict[str, Any]:
    """{"circuit.eta_W": 1} as {"circuit": {"eta_W": 1}}."""
    tree: dict[str, Any] = {}
    for key, value in dotted.items():
        *path, last = key.split(".")
        here = tree
        for name in path:
            here = here.setdefault(name, {})
        here[last] = value
    return tree


def carry_out(toml: str, threads: int = 1, retry: bool = False) -> str:
    """One run of a sweep, or what is left of it, in this process: "done", "failed", "interrupted", or "running" if
    another process has it. A module-level function of plain values: any executor can send it elsewhere."""
    with builtins.open(toml) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # as the program does
        except BlockingIOError:
            return "running"
        base = pathlib.Path(toml).with_suffix("")
        out, checkpoint, failed = f"{base}.h5", pathlib.Path(f"{base}.h5.checkpoint"), pathlib.Path(f"{base}.failed")
        if _core.ending_of(out) == "done":
            return "done"
        if failed.exists():
            if not retry:
                return "failed"
            failed.unlink()
        try:
            if os.path.exists(out) and checkpoint.exists():
                finished = resume(checkpoint, threads=threads, progress=False)
            else:
                finished = run(toml, out, force=True, threads=threads, progress=False)
            pathlib.Path(f"{base}.log").write_text("".join(note + "\n" for note in finished.notes), encoding="utf-8")
            return "done"
        except Interrupted:
            return "interrupted"
        except (InputError, RunError, MemoryError) as error:
            pathlib.Path(f"{base}.log").write_text(f"apical: error: {error}\n", encoding="utf-8")
            failed.write_text(str(error), encoding="utf-8")
            return "failed"


def _in_process_of_its_own(toml: str, threads: int, retry: bool) -> str:
    words = [sys.executable, "-c", "import sys, apical._sweep as s; print(s.carry_out(sys.argv[1], int(sys.argv[2]), "
             "sys.argv[3] == 'True'))", toml, str(threads), str(retry)]
    done = subprocess.run(words, capture_output=True, text=True, env=os.environ | {"PYTHONWARNINGS": "ignore"})
    if done.returncode == 0:
        return done.stdout.split()[-1]
    how = f"ended with status {done.returncode}: {done.stderr.strip().splitlines()[-1:]}"
    pathlib.Path(toml).with_suffix(".failed").write_text(how, encoding="utf-8")
    return "failed"


class Sweep:
    """Runs that differ in some keys.

        sweep = apical.Sweep("digits.toml", "rates", seeds=[1, 2, 3], grid={"circuit.eta_W": [0.05, 0.1]})
        sweep.run(processes=2)
        sweep.index.groupby("circuit.eta_W")["metrics/test_accuracy"].mean()

    Parameters
    ----------
    experiment : path of a TOML file, a dict, or a Network
    folder : where all files go: `runs/NAME.h5`, `index.csv`, `index.h5`, as those of `apical sweep`
    seeds : values of run.seed
    set, grid, list, random, sobol : the sections of a sweep's file. Keys are dotted; a random one is
        {"low": 0.01, "high": 0.5, "scale": "log"} or {"choices": [...]}, beside "samples" and "seed".

    A sweep may grow: what is there already is not run again. Raises InputError, before anything is run, if it is wrong.
    """

    def __init__(self, experiment: Experiment, folder: str | os.PathLike, *, seeds: Sequence[int] | None = None,
                 set: Mapping[str, Any] | None = None, grid: Mapping[str, Sequence] | None = None,
                 list: Sequence[Mapping[str, Any]] | None = None, random: Mapping[str, Any] | None = None,
                 sobol: Mapping[str, Any] | None = None):
        self.folder = os.fspath(folder)
        there = pathlib.Path(self.folder)
        there.mkdir(parents=True, exist_ok=True)
        what = source(experiment)
        if not isinstance(what, str):
            (there / "experiment.toml").write_text(_core.to_toml(_core.read(what, {})), encoding="utf-8")
            what = str(there / "experiment.toml")
        document: dict[str, Any] = {"sweep": {"experiment": os.path.abspath(what)}}
        if seeds is not None:
            document["sweep"]["seeds"] = [int(seed) for seed in seeds]
        for name, keys in (("set", set), ("grid", grid), ("random", random), ("sobol", sobol)):
            if keys is not None:
                document[name] = nested(keys)
        if list is not None:
            document["list"] = [nested(entry) for entry in list]
        self.file = str(there / "sweep.toml")
        pathlib.Path(self.file).write_text(_core.to_toml(document), encoding="utf-8")
        self.runs  # wrong keys and values are told now

    @classmethod
    def read(cls, file: str | os.PathLike, folder: str | os.PathLike | None = None) -> Sweep:
        """A sweep from its file; by default it goes to a folder named after it, in the current one."""
        made = cls.__new__(cls)
        made.file = os.fspath(file)
        made.folder = pathlib.Path(made.file).stem if folder is None else os.fspath(folder)
        made.runs
        return made

    @property
    def runs(self) -> pandas.DataFrame:
        """A row a run: name (the index), status ("waiting", "running", "interrupted", "done", "failed"), file,
        experiment, and the swept values."""
        text, _ = _core.runs_of_sweep(self.file, self.folder)
        rows = [{k: v for k, v in one.items() if k != "values"} | one["values"] for one in json.loads(text)["runs"]]
        return pandas.DataFrame(rows).set_index("name")

    @property
    def index(self) -> pandas.DataFrame:
        """A row a run, in the order of the sweep: file, state, every key, every final metric."""
        _core.index_of_sweep(self.file, self.folder)
        return pandas.read_csv(os.path.join(self.folder, "index.csv"))

    @property
    def plot(self) -> Plots:
        """Pictures of it, a method each: `sweep.plot.grid()`; `sweep.plot.kinds()` says which there are."""
        _core.index_of_sweep(self.file, self.folder)
        return Plots(self.folder)

    def open(self, name: str) -> Run:
        """The run of this name, of `runs`."""
        return Run(self.runs.loc[name, "file"])

    def run(self, executor: concurrent.futures.Executor | None = None, *, processes: int = 1, threads: int = 1,
            retry: bool = False, progress: bool | None = None) -> pandas.DataFrame:
        """Carries out what is not done, and returns the index.

        Parameters
        ----------
        executor : anything with the `submit` of concurrent.futures: a ProcessPoolExecutor, `Client.get_executor()` of
            dask.distributed, `mpi4py.futures.MPIPoolExecutor`; its workers need the package and see the folder. None:
            processes of its own.
        processes : of its own, at a time; 0: one for every core
        threads : of each run
        retry : also the runs that have failed

        A run that fails is recorded with its reason (`index`) and does not stop the rest. Ctrl-C lets runs under way
        save their state; the same call goes on.
        """
        _core.claim_runs(self.file, self.folder)
        table = self.runs
        done = ("done",) if retry else ("done", "failed")
        waiting = [row.experiment for row in table.itertuples() if row.status not in done]
        with contextlib.ExitStack() as at_end:
            if executor is None:
                count = processes or os.cpu_count() or 1
                executor = at_end.enter_context(concurrent.futures.ThreadPoolExecutor(count))
                work = _in_process_of_its_own
            else:
                work = carry_out
            futures = [executor.submit(work, os.path.abspath(toml), threads, retry) for toml in waiting]
            try:
                from tqdm.auto import tqdm

                bar = at_end.enter_context(tqdm(total=len(futures), unit=" runs", disable=None if progress is None else not progress))
                for future in concurrent.futures.as_completed(futures):
                    future.result()
                    bar.update()
            except BaseException:
                for future in futures:
                    future.cancel()
                raise
        return self.index
