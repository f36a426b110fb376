"""What kind of file it is, and so which reader it takes.

The suffix says so where it can; where several kinds share one, the first that shows its sign in the beginning
of the file.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import IO, NamedTuple

from ...errors import ScheduleError, nearest
from ..block import block_names
from .content import DAMAGE, PACKED
from .dated import Dated, Wishes

HEAD_BYTES = 4096
Reader = Callable[[Path, Wishes], list[Dated]]
Opened = Callable[[], IO[bytes]]


class Kind(NamedTuple):
    """A kind of file: the module that reads it, its suffixes, and what its beginning holds."""

    name: str
    suffixes: tuple[str, ...]
    sign: re.Pattern[bytes]
    unpacks: bool = False


def _sign(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)


# The forms of this package itself, which `load_schedule` reads.
PLAN = Kind(
    "plan",
    (".txt", ".toml"),
    _sign(
        rb"^(name\s+\"|starts\s|repeat\s|day\s+\d|at\s+\d|\d{4}-\d\d-\d\d\s+\d|"
        rb"(mon(day)?|tue(sday)?|wed(nesday)?|thu(rsday)?|fri(day)?|sat(urday)?|sun(day)?)\s+\d?\d:\d\d)"
    ),
)
KINDS = (
    Kind("fit", (".fit",), _sign(rb"\A[\s\S]{8}\.FIT"), unpacks=True),
    Kind("tcx", (".tcx", ".xml"), _sign(rb"<(\w+:)?TrainingCenterDatabase\b"), unpacks=True),
    Kind("gpx", (".gpx", ".xml"), _sign(rb"<(\w+:)?gpx\b"), unpacks=True),
    Kind("zwo", (".zwo", ".xml"), _sign(rb"<workout_file\b")),
    Kind("erg", (".erg", ".mrc"), _sign(rb"^\[COURSE HEADER\]")),
    Kind("hevy", (".csv",), _sign(rb"\bexercise_title\b")),
    Kind(
        "strong", (".csv", ".txt"), _sign(rb"\bWorkout Name\b.*\bExercise Name\b|^\s*(Set \d+|[WDF]\d+)\s*:")
    ),
    Kind("intervals", (".txt",), _sign(rb"^\s*-\s+\S")),
    PLAN,
)
SUFFIXES = tuple(dict.fromkeys(suffix for kind in KINDS for suffix in kind.suffixes))


def kind_of(path: Path, opened: Opened | None = None) -> Kind | None:
    """Return what kind of file it is; None when neither suffix nor beginning tells.

    Parameters
    ----------
    path : Path
    opened : callable, optional
        Opens its content, where that is not the file of this name.

    Raises
    ------
    ScheduleError
        When the beginning is needed and cannot be read.

    Examples
    --------
    >>> kind_of(Path("ride.FIT.gz")).name
    'fit'
    """
    packed = path.suffix.lower() == PACKED
    suffix = Path(path.stem).suffix.lower() if packed else path.suffix.lower()
    kinds = [kind for kind in KINDS if suffix in kind.suffixes and (kind.unpacks or not packed)]
    if len(kinds) > 1:
        head = _head(path, partial(open, path, "rb") if opened is None else opened, packed=packed)
        kinds = [kind for kind in kinds if kind.sign.search(head)]
    return kinds[0] if kinds else None


def read_file(path: Path, wishes: Wishes) -> list[Dated]:
    """Return the sessions of a training file.

    Raises
    ------
    ScheduleError
        For a file that no reader takes, and whatever its reader refuses.
    """
    kind = kind_of(path)
    if kind is None or kind is PLAN:
        raise unknown_kind(path)
    return reader_of(kind)(path, wishes)


def reader_of(kind: Kind) -> Reader:
    """Return the function that reads files of a kind; its module is imported now."""
    return import_module(f".{kind.name}", __package__).read


def unknown_kind(path: Path) -> ScheduleError:
    """Return the error for a file that no reader takes."""
    suffix = path.suffix.lower()
    known = suffix in (*SUFFIXES, PACKED)
    if not suffix and not path.exists():
        return ScheduleError(
            "no plan of that name",
            expected="a file with a suffix, a folder, or the name of a block",
            fix=nearest(str(path), block_names()),
            file=path,
        )
    return ScheduleError(
        f"a '{path.suffix}' file of no known kind" if known else f"a plan in a '{path.suffix}' file",
        expected=f"{', '.join(SUFFIXES)}; .fit.gz, .tcx.gz, .gpx.gz; a .zip of such files, or a folder",
        fix="export it anew from the program that made it" if known else nearest(suffix, SUFFIXES),
        file=path,
    )


def _head(path: Path, opened: Opened, *, packed: bool) -> bytes:
    try:
        with opened() as file:
            return (gzip.GzipFile(fileobj=file) if packed else file).read(HEAD_BYTES)
    except OSError as problem:
        reason = problem.strerror or "damaged"
    except DAMAGE:
        reason = "damaged"
    raise ScheduleError(f"cannot be read ({reason})", expected="a readable file", file=path)
