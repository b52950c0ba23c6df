import copy
import gc
import pickle
import signal
import threading
import time

import apical
import numpy as np
import pytest
from support import DIGITS, MODELS, contents, network

pytestmark = pytest.mark.filterwarnings("ignore::apical.RunWarning")


@pytest.fixture
def digits():
    return apical.Simulation(DIGITS)


def shown(simulation, count=4):
    for _ in range(count):
        simulation.present(*simulation.batch())
    return simulation


def test_samples_shown_by_hand_are_those_of_the_run(digits, tmp_path):
    run = apical.run(DIGITS, tmp_path / "run.h5", changes={"record.precision": "float64"})
    shown(digits)
    assert digits.samples == 64
    for name in digits.weight_names:
        recorded = run[f"final/{name}"].values
        assert np.array_equal(digits.weights(name).astype(float) if digits.weights(name).ndim == 2 else
                              dense(digits, name), recorded), name


def dense(simulation, name):
    post, pre, value = simulation.synapses(name)
    matrix = np.zeros((post.max() + 1, pre.max() + 1))
    matrix[post, pre] = value
    return matrix


def test_steps_of_a_network_are_those_of_the_run(tmp_path):
    net = network()
    run = net.run(tmp_path / "run.h5")
    simulation = net.simulation()
    spikes = []
    for step in range(1, 501):
        simulation.advance(1)
        spikes += [(step * 0.1, cell) for cell in simulation.spikes("E")]
    assert simulation.time == pytest.approx(50)
    recorded = run["spikes/E"]
    times = recorded["timestamps"].values if "timestamps" in recorded else recorded["time"].values
    assert len(spikes) == len(times) > 50
    assert np.allclose([t for t, _ in spikes], times)


def test_views_cost_nothing_and_stay(digits):
    weights = digits.weights("W1")
    assert weights.shape == (12, 64) and weights.dtype == digits.dtype and not weights.flags.writeable
    before = weights.copy()
    assert digits.weights("W1").ctypes.data == weights.ctypes.data
    shown(digits)
    assert np.array_equal(weights, digits.weights("W1")) and not np.array_equal(weights, before)
    column = digits.column("up1", "soma")
    assert column.shape == (12, 16) and not column.flags.owndata
    with pytest.raises(ValueError):
        weights[0, 0] = 1
    expected = weights.copy()
    del digits
    gc.collect()
    assert np.array_equal(weights, expected)  # the view keeps what it views


def test_weights_can_be_replaced(digits):
    new = np.full((12, 64), 0.25, digits.dtype)
    digits.assign("W1", new)
    assert np.array_equal(digits.weights("W1"), new)


@pytest.mark.parametrize("wrong, what", [
    (lambda x: x.astype(np.float64), "float64"), (lambda x: x.astype(np.int32), "int32"), (lambda x: x[:-1], "(63, 16)"),
    (lambda x: x[:, :3], "(64, 3)"), (lambda x: x[..., None], "(64, 16, 1)"), (lambda x: x.ravel(), "(1024)"),
    (lambda x: np.asfortranarray(x), "order"), (lambda x: np.repeat(x, 2, axis=1)[:, ::2], "order"),
    (lambda x: np.where(np.arange(16) == 3, np.nan, x).astype(x.dtype), "nan"),
    (lambda x: np.where(np.arange(16) == 3, np.inf, x).astype(x.dtype), "inf"), (lambda x: x[:0], "(0, 16)"),
    (lambda x: x.astype(np.complex64), "type"), (lambda x: np.zeros((), x.dtype), "()")])
def test_wrong_arrays_are_refused(digits, wrong, what):
    assert digits.dtype == np.float32
    x, y = digits.batch("training", range(16))
    with pytest.raises(apical.InputError) as caught:
        digits.present(wrong(x), y)
    assert what in caught.value.found and "inputs" in caught.value.key
    bad = {"(63, 16)": y[:-1], "nan": np.full_like(y, np.nan)}.get(what)
    if bad is not None:
        with pytest.raises(apical.InputError):
            digits.present(x, bad)
    with pytest.raises(apical.InputError):
        digits.assign("W1", wrong(x))
    digits.present(x, y)  # as if nothing had been


