"""Blocks of training that come with the package: `params/blocks/<name>.txt`, plans to take or to change.

A block is a plan in the text form. Its first comments say `for:` whom it is and on which `sources:` it rests,
by keys of `params/references.bib`; everything else about it follows from the plan.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..bibliography import Source, load_bibliography
from ..errors import ScheduleError, nearest
from ..files import read_text
from ..shipped import params_folder
from .parse import parse_schedule
from .schedule import Schedule
from .transform import weeks_of

_ABOUT = re.compile(r"^# (for|sources): *(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A block that comes with the package.

    Parameters
    ----------
    name : str
        By which :func:`load_block` knows it.
    audience : str
        For whom it is.
    sources : tuple of Source
        Publications it follows.
    schedule : Schedule
        All its weeks, written out.
    text : str
        As it is written, to be changed.
    """

    name: str
    audience: str
    sources: tuple[Source, ...]
    schedule: Schedule
    text: str

    @property
    def weeks(self) -> int:
        """How many weeks it lasts."""
        return weeks_of(self.schedule)

    @property
    def sessions_per_week(self) -> float:
        """Mean number of sessions a week."""
        return len(self.schedule.sessions) / self.weeks


def block_names() -> tuple[str, ...]:
    """Return the names of the blocks that come with the package.

    Examples
    --------
    >>> "polarised" in block_names()
    True
    """
    return tuple(sorted(_files()))


def load_block(name: str) -> Schedule:
    """Return the plan of a block that comes with the package.

    Parameters
    ----------
    name : str
        One of those that `exerkine-sim blocks` lists.

    Returns
    -------
    Schedule
        Its weeks written out; every intensity is relative to the person.

    Raises
    ------
    ScheduleError
        For an unknown name, with the nearest known one.

    Examples
    --------
    >>> plan = load_block("couch-to-5k")
    >>> len(plan.sessions)
    27
    """
    return parse_schedule(_text(name))


def find_block(name: str) -> Block:
    """Return a block with all that is known about it; see :func:`load_block`."""
    text = _text(name)
    about = dict(_ABOUT.findall(text))
    known = load_bibliography(params_folder() / "references.bib")
    sources = tuple(known[key] for key in re.findall(r"\w+", about.get("sources", "")))
    return Block(name, about.get("for", ""), sources, parse_schedule(text), text)


def block_file(name: str) -> Path:
    """Return the file of a block, or refuse a name that none has."""
    files = _files()
    if name not in files:
        raise ScheduleError(f"unknown block '{str(name)[:40]}'", fix=nearest(str(name), files))
    return files[name]


def _text(name: str) -> str:
    return read_text(block_file(name), error=ScheduleError)


@cache
def _files() -> dict[str, Path]:
    return {file.stem: file for file in (params_folder() / "blocks").glob("*.txt")}
