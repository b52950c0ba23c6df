"""Matrices of weights before and after, and how their values are distributed."""
import numpy as np

from .colours import SERIES
from .results import Missing, new_figure

MOST = 8  # matrices in one picture


def there(results):
    return bool(matrices(results))


def matrices(results):
    """Names of dense matrices with both ends recorded, or else with the last alone: {name: (before or None, after)}."""
    found = {}
    for group in "weights", "final":
        for name in results[group] if results.has(group) else ():
            variable = results[f"{group}/{name}"]
            if variable.ndim == (3 if group == "weights" else 2) and min(variable.shape) > 0:
                found.setdefault(name, variable)
    return found


def draw(results, layers=None):
    """`layers`: names of the matrices, W1, Vbar1, …; by default the first eight."""
    from matplotlib.ticker import MaxNLocator

    found = matrices(results)
    if not found:
        raise results.lacking("weights")
    unknown = [name for name in layers or () if name not in found]
    if unknown:
        raise Missing(f"{results.path}: there are no weights {unknown[0]}, but {', '.join(found)}")
    names = list(layers or found)[:MOST]
    figure, axes = new_figure(len(names), 3, width=2.6, height=2.1)
    for (left, middle, right), name in zip(axes, names):
        variable = found[name]
        before, after = (variable[0], variable[-1]) if variable.ndim == 3 else (None, variable[()])
        largest = max(np.nanmax(np.abs(m)) for m in (before, after) if m is not None) or 1.0
        for panel in left, middle:
            for side in panel.xaxis, panel.yaxis:
                side.set_major_locator(MaxNLocator(4, integer=True))
        for panel, matrix, when in (left, before, "before"), (middle, after, "after"):
            panel.set(xlabel="presynaptic cell", ylabel=f"{name}: postsynaptic cell")
            if matrix is None:
                panel.text(0.5, 0.5, 'record.weights = "start and end"\nkeeps them', transform=panel.transAxes, ha="center",
                           va="center", fontsize=7, color="0.5")
                panel.set(xticks=[], yticks=[])
                continue
            image = panel.imshow(matrix, aspect="auto", cmap="RdBu_r", vmin=-largest, vmax=largest, interpolation="nearest")
            panel.set_title(when, fontsize=8)
            figure.colorbar(image, ax=panel, shrink=0.9).ax.tick_params(labelsize=6)
        edges = np.linspace(-largest, largest, 61)
        for matrix, when, colour in (before, "before", "0.6"), (after, "after", SERIES[0]):
            if matrix is not None:
                right.hist(matrix[np.isfinite(matrix)].ravel(), edges, histtype="step", color=colour, label=when, density=True)
        right.set(xlabel=f"weight {name}", ylabel="density")
        right.legend(frameon=False, fontsize=7)
    left_out = len(layers or found) - len(names)
    figure.suptitle(results.title() + (f" ({left_out} more matrices are not shown)" if left_out else ""), fontsize=9)
    return figure
