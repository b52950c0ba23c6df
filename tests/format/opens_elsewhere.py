"""The file of a run opens in h5py, xarray (both engines) and ncdump, with names, units and axes.

usage: opens_elsewhere.py WRITE_SAMPLE
"""
import os
import subprocess
import sys
import tempfile
import warnings

import h5py
import numpy as np
import xarray


def number(row, k):
    return ((row * 131 + k * 7) % 8191) / 16


def created(group):
    """Names in a group, in the order of creation."""
    names = []
    group.id.links.iterate(lambda name: names.append(name.decode()), idx_type=h5py.h5.INDEX_CRT_ORDER)
    return names


def check_h5py(path):
    with h5py.File(path, "r") as f:
        assert created(f) == ["config", "metrics", "weights", "trace", "spikes", "final", "provenance"], created(f)
        assert created(f["metrics"]) == ["time", "loss", "error"]
        w = f["weights/W1"]
        assert w.shape == (10, 3, 5) and w.dtype == np.float32
        assert [d[0].name for d in w.dims] == ["/weights/time", "/weights/post", "/weights/pre"]
        for row in range(10):
            expected = [[number(row, 5 * post + pre) for pre in range(5)] for post in range(3)]
            np.testing.assert_array_equal(w[row], expected)
        assert f["config"].asstr()[()] == 'seed = 1\nname = "\u03b3"\n'
        assert h5py.h5ds.is_scale(f["metrics/time"].id) and f["metrics/time"].maxshape == (None,)

        def has_units(name, item):
            if isinstance(item, h5py.Dataset) and name != "config":
                for attribute in ("units", "long_name"):
                    kind = h5py.check_string_dtype(item.attrs.get_id(attribute).dtype)
                    assert kind.encoding == "utf-8" and kind.length is not None, (name, attribute)

        f.visititems(has_units)


def check_xarray(path, engine):
    with xarray.open_dataset(path, group="/metrics", engine=engine) as metrics:
        assert metrics.loss.dims == ("time",) and metrics.loss.attrs["units"] == "1"
        assert metrics.loss.attrs["long_name"] == "squared error"
        assert float(metrics.time[7]) == 70 and float(metrics.error[7]) == number(7, 1)
    with xarray.open_dataset(path, group="/weights", engine=engine) as weights:
        assert weights.W1.dims == ("time", "post", "pre") and weights.W1.attrs["units"] == "nS"
        assert float(weights.W1.sel(time=90, post=2, pre=4)) == number(9, 14)
    with xarray.open_dataset(path, group="/trace/soma", engine=engine) as trace:
        assert trace.v.dims == ("time", "unit", "lane") and trace.v.dtype == np.float64
        assert trace.time.attrs["units"] == "ms" and trace.v.attrs["units"] == "mV"
        assert float(trace.g[49, 1]) == number(49, 7)
    with xarray.open_dataset(path, group="/spikes/E", engine=engine) as spikes:
        assert spikes.node_ids.dims == ("timestamps",) and spikes.node_ids.dtype == np.uint64
    with xarray.open_dataset(path, group="/final", engine=engine) as final:
        assert final.W1.shape == (30, 500) and float(final.W1[29, 3]) == number(0, 29 * 500 + 3)
    with xarray.open_dataset(path, group="/provenance", engine=engine) as provenance:
        assert provenance.attrs["host"] == "here"


def check_ncdump(path):
    text = subprocess.run(["ncdump", "-h", path], check=True, capture_output=True, text=True).stdout
    for line in (
        "time = UNLIMITED ; // (10 currently)",
        "float W1(time, post, pre) ;",
        "float W1(time, post, post) ;",
        'W1:units = "nS" ;',
        'W1:long_name = "weights from input to hidden" ;',
        "double v(time, unit, lane) ;",
        'v:units = "mV" ;',
        "string config ;",
        ':host = "here" ;',
    ):
        assert line in text, f"{line!r} is missing in\n{text}"
    assert "DIMENSION_LIST" not in text and "CLASS" not in text, text
    values = subprocess.run(["ncdump", "-v", "/metrics/loss", path], check=True, capture_output=True, text=True).stdout
    assert "loss = 0, 8.1875," in values, values


def main():
    with tempfile.TemporaryDirectory() as folder:
        for form in ([], ["uncompressed"]):
            path = os.path.join(folder, "run.h5")
            subprocess.run([sys.argv[1], path] + form, check=True)
            check_h5py(path)
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                warnings.filterwarnings("ignore", category=DeprecationWarning)
                warnings.filterwarnings("ignore", message="numpy.ndarray size changed")  # of netCDF4 itself
                check_xarray(path, "h5netcdf")
                check_xarray(path, "netcdf4")
            check_ncdump(path)


main()
