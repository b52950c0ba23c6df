"""Circuits of compartmental pyramidal neurons that learn while they run.

    import apical
    run = apical.run("digits.toml", out="digits.h5")
    run["metrics/test_accuracy"].plot()

Names and values are those of the TOML files, everywhere: what `apical.describe("circuit.eta_W")` says of a key holds for
a dict, for a Network and for a file.
"""
from . import _core
from ._errors import InputError, Interrupted, NumericalError, RunError, RunWarning
from ._network import Network, Part
from ._runs import Run, describe, names, open, resume, run, to_toml
from ._simulation import Simulation
from ._sweep import Sweep

build_info: dict[str, str] = _core.build_info()
__version__: str = build_info["version"]

__all__ = ["InputError", "Interrupted", "Network", "NumericalError", "Part", "Run", "RunError", "RunWarning", "Simulation",
           "Sweep", "build_info", "describe", "names", "open", "resume", "run", "to_toml"]
