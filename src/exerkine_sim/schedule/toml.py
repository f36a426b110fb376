"""The TOML form of a Schedule: `[[session]]`, `[[session.bout]]`, `[[meal]]`, `[[infusion]]`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from .bout import Bout, Session

if TYPE_CHECKING:
    from .schedule import Infusion, Meal, Schedule

Value = str | float | None
QUOTED = json.JSONEncoder(ensure_ascii=False).encode


def toml_text(schedule: Schedule) -> str:
    """Return the TOML form; numbers are written so that they read back the same."""
    head = _pairs(name=schedule.name or None, first_weekday=schedule.first_weekday)
    tables = [head] if head else []
    for session in schedule.sessions:
        tables.extend(_session_tables(session))
    tables.extend(_meal_table(meal) for meal in schedule.meals)
    tables.extend(_infusion_table(infusion) for infusion in schedule.infusions)
    return "\n".join(tables)


def _session_tables(session: Session) -> Iterator[str]:
    yield "[[session]]\n" + _pairs(
        start_h=session.start_h,
        name=session.name or None,
        nutrition=session.nutrition,
        carbs_g_per_h=session.carbs_g_per_h or None,
    )
    for bout in session.bouts:
        yield "[[session.bout]]\n" + _bout_pairs(bout)


@lru_cache(maxsize=4096)  # the weeks of a plan are alike
def _bout_pairs(bout: Bout) -> str:
    return _pairs(
        start_min=bout.start_min,
        duration_min=bout.duration_min,
        mode=bout.mode,
        intensity=str(bout.intensity),
        reps=bout.reps,
        tempo_s=bout.tempo_s,
    )


def _meal_table(meal: Meal) -> str:
    return "[[meal]]\n" + _pairs(time_h=meal.time_h, carbs_g=meal.carbs_g)


def _infusion_table(infusion: Infusion) -> str:
    return "[[infusion]]\n" + _pairs(
        start_h=infusion.start_h,
        duration_h=infusion.duration_h,
        molecule=infusion.molecule,
        rate=infusion.rate,
        unit=infusion.unit,
        route=None if infusion.route == "intravenous" else infusion.route,
    )


def _pairs(**fields: Value) -> str:
    """Return `key = value` lines, leaving out what is not given.

    Names are printable by construction, so a JSON string is a TOML string.
    """
    return "".join(
        f"{key} = {QUOTED(value) if isinstance(value, str) else repr(value)}\n"
        for key, value in fields.items()
        if value is not None
    )
