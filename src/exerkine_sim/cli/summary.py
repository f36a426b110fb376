"""The table that `run` shows: what each molecule does, of one person and of a Population."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from .terminal import table

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from ..columns import Columns
    from ..solution import Solution

STILL = 5e-4  # what the table shows as 1.00-fold has no moment
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
NUMBERS = ("baseline", "value", "fold", "at_h", "auc")
Found = Mapping[Hashable, Any]


def person_summary(solution: Solution) -> list[dict[Hashable, Any]]:
    """Return the block metrics of every molecule, at the sites shown by default."""
    found = _shown(solution)
    rows = zip(*(column.tolist() for column in found.values()), strict=True)
    return [dict(zip(found, row, strict=True)) for row in rows]


def population_summary(solution: Solution) -> list[dict[Hashable, Any]]:
    """Return the block metrics of every molecule, at the sites shown by default, as quantiles over people.

    ``people`` says over how many; ``session`` is the one after which most of them are farthest from rest,
    ``session_share`` the share for which it is.
    """
    import pandas as pd

    groups = pd.DataFrame(_shown(solution)).groupby(["exerkine", "site"], sort=False)
    return [_quantiles(group) for _, group in groups]


def person_table(summary: list[dict[Hashable, Any]], first_weekday: str | None) -> Table:
    """Return a person's summary as a table that fits the terminal."""
    headings = dict.fromkeys(("molecule", "where"), "left")
    headings |= dict.fromkeys(("at rest", "reaches", "fold"), "right")
    headings |= {"when": "left", "after": "left", "AUC above rest": "right", "grade": "left"}
    rows = [_person_row(found, first_weekday) for found in summary]
    return table(headings, rows, expendable=["AUC above rest"], elastic=("after", 8))


def population_table(summary: list[dict[Hashable, Any]]) -> Table:
    """Return a Population's summary as a table that fits the terminal."""
    headings: dict[str, str] = dict.fromkeys(("molecule", "where"), "left")
    numbers = ("at rest", "reaches", "5 to 95 %", "fold", "25 to 75 %", "5 to 95 % ")
    headings |= dict.fromkeys(numbers, "right") | dict.fromkeys(("after", "grade"), "left")
    rows = [_population_row(found) for found in summary]
    return table(headings, rows, expendable=["5 to 95 %", "25 to 75 %"], elastic=("after", 8))


def _shown(solution: Solution) -> Columns:
    from ..metrics import block_columns
    from ..plot.choice import traces

    shown, found = traces(solution, solution.exerkines), block_columns(solution)
    places = zip(found["exerkine"].tolist(), found["site"].tolist(), strict=True)
    rows = [place in shown for place in places]
    return {name: column[rows] for name, column in found.items()}


def _quantiles(people: pd.DataFrame) -> dict[Hashable, Any]:
    known = people.dropna(subset=["value"])
    shares: dict[str, float] = known["session"].value_counts(normalize=True).to_dict()
    levels = people[list(NUMBERS)].quantile(list(QUANTILES)).set_axis([f"p{100 * q:g}" for q in QUANTILES])
    return {
        **{name: people[name].iloc[0] for name in ("exerkine", "site", "unit", "grade")},
        "people": len(known),
        "session": next(iter(shares), ""),
        "session_share": next(iter(shares.values()), None),
        **levels.to_dict(),
    }


def _person_row(found: Found, first_weekday: str | None) -> list[str]:
    moved = abs(found["fold"] - 1) > STILL
    return [
        *_place(found),
        f"{_digits(found['baseline'])}{_unit(found)}",
        _digits(found["value"]),
        _fold(found["fold"]),
        _minute(found["at_h"], first_weekday) if moved else "-",
        found["session"] if moved else "",
        f"{_digits(found['auc'])}{_unit(found) or ' fold'} h" if moved else "-",
        found["grade"],
    ]


def _population_row(found: Found) -> list[str]:
    value, fold = found["value"], found["fold"]
    return [
        *_place(found),
        f"{_digits(found['baseline']['p50'])}{_unit(found)}",
        _digits(value["p50"]),
        f"{_digits(value['p5'])} to {_digits(value['p95'])}",
        _fold(fold["p50"]),
        f"{_fold(fold['p25'])} to {_fold(fold['p75'])}",
        f"{_fold(fold['p5'])} to {_fold(fold['p95'])}",
        found["session"] if abs(fold["p50"] - 1) > STILL else "",
        found["grade"],
    ]


def _place(found: Found) -> list[str]:
    return [found["exerkine"], found["site"].replace("muscle_mrna", "mRNA").replace("_", " ")]


def _unit(found: Found) -> str:
    return "" if found["unit"] == "fold" else f" {found['unit']}"


def _minute(hour: float, first_weekday: str | None) -> str:
    """Return day and clock time to the minute; what is no number as a dash."""
    from ..schedule.when import clock_text

    return "-" if hour != hour else clock_text(round(hour * 60) / 60, first_weekday)


def _fold(value: float) -> str:
    return f"{value:.2g}" if value < 1 else _digits(value)


def _digits(value: float) -> str:
    """Return three significant digits without exponent up to a million; what is no number as a dash."""
    if value != value:
        return "-"
    return f"{value:.0f}" if 999.5 <= abs(value) < 1e6 else f"{value:.3g}"
