#!/usr/bin/env python3
"""Opens a result file the way other tools do: h5py, netCDF's ncdump, xarray with both of its HDF5 engines. Each of its groups
stands in `apical list groups`.

    .ci/file_format.py RESULT.h5
"""
import subprocess
import sys

import h5py
import numpy
import xarray


def mistakes(path):
    groups, found = ["/"], []
    with h5py.File(path) as file:

        def look(name, item):
            if isinstance(item, h5py.Group):
                groups.append("/" + name)
                return
            without_values = item.attrs.get("NAME", b"").startswith(b"This is a netCDF dimension but not a netCDF var")
            if without_values or not numpy.issubdtype(item.dtype, numpy.number):
                return  # an axis that only counts, or text
            for attribute in ("units", "long_name"):
                if not isinstance(item.attrs.get(attribute), (str, bytes)):
                    found.append(f"/{name} has no {attribute}")
            if not h5py.h5ds.is_scale(item.id):
                for axis, dimension in enumerate(item.dims):
                    if len(dimension) != 1:
                        found.append(f"/{name}: axis {axis} has {len(dimension)} dimension scales instead of one")

        file.visititems(look)
        listed = subprocess.run(["build/release/apical", "list", "groups"], check=True, capture_output=True, text=True).stdout
        known = {line.split("/")[1].split()[0] for line in listed.splitlines()}
        found += [f"`apical list groups` does not know /{name}" for name in file if name not in known]
    if found:
        return found  # xarray stops at the first axis without a name, and says less about it
    for engine in ("h5netcdf", "netcdf4"):
        for group in groups:
            with xarray.open_dataset(path, group=group, engine=engine) as data:
                data.load()
    header = subprocess.run(["ncdump", "-h", path], check=True, capture_output=True, text=True).stdout
    for group in groups[1:]:
        if f"group: {group.rsplit('/', 1)[1]} {{" not in header:
            found.append(f"ncdump does not show {group}")
    return found


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    found = mistakes(sys.argv[1])
    print("\n".join(found) or f"{sys.argv[1]} opens in h5py, ncdump and xarray; every variable has units and a name")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
