"""The messages of a FIT file, by name, as far as the file is whole."""

from __future__ import annotations

import math
import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...errors import ScheduleError
from .content import content_of

# Two days at a record a second with all that a device writes; a million values take the decoder seconds.
MAX_BYTES = 8_000_000
MAX_MESSAGES = 250_000
MAX_VALUES = 2_000_000
MAX_DEFINITIONS = 20_000
MAX_PARTS = 100
HEADER_SIZES = (12, 14)
CHECKSUM_SIZE = 2
KEPT = frozenset(
    {
        *("file_id", "activity", "session", "record", "event", "set", "sport"),
        *("workout", "workout_step", "field_description"),
    }
)
# FIT counts seconds from the end of 1989.
EPOCH_S = 631_065_600


@dataclass(frozen=True, slots=True)
class Message:
    """Fields by name; anything may stand in a file where a number is expected."""

    fields: Mapping[str, Any] = field(default_factory=dict)

    def number(self, name: str) -> float | None:
        """Return a number, the first of several; None where there is none.

        Examples
        --------
        >>> Message({"weight": [60, 70]}).number("weight"), Message({"weight": "much"}).number("weight")
        (60.0, None)
        """
        value = _first(self.fields.get(name))
        return float(value) if isinstance(value, int | float) and math.isfinite(value) else None

    def moment(self, name: str) -> float | None:
        """Return a time in seconds since 1970."""
        value = self.number(name)
        return None if value is None else value + EPOCH_S

    def text(self, name: str) -> str:
        """Return a name or text, the first of several; an empty one where there is none."""
        value = _first(self.fields.get(name))
        return "" if value is None else str(value)


def _first(value: Any) -> Any:
    return next(iter(value), None) if isinstance(value, list | tuple) else value


@dataclass
class Messages:
    """What one file of a chain says: messages by name in their order, times in the seconds of FIT."""

    by_name: dict[str, list[Message]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def of(self, name: str) -> list[Message]:
        """Return the messages of one name."""
        return self.by_name.get(name, [])

    def first(self, name: str) -> Message:
        """Return the first message of one name, or an empty one."""
        return next(iter(self.of(name)), Message())


def messages_of(path: Path) -> list[Messages]:
    """Return the messages of each of the files that a FIT file is a chain of.

    Parameters
    ----------
    path : Path
        ``.fit`` or ``.fit.gz``.

    Raises
    ------
    ScheduleError
        For a file that is no FIT file or too large, and where the optional package is missing.
    """
    try:
        import garmin_fit_sdk  # noqa: F401
    except ImportError:
        raise ScheduleError(
            "FIT files need the optional package 'garmin-fit-sdk'",
            fix='python -m pip install "exerkine-sim[fit]"',
            file=path,
        ) from None
    parts = list(_parts(content_of(path, limit=MAX_BYTES)))
    if not parts or len(parts) > MAX_PARTS:
        raise ScheduleError(
            f"{len(parts)} FIT files within",
            expected=f"1 to {MAX_PARTS}, each beginning with a FIT header",
            fix="export it from the device again",
            file=path,
        )
    counted = Counter[str]()  # over all parts, so that many small ones are no way round
    return [_decoded(part, path, counted) for part in parts]


def _parts(content: bytes) -> Iterator[bytes]:
    """Yield each file of a chain; what follows the last one that begins as it should is left."""
    start = 0
    while content[start + 8 : start + 12] == b".FIT" and content[start] in HEADER_SIZES:
        header, (size,) = content[start], struct.unpack_from("<I", content, start + 4)
        if not size:  # a device whose battery died has written its records, and no size yet
            size = max(0, len(content) - start - header - CHECKSUM_SIZE)
        end = start + header + size + CHECKSUM_SIZE
        yield content[start : start + 4] + struct.pack("<I", size) + content[start + 8 : end]
        start = end


def _decoded(part: bytes, path: Path, counted: Counter[str]) -> Messages:
    from garmin_fit_sdk import Decoder, Profile, Stream

    messages, profile = Messages(), Profile["messages"]

    def count(limits: Mapping[str, int], **more: int) -> None:
        counted.update(more)
        if any(counted[name] > limit for name, limit in limits.items()):
            raise _TooMany

    def listen(number: int, message: dict[Any, Any]) -> None:
        count({"messages": MAX_MESSAGES, "values": MAX_VALUES}, messages=1, values=len(message))
        name = profile[number]["name"] if number in profile else ""
        if name in KEPT:
            known = {key: value for key, value in message.items() if isinstance(key, str)}
            messages.by_name.setdefault(name, []).append(Message(known))
        message.clear()  # the decoder keeps every message until the end

    def listen_definition(definition: object) -> None:  # noqa: ARG001
        count({"definitions": MAX_DEFINITIONS}, definitions=1)

    _, problems = Decoder(Stream.from_byte_array(bytearray(part))).read(
        merge_heart_rates=False,
        convert_datetimes_to_dates=False,
        mesg_listener=listen,
        mesg_definition_listener=listen_definition,
    )
    if any(isinstance(problem, _TooMany) for problem in problems):
        raise ScheduleError(
            f"more than {MAX_MESSAGES} messages, {MAX_VALUES} values or {MAX_DEFINITIONS} definitions",
            expected="one activity",
            fix="split the file",
            file=path,
        )
    messages.remarks += [_told(problem) for problem in problems]
    return messages


class _TooMany(Exception):
    """More than any activity has."""


def _told(problem: Exception) -> str:
    if "CRC" in str(problem):
        return "the file's checksum is wrong; it was read nonetheless"
    if "Compressed timestamp" in str(problem):
        return "a compressed record, which cannot be read, ended the reading"
    return "the file is damaged or ends early; what came before was read"
