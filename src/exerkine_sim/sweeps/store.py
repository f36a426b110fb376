"""A sweep on disk: one Zarr store whose bytes follow from the design, however often it was interrupted.

Members are kept in chunks of a size that the design sets. Each array of a chunk is one file, written beside
its place and moved there; last of all the chunk's row of ``digest`` is written, the hash of all those files.
A chunk without that row was never finished; one whose files do not have that hash is damaged; both are
simulated again. Nothing in the store tells when, where or in which order it was made.
"""

from __future__ import annotations

import hashlib
import json
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
from ..files import PARTIAL, whole
from ..recipe import differences
from ..writer import alone
from .layout import COURSES, DIGEST, FACTORS, FORMAT, REASON, REASON_BYTES, STATUS, lay_out
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
    @contextmanager
    def begun(cls, path: Path, design: Design, recipe: Mapping[str, Any], *, resume: bool) -> Iterator[Store]:
        """Make a store, or go on with one that was begun with the same recipe; nobody else writes to it.

        Raises
        ------
        InputError
            When something lies there that is not to be gone on with, or follows from another recipe, or is
            being written by somebody else.
        """
        store = cls(path)
        if path.exists() and not resume:
            raise InputError(
                "exists already", fix="resume it, name another one, or delete this one", file=path
            )
        begun = store._partial
        if path.exists():
            _ = store.recipe  # refuses what is no sweep before anything there is touched
            begun = path
        with _refused(path):
            begun.mkdir(parents=True, exist_ok=True)
        with alone(begun, of=path):
            with _refused(path):
                store._make(design, recipe) if begun != path else store._mend(design, recipe)
            yield store

    @cached_property
    def group(self) -> Any:
        """The arrays, as Zarr reads them."""
        _ = self.recipe
        zarr = needs("zarr", "analysis")
        return zarr.open_group(self.path, mode="r+", zarr_format=3)

    def read(self, name: str, rows: slice = slice(None)) -> np.ndarray:
        """Return some rows of an array.

        Raises
        ------
        InputError
            When it is damaged.
        """
        arrays = self._arrays
        with _readable(self.path, name):
            return arrays[name][rows]

    @cached_property
    def _attributes(self) -> Mapping[str, Any]:
        """What describes the store as a whole."""
        try:
            found = json.loads((self.path / "zarr.json").read_bytes())["attributes"]
            recipe = json.loads(found["recipe"])
            if found["format"] != FORMAT or not isinstance(recipe["design"], dict):
                raise ValueError(f"format {found['format']!r}")
            return {"recipe": recipe, "factors": json.loads(found["factors"])}
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as problem:
            told = getattr(problem, "strerror", None) or f"{type(problem).__name__}: {str(problem)[:80]}"
            raise InputError(
                f"not a sweep (zarr.json: {told})",
                expected="a store that a sweep made",
                file=self.path,
            ) from None

    @property
    def recipe(self) -> Mapping[str, Any]:
        """Everything that the numbers follow from."""
        return self._attributes["recipe"]

    @property
    def factors(self) -> list[str]:
        """Names of what varies."""
        return list(self._attributes["factors"])

    @property
    def members(self) -> int:
        """How many members there are to be."""
        return self._arrays[STATUS].shape[0]

    @property
    def size(self) -> int:
        """How many members make a chunk."""
        return self._arrays[STATUS].chunks[0]

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
        return [chunk for chunk in self.chunks if not self._is_whole(chunk)]

    def write(self, chunk: int, kept: Kept) -> None:
        """Put a chunk in its place; it counts once its digest is written.

        Raises
        ------
        InputError
            When it cannot be written; what was written before stays.
        """
        first, n = self.bounds(chunk)
        columns = dict(zip(self.factors, kept.values.T, strict=True))
        arrays = {
            **{f"{FACTORS}/{name}": np.array(one.tolist()) for name, one in columns.items()},
            **kept.numbers,
            **({COURSES: kept.courses} if kept.courses.size > 0 else {}),
            REASON: np.array([_letters(one) for one in kept.status]),
            STATUS: np.array([ENDED if one == OK else FAILED for one in kept.status], dtype=np.uint8),
        }
        with _refused(self.path):
            for file in self._files(chunk):
                file.unlink()  # a part of a damaged one would be read before it is written over
            for name, values in arrays.items():
                self._arrays[name][first : first + n] = values
            self._arrays[DIGEST][chunk] = np.frombuffer(self._digest(chunk), dtype=np.uint8)

    def _is_whole(self, chunk: int) -> bool:
        told = self.path / DIGEST / "c" / str(chunk) / "0"
        return told.is_file() and told.read_bytes() == self._digest(chunk)

    def _digest(self, chunk: int) -> bytes:
        """Return the hash of the files of a chunk; its name and size go before the content of each."""
        hashed = hashlib.sha256()
        for file in self._files(chunk):
            content = file.read_bytes()
            hashed.update(f"{file.relative_to(self.path).as_posix()} {len(content)}\n".encode())
            hashed.update(content)
        return hashed.digest()

    def _files(self, chunk: int) -> list[Path]:
        """Return the files of a chunk: none for an array in which all is as if never written."""
        found = []
        for name in self._by_member:
            # A file for an array of one dimension, folders for more.
            place = self.path / name / "c" / str(chunk)
            found += [place] if place.is_file() else sorted(one for one in place.rglob("*") if one.is_file())
        return found

    @cached_property
    def _arrays(self) -> dict[str, Any]:
        with _readable(self.path, "zarr.json"):
            found = dict(self.group.members(max_depth=2))
            _ = found[STATUS], found[DIGEST]
        return found

    @cached_property
    def _by_member(self) -> list[str]:
        """Names of the arrays whose first dimension is the member."""
        metadata = {name: one.metadata for name, one in self._arrays.items()}
        dimensions = {name: getattr(one, "dimension_names", None) for name, one in metadata.items()}
        return sorted(name for name, names in dimensions.items() if names and names[0] == "member")

    @property
    def _partial(self) -> Path:
        return self.path.with_name(f"{self.path.name}{PARTIAL}")

    def _make(self, design: Design, recipe: Mapping[str, Any]) -> None:
        """Write what describes the store beside its place, and move it there."""
        _empty(self._partial)
        lay_out(self._partial, design, recipe)
        self._partial.rename(self.path)

    def _mend(self, design: Design, recipe: Mapping[str, Any]) -> None:
        """Put back what describes the store where it is damaged, and remove what was being written."""
        self._check(recipe)
        shutil.rmtree(self._partial, ignore_errors=True)
        for leftover in self.path.rglob(f"*{PARTIAL}"):
            leftover.unlink(missing_ok=True)
        try:
            lay_out(self._partial, design, recipe)
            for file in (one for one in self._partial.rglob("*") if one.is_file()):
                place = self.path / file.relative_to(self._partial)
                if not (place.is_file() and place.read_bytes() == file.read_bytes()):
                    place.parent.mkdir(parents=True, exist_ok=True)
                    with whole(place) as partial:
                        shutil.copyfile(file, partial)
        finally:
            shutil.rmtree(self._partial, ignore_errors=True)

    def _check(self, recipe: Mapping[str, Any]) -> None:
        different = list(differences(self.recipe, recipe))
        if different:
            raise InputError(
                f"what was begun is another sweep: {'; '.join(different[:SHOWN_DIFFERENCES])}",
                expected="the same design, parameters and versions",
                fix="give them as they were, or name another store",
                file=self.path,
            )


def _empty(folder: Path) -> None:
    for one in folder.iterdir():
        shutil.rmtree(one) if one.is_dir() else one.unlink()


def _letters(status: str) -> np.ndarray:
    """Return a reason as UTF-8, filled up with zeros; nothing where all is well."""
    text = b"" if status == OK else status.encode()[:REASON_BYTES]
    return np.frombuffer(text.ljust(REASON_BYTES, b"\0"), dtype=np.uint8)


@contextmanager
def _readable(path: Path, name: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as problem:
        raise InputError(
            f"'{name}' is damaged: {str(problem)[:80]}",
            expected="what was written",
            fix="resume it: what is damaged is made again",
            file=path,
        ) from None


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
