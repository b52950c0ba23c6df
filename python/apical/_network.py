"""Networks of cells as objects; the names are those of the sections of a TOML file."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ._errors import InputError
from ._runs import Run, run, to_toml
from ._simulation import Simulation


class Part:
    """One section, [kind.name]: its keys are attributes, which may be changed. Other parts are named by giving them."""

    def __init__(self, kind: str, name: str, keys: Mapping[str, Any]):
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "keys", dict(keys))

    def __getattr__(self, key: str) -> Any:
        try:
            return self.__dict__["keys"][key]
        except KeyError:
            raise AttributeError(f"[{self.kind}.{self.name}] has no {key!r} of its own; "
                                 f"apical.describe('{self.kind}.NAME.{key}') may tell its default") from None

    def __setattr__(self, key: str, value: Any) -> None:
        self.keys[key] = value

    def __repr__(self) -> str:
        return f"[{self.kind}.{self.name}] " + ", ".join(f"{k} = {v!r}" for k, v in self.keys.items())


class Network:
    """A network from populations, projections, inputs and rules; what apical.run, Simulation and Sweep take.

        net = apical.Network(duration="1 s", step="0.1 ms")
        E = net.population("E", neuron="lif_delta", size=1000, V_th="20 mV")
        net.projection("EE", source=E, target=E, receptor="delta", rule="in_degree", count=100, weight="0.1 mV",
                       delay="1.5 ms")
        net.input("background", target=E, receptor="delta", rate="20000 Hz", weight="0.1 mV")
        net.run(out="net.h5")

    Parameters
    ----------
    mode : "spiking", "continuous" or "settled"
    run : keys of [run]: duration, step, seed, lanes ...

    The keys of each part are in `apical.describe("population")` and so on. Whether they go together is said by
    whoever takes the network, with the key.
    """

    def __init__(self, mode: str = "spiking", **run: Any):
        self.run_keys: dict[str, Any] = {"mode": mode, **run}
        self._sections: dict[str, dict[str, Any]] = {}
        self._parts: dict[str, dict[str, Part]] = {}

    def add(self, kind: str, name: str, **keys: Any) -> Part:
        """A section [kind.name] of any kind: "trace", "noise", "spikes" and what follows below."""
        parts = self._parts.setdefault(kind, {})
        if name in parts:
            raise InputError(f"{kind}.{name}: found two of this name, expected one", key=f"{kind}.{name}",
                             found="two of this name", expected="one")
        parts[name] = Part(kind, name, keys)
        return parts[name]

    def population(self, name: str, **keys: Any) -> Part:
        """Cells of one kind: neuron, size, and parameters of the neuron."""
        return self.add("population", name, **keys)

    def projection(self, name: str, **keys: Any) -> Part:
        """Synapses from source to target, both parts or names."""
        return self.add("projection", name, **keys)

    def input(self, name: str, **keys: Any) -> Part:
        """What reaches a target from outside."""
        return self.add("input", name, **keys)

    def rule(self, name: str, **keys: Any) -> Part:
        """A rule of one's own, as text; projections learn by its name."""
        return self.add("rule", name, **keys)

    def section(self, name: str, **keys: Any) -> None:
        """Keys of a section that there is one of: "task", "record", "checkpoint", "circuit"."""
        self._sections.setdefault(name, {}).update(keys)

    def __getitem__(self, dotted: str) -> Part:
        """`net["population.E"]`."""
        kind, _, name = dotted.partition(".")
        return self._parts[kind][name]

    def __iter__(self) -> Iterator[Part]:
        return (part for parts in self._parts.values() for part in parts.values())

    def to_dict(self) -> dict[str, Any]:
        """The sections of the TOML file, as apical.run takes them."""
        def plain(value: Any) -> Any:
            if isinstance(value, Part):
                return value.name
            if isinstance(value, Mapping):
                return {key: plain(one) for key, one in value.items()}
            return [plain(one) for one in value] if isinstance(value, (list, tuple)) else value

        document: dict[str, Any] = {"run": dict(self.run_keys), "circuit": {"model": "network"}}
        for name, keys in self._sections.items():
            document.setdefault(name, {}).update(plain(keys))
        for kind, parts in self._parts.items():
            document[kind] = {part.name: plain(part.keys) for part in parts.values()}
        return document

    def to_toml(self) -> str:
        """As the text of a TOML file that `apical run` takes."""
        return to_toml(self)

    def run(self, out, **how: Any) -> Run:
        """As apical.run."""
        return run(self, out, **how)

    def simulation(self, **how: Any) -> Simulation:
        """As apical.Simulation."""
        return Simulation(self, **how)

    def __repr__(self) -> str:
        return "<apical.Network " + ", ".join(f"{kind}: {', '.join(p)}" for kind, p in self._parts.items()) + ">"
