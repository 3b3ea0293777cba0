"""The C ABI as ctypes sees it: declarations, handles that are given back by themselves, and statuses as exceptions."""

from __future__ import annotations

import ctypes
import os
import threading
import weakref
from ctypes import POINTER, byref, c_char_p, c_int, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p
from typing import Any, Dict, List, Optional, Tuple

from ._errors import Status, error_of

#: The version of the ABI that the declarations below are of.
ABI_VERSION = 1

#: The file that is loaded unless the environment names another.
LIBRARY = "libstone_smart.so.0"


class Str(ctypes.Structure):
    """stone_str: text that the library lends."""

    _fields_ = [("data", c_void_p), ("len", c_size_t)]

    def text(self) -> Optional[str]:
        """A copy of it. None: there is none."""
        if not self.data:
            return None
        return ctypes.string_at(self.data, self.len).decode("utf-8", "replace")


_HANDLE = c_void_p
_OUT = POINTER(c_void_p)
_STR = POINTER(Str)
_TEXT = c_char_p

#: Each function that is used: what it returns, and what it takes.
FUNCTIONS: Dict[str, Tuple[Any, List[Any]]] = {
    "stone_abi_version": (c_uint32, []),
    "stone_version": (c_char_p, []),
    "stone_last_error": (c_char_p, []),
    "stone_status_text": (c_char_p, [c_int32]),
    "stone_text_str": (c_int32, [_HANDLE, _STR]),
    "stone_text_free": (None, [_HANDLE]),
    "stone_options_new": (c_int32, [_OUT]),
    "stone_options_free": (None, [_HANDLE]),
    "stone_options_set_jobs": (c_int32, [_HANDLE, c_uint32]),
    "stone_options_set_per_host": (c_int32, [_HANDLE, c_uint32]),
    "stone_options_set_per_expander": (c_int32, [_HANDLE, c_uint32]),
    "stone_options_set_command_timeout": (c_int32, [_HANDLE, c_uint64]),
    "stone_options_set_disk_deadline": (c_int32, [_HANDLE, c_uint64]),
    "stone_options_set_round_deadline": (c_int32, [_HANDLE, c_uint64]),
    "stone_options_set_backend": (c_int32, [_HANDLE, c_int32]),
    "stone_options_set_asleep": (c_int32, [_HANDLE, c_int32]),
    "stone_options_set_extent": (c_int32, [_HANDLE, c_int32]),
    "stone_options_set_reader": (c_int32, [_HANDLE, c_int32]),
    "stone_options_set_worker": (c_int32, [_HANDLE, _TEXT]),
    "stone_options_set_smartctl": (c_int32, [_HANDLE, _TEXT]),
    "stone_options_set_quarantine": (c_int32, [_HANDLE, _TEXT]),
    "stone_device_text": (c_int32, [_HANDLE, c_int32, _STR]),
    "stone_device_number": (c_int32, [_HANDLE, c_int32, POINTER(c_uint64)]),
    "stone_device_list": (c_int32, [_HANDLE, c_int32, c_size_t, _STR]),
    "stone_device_named_namespace": (c_int32, [_HANDLE, POINTER(c_uint32)]),
    "stone_devices_scan": (c_int32, [_HANDLE, POINTER(c_size_t), _OUT]),
    "stone_devices_find": (c_int32, [POINTER(c_char_p), c_size_t, _OUT]),
    "stone_devices_recorded": (c_int32, [_TEXT, _OUT]),
    "stone_devices_count": (c_size_t, [_HANDLE]),
    "stone_devices_at": (c_int32, [_HANDLE, c_size_t, _OUT]),
    "stone_devices_free": (None, [_HANDLE]),
    "stone_round_start": (c_int32, [_HANDLE, _HANDLE, _OUT]),
    "stone_round_next": (c_int32, [_HANDLE, c_uint64, _OUT]),
    "stone_round_descriptor": (c_int32, [_HANDLE, POINTER(c_int)]),
    "stone_round_cancel": (c_int32, [_HANDLE]),
    "stone_round_free": (None, [_HANDLE]),
    "stone_result_status": (c_int32, [_HANDLE]),
    "stone_result_error": (c_int32, [_HANDLE, _STR]),
    "stone_result_record": (c_int32, [_HANDLE, _OUT]),
    "stone_result_device": (c_int32, [_HANDLE, _OUT]),
    "stone_result_index": (c_size_t, [_HANDLE]),
    "stone_result_took": (c_uint64, [_HANDLE]),
    "stone_result_hung_in": (c_int32, [_HANDLE, _STR]),
    "stone_result_free": (None, [_HANDLE]),
    "stone_record_parse": (c_int32, [c_char_p, c_size_t, _OUT]),
    "stone_record_json": (c_int32, [_HANDLE, _STR]),
    "stone_record_free": (None, [_HANDLE]),
    "stone_anonymiser_open": (c_int32, [_TEXT, _OUT]),
    "stone_anonymiser_new": (c_int32, [c_char_p, _OUT]),
    "stone_anonymiser_host": (c_int32, [_HANDLE, _STR]),
    "stone_anonymiser_apply": (c_int32, [_HANDLE, _HANDLE, _OUT]),
    "stone_anonymiser_free": (None, [_HANDLE]),
    "stone_report_new": (c_int32, [_HANDLE, _OUT]),
    "stone_report_add": (c_int32, [_HANDLE, _HANDLE]),
    "stone_report_counts": (c_int32, [_HANDLE, POINTER(c_size_t), POINTER(c_size_t), POINTER(c_size_t)]),
    "stone_report_json": (c_int32, [_HANDLE, _OUT]),
    "stone_report_body": (c_int32, [_HANDLE, _OUT]),
    "stone_report_free": (None, [_HANDLE]),
}

