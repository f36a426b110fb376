"""XML from outside, cut into elements: no document types, no entities, bounded depth and number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

from ...errors import ScheduleError
from ..limits import MAX_NESTING

MAX_ELEMENTS = 100_000


@dataclass(slots=True)
class Element:
    """An element with the names from the root down to it, in lower case, and its own text."""

    path: tuple[str, ...]
    attributes: Mapping[str, str]
    line: int
    text: str = ""

    @property
    def name(self) -> str:
        """Its own name, in lower case."""
        return self.path[-1]


def elements(text: str) -> list[Element]:
    """Return the elements of a document in the order in which they begin; names are in lower case.

    Raises
    ------
    ScheduleError
        For text that is not well-formed, declares a document type, or is nested too deep.

    Examples
    --------
    >>> [(one.path, one.text) for one in elements("<a><B c='1'>text</B></a>")]
    [(('a',), ''), (('a', 'b'), 'text')]
    """
    reader = _Reader()
    try:
        reader.parser.Parse(text, True)
    except expat.ExpatError as problem:
        raise ScheduleError(
            f"not valid XML: {expat.ErrorString(problem.code)}",
            fix="mend the file there, or export it again",
            line=problem.lineno,
        ) from None
    return reader.found


class _Reader:
    """Gathers elements while expat reads."""

    def __init__(self) -> None:
        self.found: list[Element] = []
        self._open: list[Element] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _refuse(self, *_: object) -> None:
        raise ScheduleError(
            "a document type or entity",
            expected="plain XML",
            fix="remove the <!DOCTYPE ...> part",
            line=self.parser.CurrentLineNumber,
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        if len(self._open) >= MAX_NESTING or len(self.found) >= MAX_ELEMENTS:
            raise ScheduleError(
                f"more than {MAX_ELEMENTS} elements, or nested more than {MAX_NESTING} deep", line=line
            )
        path = (*(self._open[-1].path if self._open else ()), name.lower())
        element = Element(path, {key.lower(): value for key, value in attributes.items()}, line)
        self.found.append(element)
        self._open.append(element)

    def _end(self, _: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        if self._open:
            self._open[-1].text += text
