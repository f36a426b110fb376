"""Workouts in the plain text of intervals.icu.

::

    Warmup                       a header; what follows belongs to it
    - 10m ramp 50-75% 90rpm      a step: how long, how hard; cadence and words are left aside

    Main set 5x                  repeats its steps, up to the next empty line or header
    - 3m 120%
    - 2m Z2 HR

Durations are 1h, 10m (minutes), 30s, 1m30, 5', 30"; a distance (2km, 1mi, 500mtr) needs an absolute pace.
Targets are % (of FTP), W, Z1 to Z5, % HR (of the maximum), bpm, and paces such as 4:30/km; of a range the
middle counts, unless `ramp` stands with it. Refused, because no Subject says of what: % LTHR, % Pace, % MMP.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from ...errors import ScheduleError
from ...files import read_text
from ..bout import Session
from ..duration import exact_minutes
from ..intensity import Intensity
from ..limits import MAX_BOUTS
from .dated import Dated, Wishes
from .field import MILE_KM, located, one_line
from .stretch import Part, placed, stretch

_N = r"\d{1,5}(?:\.\d{1,4})?"
_PACE_N = r"\d{1,2}:[0-5]\d"
_TIMES = re.compile(r"(?:^|\s)(\d+)x(?:\s|$)", re.IGNORECASE)
_DIGITS = 7  # more than anything is done
_DURATION = re.compile(rf"(?:{_N}h)?(?:{_N}(?:m(?!i)|['’]))?(?:\d{{1,5}}(?:s|[\"”])?)?", re.IGNORECASE)
_DISTANCE = re.compile(rf"({_N})(km|mi|mtr)", re.IGNORECASE)
_TARGET = re.compile(
    rf"""(?P<of>mmp\b)
    |(?P<percent>{_N})%?(?:-(?P<percent2>{_N}))?%(?:\s*(?P<what>ftp|hr|lthr|pace|mmp)\b)?
    |(?P<watt>{_N})w?(?:-(?P<watt2>{_N}))?w\b
    |(?P<bpm>{_N})(?:-(?P<bpm2>{_N}))?\s?bpm\b
    |c?z(?P<zone>\d)(?:-c?z?(?P<zone2>\d))?\b
    |(?P<pace>{_PACE_N})(?:/(?P<unit1>\w+))?(?:-(?P<pace2>{_PACE_N}))?(?:/(?P<unit>\w+))?""",
    re.IGNORECASE | re.VERBOSE,
)
_BASIS_OF = {"": "ftp_percent", "ftp": "ftp_percent", "hr": "hrmax_percent"}
_KM = {"km": 1.0, "mi": MILE_KM, "mtr": 0.001}
_PACE_KM = {"km": 1.0, "mi": MILE_KM, "100m": 0.1, "100y": 0.09144, "500m": 0.5, "400m": 0.4, "250m": 0.25}
_ZONE_REMARK = "zones Z1 to Z5 are those of this program, whatever the account's own are"


class Step(NamedTuple):
    """A step: its minutes, from which intensity to which, and whether it is a ramp."""

    minutes: float
    first: Intensity | None
    last: Intensity | None
    is_ramp: bool

    def parts(self) -> Iterator[Part]:
        """Yield what it asks for."""
        if self.first is None or self.last is None:
            yield self.minutes, None
        elif self.is_ramp:
            yield from stretch(self.minutes, self.first, self.last)
        else:
            yield self.minutes, Intensity((self.first.value + self.last.value) / 2, self.first.basis)


class Block(NamedTuple):
    """Steps that are done so many times."""

    count: int
    steps: list[Step]


def read(path: Path, wishes: Wishes) -> list[Dated]:
    """Return the workout of an intervals.icu text; it has no date.

    Raises
    ------
    ScheduleError
        Naming file and line, for a step that cannot be read or resolved.
    """
    with located(file=path):
        text = read_text(path, error=ScheduleError)
        remarks: list[str] = []
        blocks = list(_blocks(text, remarks))
        bouts = placed(_parts(blocks), wishes.mode or _mode(blocks))
        session = Session(0.0, bouts, name=one_line(path.stem))
    return [Dated(session, None, path, tuple(dict.fromkeys(remarks)))]


def _blocks(text: str, remarks: list[str]) -> Iterator[Block]:
    block = Block(1, [])
    for line, written in enumerate(text.splitlines(), start=1):
        plain = written.strip()
        if plain.startswith(("-", "–")):
            with located(line=line):
                block.steps.append(_step(plain.lstrip("-– \t"), remarks))
        else:
            yield block
            times = _TIMES.search(plain)
            count = int(times[1][:_DIGITS]) if times else 1
            if not 1 <= count <= MAX_BOUTS:
                raise ScheduleError(f"{count} times", expected=f"1 to {MAX_BOUTS}", line=line)
            block = Block(count, [])
    yield block


def _parts(blocks: Iterable[Block]) -> Iterator[Part]:
    for block in blocks:
        for _ in range(block.count if block.steps else 0):
            for step in block.steps:
                yield from step.parts()


def _step(text: str, remarks: list[str]) -> Step:
    words = text.split()
    where = next((index for index, word in enumerate(words) if _is_length(word)), None)
    if where is None:
        raise ScheduleError(
            f"'{text[:60]}' says no duration",
            expected="for example 10m or 30s",
            fix="m is minutes, mtr is metres",
        )
    # What stands before the length is text for the rider; only a step without another target looks there.
    after, before = " ".join(words[where + 1 :]), " ".join(words[:where])
    first, last = _targets(after) or _targets(before) or (None, None)
    if first is None:
        remarks.append(f"'{one_line(text)[:60]}' has no target and counts as rest")
    elif first.basis == "zone":
        remarks.append(_ZONE_REMARK)
    is_ramp = bool(re.search(r"\bramp\b", text, re.IGNORECASE))
    return Step(_minutes(words[where], first, last), first, last, is_ramp)


def _is_length(word: str) -> bool:
    return bool(_DISTANCE.fullmatch(word) or (_DURATION.fullmatch(word) and not word.isdecimal() and word))


def _minutes(word: str, first: Intensity | None, last: Intensity | None) -> float:
    distance = _DISTANCE.fullmatch(word)
    if distance is None:
        return float(exact_minutes(_plain_duration(word)))
    if first is None or last is None or first.basis != "km_per_h" or first.value + last.value == 0:
        raise ScheduleError(
            f"{word} without an absolute pace", expected="for example 2km 4:30/km Pace", fix="give a duration"
        )
    return float(distance[1]) * _KM[distance[2].lower()] / ((first.value + last.value) / 2) * 60


def _plain_duration(word: str) -> str:
    plain = re.sub("['’]", "m", re.sub('["”]', "s", word.lower()))
    return plain if plain[-1].isalpha() else plain + ("m" if "m" not in plain else "s")


def _targets(text: str) -> tuple[Intensity, Intensity] | None:
    match = _TARGET.search(text)
    if match is None:
        return None
    found = match.groupdict()
    if found["of"] or (found["what"] or "").lower() in ("lthr", "pace", "mmp"):
        raise _unresolvable(match[0])
    if found["pace"]:
        return _speeds(found)
    if found["zone"]:
        return _zone(match[0], found["zone"], found["zone2"])
    kinds = {"percent": _BASIS_OF.get((found["what"] or "").lower(), ""), "watt": "watt", "bpm": "bpm"}
    name = next(one for one in kinds if found[one])
    first, last = float(found[name]), float(found[f"{name}2"] or found[name])
    return Intensity(first, kinds[name]), Intensity(last, kinds[name])


def _zone(given: str, zone: str, other: str | None) -> tuple[Intensity, Intensity]:
    number = int(zone)
    if given.lower().startswith("c") or not 1 <= number <= 5 or other not in (None, zone):
        raise ScheduleError(f"zone '{given[:20]}'", expected="one of Z1 to Z5", fix="write it in % of FTP")
    return Intensity(float(number), "zone"), Intensity(float(number), "zone")


def _speeds(found: dict[str, str | None]) -> tuple[Intensity, Intensity]:
    unit = (found["unit"] or found["unit1"] or "").lower()
    if unit not in _PACE_KM:
        raise ScheduleError(
            f"pace {found['pace']} per '{unit[:20]}'",
            expected="a unit, for example 4:30/km",
            fix="add /km or /mi",
        )
    first = found["pace"] or ""
    return _speed(first, _PACE_KM[unit]), _speed(found["pace2"] or first, _PACE_KM[unit])


def _speed(pace: str, km: float) -> Intensity:
    minutes, seconds = pace.split(":")
    total_s = int(minutes) * 60 + int(seconds)
    if total_s == 0:
        raise ScheduleError(f"pace {pace}", expected="a pace above zero")
    return Intensity(km * 3600 / total_s, "km_per_h")


def _unresolvable(given: str) -> ScheduleError:
    return ScheduleError(
        f"'{given[:40]}': no person's file says of how much",
        expected="% (of FTP), W, % HR (of the maximum), bpm, Z1 to Z5, or a pace such as 4:30/km",
        fix="translate it to one of these",
    )


def _mode(blocks: Iterable[Block]) -> str:
    """Return the mode that the targets speak of: paces are run, power and zones are cycled."""
    bases = {step.first.basis for block in blocks for step in block.steps if step.first is not None}
    if "km_per_h" in bases:
        return "run"
    if bases & {"ftp_percent", "watt", "zone"}:
        return "cycle"
    raise ScheduleError(
        "heart rates alone do not say which sport it is", expected="a mode", fix="give one, for example cycle"
    )
