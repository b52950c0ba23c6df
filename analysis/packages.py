"""Which interpreter lacks which package, in one line, where Python alone would show a trace of calls."""
import importlib
import pathlib
import sys

SYSTEM = "/usr/bin/python3"  # the packages of Debian are its own; ./quickstart installs them


def require(*names):
    """Ends the program with status 2 if one of these modules cannot be imported. All our programs also need Python 3.11."""
    for name in ("tomllib", *names):
        try:
            importlib.import_module(name)
        except ImportError as error:
            program, version = pathlib.Path(sys.argv[0]).name, sys.version.split()[0]
            if sys.prefix != "/usr":  # an environment, or a Python that Debian did not bring
                hint = f"run it with {SYSTEM}, for which ./quickstart installs all that is needed"
            else:
                hint = f"install the package python3-{name}, as ./quickstart does"
            print(f"{program}: {sys.executable} (Python {version}) cannot import {name} ({error}); {hint}", file=sys.stderr)
            raise SystemExit(2) from None