def test_what_is_no_array_or_no_name(digits):
    for wrong in ([[1.0]], None, "x", object()):
        with pytest.raises(TypeError):
            digits.present(wrong, None)
    x, _ = digits.batch("training", range(16))
    with pytest.raises(apical.InputError):
        digits.present(x, "targets")
    for call in (lambda: digits.column("up9", "soma"), lambda: digits.column("up1", "sauma"), lambda: digits.weights("W9"),
                 lambda: digits.spikes("up9"), lambda: digits.set("door", x), lambda: digits.synapses("W9"),
                 lambda: digits.batch("training", [10**9]), lambda: digits.batch("pars", [0]), lambda: digits.batch("test"),
                 lambda: network().simulation().present(x)):
        with pytest.raises(apical.InputError):
            call()
    for wrong in (-1, 1 << 70, 1.5, "3"):
        with pytest.raises((TypeError, ValueError, OverflowError)):
            digits.advance(wrong)


def test_a_copy_by_pickle_goes_on_with_the_same_bits(digits):
    shown(digits, 2)
    for other in (pickle.loads(pickle.dumps(digits)), copy.deepcopy(digits)):
        assert other.samples == digits.samples
        assert all(np.array_equal(other.weights(n), digits.weights(n)) for n in digits.weight_names)
        a, b = copy.deepcopy(digits), other
        for one in (a, b):
            one.present(*one.batch())
        assert all(np.array_equal(a.weights(n), b.weights(n)) for n in a.weight_names)


def test_saved_and_loaded(digits, tmp_path):
    shown(digits)
    digits.save(tmp_path / "state")
    other = apical.Simulation.load(tmp_path / "state")
    assert np.array_equal(other.weights("W1"), digits.weights("W1")) and other.samples == 64
    kept = apical.run(DIGITS, tmp_path / "run.h5", changes={"checkpoint.keep": True})
    assert np.array_equal(apical.Simulation.load(kept.checkpoint).weights("W1"), digits.weights("W1"))
    with pytest.raises(apical.InputError):
        apical.Simulation.load(tmp_path / "nothing")
    with pytest.raises(apical.InputError):
        apical.Simulation.load(kept.file)
    state = digits._core.state()
    for bad in ({}, {k: b"" for k in state}, {k: 3 for k in state}):
        with pytest.raises(apical.InputError):
            copy.deepcopy(digits)._core.restore(bad)


def test_spiking_state_goes_on_with_the_same_bits():
    a = network().simulation()
    a.advance(200)
    b = pickle.loads(pickle.dumps(a))
    for one in (a, b):
        one.advance(200)
    assert np.array_equal(a.column("E", "V"), b.column("E", "V")) and a.time == b.time == pytest.approx(40)


def test_two_threads_get_an_exception_or_a_turn():
    simulation = network().simulation()
    refused, advanced = [], []

    def work():
        for _ in range(300):
            try:
                simulation.advance(20)
                advanced.append(1)
                simulation.column("E", "V").sum()
            except apical.RunError as error:
                refused.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert advanced and all("another thread" in str(error) for error in refused)
    assert len(advanced) + len(refused) <= 2400


def test_others_go_on_while_one_advances_and_it_may_be_let_go():
    simulation = network().simulation()
    thread = threading.Thread(target=simulation.advance, args=(300000,))
    thread.start()
    del simulation
    gc.collect()
    counted = 0
    while thread.is_alive():
        counted += 1
        time.sleep(0)
    thread.join()
    assert counted > 3


def test_several_simulations_side_by_side():
    alone = network().simulation()
    alone.advance(300)
    many = [network().simulation() for _ in range(3)]
    threads = [threading.Thread(target=one.advance, args=(300,)) for one in many]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(one.column("E", "V"), alone.column("E", "V")) for one in many)


def test_ctrl_c_between_two_steps():
    simulation = network().simulation()
    main = threading.main_thread().ident
    timer = threading.Timer(0.3, lambda: signal.pthread_kill(main, signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        simulation.advance(10**9)
    timer.join()
    at = simulation.time
    simulation.advance(1)
    assert 0 < at < simulation.time == pytest.approx(at + 0.1)


def test_ports_of_a_graded_circuit():
    simulation = apical.Simulation(MODELS / "self_assembly/digits_continuous.toml", changes={"circuit.hidden": [12]})
    assert "input" in simulation.ports and simulation.populations["up1"][0] == 12
    x, _ = simulation.batch("test", range(simulation.lanes))
    simulation.set("input", x)
    simulation.advance(3)
    assert np.isfinite(simulation.column("up1", "soma")).all() and simulation.time > 0
    with pytest.raises(apical.InputError, match="out"):
        simulation.set("answer", x[:10])
