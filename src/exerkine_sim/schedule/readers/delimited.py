"""Tables as text, one row a line: commas, semicolons or tabs, quoted cells with line breaks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from ...errors import ScheduleError

MAX_COLUMNS = 100
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the line it ends on, and its cells by the name of their column, in lower case."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """Return a cell without the spaces around it; empty where the table has no such column."""
        return self.cells.get(column, "").strip()


def rows(text: str) -> Iterator[Row]:
    """Yield the rows under the header of a table; rows without content are left out.

    Raises
    ------
    ScheduleError
        For a table that cannot be cut into cells.

    Examples
    --------
    >>> [row["reps"] for row in rows('Name;Reps\\n"a\\nb";5')]
    ['5']
    """
    head = text.partition("\n")[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=max(_DELIMITERS, key=head.count))
    header: list[str] = []
    try:
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if header:
                yield Row(lines.line_num, dict(zip_longest(header, cells[: len(header)], fillvalue="")))
            else:
                header = [cell.strip().lower() for cell in cells[:MAX_COLUMNS]]
    except csv.Error as problem:
        raise ScheduleError(
            f"cannot be read as a table: {problem}", fix="export it again", line=lines.line_num
        ) from None
