"""Statuses of the library, and the exceptions that stand for them."""

from __future__ import annotations

import enum
from typing import Dict, Type, Union


class Status(enum.IntEnum):
    """What became of a call or of a disk. stone_smart.h has the words."""

    OK = 0
    END = 1
    TIMEOUT = 2
    ABSENT = 3
    WRONG_TYPE = 4
    NULL_POINTER = 10
    INVALID_ARGUMENT = 11
    NOT_FOUND = 12
    PERMISSION = 13
    NOT_A_DISK = 14
    IO = 15
    NOT_A_RECORD = 16
    SECRET = 17
    NO_SMART = 30
    ASLEEP = 31
    NOT_IDENTIFIED = 32
    DEADLINE = 33
    ROUND_OVER = 34
    CANCELLED = 35
    SAME_DRIVE = 36
    QUARANTINED = 37
    SMARTCTL = 38
    WORKER = 39
    NO_THREAD = 40
    UNREADABLE = 41
    INTERNAL = 99


def status_of(number: int) -> Union[Status, int]:
    """The status, or its number where a newer library has more of them."""
    try:
        return Status(number)
    except ValueError:
        return number


class StoneError(Exception):
    """A call failed, or a disk could not be read."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        #: Why, for programs.
        self.status = status_of(status)


class InvalidArgument(StoneError, ValueError):
    """An argument has no meaning."""


class NotFound(StoneError):
    """There is no such device, file or folder."""


class PermissionDenied(StoneError):
    """Reading disks takes root, or CAP_SYS_RAWIO and CAP_SYS_ADMIN."""


class NotADisk(StoneError):
    """It is a device, but no physical disk."""


class NotARecord(StoneError):
    """The text is not the JSON of a record."""


class SecretError(StoneError):
    """The secret behind the pseudonyms cannot be used as it is."""


class DiskError(StoneError):
    """There is no record of a disk; `status` and the words say why."""


_BY_STATUS: Dict[int, Type[StoneError]] = {
    Status.INVALID_ARGUMENT: InvalidArgument,
    Status.NOT_FOUND: NotFound,
    Status.PERMISSION: PermissionDenied,
    Status.NOT_A_DISK: NotADisk,
    Status.NOT_A_RECORD: NotARecord,
    Status.SECRET: SecretError,
}


def error_of(status: int, message: str) -> StoneError:
    """The exception of a call that failed."""
    return _BY_STATUS.get(status, StoneError)(status, message)
