"""All series of a run as xarray data sets, by group: read_run("digits.h5")["/metrics"].cosine_h_sgd.sel(hidden_layer=1)."""
import h5py
import xarray


def read_run(path):
    groups = []
    with h5py.File(path) as file:
        file.visititems(lambda name, item: groups.append(name) if isinstance(item, h5py.Group) and "time" in item else None)
    # A sweep has the axis `run` where a run has `time`: xarray.open_dataset("index.h5", group="metrics", engine="h5netcdf").
    return {"/" + name: xarray.load_dataset(path, group=name, engine="h5netcdf") for name in groups}


if __name__ == "__main__":
    import sys
    for name, series in read_run(sys.argv[1]).items():
        print(name, dict(series.sizes))
