"""Pictures of runs and sweeps: what `apical plot` draws, as figures of matplotlib."""
from __future__ import annotations

import functools
import importlib
import os
from typing import Any


def _drawing():
    """The package that draws, which needs matplotlib."""
    try:
        importlib.import_module("matplotlib")
    except ImportError as error:
        raise ImportError(f"pictures need matplotlib, which this Python cannot import ({error}); pip install matplotlib") from error
    from . import plots

    return plots


class Plots:
    """The pictures of one run or sweep, a method each: `run.plot.learning()`, `sweep.plot.grid(keys=[...], metric="loss")`.

    A method returns a matplotlib Figure; `figure.savefig("learning.svg")` writes it. Options are those of `apical plot`: `layers`,
    `metric`, `start` and `until` in ms, `cells`, `lane`, `keys`. `apical.plots.Missing` says what the file would need to have, and
    which key records it.
    """

    def __init__(self, subject: str | os.PathLike):
        self._subject = os.fspath(subject)

    def kinds(self) -> list[str]:
        """Names of the pictures that this file or folder has what it takes for."""
        return _drawing().kinds(self._subject)

    def __dir__(self):
        return [*super().__dir__(), *_drawing().KINDS]

    def __getattr__(self, kind: str):
        if kind.startswith("_"):
            raise AttributeError(kind)
        plots = _drawing()
        if kind not in plots.KINDS:
            raise AttributeError(f"there is no picture {kind!r}, but {', '.join(plots.KINDS)}")
        draw = functools.partial(self._draw, kind)
        draw.__doc__ = f"{plots.KINDS[kind][2]}\n\n{plots.KINDS[kind][0].__doc__ or ''}"
        return draw

    def _draw(self, kind: str, **options: Any):
        figure = _drawing().draw(self._subject, kind, **options)
        import matplotlib
        from matplotlib import pyplot

        if "inline" in matplotlib.get_backend():
            pyplot.close(figure)  # a notebook shows what a cell returns, and would show it twice
        return figure

    def __repr__(self) -> str:
        return f"apical.Plots({self._subject!r})"
