"""Files: what comes from outside is bounded, parsed and never evaluated; what goes out is whole or absent."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import threading
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import platformdirs
from pydantic import BaseModel, ValidationError

from .errors import InputError, nearest

LOG = logging.getLogger(__name__)
MAX_BYTES, MAX_DOTS = 4_000_000, 100
_PART = r"""(?>"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+'|[\w-]++)"""  # of a dotted key
# All that may be keys, and more: at the begin of a line, or within a table or a list in a line.
_KEYS = re.compile(rf"(?:^[ \t]*+\[{{0,2}}|[{{,\[])[ \t]*+{_PART}(?:[ \t]*+\.[ \t]*+{_PART})*+", re.MULTILINE)
CHECKSUM_BYTES = hashlib.sha256().digest_size
CACHE_VARIABLE = "EXERKINE_SIM_CACHE"
PARTIAL = ".partial"  # how names end of what is being written
Table = TypeVar("Table", bound=BaseModel)


def read_text(path: str | Path, *, error: type[InputError], most: int = MAX_BYTES) -> str:
    """Return the text of a UTF-8 file of at most `most` bytes, or raise `error` naming the file."""
    path = Path(path)
    try:
        if not path.is_file():
            given = "a folder" if path.is_dir() else "no such file"  # pipes and devices are none
            raise error(given, expected="a readable file", fix="check the path", file=path)
        if path.stat().st_size > most:
            raise error(
                f"{path.stat().st_size} bytes",
                expected=f"at most {most} bytes",
                fix="split the file",
                file=path,
            )
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as problem:
        raise error(
            f"not UTF-8 text ({problem.reason})", expected="UTF-8", fix="save it as UTF-8", file=path
        ) from None
    except OSError as problem:
        raise error(f"cannot be read ({problem.strerror})", fix="check the permissions", file=path) from None


def read_toml(path: str | Path, *, error: type[InputError]) -> dict[str, Any]:
    """Return the content of a TOML file, or raise `error` naming file and line."""
    text = read_text(path, error=error)
    try:
        return parse_toml(text, error=error)
    except InputError as problem:
        raise problem.located(file=path) from None


def parse_toml(text: str, *, error: type[InputError]) -> dict[str, Any]:
    """Return the content of a text in TOML, or raise `error` naming the line.

    Examples
    --------
    >>> parse_toml("age_y = 30", error=InputError)
    {'age_y': 30}
    """
    try:
        # tomllib takes time with the square of the parts of a key.
        if max((one[0].count(".") for one in _KEYS.finditer(text)), default=0) > MAX_DOTS:
            raise ValueError(f"a key of more than {MAX_DOTS} parts")
        return tomllib.loads(text)
    except (ValueError, RecursionError) as problem:  # tomllib also refuses endless integers so
        raise error(f"not valid TOML: {problem}"[:300], fix="mend the syntax there") from None


def validated(
    table: type[Table],
    content: Mapping[str, Any],
    *,
    error: type[InputError],
    file: str | Path | None = None,
    prefix: str = "",
) -> Table:
    """Return `content` as the pydantic model `table`, or raise `error` about its first fault.

    Parameters
    ----------
    table : type
        The pydantic model to build.
    content : mapping
        What the file holds.
    error : type
        The InputError to raise.
    file : path, optional
        Named in the message.
    prefix : str
        Dotted path of `content` within the file, put before the field.
    """
    try:
        return table.model_validate(dict(content))
    except ValidationError as problem:
        # A misspelt field also counts as missing: the spelling is what helps.
        first = min(problem.errors(include_url=False), key=lambda fault: fault["type"] != "extra_forbidden")
        field = ".".join(filter(None, [prefix, *(str(step) for step in first["loc"])]))
        given, expected, fix = _explain(table, first)
        raise error(given, expected=expected, fix=fix, file=file, field=field) from None


def _explain(table: type[BaseModel], fault: Any) -> tuple[str, str | None, str | None]:
    """Return what was given, what was expected and how to fix it."""
    name = str(fault["loc"][-1]) if fault["loc"] else ""
    if fault["type"] == "extra_forbidden":
        return f"unknown field '{name}'", None, nearest(name, _field_names(table, fault["loc"][:-1]))
    if fault["type"] == "missing":
        return f"'{name}' is missing", f"a value for '{name}'", f"add '{name} = ...'"
    return f"{name} = {fault['input']!r}"[:200], fault["msg"].removeprefix("Value error, "), None


def _field_names(table: type[BaseModel], path: tuple[Any, ...]) -> list[str]:
    """Return the field names of the nested model that `path` leads to."""
    for step in path:
        if isinstance(step, int) or step not in table.model_fields:
            continue
        inner = _models_in(table.model_fields[step].annotation)
        table = inner[0] if inner else table
    return [field.alias or name for name, field in table.model_fields.items()]


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in getattr(annotation, "__args__", ()) for model in _models_in(inner)]


