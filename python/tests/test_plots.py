"""Pictures of runs and sweeps: those of `apical plot`, as figures."""
import subprocess
import sys

import apical
import numpy as np
import pytest
from support import DIGITS, GRID

pytestmark = pytest.mark.filterwarnings("ignore::apical.RunWarning")
matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return apical.run(DIGITS, tmp_path_factory.mktemp("plots") / "run.h5", progress=False)


def test_every_picture_that_there_is_can_be_drawn(run):
    kinds = run.plot.kinds()
    assert {"learning", "confusion", "angles", "circuit"} <= set(kinds) and set(kinds) <= set(dir(run.plot))
    for kind in kinds:
        figure = getattr(run.plot, kind)()
        assert isinstance(figure, matplotlib.figure.Figure) and figure.axes
        matplotlib.pyplot.close(figure)
    with pytest.raises(AttributeError, match="there is no picture 'pie', but learning"):
        run.plot.pie
    with pytest.raises(apical.plots.Missing, match="trace.NAME"):
        run.plot.traces()


def test_it_shows_what_the_file_has(run):
    figure = run.plot.learning()
    line = figure.axes[0].lines[0]
    np.testing.assert_array_equal(line.get_ydata(), 100 * run["metrics/test_accuracy"])
    figure = run.plot.confusion()
    counts, shown = run["confusion/test"].values, figure.axes[0].images[0].get_array()
    np.testing.assert_allclose(shown, 100 * counts / counts.sum(axis=1, keepdims=True))
    assert np.trace(counts) / counts.sum() == pytest.approx(float(run["metrics/test_accuracy"][-1]), abs=1e-6)
    matplotlib.pyplot.close("all")


def test_a_sweep_has_the_same_pictures(tmp_path):
    sweep = apical.Sweep(DIGITS, tmp_path / "sweep", seeds=[1, 2], grid=GRID)
    sweep.run(processes=1, progress=False)
    figure = sweep.plot.learning()
    assert "learning" in sweep.plot.kinds() and len(figure.axes[0].lines) == len(GRID["circuit.eta_W"])
    matplotlib.pyplot.close(figure)


def test_without_matplotlib_it_says_so(run):
    code = ("import sys; sys.modules['matplotlib'] = None; import apical\n"
            f"try:\n    apical.open({run.file!r}).plot.learning()\nexcept ImportError as error:\n    print(error)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0 and "pictures need matplotlib" in done.stdout and "pip install matplotlib" in done.stdout, done
