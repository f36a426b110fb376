"""A table of any length, written as it is made: a run that was interrupted goes on to the same bytes.

While it grows, FILE is FILE.partial, and FILE.partial.json says how much of it is whole, and of what.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from pydantic import BaseModel, NonNegativeInt

from .columns import csv_of
from .errors import InputError
from .files import naming, read_text, validated, whole
from .recipe import differences
from .writer import alone

if TYPE_CHECKING:
    import pandas as pd

NUMBER = "%.10g"  # more digits than a simulation is good for, and quicker to write than all of them
MOST_DIFFERENCES = 5


class Kept(BaseModel, extra="forbid", frozen=True):
    """How far a table has come: `size` bytes with this `checksum`, the rows of so many `members`."""

    recipe: dict[str, Any]
    members: NonNegativeInt = 0
    failed: NonNegativeInt = 0
    size: NonNegativeInt = 0
    checksum: NonNegativeInt = 0

    @property
    def people(self) -> str:
        """How many members there are, in words."""
        return "1 person" if self.members == 1 else f"{self.members} people"


def record_of(table: Path) -> Path:
    """Return the file beside a table that says how it was made."""
    return table.with_name(f"{table.name}.json")


@dataclass(frozen=True)
class GrowingTable:
    """A CSV table that members are written to, some at a time, with a record of how far it has come.

    Parameters
    ----------
    file : Path
        Where it is to be when it is whole; what is there before stays until then.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"member": [0, 1], "c_max": [2.5, float("nan")], "status": ["ok", "gave up"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     table = GrowingTable(Path(folder, "il6.csv"))
    ...     with table.opened(Kept(recipe={"seed": 1})) as file:
    ...         kept = table.append(file, rows, kept=Kept(recipe={"seed": 1}))
    ...     assert table.left() == kept
    ...     table.finish()
    ...     print(table.file.read_text(), end="")
    member,c_max,status
    0,2.5,ok
    1,,gave up
    """

    file: Path

    @property
    def partial(self) -> Path:
        """Where it grows."""
        return self.file.with_name(f"{self.file.name}.partial")

    @property
    def _grown(self) -> Path:
        """Where it is: killed between two steps of its last, it has its place and its record has not."""
        return self.partial if self.partial.exists() or not self.file.exists() else self.file

    def left(self) -> Kept | None:
        """Return what an interrupted run left of it; None where it left nothing.

        Raises
        ------
        InputError
            When what lies there is not the record of a table.
        """
        record = record_of(self.partial)
        return _read(record) if os.path.lexists(record) else None

    def check(self, kept: Kept, recipe: Mapping[str, Any]) -> None:
        """Refuse to go on where it was made otherwise, or is damaged.

        Parameters
        ----------
        kept : Kept
            What was left of it.
        recipe : mapping
            Everything its numbers depend on, as JSON has it.

        Raises
        ------
        InputError
            Naming what differs.
        """
        anew = f"delete {record_of(self.partial).name} to begin anew"
        different = list(differences(kept.recipe, recipe))
        if different:
            raise InputError(
                f"what was interrupted is another measurement: {'; '.join(different[:MOST_DIFFERENCES])}",
                expected="the same plan, person, people and settings, and the same versions",
                fix=f"give them as they were, or {anew}",
                file=self.partial,
            )
        if not _holds(self._grown, kept):
            raise InputError(
                "not what was written to it",
                expected=f"the {kept.size} bytes of {kept.people}",
                fix=anew,
                file=self.partial,
            )

    @contextmanager
    def opened(self, kept: Kept, *, fix: str = "name another one") -> Iterator[BinaryIO]:
        """Open it behind what is kept and cut off the rest; what stays empty goes again.

        Nobody else writes to it meanwhile.

        Parameters
        ----------
        kept : Kept
        fix : str
            What to do where it cannot be written.

        Raises
        ------
        InputError
            When it cannot be written, or somebody else is writing to it.
        """
        try:
            if kept.size == 0:
                self.partial.touch()
            file = self.partial.open("r+b")
        except OSError as problem:
            raise InputError(
                f"cannot be written ({problem.strerror})",
                expected="a file in a folder to write to",
                fix=fix,
                file=self.partial,
            ) from None
        with naming(self.partial), file, alone(self.partial, of=self.file):
            try:
                with file:  # closed before it is looked at, and may go
                    file.truncate(kept.size)
                    file.seek(kept.size)
                    yield file
            finally:
                if self.partial.stat().st_size == 0:
                    self.partial.unlink()

    def append(self, file: BinaryIO, rows: pd.DataFrame, *, kept: Kept) -> Kept:
        """Write rows behind what is kept, then down how far that is, and return it.

        Parameters
        ----------
        file : binary file
            As it was opened.
        rows : pandas.DataFrame
            All rows of some more members, with the columns ``member`` and ``status``.
        kept : Kept
            What stands before them.
        """
        content = csv_of(rows, header=kept.size == 0, number=NUMBER)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())  # the record must never be ahead of the table
        failed = rows.loc[rows["status"] != "ok", "member"].unique()
        grown = Kept(
            recipe=kept.recipe,
            members=kept.members + len(rows["member"].unique()),
            failed=kept.failed + len(failed),
            size=kept.size + len(content),
            checksum=zlib.crc32(content, kept.checksum),
        )
        with whole(record_of(self.partial)) as record:
            record.write_text(grown.model_dump_json(indent=2))
        return grown

    def finish(self) -> None:
        """Put table and record in their places."""
        self._grown.replace(self.file)
        record_of(self.partial).replace(record_of(self.file))


def _read(record: Path) -> Kept:
    text = read_text(record, error=InputError)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise InputError("not the record of a table", fix="delete it to begin anew", file=record)
    return validated(Kept, content, error=InputError, file=record)


def _holds(partial: Path, kept: Kept) -> bool:
    """Return whether a file begins with what is kept."""
    checksum, left = 0, kept.size
    try:
        with partial.open("rb") as file:
            while left > 0 and (block := file.read(min(left, 1 << 20))):
                checksum, left = zlib.crc32(block, checksum), left - len(block)
    except OSError:
        return False
    return left == 0 and checksum == kept.checksum