@contextmanager
def naming(path: Path, *also: Path) -> Iterator[None]:
    """Let an error of the system name a file as the user does, not what it is `also` called, or none."""
    try:
        yield
    except OSError as problem:
        if problem.filename in (None, *map(str, also), *also):
            problem.filename = str(path)
        raise


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Offer a place to write to; what is there in the end becomes `path`, which is never half written."""
    # Two writers never share one, be they processes or threads.
    partial = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_native_id()}{PARTIAL}")
    try:
        with naming(path, partial):
            yield partial
            partial.replace(path)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def own_folder(kind: Callable[[str], str]) -> Path | None:
    """Return a folder of the user's, as platformdirs has it; None where nobody's home is known."""
    try:
        folder = Path(kind("exerkine-sim"))
    except RuntimeError:
        return None
    return folder if folder.is_absolute() else None  # "~" where nobody lives is a folder like any other


def cache_folder(name: str) -> Path | None:
    """Return where something that can be made again is kept; None when nothing is to be kept.

    The environment variable ``EXERKINE_SIM_CACHE`` names another folder than the user's cache; set to
    nothing, it turns keeping off. Without a home folder nothing is kept either.
    """
    chosen = os.environ.get(CACHE_VARIABLE)
    if chosen is None:
        usual = own_folder(platformdirs.user_cache_dir)
        return None if usual is None else usual / name
    return Path(chosen) / name if chosen else None


def kept(name: str, make: Callable[[], bytes]) -> bytes:
    """Return what is in the cache under a name; what is not there, or not whole, is made and put there.

    A cache that cannot be written is done without.

    Parameters
    ----------
    name : str
        Folder and file, for example ``kernels/5c1f.kernel``; the file is named after all that its content
        follows from, so that it never grows old.
    make : callable
        Returns the content.

    Examples
    --------
    >>> kept("doctest/answer.txt", lambda: b"42")
    b'42'
    """
    folder, _, file = name.rpartition("/")
    place = cache_folder(folder)
    content = None if place is None else _stored(place / file)
    if content is None:
        content = make()
        if place is not None:
            _store(place / file, content)
    return content


def _stored(place: Path) -> bytes | None:
    """Return what was written to a place; None unless every byte is the one that was written."""
    try:
        if not place.is_file():  # a pipe would be waited for
            return None
        written = place.read_bytes()
    except OSError:
        return None
    checksum, content = written[:CHECKSUM_BYTES], written[CHECKSUM_BYTES:]
    if hashlib.sha256(content).digest() != checksum:
        LOG.warning("%s is damaged and is made anew", place)
        return None
    return content


def _store(place: Path, content: bytes) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with whole(place) as partial:
            partial.write_bytes(hashlib.sha256(content).digest() + content)
    except OSError as problem:
        LOG.info("%s is not kept: %s", place.name, problem)


def sources_digest(*places: Path) -> str:
    """Return a hash of Python sources, so that a new version never reads what an old one kept.

    Parameters
    ----------
    places : Path
        Files, or folders with all that lies in them.
    """
    files = [
        file for place in places for file in (sorted(place.rglob("*.py")) if place.is_dir() else [place])
    ]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
