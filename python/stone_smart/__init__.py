"""Finds the disks of a host, reads their SMART data all at once, and makes an anonymous report of them.

    import stone_smart

    report = stone_smart.Report(stone_smart.Anonymiser())
    for result in stone_smart.collect(stone_smart.devices(), disk_deadline=30):
        if result.ok:
            report.add(result.record)
        else:
            print(result.device.name, result.error)
    print(report.json())

It is a thin layer over libstone_smart.so.0. Everything is safe to be used by several threads, and while disks are waited for the
other threads of Python run. It can be used in sub-interpreters, and not in the child of a fork.
"""

from ._devices import Device, Devices, devices, recorded
from ._errors import (
    DiskError,
    InvalidArgument,
    NotADisk,
    NotARecord,
    NotFound,
    PermissionDenied,
    SecretError,
    Status,
    StoneError,
)
from ._options import Asleep, Backend, Extent, Options, Reader
from ._records import Anonymiser, Counts, Record, Report, Section
from ._round import Result, Round, collect

__all__ = [
    "Anonymiser",
    "Asleep",
    "Backend",
    "Counts",
    "Device",
    "Devices",
    "DiskError",
    "Extent",
    "InvalidArgument",
    "NotADisk",
    "NotARecord",
    "NotFound",
    "Options",
    "PermissionDenied",
    "Reader",
    "Record",
    "Report",
    "Result",
    "Round",
    "SecretError",
    "Section",
    "Status",
    "StoneError",
    "collect",
    "devices",
    "recorded",
    "version",
]


def version() -> str:
    """Version of the library that is loaded."""
    from . import _abi

    text: bytes = _abi.library().stone_version()
    return text.decode()
