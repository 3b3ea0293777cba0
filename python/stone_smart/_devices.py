"""Lists of disks, and what is known of each without asking it."""

from __future__ import annotations

import ctypes
import os
from ctypes import byref, c_char_p, c_size_t, c_uint32, c_uint64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterator, List, Optional, Tuple, Union

from . import _abi
from ._errors import InvalidArgument, Status

if TYPE_CHECKING:
    from ._options import Options

Path = Union[str, "os.PathLike[str]"]


def encoded(path: Path) -> bytes:
    """A path as C takes it."""
    name = os.fsencode(path)
    if b"\0" in name:
        raise InvalidArgument(Status.INVALID_ARGUMENT, "a path cannot hold a NUL")
    return name


@dataclass(frozen=True)
class Device:
    """One disk, as udev and sysfs know it. None: it is not known. Identifiers are not shown by repr()."""

    name: str
    path: str
    link: str
    vendor: Optional[str]
    model: Optional[str]
    revision: Optional[str]
    serial: Optional[str]
    wwn: Optional[str]
    device_id: Optional[str]
    driver: Optional[str]
    address: Optional[str]
    size: Optional[int]
    logical_block: Optional[int]
    physical_block: Optional[int]
    rotational: Optional[bool]
    removable: Optional[bool]
    daemons: Tuple[str, ...]
    by_id: Tuple[str, ...]
    by_path: Tuple[str, ...]
    namespaces: Tuple[str, ...]
    other_paths: Tuple[str, ...]
    named_namespace: Optional[int]

    def __repr__(self) -> str:
        return f"Device({self.name!r}, model={self.model!r})"


def device_of(pointer: int) -> Device:
    """A copy of a device that is lent."""

    def fact(which: int) -> Optional[str]:
        return _abi.text("stone_device_text", pointer, which)

    def figure(which: int) -> Optional[int]:
        out = c_uint64()
        status = _abi.call("stone_device_number", pointer, which, byref(out))
        return out.value if status == Status.OK else None

    def flag(which: int) -> Optional[bool]:
        number = figure(which)
        return None if number is None else bool(number)

    def names(which: int) -> Tuple[str, ...]:
        all_names: List[str] = []
        out = _abi.Str()
        while _abi.call("stone_device_list", pointer, which, len(all_names), byref(out)) == Status.OK:
            all_names.append(out.text() or "")
        return tuple(all_names)

    namespace = c_uint32()
    is_named = _abi.call("stone_device_named_namespace", pointer, byref(namespace)) == Status.OK
    # The numbers are those of stone_device_fact, stone_device_figure and stone_device_names.
    return Device(
        name=fact(0) or "",
        path=fact(1) or "",
        link=fact(2) or "",
        vendor=fact(3),
        model=fact(4),
        revision=fact(5),
        serial=fact(6),
        wwn=fact(7),
        device_id=fact(8),
        driver=fact(9),
        address=fact(10),
        size=figure(0),
        logical_block=figure(1),
        physical_block=figure(2),
        rotational=flag(3),
        removable=flag(4),
        daemons=names(0),
        by_id=names(1),
        by_path=names(2),
        namespaces=names(3),
        other_paths=names(4),
        named_namespace=namespace.value if is_named else None,
    )


class Devices:
    """Disks, each once, in an order that stays."""

    def __init__(self, handle: _abi.Handle, silent: int = 0) -> None:
        self._handle = handle
        #: MegaRAID controllers that did not tell their disks: these are not in the list.
        self.silent = silent

    def __len__(self) -> int:
        return int(_abi.library().stone_devices_count(self._handle.pointer))

    def __getitem__(self, index: int) -> Device:
        pointer = _abi.lent("stone_devices_at", self._handle.pointer, index) if index >= 0 else None
        if pointer is None:
            raise IndexError(index)
        return device_of(pointer)

    def __iter__(self) -> Iterator[Device]:
        return (self[index] for index in range(len(self)))

    def __repr__(self) -> str:
        return f"<{len(self)} devices>"


def devices(*paths: Path, options: Optional[Options] = None) -> Devices:
    """The disks that `paths` lead to (nodes, partitions, volumes, links, dumps), or all physical disks of this host, those behind
    MegaRAID controllers included. These are asked for their lists by the worker of `options`, for 15 seconds at most; `silent` of
    what is returned is how many have not told theirs.

    No command is sent to a disk. Raises NotFound, NotADisk, PermissionDenied.
    """
    free = "stone_devices_free"
    if not paths:
        silent = c_size_t()
        asking = options._handle() if options is not None else None
        pointer = asking.pointer if asking is not None else None
        return Devices(_abi.made("stone_devices_scan", free, pointer, byref(silent)), silent.value)
    names = (c_char_p * len(paths))(*map(encoded, paths))
    return Devices(_abi.made("stone_devices_find", free, ctypes.cast(names, ctypes.POINTER(c_char_p)), len(paths)))


def recorded(folder: Path) -> Devices:
    """The recorded disks in `folder`, as `stone device dump` writes them; the folder of a dump itself is one."""
    return Devices(_abi.made("stone_devices_recorded", "stone_devices_free", encoded(folder)))
