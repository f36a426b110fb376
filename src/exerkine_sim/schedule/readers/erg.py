"""ERG and MRC workouts: minutes against watts, or against % FTP, with straight lines between the points.

Two points at one minute are a jump. Comments begin with `;` or `#`; texts for the rider are left aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from ...errors import ScheduleError
from ...files import read_text
from ..bout import Session
from ..intensity import Intensity, number_text
from ..limits import MAX_BOUTS, MAX_HOURS
from .dated import Dated, Wishes
from .field import located, number, one_line
from .stretch import Part, placed, stretch

_COMMENT = re.compile(r"[;#].*")
_SECTION = re.compile(r"\[(END )?([A-Z ]+)\]")
_BASES = {"WATTS": "watt", "PERCENT": "ftp_percent", "PERCENTAGE": "ftp_percent", "FTP": "ftp_percent"}
_BY_SUFFIX = {".erg": "watt", ".mrc": "ftp_percent"}


class Point(NamedTuple):
    """One line of the course."""

    minute: float
    value: float


def read(path: Path, wishes: Wishes) -> list[Dated]:
    """Return the workout of an ERG or MRC file; it has no date.

    Raises
    ------
    ScheduleError
        Naming file and line, for what is no such file, or goes back in time.
    """
    with located(file=path):
        course = _Course(path)
        for line, text in enumerate(read_text(path, error=ScheduleError).splitlines(), start=1):
            with located(line=line):
                course.take(text)
        bouts = placed(course.parts(), wishes.mode or "cycle")
        name = one_line(course.header.get("DESCRIPTION", "")) or one_line(path.stem)
        return [Dated(Session(0.0, bouts, name=name), None, path, course.remarks())]


class _Course:
    """Gathers header and points, line by line."""

    def __init__(self, path: Path) -> None:
        self.header: dict[str, str] = {}
        self._basis = _BY_SUFFIX.get(path.suffix.lower())
        self._section = ""
        self._points: list[Point] = []

    def take(self, text: str) -> None:
        """Take one line of the file."""
        plain = text.strip() if self._section == "COURSE TEXT" else _COMMENT.sub("", text).strip()
        section = _SECTION.fullmatch(plain.upper())
        if section is not None:
            self._section = "" if section[1] else section[2]
        elif self._section == "COURSE HEADER" and plain:
            self._head(plain)
        elif self._section == "COURSE DATA" and plain:
            self._point(plain)

    def parts(self) -> Iterator[Part]:
        """Yield what lies between the points: rest before the first, then lines and jumps."""
        if len(self._points) < 2:
            raise ScheduleError(
                "no course", expected="[COURSE DATA] with two points at least", fix="export the workout again"
            )
        if self._basis is None:
            raise ScheduleError(
                "neither watts nor percent",
                expected="MINUTES WATTS or MINUTES PERCENT in the header",
                fix="add one of the two lines",
            )
        yield self._points[0].minute, None
        yield from _lines(self._points, self._basis)

    def remarks(self) -> tuple[str, ...]:
        """Return what the user should know."""
        if self._basis != "watt" or "FTP" not in self.header:
            return ()
        with_ftp = number(self.header["FTP"], "FTP", low=0, high=2000)
        if not with_ftp:
            return ()
        return (f"made for an FTP of {number_text(with_ftp)} W; its watts are taken as they stand",)

    def _head(self, plain: str) -> None:
        name, equals, value = plain.partition("=")
        if equals:
            self.header.setdefault(name.strip().upper(), value.strip())
            return
        words = plain.upper().split()
        if words[0] == "DISTANCE":
            raise ScheduleError(
                "a course by distance and grade",
                expected="minutes with watts or percent",
                fix="how long it takes is not in the file: write the ride as a plan",
            )
        if words[0] == "MINUTES":
            self._basis = next((_BASES[word] for word in words if word in _BASES), self._basis)

    def _point(self, plain: str) -> None:
        cells = plain.split()
        if len(cells) < 2:
            raise ScheduleError(f"'{plain[:40]}'", expected="a minute and a value, for example 10.00 200")
        minute = number(cells[0], "minutes", low=0, high=MAX_HOURS * 60)
        value = number(cells[1].removesuffix("%"), "value", low=0, high=4000)
        if self._points and minute < self._points[-1].minute:
            raise ScheduleError(
                f"minute {number_text(minute)} after {number_text(self._points[-1].minute)}",
                expected="minutes that do not go back",
                fix="put the lines in order",
            )
        if len(self._points) >= MAX_BOUTS:
            raise ScheduleError("too many points", expected=f"at most {MAX_BOUTS}", fix="split the workout")
        self._points.append(Point(minute, value))


def _lines(points: Sequence[Point], basis: str) -> Iterator[Part]:
    for here, there in pairwise(points):
        if there.minute > here.minute:
            first, last = Intensity(here.value, basis), Intensity(there.value, basis)
            yield from stretch(there.minute - here.minute, first, last)
