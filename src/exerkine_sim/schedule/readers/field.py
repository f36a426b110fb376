"""What a field of somebody's file says, and where in the file a fault lies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...errors import ScheduleError
from ..duration import NUMBER
from ..limits import MAX_NAME, bounded

_NUMBER = re.compile(rf"[+-]?{NUMBER}")
MILE_KM = 1.609344
_SHOWN = 40


@contextmanager
def located(*, file: Path | None = None, line: int | None = None) -> Iterator[None]:
    """Add file and line to whatever is refused within, where they are not known yet."""
    try:
        yield
    except ScheduleError as error:
        raise error.located(file=file, line=line) from None


def number(text: str, field: str, *, low: float, high: float) -> float:
    """Return a number within bounds; the decimal mark may be a comma.

    Raises
    ------
    ScheduleError
        For text that is no number, or one out of bounds.

    Examples
    --------
    >>> number(" 62,5 ", "weight", low=0, high=1000)
    62.5
    """
    plain = text.strip().replace(",", ".")
    if len(plain) > _SHOWN or not _NUMBER.fullmatch(plain):
        raise ScheduleError(f"'{text[:_SHOWN]}'", expected=f"a number from {low:g} to {high:g}", field=field)
    return bounded(float(plain), field, low=low, high=high)


def one_line(text: str) -> str:
    """Return a title that a Session can bear: printable, on one line, not too long.

    Examples
    --------
    >>> one_line("Push\\n day\\x00 ")
    'Push day'
    """
    words = " ".join(text.split())
    return "".join(letter for letter in words if letter.isprintable())[:MAX_NAME].strip()
