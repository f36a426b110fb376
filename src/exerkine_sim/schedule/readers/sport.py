"""What devices call sports and exercises, and what a plan calls them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ...errors import ParameterError, ScheduleError
from ...files import read_toml
from ...shipped import params_folder
from ..modes import in_words
from .dated import Wishes
from .exercises import own_exercises, words_of


@cache
def _table() -> MappingProxyType[str, Any]:
    return MappingProxyType(read_toml(params_folder() / "fit_exercises.toml", error=ParameterError))


def mode_of(sports: Sequence[str], wishes: Wishes, *, file: Path) -> str:
    """Return the endurance mode of a sport.

    Parameters
    ----------
    sports : sequence of str
        What the file calls it, the most telling first.
    wishes : Wishes
        `mode` is for sports that are no mode.
    file : Path

    Raises
    ------
    ScheduleError
        For a sport that is no mode, without a wish.

    Examples
    --------
    >>> mode_of(["generic", "trail_running"], Wishes(), file=Path("a.fit"))
    'run'
    """
    for sport in sports:
        words = in_words(sport)
        for name in (_table()["sport"].get(words.replace(" ", "_")), words):
            if name in wishes.modes.endurance_names:
                return wishes.modes.endurance_names[name]
    if wishes.mode is not None:
        return wishes.modes.key(wishes.mode, lifting=False)
    named = ", ".join(sport[:40] for sport in sports if sport) or "no sport"
    raise ScheduleError(
        f"an activity of '{named}'",
        expected=f"one of {', '.join(sorted(wishes.modes.endurance))}",
        fix="say which mode it counts as",
        file=file,
    )


def lift_of(category: str, name: str, wishes: Wishes) -> str | None:
    """Return the lift for an exercise as FIT names it, or None where there is no such lift.

    Examples
    --------
    >>> lift_of("bench_press", "incline_barbell_bench_press", Wishes())
    'incline_press'
    >>> lift_of("row", "face_pull", Wishes()) is None
    True
    """
    own = own_exercises(wishes)
    if (said := own.get(words_of(name)) or own.get(words_of(category))) is not None:
        return said.key
    if name in _table()["exercise"]["none"]:
        return None
    for lift, names in _table()["exercise"].items():
        if name in names:
            return lift
    return _table()["category"].get(category)
