"""Tables for other programs: CSV, Parquet or Arrow, as the suffix of the file says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .columns import EVERY_DIGIT, csv_of, undefused
from .errors import InputError, nearest
from .extra import needs
from .files import whole

if TYPE_CHECKING:
    import pandas as pd

    from .columns import Columns

SUFFIXES = (".csv", ".parquet", ".arrow", ".feather")
UNIT = b"unit"
UNITS = {"_h": "h", "_min": "min", "_kg": "kg"}  # what the name of a column says of its unit
LOWEST = "c_min"  # and no minutes


def write_table(
    table: pd.DataFrame | Columns | Iterable[pd.DataFrame],
    path: str | Path,
    *,
    units: Mapping[str, str] | None = None,
    number: str = EVERY_DIGIT,
) -> Path:
    """Write a table as CSV, Parquet or Arrow; the file appears whole or not at all.

    Parameters
    ----------
    table : pandas.DataFrame, mapping of str to ndarray, or iterable of DataFrame
        Parts of an iterable follow each other, so that no more than one of them is held.
    path : path
        ``.csv``; ``.parquet``; ``.arrow`` or ``.feather``, which are the same.
    units : mapping of str to str, optional
        Column to unit, in addition to what names of columns end in (``time_h``). Parquet and Arrow carry it
        in the metadata of the column, under ``unit``.
    number : str
        How a number is written in CSV.

    Raises
    ------
    InputError
        For another suffix, or where pyarrow is needed and not installed.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = write_table(pd.DataFrame({"session": ["=run"], "at_h": [8.5]}), Path(folder) / "peaks.csv")
    ...     print(file.read_text(), end="")
    ...     read_table(file)["session"].item()
    session,at_h
    '=run,8.5
    '=run'
    """
    path, given = Path(path), {} if units is None else dict(units)
    check_suffix(path)
    parts = [table] if isinstance(table, Mapping) or hasattr(table, "columns") else table
    with whole(path) as partial, _writer(partial, path.suffix.lower(), given, number) as write:
        for part in parts:
            write(part)
    return path


def read_table(path: str | Path) -> pd.DataFrame:
    """Read a table that :func:`write_table` wrote.

    Raises
    ------
    InputError
        For another suffix, or a file that is no such table.

    Examples
    --------
    >>> read_table("peaks.xlsx")
    Traceback (most recent call last):
        ...
    exerkine_sim.errors.InputError: peaks.xlsx: no such kind of table: '.xlsx'
      expected: .csv, .parquet, .arrow, .feather
      fix: known: .arrow, .csv, .feather, .parquet
    """
    import pandas as pd

    path = Path(path)
    check_suffix(path)
    try:
        if path.suffix.lower() == ".csv":
            read = pd.read_csv(path, keep_default_na=False, na_values=[""])
            return read.map(lambda cell: undefused(cell) if isinstance(cell, str) else cell)
        return pd.read_parquet(path) if path.suffix.lower() == ".parquet" else pd.read_feather(path)
    except (OSError, ValueError) as problem:  # what pyarrow raises is one of the two
        raise InputError(f"no readable table ({problem})"[:200], fix="write it again", file=path) from None


def check_suffix(path: Path) -> None:
    """Refuse a file whose suffix is no kind of table, or one that cannot be written here, before the work."""
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(
            f"no such kind of table: '{path.suffix}'",
            expected=", ".join(SUFFIXES),
            fix=nearest(path.suffix, SUFFIXES),
            file=path,
        )
    if path.suffix.lower() != ".csv":
        needs("pyarrow", "exchange")


@contextmanager
def _writer(place: Path, suffix: str, units: Mapping[str, str], number: str) -> Iterator[Any]:
    """Offer what appends a part to a file."""
    if suffix == ".csv":
        with place.open("wb") as file:
            yield lambda part: file.write(csv_of(part, header=file.tell() == 0, number=number))
        return
    arrow, ipc, parquet = (needs(f"pyarrow{name}", "exchange") for name in ("", ".ipc", ".parquet"))
    opened = None

    def write(part: Any) -> None:
        nonlocal opened
        table = _with_units(arrow, arrow.table({name: _plain(part[name]) for name in part}), units)
        if opened is None:
            make = parquet.ParquetWriter if suffix == ".parquet" else ipc.new_file
            opened = make(str(place), table.schema)
        opened.write_table(table)

    try:
        yield write
    finally:
        if opened is not None:
            opened.close()


def _plain(column: Any) -> list[Any] | Any:
    """Return a column as Arrow takes it: text as text, NaN of numbers as it is."""
    return column.tolist() if column.dtype.kind in "OUT" else column


def _with_units(arrow: Any, table: Any, units: Mapping[str, str]) -> Any:
    fields = []
    for field in table.schema:
        ends = () if field.name == LOWEST else UNITS.items()
        ending = next((unit for end, unit in ends if field.name.endswith(end)), None)
        unit = units.get(field.name, ending)
        fields.append(field if unit is None else field.with_metadata({UNIT: unit}))
    return table.cast(arrow.schema(fields))
