"""The record tables: one published number a row, with who, how, when and where it was read.

`params/evidence/*.csv` holds them. Parameters and Observations name them by id; a record that nothing
rests on stands in `unused.csv` with the reason.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..errors import ParameterError, nearest
from ..files import read_text
from ..parameters import params_folder

UNUSED = "unused.csv"


@dataclass(frozen=True, slots=True)
class Record:
    """One published number, as the source gives it; what the source does not say is empty.

    Parameters
    ----------
    record_id, exerkine, kind : str
        Name of the record, molecule, and what sort of number it is: ``half_life``, ``timecourse``, ...
    species, population, n, age_group, training_status : str
        In whom.
    modality, intensity, duration_min, protocol_detail, nutrition : str
        What they did.
    time_min, time_reference : str
        When it was sampled, and from what the minutes count; may be a span.
    value, value_low, value_high : float, optional
        In `unit`; None where the source gives a direction or a range only.
    spread_kind, unit, comparison : str
        What low and high are, the unit, and against what the value stands.
    source_first_author, source_year, source_title, doi_or_pmid, source_url : str
        The publication, and the page its text was read on.
    seen_in, confidence, remark : str
        Part of the publication, trust in the reading, and what the reader should know.
    """

    record_id: str
    exerkine: str
    kind: str
    species: str
    population: str
    n: str
    modality: str
    intensity: str
    duration_min: str
    protocol_detail: str
    nutrition: str
    age_group: str
    training_status: str
    time_min: str
    time_reference: str
    value: float | None
    value_low: float | None
    value_high: float | None
    spread_kind: str
    unit: str
    comparison: str
    source_first_author: str
    source_year: str
    source_title: str
    doi_or_pmid: str
    source_url: str
    seen_in: str
    confidence: str
    remark: str

    def __str__(self) -> str:
        number = _number_text(self.value, self.value_low, self.value_high)
        told = " ".join(filter(None, [number, self.unit]))
        people = ", ".join(filter(None, [self.population, self.modality]))
        return "; ".join(filter(None, [f"{self.record_id}: {self.exerkine} {told}", self.comparison, people]))


COLUMNS = tuple(field.name for field in fields(Record))
NUMBERS = ("value", "value_low", "value_high")


@cache
def records() -> Mapping[str, Record]:
    """Return every record by its id.

    Raises
    ------
    ParameterError
        Naming file and line, for a missing column, a number that is none, or an id that stands twice.

    Examples
    --------
    >>> one = records()["LEP-01"]
    >>> one.exerkine, one.value, one.unit, one.spread_kind
    ('leptin', 24.9, 'min', 'SE_or_SD')
    """
    found: dict[str, Record] = {}
    for file in sorted((params_folder() / "evidence").glob("*.csv")):
        if file.name == UNUSED:
            continue
        for line, record in _read(file):
            if record.record_id in found:
                raise ParameterError(
                    f"record '{record.record_id}' stands twice",
                    expected="one row a record",
                    fix="give the second an id of its own",
                    file=file,
                    line=line,
                )
            found[record.record_id] = record
    return MappingProxyType(found)


def find_record(record_id: str) -> Record:
    """Return the record called `record_id`; an unknown id raises ParameterError with the nearest ones.

    Examples
    --------
    >>> print(find_record("GCG-01"))
    GCG-01: glucagon 4.8 (4.6 to 5) min; decay from infusion plateau; normal
    """
    if record_id not in records():
        raise ParameterError(
            f"unknown record '{record_id[:60]}'",
            expected="an id of the tables in params/evidence",
            fix=nearest(record_id, records()),
        )
    return records()[record_id]


def _read(file: Path) -> Iterator[tuple[int, Record]]:
    """Yield (line, record) for each row of a table."""
    rows = csv.DictReader(io.StringIO(read_text(file, error=ParameterError), newline=""), strict=True)
    try:
        _check_columns(rows.fieldnames or (), file)
        for row in rows:
            yield rows.line_num, _record(row, file=file, line=rows.line_num)
    except csv.Error as problem:  # its line counts the last whole row
        raise ParameterError(
            f"not a table: {problem}", fix="close the quotation mark", file=file, line=rows.line_num + 1
        ) from None


def _check_columns(found: Sequence[str], file: Path) -> None:
    if tuple(found) != COLUMNS:
        raise ParameterError(
            f"columns {', '.join(found) or 'missing'}"[:200],
            expected=", ".join(COLUMNS),
            fix="give the table this first line",
            file=file,
            line=1,
        )


def _record(row: Mapping[Any, Any], *, file: Path, line: int) -> Record:
    if None in row or None in row.values():
        raise ParameterError(
            f"{sum(one is not None for one in row.values())} cells",
            expected=f"{len(COLUMNS)} cells",
            fix="quote a cell that holds a comma",
            file=file,
            line=line,
        )
    numbers = {name: _number(row[name], name, file=file, line=line) for name in NUMBERS}
    return Record(**{**row, **numbers})


def _number(text: str, field: str, *, file: Path, line: int) -> float | None:
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ParameterError(
            f"'{text[:40]}'",
            expected="a number, or nothing",
            fix="write the number here and words into the remark",
            file=file,
            line=line,
            field=field,
        )
    return number


def _number_text(value: float | None, low: float | None, high: float | None) -> str:
    """Return a value with its spread, in the fewest words."""
    span = " to ".join(f"{one:g}" for one in (low, high) if one is not None)
    if value is None:
        return span
    return f"{value:g} ({span})" if span else f"{value:g}"
