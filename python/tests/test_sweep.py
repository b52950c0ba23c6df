import concurrent.futures
import multiprocessing
import pathlib
import subprocess

import apical
import pandas
import pytest
from support import DIGITS, GRID, PROGRAM, contents, network


@pytest.fixture
def sweep(tmp_path):
    return apical.Sweep(DIGITS, tmp_path / "sweep", seeds=[1, 2], grid=GRID)


def check(sweep, table):
    assert isinstance(table, pandas.DataFrame) and len(table) == 4
    assert sorted(set(table["circuit.eta_W"])) == [0.05, 0.1] and table["metrics/test_accuracy"].notna().all()
    assert (sweep.runs.status == "done").all()


def test_by_processes_of_its_own(sweep):
    check(sweep, sweep.run(processes=2, progress=False))
    first = sweep.runs.index[0]
    assert sweep.open(first).config["run"]["seed"] == sweep.runs.loc[first, "run.seed"]
    before = pathlib.Path(sweep.runs.loc[first, "file"]).stat().st_mtime_ns
    sweep.run(progress=False)  # nothing is left
    assert pathlib.Path(sweep.runs.loc[first, "file"]).stat().st_mtime_ns == before


def test_a_process_pool_gives_the_bits_of_the_program(sweep, tmp_path):
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        check(sweep, sweep.run(pool, progress=False))
    if not pathlib.Path(PROGRAM).exists():
        pytest.skip(f"no program at {PROGRAM}")
    subprocess.run([PROGRAM, "sweep", sweep.file, "--out", tmp_path / "other", "--progress", "none"], check=True,
                   capture_output=True)
    for file in sweep.runs.file:
        assert contents(file) == contents(tmp_path / "other/runs" / pathlib.Path(file).name)
    assert (tmp_path / "other/index.csv").read_bytes() == pathlib.Path(sweep.folder, "index.csv").read_bytes()


def test_a_failure_is_recorded_and_stops_nobody(tmp_path):
    sweep = apical.Sweep(DIGITS, tmp_path / "sweep", grid={"circuit.eta_W": [0.05, 1e30]}, seeds=[1])
    table = sweep.run(progress=False)
    assert sorted(sweep.runs.status) == ["done", "failed"] and len(table) == 2


def test_a_wrong_sweep_is_refused(tmp_path):
    with pytest.raises(apical.InputError) as caught:
        apical.Sweep(DIGITS, tmp_path / "a", grid={"circuit.eta_X": [1]})
    assert "eta_X" in str(caught.value)
    with pytest.raises(apical.InputError):
        apical.Sweep(DIGITS, tmp_path / "b", random={"samples": 2, "circuit.eta_W": {"low": 2, "high": 1}})


def test_networks_and_files_are_swept(tmp_path):
    sweep = apical.Sweep(network(), tmp_path / "a", grid={"input.to_E.rate": ["10000 Hz", "20000 Hz"]})
    again = apical.Sweep.read(sweep.file, sweep.folder)
    assert list(again.runs.index) == list(sweep.runs.index) and len(again.runs) == 2


def test_dask(sweep):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, \
            distributed.Client(cluster) as client:
        check(sweep, sweep.run(client.get_executor(), progress=False))
