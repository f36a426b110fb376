"""Tables as columns side by side, without pandas, which is slow to import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pandas as pd

    Columns = Mapping[str, np.ndarray]

EVERY_DIGIT = "%r"
# Spreadsheets run a cell that begins so; with the mark before it, they show it.
FORMULA, GUARD = ("=", "+", "-", "@", "\t", "\r"), "'"


def csv_of(table: pd.DataFrame | Columns, *, header: bool = True, number: str = EVERY_DIGIT) -> bytes:
    """Return a table as CSV, a number that is none as nothing; pandas takes five times as long.

    A text that a spreadsheet would run as a formula has an apostrophe before it; None is an empty cell.

    Parameters
    ----------
    table : pandas.DataFrame or mapping of str to ndarray
    header : bool
        Whether the names come first.
    number : str
        How a number is written.

    Examples
    --------
    >>> import numpy as np
    >>> csv_of({"site": np.array(["plasma"]), "fold": np.array([2.5])})
    b'site,fold\\nplasma,2.5\\n'
    """
    forms, columns = [], []
    for name in table:
        column: Any = table[name]
        plain = column.dtype.kind == "f" and bool((column == column).all())
        forms.append(number if plain else "%s")
        columns.append(column.tolist() if plain else _texts(column, number))
    row = ",".join(forms) + "\n"
    heading = ",".join(_quoted(_guarded(name)) for name in table) + "\n" if header else ""
    return (heading + "".join([row % cells for cells in zip(*columns, strict=True)])).encode()


def _texts(column: Any, number: str) -> list[str]:
    values = column.tolist()
    if column.dtype.kind == "f":
        return [number % value if value == value else "" for value in values]
    known = {value: _quoted(_guarded(value)) for value in set(values)}
    return [known[value] for value in values]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\r\n') else text


def _guarded(value: object) -> str:
    text = "" if value is None or value != value else str(value)
    return f"{GUARD}{text}" if isinstance(value, str) and text.lstrip(GUARD)[:1] in FORMULA else text


def undefused(text: str) -> str:
    """Return a cell of text as it was before it was written, without the mark that keeps it from being run.

    Examples
    --------
    >>> undefused("'=1+1"), undefused("'t Zand")
    ('=1+1', "'t Zand")
    """
    return text[1:] if text[:1] == GUARD and text.lstrip(GUARD)[:1] in FORMULA else text
