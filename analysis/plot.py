#!/usr/bin/env python3
"""Pictures of a run or a sweep, for the first look. What `apical plot` calls.

  plot.py RUN.h5|FOLDER [--kind KIND ...] [--out PREFIX] [--force]

By default every picture that the subject has what it takes for: PREFIX_KIND.png and .svg, PREFIX being the file without .h5.
"""
import argparse
import pathlib
import sys

from packages import require

require("numpy", "h5py", "matplotlib")
import matplotlib

matplotlib.use("Agg")

import plots

# Options of kinds: (name, type, kinds that have it, help).
OPTIONS = [("--from", float, {"traces", "raster"}, "ms from which on it is drawn"),
           ("--until", float, {"traces", "raster"}, "ms until which it is drawn"),
           ("--cells", int, {"traces", "raster"}, "cells that are shown"),
           ("--lane", int, {"traces"}, "which of the samples presented side by side"),
           ("--layers", str, {"weights"}, "names of matrices, with commas: W1,Vbar1"),
           ("--keys", str, {"grid"}, "two swept keys, with a comma: across, up"),
           ("--metric", str, {"grid", "learning"}, "metric of a sweep: test_accuracy, loss, …")]


def options_of(kind, given):
    """Those that the kind has, as its function takes them."""
    named = {}
    for name, _, kinds, _ in OPTIONS:
        value = getattr(given, name[2:] if name != "--from" else "start")
        if value is None or kind not in kinds:
            continue
        if name in ("--layers", "--keys"):
            value = [word.strip() for word in value.split(",")]
        named["start" if name == "--from" else name[2:]] = value
    return named


def main():
    parser = argparse.ArgumentParser(prog="apical plot", description=__doc__.split("\n")[0],
                                     formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="kinds:\n" + "\n".join(f"  {name:10}{words}" for name, (*_, words) in plots.KINDS.items()))
    parser.add_argument("subject", metavar="RUN.h5|FOLDER", help="file of a run, or folder of a sweep")
    parser.add_argument("--kind", action="append", choices=plots.KINDS, help="picture to draw, may come again; by default all there are")
    parser.add_argument("--out", metavar="PREFIX", help="pictures are PREFIX_KIND.png and .svg; by default beside the subject")
    parser.add_argument("--force", action="store_true", help="replace pictures that are there")
    for name, kind, kinds, words in OPTIONS:
        parser.add_argument(name, type=kind, dest="start" if name == "--from" else None, help=f"{words} ({', '.join(sorted(kinds))})")
    given = parser.parse_args()
    try:
        wanted = given.kind or plots.kinds(given.subject)
        if not wanted:
            raise plots.Missing(f"{given.subject}: nothing in it can be drawn")
        used = {name for name, _, kinds, _ in OPTIONS if kinds & set(wanted)}
        for name, *_ in OPTIONS:
            if name not in used and getattr(given, name[2:] if name != "--from" else "start") is not None:
                raise plots.Missing(f"{name}: none of the pictures that are drawn has it ({', '.join(wanted)})")
        subject = pathlib.Path(given.subject)
        prefix = given.out or str(subject.with_suffix("") if subject.suffix == ".h5" else subject)
        files = {kind: [pathlib.Path(f"{prefix}_{kind}.{suffix}") for suffix in ("png", "svg")] for kind in wanted}
        for path in (path for pair in files.values() for path in pair):
            if path.exists() and not given.force:
                raise plots.Missing(f"{path} is there already; --force replaces it")
        with matplotlib.rc_context({"font.size": 8, "svg.hashsalt": "apical", "savefig.dpi": 150}):
            for kind in wanted:
                figure = plots.draw(given.subject, kind, **options_of(kind, given))
                for path in files[kind]:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    figure.savefig(path, metadata={"Software": None} if path.suffix == ".png" else {"Date": None})
                    print(path)
    except (plots.Missing, OSError) as error:
        print(f"apical plot: {error}", file=sys.stderr)
        return 2
    except (KeyError, IndexError, TypeError, ValueError, RuntimeError) as error:  # h5py and NumPy of what is damaged
        print(f"apical plot: {given.subject}: not as a run leaves it ({type(error).__name__}: {error})", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
