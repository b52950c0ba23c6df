"""The spikes in the file of a run are those of the SONATA format, to h5py and, where it is installed, to libsonata.

usage: sonata.py WRITE_SAMPLE
"""
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

try:
    import libsonata
except ImportError:
    libsonata = None


def expected():
    """Times and cells, as sample_series.hpp makes them."""
    times, cells = [], []
    for step in range(30000):
        fired = step * 5 % 3
        cells += [3 * step, 3 * step + 5][:fired]
        times += [0.1 * step] * fired
    return np.array(times), np.array(cells, dtype=np.uint64)


def check_h5py(path, times, cells):
    with h5py.File(path, "r") as f:
        assert f.attrs["magic"] == 0x0A7A and f.attrs["magic"].dtype == np.uint32, f.attrs["magic"]
        np.testing.assert_array_equal(f.attrs["version"], np.array([0, 1], dtype=np.uint32))
        assert list(f["spikes"]) == ["E", "silent"]
        for name in f["spikes"]:
            group = f["spikes"][name]
            assert set(group) == {"timestamps", "node_ids"}, list(group)
            sorting = h5py.check_enum_dtype(group.attrs.get_id("sorting").dtype)
            assert sorting == {"none": 0, "by_id": 1, "by_time": 2} and group.attrs["sorting"] == 2
            assert group["timestamps"].dtype == np.float64 and group["timestamps"].attrs["units"] == b"ms"
            assert group["node_ids"].dtype == np.uint64
        np.testing.assert_array_equal(f["spikes/E/timestamps"], times)
        np.testing.assert_array_equal(f["spikes/E/node_ids"], cells)
        assert f["spikes/silent/timestamps"].shape == f["spikes/silent/node_ids"].shape == (0,)


def check_libsonata(path, times, cells):
    reader = libsonata.SpikeReader(path)
    assert sorted(reader.get_population_names()) == ["E", "silent"]
    population = reader["E"]
    assert str(population.sorting).endswith("by_time"), population.sorting
    read = population.get_dict()
    np.testing.assert_array_equal(read["timestamps"], times)
    np.testing.assert_array_equal(read["node_ids"], cells)
    assert population.get(node_ids=[int(cells[7])], tstart=0, tstop=10) == [(cells[7], times[7])]
    assert len(reader["silent"].get()) == 0


def main():
    times, cells = expected()
    assert len(times) > 20000
    with tempfile.TemporaryDirectory() as folder:
        for form in ([], ["uncompressed"]):
            path = os.path.join(folder, "run.h5")
            subprocess.run([sys.argv[1], path] + form, check=True)
            check_h5py(path, times, cells)
            if libsonata and form:  # its wheels have been built without zlib
                check_libsonata(path, times, cells)
    print("read by h5py" + (" and libsonata" if libsonata else "; libsonata is not installed"))


main()
