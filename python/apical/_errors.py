"""What goes wrong, as exceptions whose parts are attributes."""
from __future__ import annotations


class InputError(ValueError):
    """An experiment, a name or an array is wrong; nothing was written.

    Attributes
    ----------
    place : (file, line, column); "" and 0 where a value has none, as in a dict
    key : dotted key, "circuit.eta_W"
    found, expected : what stands there, and what may
    hint : what may have been meant; "" if nothing is near
    """

    def __init__(self, message: str, place=("", 0, 0), key="", found="", expected="", hint=""):
        super().__init__(message)
        self.place: tuple[str, int, int] = tuple(place)
        self.key: str = key
        self.found: str = found
        self.expected: str = expected
        self.hint: str = hint

    def __reduce__(self):
        return type(self), (str(self), self.place, self.key, self.found, self.expected, self.hint)


class RunError(RuntimeError):
    """A run failed through no fault of its input's form: a full disk, say. The file holds all rows so far."""


class NumericalError(RunError):
    """A column or weight left the range in which the circuit makes sense.

    Attributes
    ----------
    population, variable : of which column; the name of weights and "weights"
    unit, lane : of the (postsynaptic) cell; the lane is None for weights
    value, time, time_unit : what it became, and when ("samples" or "ms")
    """

    def __init__(self, message: str, population="", variable="", unit=0, lane=None, value=0.0, time=0.0, time_unit=""):
        super().__init__(message)
        self.population: str = population
        self.variable: str = variable
        self.unit: int = unit
        self.lane: int | None = lane
        self.value: float = value
        self.time: float = time
        self.time_unit: str = time_unit

    def __reduce__(self):
        return type(self), (str(self), self.population, self.variable, self.unit, self.lane, self.value, self.time,
                            self.time_unit)


class Interrupted(KeyboardInterrupt):
    """A signal stopped a run (Ctrl-C: 2). What was done is saved: `apical.resume(error.checkpoint)` goes on exactly there.

    Attributes
    ----------
    file, checkpoint : paths
    signal : its number
    """

    def __init__(self, message: str, file="", checkpoint="", signal=0):
        super().__init__(message)
        self.file: str = file
        self.checkpoint: str = checkpoint
        self.signal: int = signal

    def __reduce__(self):
        return type(self), (str(self), self.file, self.checkpoint, self.signal)


class RunWarning(UserWarning):
    """What a run takes for a mistake, and does all the same."""
