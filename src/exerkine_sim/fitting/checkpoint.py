"""How far a posterior has come, in one file that is whole or absent."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from ..files import whole

MAX_BYTES = 2_000_000_000
WORDS = 624  # of a Mersenne twister
# What reading something else raises; a RuntimeError is of a password, a MemoryError of a shape without end.
DAMAGE = (
    *(OSError, ValueError, KeyError, IndexError, TypeError, EOFError, RuntimeError, MemoryError),
    *(zipfile.BadZipFile, zlib.error),
)
ARRAYS = ("chain", "log_chain", "x", "logs")


@dataclass(frozen=True)
class Walk:
    """An ensemble of walkers and where it has been.

    Parameters
    ----------
    chain : ndarray, shape (n_steps, n_walkers, n_free)
    log_chain : ndarray, shape (n_steps, n_walkers)
        ln posterior there.
    x, logs : ndarray
        Where the walkers are, and ln posterior there.
    random : tuple
        State of the generator that decides on their next steps, as NumPy's RandomState has it.
    """

    chain: np.ndarray
    log_chain: np.ndarray
    x: np.ndarray
    logs: np.ndarray
    random: Any


@dataclass(frozen=True)
class Checkpoint:
    """Where walks are kept between rounds.

    Parameters
    ----------
    file : Path, optional
        Nowhere when left out.
    key : str
        Hash of the problem.
    settings : mapping
        What else the draws follow from.
    """

    file: Path | None
    key: str
    settings: Mapping[str, Any]

    @property
    def about(self) -> str:
        """All that the draws follow from, as text."""
        versions = {name: version(name) for name in ("numpy", "emcee")} if self.file is not None else {}
        return json.dumps({"fit": self.key, **self.settings, **versions}, sort_keys=True)

    def keep(self, walks: Sequence[Walk]) -> None:
        """Put walks in the place of what was kept before."""
        if self.file is None:
            return
        content = io.BytesIO()
        held: dict[str, Any] = {name: np.stack([getattr(one, name) for one in walks]) for name in ARRAYS}
        held["words"] = np.stack([one.random[1] for one in walks])
        held["marks"] = np.array([one.random[2:] for one in walks], dtype=float)
        np.savez(content, about=np.array(self.about), **held)
        try:
            with whole(self.file) as partial:
                partial.write_bytes(content.getbuffer())
        except OSError as problem:
            raise InputError(
                f"cannot be written ({problem.strerror})",
                expected="a file in a folder to write to",
                fix="check path, permissions and space",
                file=self.file,
            ) from None

    def left(self) -> list[Walk]:
        """Return what an interrupted run left; nothing where there was none.

        Raises
        ------
        InputError
            When it is of another fit, or of something else.
        """
        if self.file is None or not self.file.exists():
            return []
        try:
            held = _arrays(self.file)
            walks = [_walk(held, number) for number in range(len(held["x"]))]
            about = str(held["about"])
        except DAMAGE:
            raise InputError(
                "not what a posterior leaves", fix="delete it to begin anew", file=self.file
            ) from None
        if about != self.about:
            raise InputError(
                "what was interrupted is another fit",
                expected="the same measurements, plan, person, parameters, seed and versions",
                fix=f"give them as they were, or delete {self.file.name} to begin anew",
                file=self.file,
            )
        return walks


def _arrays(file: Path) -> dict[str, np.ndarray]:
    with zipfile.ZipFile(file) as packed:
        if sum(one.file_size for one in packed.infolist()) > MAX_BYTES:
            raise ValueError
    with np.load(file, allow_pickle=False) as held:
        return {name: held[name] for name in held.files}


def _walk(held: Mapping[str, np.ndarray], number: int) -> Walk:
    position, has_gauss, gauss = held["marks"][number].tolist()
    words = held["words"][number].astype(np.uint32)
    if words.shape != (WORDS,) or held["chain"].ndim != 4:
        raise ValueError
    arrays = {name: held[name][number] for name in ARRAYS}
    return Walk(**arrays, random=("MT19937", words, int(position), int(has_gauss), gauss))
