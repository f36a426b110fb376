"""A sweep on disk: one Zarr store whose bytes follow from the design, however often it was interrupted.

Members are kept in chunks of a size that the design sets. Each array of a chunk is one file, written beside
its place and moved there; last of all the chunk's row of ``digest`` is written, the hash of all those files.
A chunk without that row was never finished; one whose files do not have that hash is damaged; both are
simulated again. Nothing in the store tells when, where or in which order it was made.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from ..extra import needs
from ..recipe import differences
from .layout import COURSES, DIGEST, FACTORS, REASON, REASON_BYTES, STATUS, lay_out
from .member import OK, Kept

if TYPE_CHECKING:
    from .design import Design

# What `status` holds; 0 is what was never simulated.
ENDED, FAILED = 1, 2
SHOWN_DIFFERENCES = 5


@dataclass(frozen=True)
class Store:
    """A folder that a sweep is kept in.

    Parameters
    ----------
    path : Path
    """

    path: Path

    @classmethod
    def begun(cls, path: Path, design: Design, recipe: Mapping[str, Any], *, resume: bool) -> Store:
        """Make a store, or go on with one that was begun with the same recipe.

        Raises
        ------
        InputError
            When something lies there that is not to be gone on with, or follows from another recipe.
        """
        store = cls(path)
        if not path.exists():
            with _refused(path):
                store._make(design, recipe)
        elif not resume:
            raise InputError(
                "exists already", fix="resume it, name another one, or delete this one", file=path
            )
        else:
            store._check(recipe)
            store._clear()
        return store

    @cached_property
    def group(self) -> Any:
        """The arrays, as Zarr reads them."""
        zarr = needs("zarr", "analysis")
        try:
            return zarr.open_group(self.path, mode="r+", zarr_format=3)
        except (OSError, ValueError, KeyError) as problem:
            raise InputError(
                f"not a sweep: {str(problem)[:80]}", expected="a store that a sweep made", file=self.path
            ) from None

    @property
    def recipe(self) -> dict[str, Any]:
        """Everything that the numbers follow from."""
        return json.loads(str(self.group.attrs["recipe"]))

    @property
    def members(self) -> int:
        """How many members there are to be."""
        return self.group[STATUS].shape[0]

    @property
    def size(self) -> int:
        """How many members make a chunk."""
        return self.group[STATUS].chunks[0]

    @property
    def chunks(self) -> range:
        """Numbers of the chunks."""
        return range(-(-self.members // self.size))

    def bounds(self, chunk: int) -> tuple[int, int]:
        """Return the first member of a chunk, and how many it has."""
        first = chunk * self.size
        return first, min(self.size, self.members - first)

    def missing(self) -> list[int]:
        """Return the chunks that are yet to be simulated; those that are damaged are among them."""
        told = self.group[DIGEST][:]
        return [chunk for chunk in self.chunks if told[chunk].tobytes() != self._digest(chunk)]

    def write(self, chunk: int, kept: Kept) -> None:
        """Put a chunk in its place; it counts once its digest is written.

        Raises
        ------
        InputError
            When it cannot be written; what was written before stays.
        """
        first, n = self.bounds(chunk)
        rows, group = slice(first, first + n), self.group
        columns = {f"{FACTORS}/{name}": one for name, one in zip(self._factors, kept.values.T, strict=True)}
        arrays = {
            **{name: np.array(one.tolist()) for name, one in columns.items()},
            **kept.numbers,
            **({COURSES: kept.courses} if COURSES in group else {}),
            REASON: np.array([_letters(one) for one in kept.status]),
            STATUS: np.array([ENDED if one == OK else FAILED for one in kept.status], dtype=np.uint8),
        }
        with _refused(self.path):
            for name, values in arrays.items():
                group[name][rows] = values
            group[DIGEST][chunk] = np.frombuffer(self._digest(chunk), dtype=np.uint8)

    @cached_property
    def _factors(self) -> list[str]:
        return list(json.loads(str(self.group.attrs["factors"])))

    def _digest(self, chunk: int) -> bytes:
        """Return the hash of the files of a chunk; its name and size go before the content of each."""
        hashed = hashlib.sha256()
        for name in self._by_member:
            # A file for an array of one dimension, folders for more; none where all is as if never written.
            place = self.path / name / "c" / str(chunk)
            for file in [place] if place.is_file() else sorted(place.rglob("*")):
                if file.is_file():
                    content = file.read_bytes()
                    hashed.update(f"{file.relative_to(self.path).as_posix()} {len(content)}\n".encode())
                    hashed.update(content)
        return hashed.digest()

    @cached_property
    def _by_member(self) -> list[str]:
        """Names of the arrays whose first dimension is the member."""
        found = dict(self.group.members(max_depth=2))
        dimensions = {name: getattr(one.metadata, "dimension_names", None) for name, one in found.items()}
        return sorted(name for name, names in dimensions.items() if names and names[0] == "member")

    def _make(self, design: Design, recipe: Mapping[str, Any]) -> None:
        """Write what describes the store beside its place, and move it there."""
        partial = self.path.with_name(f"{self.path.name}.{os.getpid()}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        try:
            lay_out(partial, design, recipe)
            partial.rename(self.path)
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    def _check(self, recipe: Mapping[str, Any]) -> None:
        different = list(differences(self.recipe, json.loads(json.dumps(recipe))))
        if different:
            raise InputError(
                f"what was begun is another sweep: {'; '.join(different[:SHOWN_DIFFERENCES])}",
                expected="the same design, parameters and versions",
                fix="give them as they were, or name another store",
                file=self.path,
            )

    def _clear(self) -> None:
        """Remove what was being written when a sweep was killed."""
        for leftover in self.path.rglob("*.partial"):
            leftover.unlink(missing_ok=True)


def _letters(status: str) -> np.ndarray:
    """Return a reason as UTF-8, filled up with zeros; nothing where all is well."""
    text = b"" if status == OK else status.encode()[:REASON_BYTES]
    return np.frombuffer(text.ljust(REASON_BYTES, b"\0"), dtype=np.uint8)


@contextmanager
def _refused(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise InputError(
            f"cannot be written ({problem.strerror or problem})",
            expected="a folder to write to, with room",
            fix="make room there, then resume: what is whole stays",
            file=path,
        ) from None
