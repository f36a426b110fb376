"""The bytes of a file from outside, unpacked where it is gzipped, and never more of them than asked for."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from pathlib import Path

from ...errors import ScheduleError

PACKED = ".gz"
# Twelve hours of GPX at a point a second are a third of it, and so are ten years of lifting twice a day.
MAX_FILE_BYTES = 64_000_000
# What unpacking raises for content that is damaged, locked, or packed in a way nobody knows.
DAMAGE = (OSError, EOFError, RuntimeError, NotImplementedError, ValueError, zipfile.BadZipFile, zlib.error)


def content_of(path: Path, *, limit: int) -> bytes:
    """Return the content of a file of at most `limit` bytes, before and after unpacking.

    Parameters
    ----------
    path : Path
        A name that ends in ``.gz`` is unpacked.
    limit : int
        Bytes.

    Raises
    ------
    ScheduleError
        For a file that is missing, empty, too large or damaged.

    Examples
    --------
    >>> content_of(Path("nowhere.fit"), limit=1000)
    Traceback (most recent call last):
        ...
    exerkine_sim.errors.ScheduleError: nowhere.fit: no such file
      expected: a readable file
      fix: check the path
    """
    if not path.is_file():
        raise ScheduleError("no such file", expected="a readable file", fix="check the path", file=path)
    try:
        with gzip.open(path) if path.suffix.lower() == PACKED else path.open("rb") as stream:
            content = stream.read(limit + 1)
    except DAMAGE as problem:
        raise ScheduleError(f"cannot be read ({problem})"[:200], expected="a whole file", file=path) from None
    if not 0 < len(content) <= limit:
        size = "an empty file" if not content else "more than the limit"
        raise ScheduleError(size, expected=f"1 to {limit} bytes", fix="export it again", file=path)
    return content
