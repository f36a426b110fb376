"""What every reader returns, and what it may be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ..bout import Session
from ..modes import Modes, known_modes


@dataclass(frozen=True, slots=True)
class Dated:
    """One session of a file.

    Parameters
    ----------
    session : Session
        It starts at hour 0.
    start : datetime, optional
        Local time without zone; a planned workout has none.
    file : Path
    remarks : tuple of str
        What the reader had to decide, in words for the user.
    """

    session: Session
    start: datetime | None
    file: Path
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user says about files that do not say it themselves.

    Parameters
    ----------
    mode : str, optional
        Endurance mode of workouts that name none.
    weight_unit : {"kg", "lb"}, optional
        Unit of lifting logs that name none.
    lifts : mapping of str to str
        Lift, as `params/lifts.toml` calls it, by the name an exercise has in a log.
    modes : Modes
        The modes and lifts that may be named.
    """

    mode: str | None = None
    weight_unit: str | None = None
    lifts: Mapping[str, str] = field(default_factory=dict)
    modes: Modes = field(default_factory=known_modes)
