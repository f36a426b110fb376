"""The folder of numbers that the package carries, and how its files are read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from .errors import ParameterError
from .files import kept, read_toml

NOT_PARAMETERS = ("claims", "exercise_names", "fit_exercises", "identifiers", "lab")


@cache
def params_folder() -> Path:
    """Return the folder of shipped parameters: inside the installed package, or the checkout's."""
    installed = Path(__file__).parent / "params"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "params"


@cache
def shipped_tables() -> Mapping[Path, dict[str, Any]]:
    """Return the content of each shipped parameter file, from the cache where none has changed.

    Examples
    --------
    >>> "squat" in shipped_tables()[params_folder() / "lifts.toml"]
    True
    """
    folder = params_folder()
    files = _files(folder)
    key = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    # Reading TOML takes twenty times as long as reading the same as JSON.
    text = kept(f"parameters/{key}.json", lambda: json.dumps(list(tables_in(folder).values())).encode())
    return MappingProxyType(dict(zip(files, json.loads(text), strict=True)))


def tables_in(folder: Path) -> dict[Path, dict[str, Any]]:
    """Return the content of each parameter file of a folder: ``exerkines/*.toml`` and ``*.toml``.

    Raises
    ------
    ParameterError
        When there is no such folder, or a file cannot be read.
    """
    if not folder.is_dir():
        raise ParameterError("no such folder", expected="a folder of parameter files", file=folder)
    return {file: read_toml(file, error=ParameterError) for file in _files(folder)}


def _files(folder: Path) -> list[Path]:
    top = [path for path in sorted(folder.glob("*.toml")) if path.stem not in NOT_PARAMETERS]
    return sorted((folder / "exerkines").glob("*.toml")) + top
