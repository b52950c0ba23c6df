"""Compares two files of runs, all but /provenance: names, types, shapes, bytes and texts."""
import h5py

# References are addresses inside one file; two equal files may differ in them.
REFERENCES = {"DIMENSION_LIST", "REFERENCE_LIST"}


def contents(path):
    found = {}

    def look(name, item):
        if name.split("/")[0] == "provenance":
            return
        found[name] = {key: str(value) for key, value in item.attrs.items() if key not in REFERENCES}
        if isinstance(item, h5py.Dataset):
            value = item[()]
            plain = value if isinstance(value, bytes) else value.tolist() if item.dtype == object else value.tobytes()
            found[name]["="] = (str(item.dtype), item.shape, plain)

    with h5py.File(path) as file:
        file.visititems(look)
    return found


def differences(first, second, apart_from=()):
    """Names in which two files differ; `apart_from` are beginnings of names that are not looked at."""
    a, b = contents(first), contents(second)
    names = [name for name in a.keys() | b.keys() if not name.startswith(tuple(apart_from))]
    return sorted(name for name in names if a.get(name) != b.get(name))


def ending(path):
    with h5py.File(path) as file:
        return file["provenance"].attrs["ending"].decode()
