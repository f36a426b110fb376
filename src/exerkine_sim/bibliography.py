"""The one bibliography, `params/references.bib`: every source that a number may name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .errors import ParameterError
from .files import read_text

# Each looks at a text once: what begins an entry is found first, and a field does not leave its line.
_BEGIN = re.compile(r"^(?=@)", re.MULTILINE)
_ENTRY = re.compile(r"@\w+\s*\{\s*([^,\s]+)\s*,(.*?)^\}", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"^[ \t]*(\w+)[ \t]*=[ \t]*\{(.*?)\}[ \t]*,?[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Source:
    """A publication, and the place in it where a number stands.

    Parameters
    ----------
    key : str
        Author and year, as in ``Steensberg2000``.
    author, title, year, doi : str
        As printed; empty when not known.
    where : str
        Abstract, table, figure or page.
    """

    key: str
    author: str = ""
    title: str = ""
    year: str = ""
    doi: str = ""
    where: str = ""

    def __str__(self) -> str:
        link = f" https://doi.org/{self.doi}" if self.doi else ""
        return f"{self.key}: {self.author or 'unknown author'} ({self.year or 'n.d.'}). {self.title}.{link}"


@cache
def load_bibliography(path: Path) -> dict[str, Source]:
    """Read a BibTeX file into sources by key.

    The reader takes one field a line, braces as quotes, and the closing brace of an entry at the start
    of a line; that is the form this project's file is kept in.

    Raises
    ------
    ParameterError
        For a key that stands twice, or a file without entries.
    """
    sources: dict[str, Source] = {}
    for entry in _BEGIN.split(read_text(path, error=ParameterError))[1:]:
        found = _ENTRY.match(entry)
        if found is None:
            raise ParameterError(
                f"'{entry[:40].strip()}' is no entry",
                expected="@article{Key, ... }",
                fix="close it",
                file=path,
            )
        key, body = found.groups()
        if key in sources:
            raise ParameterError(
                f"key '{key}' stands twice", expected="one entry a key", fix="rename one", file=path
            )
        fields = {name.lower(): text.replace("{", "").replace("}", "") for name, text in _FIELD.findall(body)}
        known = {name: fields.get(name, "") for name in ("author", "title", "year", "doi")}
        sources[key] = Source(key=key, **known)
    if not sources:
        raise ParameterError(
            "no entry found", expected="@article{Key, ...} entries", fix="mend the file", file=path
        )
    return sources
