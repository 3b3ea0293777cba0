"""Records of disks, and what may leave of them."""

from __future__ import annotations

import json
from ctypes import byref, c_size_t
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Dict, Iterator, NamedTuple, Optional, Tuple

from . import _abi
from ._devices import Path, encoded
from ._errors import InvalidArgument, Status


class Section(NamedTuple):
    """What became of a section of a record."""

    #: ok, unsupported, failed, timed_out, malformed or not_asked; empty where a record of others says none of its own.
    outcome: str
    #: Why it is not in the record, where there is something to say.
    reason: Optional[str]


class Record:
    """A record: smartctl's JSON of a disk, and under `stone` what smartctl cannot say."""

    def __init__(self, pointer: int, owner: _abi.Handle) -> None:
        self._pointer = pointer
        # As long as it lives, so does what it points to.
        self._owner = owner

    @classmethod
    def parse(cls, text: str) -> Record:
        """The record out of its JSON. Raises NotARecord."""
        try:
            text_bytes = text.encode()
        except UnicodeEncodeError as error:
            raise InvalidArgument(Status.INVALID_ARGUMENT, "it cannot be written in UTF-8") from error
        handle = _abi.made("stone_record_parse", "stone_record_free", text_bytes, len(text_bytes))
        return cls(handle.pointer, handle)

    @cached_property
    def json(self) -> str:
        """Its JSON, on one line."""
        return _abi.text("stone_record_json", self._pointer) or ""

    @cached_property
    def data(self) -> Dict[str, Any]:
        """Its JSON as Python has it; whole numbers are exact, however large."""
        loaded: Dict[str, Any] = json.loads(self.json)
        return loaded

    def get(self, path: str, default: Any = None) -> Any:
        """The value at a JSON Pointer (RFC 6901): `/ata_smart_attributes/table/0/raw/value`."""
        if path and not path.startswith("/"):
            raise InvalidArgument(Status.INVALID_ARGUMENT, "a path begins with a slash: /temperature/current")
        value: Any = self.data
        for step in path.split("/")[1:]:
            step = step.replace("~1", "/").replace("~0", "~")
            if isinstance(value, dict) and step in value:
                value = value[step]
            elif isinstance(value, list) and _is_index(step) and int(step) < len(value):
                value = value[int(step)]
            else:
                return default
        return value

    def readings(self) -> Iterator[Tuple[str, Any]]:
        """Every value that is neither object nor array, with its path."""
        return _readings("", self.data)

    @property
    def sections(self) -> Dict[str, Section]:
        """What became of each section; a record of smartctl has none."""
        sections = self.get("/stone/sections")
        if not isinstance(sections, dict):
            return {}
        return {name: _section(one) for name, one in sections.items()}

    def __repr__(self) -> str:
        return f"<record of {self.get('/device/name')}>"


def _section(section: Any) -> Section:
    """A section, which may be of a record of others."""
    known = section if isinstance(section, dict) else {}
    outcome, reason = known.get("outcome"), known.get("reason")
    return Section(
        outcome if isinstance(outcome, str) else "",
        reason if isinstance(reason, str) else None,
    )


def _is_index(step: str) -> bool:
    return step.isascii() and step.isdigit() and (step == "0" or not step.startswith("0"))


def _readings(path: str, value: Any) -> Iterator[Tuple[str, Any]]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _readings(path + "/" + key.replace("~", "~0").replace("/", "~1"), member)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _readings(f"{path}/{index}", item)
    else:
        yield path, value


class Anonymiser:
    """Makes records anonymous, with the secret of this host or of a cluster. Threads may share it."""

    def __init__(self, state_folder: Optional[Path] = None, *, secret: Optional[bytes] = None) -> None:
        """With the secret in `state_folder`, which is made at the first use (None: the program's folder), or with 32 bytes
        that the caller keeps. Raises SecretError."""
        free = "stone_anonymiser_free"
        if secret is None:
            folder = None if state_folder is None else encoded(state_folder)
            self._handle = _abi.made("stone_anonymiser_open", free, folder)
            return
        if state_folder is not None or len(secret) != 32:
            raise InvalidArgument(Status.INVALID_ARGUMENT, "a secret is 32 bytes, and stands alone")
        self._handle = _abi.made("stone_anonymiser_new", free, bytes(secret))

    @property
    def host(self) -> str:
        """The pseudonym of this host."""
        return _abi.text("stone_anonymiser_host", self._handle.pointer) or ""

    def apply(self, record: Record) -> Dict[str, Any]:
        """What may leave of one record."""
        loaded: Dict[str, Any] = json.loads(
            _abi.taken("stone_anonymiser_apply", self._handle.pointer, record._pointer)
        )
        return loaded


@dataclass(frozen=True)
class Counts:
    """How much is in a report."""

    devices: int
    samples: int
    #: Samples that were left out, since nothing told them from those of other disks, or of their hour no second was left.
    nameless: int


class Report:
    """The device report of this host, as it grows. Threads may share it."""

    def __init__(self, anonymiser: Anonymiser) -> None:
        self._handle = _abi.made("stone_report_new", "stone_report_free", anonymiser._handle.pointer)

    def add(self, record: Record) -> None:
        """Adds what may leave of a record. Raises InvalidArgument where its time is beyond the calendar."""
        _abi.call("stone_report_add", self._handle.pointer, record._pointer)

    @property
    def counts(self) -> Counts:
        """How much is in it."""
        devices, samples, nameless = c_size_t(), c_size_t(), c_size_t()
        _abi.call("stone_report_counts", self._handle.pointer, byref(devices), byref(samples), byref(nameless))
        return Counts(devices.value, samples.value, nameless.value)

    def json(self) -> str:
        """As it is shown: {host: {device: {YYYYMMDD-HHMMSS: record}}}."""
        return _abi.taken("stone_report_json", self._handle.pointer)

    def body(self) -> str:
        """As it is sent: what stands under the host's name."""
        return _abi.taken("stone_report_body", self._handle.pointer)
