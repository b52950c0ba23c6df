"""Pictures of a run or a sweep for the first look: one function a kind, each returns a matplotlib Figure.

    from apical import plots
    figure = plots.draw("digits.h5", "learning")
    plots.kinds("digits.h5")          # what there is in this file: ["learning", "confusion", "angles", …]

It is the one of `apical plot` and of `run.plot.learning()`, `sweep.plot.grid()`.

A subject is the file of a run or the folder of a sweep. What cannot be drawn is a `Missing` that names what records it.
"""
from . import circuit, confusion, grid, layers, learning, raster, traces, weights
from .results import Missing, Results

# In the order in which they are read: of each, what draws it and whether this subject has it.
KINDS = {
    "learning": (learning.draw, learning.there, "accuracy and loss over learning, beside the baselines; of a sweep with bands over seeds"),
    "confusion": (confusion.draw, confusion.there, "what is answered to test samples of each class, at the end"),
    "angles": (layers.angles, layers.has_angles, "angles in degrees between update and gradient, feedback and transpose, layer by layer"),
    "spectra": (layers.spectra, layers.has_spectra, "singular values of W and eigenvalues of H, from the first to the last instant"),
    "weights": (weights.draw, weights.there, "matrices and histograms of weights, before and after"),
    "traces": (traces.draw, traces.there, "what was recorded over time, with the onsets of samples and of the teacher"),
    "raster": (raster.draw, raster.there, "spikes of some cells, rates of their populations, statistics of intervals"),
    "circuit": (circuit.draw, circuit.there, "populations with their sizes, projections, and which of them learn"),
    "grid": (grid.draw, grid.there, "of a sweep: a metric over two swept keys, mean over seeds"),
}


def kinds(subject):
    """Names of the pictures that this file or folder has what it takes for."""
    with Results(subject) as results:
        return [name for name, (_, there, _) in KINDS.items() if there(results)]


def draw(subject, kind=None, **options):
    """The Figure of this kind, by default of the first that the subject has. Options are those of the kind:
    `layers`, `metric`, `start` and `until` in ms, `cells`, `keys`. Raises Missing, or ValueError for a kind that there is not."""
    if kind is None:
        there = kinds(subject)
        if not there:
            raise Missing(f"{subject}: nothing in it can be drawn")
        kind = there[0]
    if kind not in KINDS:
        raise ValueError(f"kind: found {kind!r}, expected one of {', '.join(KINDS)}")
    with Results(subject) as results:
        return KINDS[kind][0](results, **options)
