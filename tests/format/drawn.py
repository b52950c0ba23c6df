"""What the tests of figures share: calling a script, looking at what it wrote, and whether it says what a file lacks."""
import pathlib
import subprocess
import sys
import tempfile

import h5py


def call(script, *arguments):
    return subprocess.run([sys.executable, script, *map(str, arguments)], capture_output=True, text=True, check=False)


def files_of(done, smallest=10_000):
    """The files of which a script has printed the names; refuses anything but a PNG and an SVG of some size."""
    assert done.returncode == 0, f"status {done.returncode}: {done.stderr}"
    files = [pathlib.Path(line) for line in done.stdout.splitlines() if line.endswith((".png", ".svg"))]
    assert [f.suffix for f in files] == [".png", ".svg"], f"expected a png and a svg, got: {done.stdout}"
    assert all(f.stat().st_size > smallest for f in files), f"too small to show anything: {done.stdout}"
    return files


def refused(done, reason):
    """Whether the script ends with status 2 and one line that gives the reason."""
    assert done.returncode == 2 and reason in done.stderr and "Traceback" not in done.stderr, \
        f"expected {reason}, got status {done.returncode}: {done.stderr}"


def says_what_is_missing(file, names, script, *arguments):
    """Takes each of these out of the file for a while: the script must name it."""
    for name in names:
        with h5py.File(file, "r+") as opened:
            opened.move(name, "elsewhere")
        refused(call(script, *arguments), name)
        with h5py.File(file, "r+") as opened:
            opened.move("elsewhere", name)


def in_folder(check, arguments):
    """Runs check(*arguments, folder). A further argument on the command line is a folder that keeps what was drawn."""
    given = sys.argv[1:]
    with tempfile.TemporaryDirectory() as temporary:
        check(*given[:arguments], pathlib.Path(given[arguments] if len(given) > arguments else temporary))
