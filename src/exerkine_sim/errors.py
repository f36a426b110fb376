"""Every error this package raises, and the one way its messages are put together.

A message says what was given, what was expected and how to fix it, and where: file, line, field.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


class ExerkineError(Exception):
    """Root of all errors raised by exerkine-sim.

    Parameters
    ----------
    given : str
        What was given, in the user's own words where possible.
    expected : str, optional
        What would have been accepted.
    fix : str, optional
        The shortest way to mend it.
    file : str or Path, optional
        The file at fault.
    line : int, optional
        Line in that file, counted from 1.
    field : str, optional
        Field, column or parameter at fault.

    Examples
    --------
    >>> print(ExerkineError("age_y = -3", expected="0 to 120", fix="give the age in years", field="age_y"))
    age_y: age_y = -3
      expected: 0 to 120
      fix: give the age in years
    """

    def __init__(
        self,
        given: str,
        *,
        expected: str | None = None,
        fix: str | None = None,
        file: str | Path | None = None,
        line: int | None = None,
        field: str | None = None,
    ) -> None:
        self.given, self.expected, self.fix = given, expected, fix
        self.file, self.line, self.field = file, line, field
        super().__init__(self._text())

    def _text(self) -> str:
        place = [str(self.file)] if self.file is not None else []
        place += [f"line {self.line}"] if self.line is not None else []
        place += [self.field] if self.field is not None else []
        lines = [f"{', '.join(place)}: {self.given}" if place else self.given]
        lines += [f"  expected: {self.expected}"] if self.expected else []
        lines += [f"  fix: {self.fix}"] if self.fix else []
        return "\n".join(lines)

    def located(self, *, file: str | Path | None = None, line: int | None = None) -> ExerkineError:
        """Return the same error with its place filled in where it was still unknown."""
        return type(self)(
            self.given,
            expected=self.expected,
            fix=self.fix,
            file=self.file if self.file is not None else file,
            line=self.line if self.line is not None else line,
            field=self.field,
        )


class InputError(ExerkineError):
    """Something a user gave was refused; nothing was changed."""


class ScheduleError(InputError):
    """A plan that cannot be read or cannot happen."""


class SubjectError(InputError):
    """A person that cannot be read, or lacks a field that a plan needs."""


class ParameterError(InputError):
    """A number without a source, out of its range, or unknown."""


class UnitError(InputError):
    """An unknown unit, or a unit of the wrong dimension."""


class StudyError(InputError):
    """A published trial that cannot be read or simulated."""


class ModelError(ExerkineError):
    """Equations that do not fit together."""


class SolverError(ExerkineError):
    """The integration of a member did not reach its end."""


class IdentifiabilityError(ExerkineError):
    """Data that cannot tell what was asked of them."""


class ConvergenceError(ExerkineError):
    """A posterior sampled for too short a time to be told anything from."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Name the known words nearest to `word`, as the end of a message.

    Examples
    --------
    >>> nearest("squatt", ["squat", "deadlift"])
    "did you mean 'squat'?"
    >>> nearest("zzz", ["squat", "deadlift"])
    'known: deadlift, squat'
    """
    names = sorted(set(known))
    plain = {_plain(name): name for name in names}
    close = [plain[one] for one in difflib.get_close_matches(_plain(word), plain, n=3, cutoff=0.6)]
    if close:
        return "did you mean " + " or ".join(f"'{name}'" for name in close) + "?"
    listed = ", ".join(names[:24]) + (", ..." if len(names) > 24 else "")
    return f"known: {listed}"


def _plain(word: str) -> str:
    """Return a word without what people vary: case, hyphens, spaces."""
    return word.lower().replace("-", "").replace("_", "").replace(" ", "")
