"""What examples/python shows, carried out in little; each with the library itself, where that is installed."""
import os
import pathlib
import shutil
import subprocess
import sys

import apical
import pytest
from support import DIGITS, GRID, ROOT

EXAMPLES = ROOT / "examples/python"
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PATH": f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}",
                            "MPLBACKEND": "agg"}
SHORT = {**DIGITS, "circuit": {**DIGITS["circuit"], "eta_W": 0.01}, "task": {"dataset": "digits", "validation_samples": 300}}


def run(*words, folder, **more):
    done = subprocess.run([str(word) for word in words], cwd=folder, env=ENVIRONMENT | more, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_optuna_prunes_by_the_validation_part(tmp_path):
    pytest.importorskip("optuna")
    (tmp_path / "e.toml").write_text(apical.to_toml({**SHORT, "run": {"lanes": 16}}))
    text = run(sys.executable, EXAMPLES / "optuna_search.py", "e.toml", "trials", "--trials", 8, "--epochs", 4, folder=tmp_path)
    assert "best 0." in text and len(list((tmp_path / "trials").glob("*.h5"))) == 8
    assert int(text.split(";")[1].split()[0]) > 0, text  # of eight, some are stopped


def test_mpi(tmp_path):
    pytest.importorskip("mpi4py")
    if shutil.which("mpiexec") is None:
        pytest.skip("no mpiexec")
    apical.Sweep(DIGITS, tmp_path / "s", seeds=[1, 2], grid=GRID)
    text = run("mpiexec", "--allow-run-as-root", "--oversubscribe", "-n", 3, sys.executable, "-m", "mpi4py.futures",
               EXAMPLES / "mpi_sweep.py", "s/sweep.toml", "s", folder=tmp_path)
    assert "4 runs" in text and (apical.Sweep.read(tmp_path / "s/sweep.toml", tmp_path / "s").runs.status == "done").all()


def test_snakemake_makes_the_figures(tmp_path):
    if shutil.which("snakemake", path=ENVIRONMENT["PATH"]) is None:
        pytest.skip("no snakemake")
    for name in ("models", "analysis", "examples", "data"):
        (tmp_path / name).symlink_to(ROOT / name)
    words = ("snakemake", "-s", "examples/python/Snakefile", "--cores", 2, "--config", "samples=1600", "experiments=digits")
    run(*words, folder=tmp_path)
    made = tmp_path / "results/digits.png"
    assert made.stat().st_size > 10_000
    before = made.stat().st_mtime_ns
    run(*words, folder=tmp_path)
    assert made.stat().st_mtime_ns == before  # nothing had changed


def test_the_notebook(tmp_path):
    nbformat = pytest.importorskip("nbformat")
    client = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    pytest.importorskip("matplotlib")
    notebook = nbformat.read(EXAMPLES / "comparison.ipynb", as_version=4)
    code = [line for cell in notebook.cells if cell.cell_type == "code" for line in cell.source.splitlines() if line.strip()]
    assert len(code) < 40
    os.environ.update(EPOCHS="1", PYTHONPATH=ENVIRONMENT["PYTHONPATH"])
    client.NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert (tmp_path / "comparison/index.csv").read_text().count("\n") == 6
