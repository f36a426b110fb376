"""The exercises of one session: text to Bouts.

::

    exercises    = item { ("," | ";" | "/") item }
    item         = [mode] (group | prescription) | "rest" duration
    group        = N "x" "(" exercises ")" ["rest" duration]
    prescription = [N "x"] (endurance | set) ["rest" duration]
    endurance    = duration ["@"] ["ramp"] intensity
    set          = reps ["@"] intensity ["tempo" duration]

:mod:`.intensity` spells out `intensity`. The mode holds until the next one is named; so does the basis of a
percentage.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from ..errors import ScheduleError
from .bout import DEFAULT_TEMPO_S, MAX_REPS, Bout, lifting_min, wrong_basis
from .duration import exact_minutes
from .intensity import FIGURES, GRADE, LEADING_WORDS, Intensity, parse_intensity, parse_range
from .lexeme import Lexeme, Reader
from .limits import MAX_BOUTS, MAX_NESTING, lasting
from .modes import Modes
from .ramp import ramp

SESSION_WORDS = ("fasted", "fed", "carbs")
_KEYWORDS = (*SESSION_WORDS, "rest", "tempo", "ramp", "grade")
_LENGTH = "how long, for example '10m', or sets x repetitions, for example '5x5'"
_SEPARATORS = (",", ";", "/")
_GRADE = re.compile(rf"{GRADE}%?")
_EXAMPLE = "for example '10m 60% VO2max' or '5x5 80% 1RM rest 3m'"


class Effort(NamedTuple):
    """A Bout that has no start yet; `minutes` is exact, and follows from the tempo in a lifting set."""

    minutes: Fraction
    mode: str
    intensity: Intensity
    reps: int | None
    tempo_s: float


# A rest is its length in exact minutes.
Part = Effort | Fraction


class ExerciseParser:
    """Reads the exercises of one session.

    Parameters
    ----------
    reader : Reader
        Stands at the first exercise.
    modes : Modes
        What may be named.
    most : int
        Bouts that there may be.
    """

    def __init__(self, reader: Reader, modes: Modes, *, most: int = MAX_BOUTS) -> None:
        self._reader = reader
        self._modes = modes
        self._most = most
        self._phrase: Lexeme | None = None
        self._basis = {True: "one_rm_percent", False: "vo2max_percent"}

    def bouts(self) -> tuple[Bout, ...]:
        """Read up to the session words or the end of the entry.

        Raises
        ------
        ScheduleError
            With the line and a caret under what does not fit.
        """
        start, parts = self._reader.peek(), self._sequence(depth=0)
        if sum(isinstance(part, Effort) for part in parts) > self._most:
            raise self._too_many(start)
        return tuple(_placed(parts))

    def _sequence(self, *, depth: int) -> list[Part]:
        parts: list[Part] = []
        while True:
            start = self._reader.peek()
            parts += self._item(depth=depth)
            if len(parts) > 2 * self._most:  # each bout may bring a rest
                raise self._too_many(start)
            if not self._reader.take_if(*_SEPARATORS) or self._reader.at(*SESSION_WORDS):
                return parts

    def _item(self, *, depth: int) -> list[Part]:
        if self._reader.at("rest"):
            return self._rest()
        self._name_mode()
        start = self._reader.peek()
        count = self._times()
        if count is not None and self._reader.at("("):
            parts = self._group(depth=depth + 1)
        else:
            parts = self._prescription(count)
        if len(parts) * (count or 1) > 2 * self._most:
            raise self._too_many(start)
        return parts * (count or 1)

    def _name_mode(self) -> None:
        """Take the words that name a mode, if there are any; it holds until the next is named."""
        words: list[Lexeme] = []
        while _can_name(self._reader.peek()):
            words.append(self._reader.take())
        if words:
            self._phrase = words[0]._replace(text=" ".join(word.text for word in words))
            with self._phrase.blamed():
                self._modes.check(self._phrase.text)

    def _times(self) -> int | None:
        if self._reader.peek().kind != "times":
            return None
        lexeme = self._reader.take()
        count = int(lexeme.text[:-1])
        if not 1 <= count <= MAX_BOUTS:
            raise lexeme.fault(f"{count} times", expected=f"1 to {MAX_BOUTS} times")
        return count

    def _group(self, *, depth: int) -> list[Part]:
        opening = self._reader.expect("(")
        if depth > MAX_NESTING:
            raise opening.fault(
                f"repeats nested more than {MAX_NESTING} deep", fix="write the inner repeats out"
            )
        parts = self._sequence(depth=depth)
        if not self._reader.take_if(")"):
            self._reader.refuse("',' or '/' and another bout, or ')'")
        return parts + self._rest()

    def _prescription(self, count: int | None) -> list[Part]:
        start = self._reader.peek()
        lifting = count is not None and start.text.isdecimal()  # what carries a unit is a duration
        reps = self._reps() if lifting else None
        minutes = Fraction(0) if lifting else self._minutes(_LENGTH)
        mode = self._mode_key(start, lifting=lifting)
        self._reader.take_if("@")
        steps = self._steps(minutes, lifting=lifting)
        tempo_s = self._tempo() if lifting else 0.0
        rest = self._rest()
        if lifting and count != 1 and not rest:
            self._reader.refuse("the rest between the sets, for example 'rest 3m'", ["rest", "tempo"])
        return [*(Effort(length, mode, intensity, reps, tempo_s) for length, intensity in steps), *rest]

    def _reps(self) -> int:
        lexeme = self._reader.take()
        if len(lexeme.text) > 4 or not 1 <= int(lexeme.text) <= MAX_REPS:
            raise lexeme.fault(f"{lexeme.text[:20]} repetitions", expected=f"1 to {MAX_REPS}")
        return int(lexeme.text)

    def _minutes(self, expected: str) -> Fraction:
        lexeme = self._reader.peek()
        if lexeme.kind != "word":
            self._reader.refuse(expected)
        with lexeme.blamed():
            minutes = exact_minutes(lexeme.text)
            lasting(minutes, "duration")
        self._reader.take()
        return minutes

    def _mode_key(self, start: Lexeme, *, lifting: bool) -> str:
        if self._phrase is None:
            raise start.fault("no mode named yet", expected="a mode or lift first", fix=_EXAMPLE)
        with self._phrase.blamed():
            return self._modes.key(self._phrase.text, lifting=lifting)

    def _steps(self, minutes: Fraction, *, lifting: bool) -> list[tuple[Fraction, Intensity]]:
        """Take an intensity, or a ramp between two, and return how long each lasts."""
        ramped = not lifting and self._reader.take_if("ramp") is not None
        lexeme = self._reader.peek()
        if lexeme.kind != "word" or lexeme.text.lower() in _KEYWORDS:
            self._reader.refuse("an intensity, " + _EXAMPLE)
        text = self._intensity_text()
        bare = self._basis[lifting]
        with lexeme._replace(text=text).blamed():
            intensity = parse_intensity(text, bare_percent=bare)
            if not intensity.fits(lifting=lifting):
                raise wrong_basis(self._phrase.text if self._phrase else "", intensity, lifting=lifting)
            steps = ramp(minutes, *parse_range(text, bare_percent=bare)) if ramped else [(minutes, intensity)]
        if intensity.is_percent:
            self._basis[lifting] = intensity.basis
        return steps

    def _intensity_text(self) -> str:
        """Take the words of an intensity: number and unit, what a percentage is of, the grade of a speed."""
        words = [self._reader.take().text]
        if FIGURES.fullmatch(words[0]) or words[0].lower() in LEADING_WORDS:
            words += [self._reader.take().text] if self._reader.peek().kind == "word" else []
        follows = self._reader.peek()
        if words[-1].endswith("%") and (_can_name(follows) or follows.text.lower() == "1rm"):
            words.append(self._reader.take().text)
        elif words[-1].lower().endswith(("km/h", "/km")) and _GRADE.fullmatch(follows.text):
            words.append(self._reader.take().text)
            words += [] if words[-1].endswith("%") else [self._reader.expect("%").text]
            words.append(self._reader.expect("grade").text)
        return " ".join(words)

    def _tempo(self) -> float:
        if not self._reader.take_if("tempo"):
            return DEFAULT_TEMPO_S
        return float(self._minutes("seconds per repetition, for example '4s'") * 60)

    def _rest(self) -> list[Part]:
        """Take a rest, if there is one; a rest of nothing says that there is none."""
        if not self._reader.take_if("rest"):
            return []
        if self._reader.take_if("0s"):
            return [Fraction(0)]
        return [self._minutes("how long to rest, for example '3m'")]

    def _too_many(self, lexeme: Lexeme) -> ScheduleError:
        return lexeme.fault(
            "too many bouts", expected=f"at most {self._most} in a session", fix="repeat less often"
        )


def _can_name(lexeme: Lexeme) -> bool:
    return lexeme.kind == "word" and lexeme.text[0].isalpha() and lexeme.text.lower() not in _KEYWORDS


def _placed(parts: Iterable[Part]) -> Iterator[Bout]:
    """Yield the Bouts, one after the other; rest that closes the session leaves no trace."""
    end, rest = 0.0, Fraction(0)
    for part in parts:
        if isinstance(part, Fraction):
            rest += part
            continue
        start = float(Fraction(end) + rest) if rest else end
        minutes = float(part.minutes) if part.reps is None else lifting_min(part.reps, part.tempo_s)
        tempo_s = None if part.reps is None else part.tempo_s
        bout = Bout(start, minutes, part.mode, part.intensity, reps=part.reps, tempo_s=tempo_s)
        yield bout
        end, rest = bout.end_min, Fraction(0)
