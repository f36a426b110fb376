"""Tables as text, one row a line: commas, semicolons or tabs, quoted cells with line breaks."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...errors import ScheduleError
from .field import number

MAX_COLUMNS = 40  # the widest of them have 15
# A log has one a set, and a plan holds 200,000 bouts.
MAX_ROWS = 250_000
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the line it ends on, its cells, and the place of each column by its name in lower case."""

    line: int
    cells: Sequence[str]
    columns: Mapping[str, int]

    def __getitem__(self, column: str) -> str:
        """Return a cell without the spaces around it; empty where the row has no such column."""
        place = self.columns.get(column, len(self.cells))
        return self.cells[place].strip() if place < len(self.cells) else ""

    def number(self, column: str, *, low: float = 0.0, high: float = 1e6) -> float | None:
        """Return the number in a cell, None where the cell is empty."""
        text = self[column]
        return number(text, column, low=low, high=high) if text else None

    def count(self, column: str, *, high: int) -> int | None:
        """Return the whole number in a cell, None where the cell is empty; 5.0 is one."""
        found = self.number(column, high=high)
        if found is not None and not found.is_integer():
            raise ScheduleError(
                f"'{self[column]}'",
                expected="a whole number",
                fix="mend the row",
                field=column,
                line=self.line,
            )
        return None if found is None else int(found)


def rows(text: str, *, needed: Collection[str], maker: str) -> list[Row]:
    """Return the rows under the header of a table; rows without content are left out.

    Parameters
    ----------
    text : str
    needed : collection of str
        Columns without which it is another table, in lower case.
    maker : str
        Whose table it is.

    Raises
    ------
    ScheduleError
        For a table that cannot be cut into cells, is not the maker's, is empty or too long.

    Examples
    --------
    >>> [row["reps"] for row in rows('Name;Reps\\n"a\\nb";5', needed=["reps"], maker="Hevy")]
    ['5']
    """
    found: list[Row] = []
    for row in _rows(text):
        if any(column not in row.columns for column in needed):
            raise ScheduleError(
                f"no {maker} table", expected=f"columns {', '.join(needed)}", fix="export it again", line=1
            )
        if len(found) == MAX_ROWS:
            raise ScheduleError(f"more than {MAX_ROWS} rows", fix="split the table", line=row.line)
        found.append(row)
    if not found:
        raise ScheduleError("no rows", expected="one row a set under the header", fix="export it again")
    return found


def alike(table: Iterable[Row], *columns: str) -> list[list[Row]]:
    """Return the rows of a table in groups that agree in these columns, in the order of their first rows."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in table:
        groups.setdefault(tuple(row[column] for column in columns), []).append(row)
    return list(groups.values())


def first_line(text: str) -> str:
    """Return the first line that is not empty."""
    return text.lstrip().partition("\n")[0]


def _rows(text: str) -> Iterator[Row]:
    delimiter = max(_DELIMITERS, key=first_line(text).count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: dict[str, int] = {}
    try:
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if columns:
                yield Row(lines.line_num, cells[:MAX_COLUMNS], columns)
            else:
                columns = {cell.strip().lower(): place for place, cell in enumerate(cells[:MAX_COLUMNS])}
    except csv.Error as problem:
        raise ScheduleError(
            f"cannot be read as a table: {problem}", fix="export it again", line=lines.line_num
        ) from None
