"""The text form of a Schedule, in the syntax that :mod:`.parse` reads; nothing is lost on the way.

Each Bout becomes a Stretch of text that stands for it exactly; equal stretches are then folded into
`5x5` and `8x( ... / ... )`. Folding text that is equal cannot change what it means.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from .bout import DEFAULT_TEMPO_S, Bout, Session
from .duration import duration_text
from .intensity import Intensity, number_text
from .modes import spoken
from .when import moment_text

if TYPE_CHECKING:
    from .schedule import Infusion, Meal, Schedule

_LINE = 100
_LONGEST_PERIOD = 8
_PASSES = 3


class Stretch(NamedTuple):
    """One Bout as text, with the rest that follows it."""

    mode: str
    lifting: bool
    work: str
    intensity: Intensity
    tempo: str
    rest: str


class Repeat(NamedTuple):
    """Parts that follow each other several times."""

    count: int
    parts: tuple[Part, ...]


Part = Stretch | Repeat


def describe(schedule: Schedule) -> str:
    """Return the text form of a Schedule, its events in the order in which they begin."""
    first = schedule.first_weekday
    when = partial(moment_text, first_weekday=first)
    events = [
        (session.start_h, _session_text(session, when(session.start_h))) for session in schedule.sessions
    ]
    events += [(meal.time_h, _meal_text(meal, when(meal.time_h))) for meal in schedule.meals]
    events += [(item.start_h, _infusion_text(item, when(item.start_h))) for item in schedule.infusions]
    texts = [text for _, text in sorted(events, key=lambda event: event[0])]
    head = [f"name {_quoted(schedule.name)}"] if schedule.name else []
    # Otherwise the first weekday read would be taken for day 1.
    if first is not None and not (texts and texts[0].startswith(first)):
        head.append(f"starts {first}")
    return "\n".join(head + texts)


def _meal_text(meal: Meal, when: str) -> str:
    return f"{when} meal {number_text(meal.carbs_g)}g carbs"


def _infusion_text(infusion: Infusion, when: str) -> str:
    duration = duration_text(
        Fraction(infusion.duration_h) * 60, lambda minutes: float(minutes / 60) == infusion.duration_h
    )
    text = f"{when} infuse {infusion.molecule} {number_text(infusion.rate)}{infusion.unit} {duration}"
    return text if infusion.route == "intravenous" else f"{text} {infusion.route}"


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _session_text(session: Session, when: str) -> str:
    head = [when]
    head += [_quoted(session.name)] if session.name else []
    head += [session.nutrition] if session.nutrition else []
    carbs = f" carbs {number_text(session.carbs_g_per_h)}g/h" if session.carbs_g_per_h else ""
    exercises = _exercises(session)
    flat = " ".join(head) + " " + "; ".join(exercises) + carbs
    return flat if len(flat) <= _LINE else " ".join(head) + "\n    " + ";\n    ".join(exercises) + carbs


def _exercises(session: Session) -> list[str]:
    """Return the text of each exercise: the stretches up to a change of mode."""
    stretches = _stretches(session.bouts)
    foldings = [_folded(stretches), _folded(_with_closing_rest(stretches))]
    parts = min(foldings, key=len)
    first = session.bouts[0].start_min
    lead = f"rest {_gap_text(0.0, first)}, " if first > 0 else ""
    scribe, exercises = _Scribe(), list[str]()
    for part in parts:
        changes = _first(part).mode != scribe.mode
        text = scribe.part(part)
        if changes:
            exercises.append(text)
        else:
            exercises[-1] += f", {text}"
    return [lead + exercises[0], *exercises[1:]]


def _stretches(bouts: Sequence[Bout]) -> list[Stretch]:
    rests = [
        _gap_text(earlier.end_min, later.start_min) if later.start_min > earlier.end_min else ""
        for earlier, later in pairwise(bouts)
    ]
    return [_stretch(bout, rest) for bout, rest in zip(bouts, [*rests, ""], strict=True)]


def _stretch(bout: Bout, rest: str) -> Stretch:
    if bout.reps is None:
        target = bout.duration_min
        work = duration_text(Fraction(target), lambda minutes: float(minutes) == target)
        return Stretch(bout.mode, False, work, bout.intensity, "", rest)
    tempo = "" if bout.tempo_s in (None, DEFAULT_TEMPO_S) else f"{number_text(bout.tempo_s)}s"
    return Stretch(bout.mode, True, str(bout.reps), bout.intensity, tempo, rest)


def _gap_text(end: float, start: float) -> str:
    exact_end = Fraction(end)
    return duration_text(Fraction(start) - exact_end, lambda gap: float(exact_end + gap) == start)


def _with_closing_rest(stretches: list[Stretch]) -> list[Stretch]:
    """Give the last stretch the rest of the latest equal one: rest that closes a session is no rest."""
    last = stretches[-1]
    alike = (earlier for earlier in reversed(stretches[:-1]) if earlier._replace(rest="") == last)
    return [*stretches[:-1], next(alike, last)]


def _folded(stretches: Sequence[Part]) -> list[Part]:
    """Fold equal neighbours, shortest period first, so that repeats nest."""
    parts = list(stretches)
    for _ in range(_PASSES):
        before = len(parts)
        for period in range(1, _LONGEST_PERIOD + 1):
            parts = list(_fold(parts, period))
        if len(parts) == before:
            break
    return parts


def _fold(parts: list[Part], period: int) -> Iterator[Part]:
    index = 0
    while index < len(parts):
        unit, count = parts[index : index + period], 1
        while len(unit) == period and parts[index + count * period : index + (count + 1) * period] == unit:
            count += 1
        if count > 1:
            yield Repeat(count, tuple(unit))
            index += count * period
        else:
            yield parts[index]
            index += 1


def _first(part: Part) -> Stretch:
    return part if isinstance(part, Stretch) else _first(part.parts[0])


class _Scribe:
    """Writes parts in reading order, leaving out what the reader already knows: mode and basis."""

    def __init__(self) -> None:
        self.mode = ""
        self.basis: dict[bool, str] = {}

    def part(self, part: Part, count: int = 1) -> str:
        if isinstance(part, Stretch):
            return self._stretch(part, count)
        if len(part.parts) == 1 and isinstance(part.parts[0], Stretch) and count == 1:
            return self._stretch(part.parts[0], part.count)
        return self._group(part)

    def _group(self, repeat: Repeat) -> str:
        return f"{repeat.count}x({' / '.join(self.part(part) for part in repeat.parts)})"

    def _stretch(self, stretch: Stretch, count: int) -> str:
        lead = "" if stretch.mode == self.mode else f"{spoken(stretch.mode)} "
        self.mode = stretch.mode
        times = f"{count}x" if stretch.lifting or count > 1 else ""
        text = f"{lead}{times}{stretch.work} {self._intensity(stretch)}"
        text += f" tempo {stretch.tempo}" if stretch.tempo else ""
        rest = stretch.rest or ("0s" if stretch.lifting and count > 1 else "")
        return f"{text} rest {rest}" if rest else text

    def _intensity(self, stretch: Stretch) -> str:
        intensity = stretch.intensity
        if not intensity.is_percent:
            return str(intensity)
        known = self.basis.get(stretch.lifting) == intensity.basis
        self.basis[stretch.lifting] = intensity.basis
        return f"{number_text(intensity.value)}%" if known else str(intensity)