_loaded: Optional[ctypes.CDLL] = None
_loading = threading.Lock()


def library() -> ctypes.CDLL:
    """The library, loaded when it is first needed. A call of a CDLL lets go of the GIL."""
    global _loaded
    with _loading:
        if _loaded is None:
            loaded = ctypes.CDLL(os.environ.get("STONE_SMART_LIBRARY", LIBRARY))
            for name, (result, arguments) in FUNCTIONS.items():
                function = getattr(loaded, name)
                function.restype, function.argtypes = result, arguments
            found = loaded.stone_abi_version()
            if found < ABI_VERSION:
                raise ImportError(f"{LIBRARY} has ABI version {found}, and {ABI_VERSION} is needed: update it")
            _loaded = loaded
        return _loaded


def call(name: str, *arguments: Any) -> int:
    """Calls a function. What is wrong is raised; the other statuses are returned."""
    status: int = getattr(library(), name)(*arguments)
    if status in (Status.OK, Status.END, Status.TIMEOUT, Status.ABSENT, Status.WRONG_TYPE):
        return status
    words = library().stone_last_error() or library().stone_status_text(status)
    raise error_of(status, words.decode("utf-8", "replace"))


def text(name: str, *arguments: Any) -> Optional[str]:
    """The text that a function lends through its last parameter. None: there is none."""
    out = Str()
    status = call(name, *arguments, byref(out))
    return out.text() if status == Status.OK else None


class Handle:
    """What the library gives. It is given back when nobody refers to it any more: not while a thread is in a call with it."""

    def __init__(self, free: str, pointer: int) -> None:
        self.pointer = pointer
        # A thread that waits as the interpreter ends has it still; the process gives everything back.
        weakref.finalize(self, getattr(library(), free), pointer).atexit = False


def made(name: str, free: str, *arguments: Any) -> Handle:
    """What a function gives through its last parameter."""
    out = c_void_p()
    status = call(name, *arguments, byref(out))
    if out.value is None:
        raise error_of(status, f"{name} gave nothing")
    return Handle(free, out.value)


def taken(name: str, *arguments: Any) -> str:
    """The text that a function gives to its caller."""
    handle = made(name, "stone_text_free", *arguments)
    return text("stone_text_str", handle.pointer) or ""


def lent(name: str, *arguments: Any) -> Optional[int]:
    """The handle that a function lends. None: there is none."""
    out = c_void_p()
    call(name, *arguments, byref(out))
    return out.value


