"""A round: disks are read, and their results come one by one."""

from __future__ import annotations

import math
from ctypes import byref, c_int, c_void_p
from dataclasses import replace
from types import TracebackType
from typing import Any, Iterator, Optional, Type, Union

from . import _abi
from ._devices import Device, Devices, device_of
from ._errors import DiskError, InvalidArgument, Status, status_of
from ._options import Options
from ._records import Record

#: Python looks at its signals between two waits of so many milliseconds.
_SLICE = 100


class Result:
    """What came of one disk."""

    def __init__(self, handle: _abi.Handle) -> None:
        self._handle = handle
        #: What became of the disk: Status.OK where there is a record, which may lack sections that could not be read.
        self.status: Union[Status, int] = status_of(_abi.library().stone_result_status(handle.pointer))
        #: Why there is no record, with all causes. None: there is one. It holds no serial number.
        self.error: Optional[str] = _abi.text("stone_result_error", handle.pointer)
        #: The command that the disk hung in. None: it did not hang, or nobody knows where.
        self.hung_in: Optional[str] = _abi.text("stone_result_hung_in", handle.pointer)
        #: Number of the disk in the list.
        self.index: int = _abi.library().stone_result_index(handle.pointer)
        #: How long the disk took, in seconds.
        self.took: float = _abi.library().stone_result_took(handle.pointer) / 1000
        self._device: Optional[Device] = None

    @property
    def ok(self) -> bool:
        """Is there a record?"""
        return self.status == Status.OK

    @property
    def device(self) -> Device:
        """The disk."""
        if self._device is None:
            pointer = _abi.lent("stone_result_device", self._handle.pointer)
            assert pointer is not None, "a result has its disk"
            self._device = device_of(pointer)
        return self._device

    @property
    def record(self) -> Record:
        """The record. Raises DiskError where there is none."""
        pointer = _abi.lent("stone_result_record", self._handle.pointer)
        if pointer is None:
            raise DiskError(self.status, self.error or "there is no record")
        return Record(pointer, self._handle)

    def __repr__(self) -> str:
        return f"<result of {self.device.name}: {self.error or 'ok'}>"


class Round:
    """Disks that are being read: an iterator over their results as they come, and a context manager that ends it.

    While it waits, other threads run. Ctrl-C, or any other exception, cancels what is not read yet. Each disk has exactly one
    result; none is waited for longer than about a second beyond the round's deadline.
    """

    def __init__(self, devices: Devices, options: Optional[Options] = None) -> None:
        handle = (options or Options())._handle()
        #: None: it was closed. Who waits in it has a reference of its own.
        self._handle: Optional[_abi.Handle] = _abi.made(
            "stone_round_start", "stone_round_free", devices._handle.pointer, handle.pointer
        )
        #: Has every disk had its result? It is known when next() or poll() have found no more.
        self.done = False

    def __iter__(self) -> Iterator[Result]:
        return self

    def __next__(self) -> Result:
        try:
            while True:
                result = self._take(_SLICE)
                if result is not None:
                    return result
                if self.done:
                    raise StopIteration
        except (KeyboardInterrupt, SystemExit):
            self.cancel()
            raise

    def poll(self, seconds: float = 0) -> Optional[Result]:
        """The next result, if it comes within a time. None: it has not, or there are no more (see `done`)."""
        if math.isnan(seconds):
            raise InvalidArgument(Status.INVALID_ARGUMENT, "nan is no time")
        # The longest that C takes: the round is over before.
        return self._take(round(min(max(0.0, seconds * 1000), float(1 << 63))))

    def _take(self, millis: int) -> Optional[Result]:
        handle = self._handle
        if handle is None:
            self.done = True
            return None
        out = c_void_p()
        status = _abi.call("stone_round_next", handle.pointer, millis, byref(out))
        if status == Status.END:
            self.done = True
        if status != Status.OK or out.value is None:
            return None
        return Result(_abi.Handle("stone_result_free", out.value))

    def fileno(self) -> int:
        """A descriptor for selectors and asyncio: readable while poll() need not wait, and at the end."""
        handle = self._handle
        if handle is None:
            raise InvalidArgument(Status.INVALID_ARGUMENT, "the round was closed")
        out = c_int(-1)
        _abi.call("stone_round_descriptor", handle.pointer, byref(out))
        return out.value

    def cancel(self) -> None:
        """Ends the round: disks without a result have one of Status.CANCELLED. Any thread may call it, and again."""
        handle = self._handle
        if handle is not None:
            _abi.call("stone_round_cancel", handle.pointer)

    def close(self) -> None:
        """Cancels the round and lets it go; a thread that waits in it returns."""
        self.cancel()
        self._handle = None

    def __enter__(self) -> Round:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()


def collect(devices: Devices, options: Optional[Options] = None, **changes: Any) -> Round:
    """Begins to read `devices`: an iterator over their results as they come. `changes` are options by name, times in seconds.

    >>> for result in collect(stone_smart.devices(), disk_deadline=30): ...
    """
    return Round(devices, replace(options or Options(), **changes))
