"""The text that Strong shares of one session."""

from __future__ import annotations

import re

from ...errors import ScheduleError
from ..bout import MAX_REPS
from .field import located, number
from .lifting import DISTANCE_KM, WEIGHT_UNITS, Log, LoggedSet
from .moment import moment

_N = r"\d{1,6}(?:[.,]\d{1,4})?"
_SET = re.compile(r"(?P<kind>Set\s*|[WDF]\s?)?(?P<number>\d{1,4})?\s*:\s+(?P<what>.+)", re.IGNORECASE)
_WEIGHT = re.compile(rf"(?P<value>[+-]?{_N})\s*(?P<unit>kgs?|lbs?)\b", re.IGNORECASE)
_REPS = re.compile(r"[x×]\s*(?P<after>\d{1,6})\b|\b(?P<before>\d{1,6})\s*reps?\b", re.IGNORECASE)
_CLOCK = re.compile(r"(?:(?P<h>\d{1,3}):)?(?P<m>\d{1,3}):(?P<s>\d{2})\b|\b(?P<only>\d{1,6})\s*s(?:ec)?\b")
_DISTANCE = re.compile(rf"(?P<value>{_N})\s*(?P<unit>km|mi|m)\b", re.IGNORECASE)
_RPE = re.compile(rf"(?:@|RPE)\s*(?:RPE)?\s*(?P<value>{_N})", re.IGNORECASE)
_TAG = re.compile(r"\[(?P<tag>[^\]]{1,20})\]")
# One session of a hundred sets is 3,000 letters.
MAX_LETTERS = 1_000_000
KINDS = {"w": "warmup", "d": "drop", "f": "failure"}


def logs_of_text(text: str) -> list[Log]:
    """Return the one session that a shared text holds.

    Raises
    ------
    ScheduleError
        For a text without title and date, or a set that says nothing.

    Examples
    --------
    >>> log, = logs_of_text("Pull\\n13 August 2025 at 07:32\\n\\nDeadlift (Barbell)\\nSet 1: 100 kg × 5")
    >>> log.sets[0].weight_kg, log.sets[0].reps
    (100.0, 5)
    """
    if len(text) > MAX_LETTERS:
        raise ScheduleError(f"{len(text)} characters", expected=f"one session, at most {MAX_LETTERS}")
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    head = [one for one in lines if one[1]]
    if len(head) < 2:
        raise ScheduleError("no log", expected="a title, a date, then exercises and their sets", line=1)
    with located(line=head[1][0]):
        start = moment(head[1][1])
    sets = tuple(_sets(lines[head[1][0] :]))
    if not sets:
        raise ScheduleError("no sets", expected="lines such as 'Set 1: 20 kg x 16'", fix="share it again")
    return [Log(head[0][1], start, None, sets)]


def _sets(lines: list[tuple[int, str]]) -> list[LoggedSet]:
    sets: list[LoggedSet] = []
    exercise, after_blank = "", True
    for line, text in lines:
        match = _SET.fullmatch(text)
        with located(line=line):
            if match is not None and (match["kind"] or match["number"]):
                sets.append(_set(exercise, line, match))
            elif text and after_blank:
                exercise = text
        after_blank = not text
    return sets


def _set(exercise: str, line: int, match: re.Match[str]) -> LoggedSet:
    what = match["what"]
    weight, reps, distance = _WEIGHT.search(what), _REPS.search(what), _DISTANCE.search(what)
    clock, rpe = _CLOCK.search(what), _RPE.search(what)
    if not exercise or not (reps or clock):
        raise ScheduleError(
            f"'{match.string[:60]}'",
            expected="an exercise above, then 'Set 1: 20 kg x 16'",
            fix="share it again",
        )
    count = None if reps is None else number(reps["after"] or reps["before"], "reps", low=0, high=MAX_REPS)
    return LoggedSet(
        exercise=exercise,
        line=line,
        kind=_kind(match, what),
        weight_kg=None if weight is None else _weight_kg(weight),
        reps=None if count is None else int(count),
        seconds=None if clock is None or reps is not None else _seconds(clock),
        distance_km=None if distance is None else _amount(distance) * DISTANCE_KM[distance["unit"].lower()],
        rpe=None if rpe is None else number(rpe["value"], "RPE", low=0, high=10),
    )


def _kind(match: re.Match[str], what: str) -> str:
    tag = _TAG.search(what)
    letter = (tag["tag"] if tag else match["kind"] or "").strip()[:1].lower()
    return KINDS.get(letter, "normal")


def _weight_kg(match: re.Match[str]) -> float:
    return _amount(match) * WEIGHT_UNITS[match["unit"].lower()]


def _amount(match: re.Match[str]) -> float:
    return number(match["value"], "amount", low=-3000, high=1e6)


def _seconds(match: re.Match[str]) -> float:
    if match["only"]:
        return float(match["only"])
    return int(match["h"] or 0) * 3600 + int(match["m"]) * 60 + int(match["s"])
