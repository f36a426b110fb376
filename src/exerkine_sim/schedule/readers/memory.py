"""What files held, kept from one import to the next, so that an interrupted one goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from ...files import kept, sources_digest
from ...shipped import params_folder
from ..bout import Bout, Session
from ..intensity import Intensity
from .dated import Dated, Wishes


def recipe_of(wishes: Wishes) -> str:
    """Return a hash of everything but the file that a reader's answer follows from."""
    sources = sources_digest(Path(__file__).parents[1], *sorted(params_folder().glob("*.toml")))
    told = [wishes.mode, wishes.weight_unit, sorted(wishes.lifts.items()), repr(wishes.modes), sources]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def remembered(file: Path, recipe: str, read: Callable[[], Sequence[Dated]]) -> list[Dated]:
    """Return what `read` says of a file, or what it said when the same file was read before.

    Parameters
    ----------
    file : Path
    recipe : str
        See :func:`recipe_of`; with the content and the name of the file it decides the answer.
    read : callable
        Reads the file; what it refuses is not kept.
    """
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    key = hashlib.sha256(f"{recipe} {digest} {file.name}".encode()).hexdigest()
    text = kept(f"imports/{key}.json", lambda: json.dumps([_plain(one) for one in read()]).encode())
    return [_dated(one, file) for one in json.loads(text)]


def _plain(dated: Dated) -> dict[str, Any]:
    return {
        "session": asdict(dated.session),
        "start": None if dated.start is None else dated.start.isoformat(),
        "remarks": dated.remarks,
    }


def _dated(plain: dict[str, Any], file: Path) -> Dated:
    bouts = [
        Bout(**bout | {"intensity": Intensity(**bout["intensity"])}) for bout in plain["session"]["bouts"]
    ]
    start = None if plain["start"] is None else datetime.fromisoformat(plain["start"])
    return Dated(Session(**plain["session"] | {"bouts": bouts}), start, file, tuple(plain["remarks"]))
