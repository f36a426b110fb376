"""Every evaluation of a fit, written down as soon as it is made, so that what was interrupted repeats none.

The search is deterministic: taken through the evaluations again it makes the same steps, to the last bit.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from ..files import naming

MAX_BYTES = 200_000_000
FORM = np.dtype("<f8")


class Logbook:
    """Evaluations by what was evaluated and where.

    Parameters
    ----------
    file : Path, optional
        Where they are kept, a line each; nowhere when left out. What an interrupted fit left there is
        taken up.
    key : str
        Hash of all that the evaluations follow from.

    Raises
    ------
    InputError
        When the file is of another fit or of something else, or cannot be read or written.

    Examples
    --------
    >>> logbook = Logbook(None, "any")
    >>> logbook.recall("square", np.array([3.0]), lambda: np.array([9.0]))
    array([9.])
    >>> logbook.recall("square", np.array([3.0]), lambda: 1 / 0)
    array([9.])
    """

    def __init__(self, file: Path | None, key: str) -> None:
        self.file, self.key = file, key
        self._known: dict[tuple[str, bytes], np.ndarray] = {}
        if file is None:
            return
        try:
            size = self._take_up(file) if file.exists() else 0
            with file.open("r+b" if size else "wb") as content:
                content.truncate(size)
            if not size:
                self._append({"fit": key})
        except OSError as problem:
            raise InputError(
                f"cannot be used ({problem.strerror})",
                expected="a file in a folder to write to",
                fix="check path and permissions",
                file=file,
            ) from None

    def __len__(self) -> int:
        return len(self._known)

    def recall(self, kind: str, point: np.ndarray, make: Callable[[], np.ndarray]) -> np.ndarray:
        """Return what is known of a point; what is not is made and written down."""
        place = kind, point.astype(FORM).tobytes()
        if place not in self._known:
            value = np.asarray(make(), dtype=FORM)
            self._known[place] = value
            self._append(
                {"kind": kind, "at": _text(point), "shape": list(value.shape), "value": _text(value)}
            )
        return self._known[place].copy()

    def _take_up(self, file: Path) -> int:
        """Read what is whole, and return how many bytes that is."""
        if file.stat().st_size > MAX_BYTES:
            raise InputError("too large for the record of a fit", fix="delete it to begin anew", file=file)
        size = 0
        for number, line in enumerate(file.read_bytes().splitlines(keepends=True)):
            entry = _entry(line)
            if entry is None or ("fit" in entry) is not (number == 0) or (number > 0 and "kind" not in entry):
                break  # written half when it was interrupted
            if number == 0:
                self._check(entry, file)
            else:
                place = str(entry["kind"]), base64.b64decode(entry["at"])
                self._known[place] = _array(entry["value"], entry["shape"])
            size += len(line)
        if size == 0 and file.stat().st_size > 0:
            raise InputError("not the record of a fit", fix="delete it, or name another file", file=file)
        return size

    def _check(self, entry: dict[str, Any], file: Path) -> None:
        if entry.get("fit") != self.key:
            raise InputError(
                "what was interrupted is another fit",
                expected="the same recipe, parameters, equations and studies, and the same versions",
                fix=f"give them as they were, or delete {file.name} to begin anew",
                file=file,
            )

    def _append(self, entry: dict[str, Any]) -> None:
        if self.file is None:
            return
        with naming(self.file), self.file.open("ab") as content:
            content.write(json.dumps(entry).encode() + b"\n")
            content.flush()
            os.fsync(content.fileno())


def _entry(line: bytes) -> dict[str, Any] | None:
    """Return what a line says; None unless it is whole."""
    try:
        entry = json.loads(line)
        if not isinstance(entry, dict):
            return None
        if "fit" not in entry:
            base64.b64decode(entry["at"], validate=True)
            _array(entry["value"], entry["shape"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return entry if line.endswith(b"\n") else None


def _text(values: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(values, dtype=FORM).tobytes()).decode()


def _array(text: str, shape: Sequence[int]) -> np.ndarray:
    values = np.frombuffer(base64.b64decode(text, validate=True), dtype=FORM)
    if min(shape, default=0) < 0:
        raise ValueError(shape)
    return values.reshape(shape)
