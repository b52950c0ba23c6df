"""What the figures share: how they look (colours: plots/colours.py), how they are written, and how what is lacking is named: in a file, or in Python.

Programs import this before packages that are not Python's own.
"""
import pathlib
import sys

sys.path.insert(1, str(pathlib.Path(__file__).resolve().parent.parent))
from packages import require

require("numpy", "h5py", "matplotlib")
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from plots import colours
from plots.results import Missing, lacking

BEFORE = 'not in this file:\nrecord.weights = "start and end"\nkeeps the weights before learning'


def say(axes, text):
    """In place of what cannot be drawn."""
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", fontsize=7, color="0.5")


def style(**changes):
    # hashsalt: the same files give the same figure, bit for bit. Sizes are those of print: figures are drawn as wide as COLUMN or PAGE.
    plt.rcParams.update({"font.size": 7.5, "legend.fontsize": 6.5, "legend.frameon": False, "legend.title_fontsize": 6.5,
                         "axes.titlesize": 7.5, "axes.spines.top": False, "axes.spines.right": False, "lines.linewidth": 1.2,
                         "svg.hashsalt": "apical", "savefig.dpi": 200, **changes})


COLUMN, PAGE = 3.5, 7.2  # inches: of one column of a journal, and of two


def letter(panels, titles=()):
    """Every panel its letter, and its title where there is one."""
    for k, axes in enumerate(panels):
        title = titles[k] if k < len(titles) else ""
        axes.set_title(f"$\\bf{{{chr(ord('a') + k)}}}$  {title}".rstrip(), loc="left")


def origin(figure, text):
    """Above all panels, in small: which data, how many seeds, what error bars are."""
    figure.suptitle(text, fontsize=6.5, x=0.01, ha="left", color="0.25")


def save(figure, prefix):
    """Writes PREFIX.png and PREFIX.svg and prints their names."""
    for kind, metadata in ("png", {"Software": None}), ("svg", {"Date": None}):
        path = pathlib.Path(f"{prefix}.{kind}")
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata=metadata)
        print(path)


def refusing(work):
    """Exit status of the program whose work this is: 0, or 2 with one line that says what is missing."""
    try:
        work()
    except (Missing, OSError) as error:
        print(f"{pathlib.Path(sys.argv[0]).name}: {error}", file=sys.stderr)
        return 2
    return 0
