import tomllib

import apical
import pytest
from support import contents, network


def test_the_toml_of_a_network_is_the_network(tmp_path):
    net = network(seed=3)
    file = tmp_path / "net.toml"
    file.write_text(net.to_toml())
    assert tomllib.loads(net.to_toml())["projection"]["IE"]["source"] == "I"
    a, b = net.run(tmp_path / "a.h5"), apical.run(file, tmp_path / "b.h5")
    assert contents(a.file) == contents(b.file)


def test_keys_are_attributes():
    net = network()
    assert net["population.E"].size == 80
    net["population.E"].size = 90
    assert net.to_dict()["population"]["E"]["size"] == 90
    assert {p["name"]: p["cells"] for p in apical.describe(net)["populations"]}["E"] == 90
    with pytest.raises(AttributeError, match="sise"):
        net["population.E"].sise
    with pytest.raises(apical.InputError):
        net.population("E")
    assert "population" in repr(net) and len(list(net)) == 8


def test_a_wrong_key_is_named():
    net = network()
    net["population.E"].tau_n = "3 ms"
    with pytest.raises(apical.InputError) as caught:
        net.simulation()
    assert "population.E" in caught.value.key and "tau_m" in caught.value.hint
