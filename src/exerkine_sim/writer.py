"""One writer at a time: a lock that ends with the process that holds it, however that ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .errors import InputError


@contextmanager
def alone(place: Path, *, of: Path) -> Iterator[None]:
    """Keep other writers out of a file or folder; it may be renamed meanwhile.

    Where the system or its file system knows no such lock, nobody is kept out.

    Parameters
    ----------
    place : Path
        Something there is.
    of : Path
        What the message names.

    Raises
    ------
    InputError
        When somebody else is writing.
    """
    try:
        import fcntl
    except ImportError:  # not on Windows
        yield
        return
    held = os.open(place, os.O_RDONLY)
    try:
        _lock(fcntl, held, of)
        yield
    finally:
        os.close(held)


def _lock(fcntl: Any, held: int, of: Path) -> None:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InputError(
            "is being written by another process",
            expected="one writer at a time",
            fix="wait until it has ended, or name another place",
            file=of,
        ) from None
    except OSError:
        return  # a file system without locks
