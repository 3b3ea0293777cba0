"""How disks are read."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Optional

from . import _abi
from ._devices import Path, encoded
from ._errors import InvalidArgument, Status


class Backend(enum.IntEnum):
    """How disks are reached."""

    #: Natively where there is a way in, by smartctl otherwise.
    AUTO = 0
    #: By ioctl.
    NATIVE = 1
    #: By smartctl 7.0 or newer.
    SMARTCTL = 2


class Asleep(enum.IntEnum):
    """Which sleeping disks are left asleep."""

    #: None: all are read, and may wake.
    READ_ALL = 0
    #: Those in sleep.
    SLEEP = 1
    #: Those in standby or deeper.
    STANDBY = 2
    #: Those in idle or deeper.
    IDLE = 3


class Extent(enum.IntEnum):
    """How much disks are asked for."""

    #: All that they have.
    WHOLE = 0
    #: The same, and Seagate's Field Accessible Reliability Metrics, which are long.
    WITH_FARM = 1
    #: Health, temperature and counters, in at most 8 commands.
    QUICK = 2


class Reader(enum.IntEnum):
    """Who sends the commands."""

    #: The worker where its program is there and is one of this version, threads otherwise.
    AUTO = 0
    #: A worker process: one that hangs in the kernel with a disk is left behind as a whole.
    WORKER = 1
    #: Threads: this process cannot end before the kernel gives up a disk that hangs.
    THREADS = 2


@dataclass
class Options:
    """How disks are read; times are in seconds. None: as the library has it."""

    #: Disks read at the same time; 0: all of them.
    jobs: int = 0
    #: Disks read at the same time behind one SCSI host.
    per_host: Optional[int] = None
    #: Disks read at the same time behind one SAS expander.
    per_expander: Optional[int] = None
    #: Time-out of one command (15).
    command_timeout: Optional[float] = None
    #: Time for one disk, from its own start on (60).
    disk_deadline: Optional[float] = None
    #: Time for all disks together (600).
    round_deadline: Optional[float] = None
    backend: Backend = Backend.AUTO
    asleep: Asleep = Asleep.READ_ALL
    extent: Extent = Extent.WHOLE
    reader: Reader = Reader.AUTO
    #: The program that is the worker (/usr/lib/stone-smart/stone-worker, or /usr/bin/stone).
    worker: Optional[Path] = None
    #: The smartctl to use (smartctl).
    smartctl: Optional[Path] = None
    #: Folder in which disks that hung are remembered, and left alone for a growing time. None: they are not.
    quarantine: Optional[Path] = None

    def _handle(self) -> _abi.Handle:
        handle = _abi.made("stone_options_new", "stone_options_free")

        def put(what: str, value: object) -> None:
            _abi.call(f"stone_options_set_{what}", handle.pointer, value)

        put("jobs", _number(self.jobs))
        for limit in ("per_host", "per_expander"):
            disks = getattr(self, limit)
            if disks is not None:
                put(limit, _number(disks))
        for time in ("command_timeout", "disk_deadline", "round_deadline"):
            seconds = getattr(self, time)
            if seconds is not None:
                put(time, _millis(seconds))
        for choice in ("backend", "asleep", "extent", "reader"):
            put(choice, _choice(getattr(self, choice)))
        for path in ("worker", "smartctl", "quarantine"):
            name = getattr(self, path)
            if name is not None:
                put(path, encoded(name))
        return handle


def _choice(choice: int) -> int:
    if not isinstance(choice, int) or not -(1 << 31) <= choice < 1 << 31:
        raise InvalidArgument(Status.INVALID_ARGUMENT, f"there is no choice {choice!r}")
    return int(choice)


def _number(number: int) -> int:
    # ctypes would cut off what is too long.
    if not isinstance(number, int) or not 0 <= number < 1 << 32:
        raise InvalidArgument(Status.INVALID_ARGUMENT, f"{number} disks cannot be read at the same time")
    return number


def _millis(seconds: float) -> int:
    if not 0 < seconds <= 86_400:
        raise InvalidArgument(Status.INVALID_ARGUMENT, "a time must be more than 0 and at most 86400 seconds")
    return max(1, round(seconds * 1000))
