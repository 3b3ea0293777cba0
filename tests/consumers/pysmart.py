"""What pySMART makes of the disks it finds: each value of its Device objects that is not empty, one a line."""

from pySMART import DeviceList


def leaves(path, value, depth=0):
    """The plain values in an object of pySMART, with their paths."""
    if value is None or value == "":
        return
    if isinstance(value, (str, int, float)):
        yield f"{path} {value}"
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(f"{path}.{key}", inner, depth + 1)
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            yield from leaves(f"{path}[{index}]", inner, depth + 1)
    elif depth < 8:
        for key, inner in vars(value).items():
            # Not what it found, but the program it asks.
            if key != "smartctl":
                yield from leaves(f"{path}.{key.lstrip('_')}", inner, depth + 1)


# It raises an exception at disks that have no SMART data.
for disk in DeviceList(catch_errors=True).devices:
    print("\n".join(leaves(disk.name, disk)))
    for name in ("dev_interface", "capacity", "size_raw", "temperature", "vendor"):
        print(f"{disk.name}.{name}() {getattr(disk, name, None)}")
