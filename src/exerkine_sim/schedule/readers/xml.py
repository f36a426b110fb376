"""XML from outside, read as a stream: no document types, no entities, bounded depth and count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, NoReturn
from xml.parsers import expat

from ...errors import ScheduleError

MAX_DEPTH = 64
MAX_ELEMENTS = 2_000_000

Visit = Callable[["Element"], None]


class Element(NamedTuple):
    """An element: the names from the root down to it, without prefixes, and what it holds itself."""

    names: tuple[str, ...]
    attributes: Mapping[str, str]
    line: int
    text: str

    @property
    def name(self) -> str:
        """Its own name."""
        return self.names[-1]


def each_element(content: bytes, visit: Visit, *, file: Path) -> None:
    """Call `visit` with every element, at its end.

    Parameters
    ----------
    content : bytes
    visit : callable
        Takes an Element.
    file : Path
        Named in messages.

    Raises
    ------
    ScheduleError
        For XML that is not well-formed, declares a document type, or is nested too deep.

    Examples
    --------
    >>> seen = []
    >>> each_element(b"<a><ns3:Watts>210</ns3:Watts></a>", seen.append, file=Path("ride.tcx"))
    >>> [(one.name, one.text) for one in seen]
    [('Watts', '210'), ('a', '')]
    """
    walk = _Walk(visit, file)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = walk.start, walk.end
    parser.CharacterDataHandler = walk.text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = walk.declaration
    walk.line = lambda: parser.CurrentLineNumber
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as problem:  # an encoding nobody knows, too
        raise ScheduleError(
            f"not valid XML: {problem}"[:200],
            fix="export the file again",
            file=file,
            line=parser.ErrorLineNumber,
        ) from None


class _Walk:
    def __init__(self, visit: Visit, file: Path) -> None:
        self.visit, self.file = visit, file
        self.line: Callable[[], int] = lambda: 0
        self.open: list[Element] = []
        self.texts: list[list[str]] = []
        self.count = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.count += 1
        if len(self.open) >= MAX_DEPTH or self.count > MAX_ELEMENTS:
            self.refuse(
                f"element {self.count} at depth {len(self.open) + 1}",
                expected=f"at most {MAX_ELEMENTS} elements, nested up to {MAX_DEPTH} deep",
            )
        above = self.open[-1].names if self.open else ()
        self.open.append(Element((*above, name.rpartition(":")[2]), attributes, self.line(), ""))
        self.texts.append([])

    def text(self, text: str) -> None:
        self.texts[-1].append(text)

    def end(self, name: str) -> None:  # noqa: ARG002
        self.visit(self.open.pop()._replace(text="".join(self.texts.pop()).strip()))

    def declaration(self, name: str, *rest: object) -> None:  # noqa: ARG002
        self.refuse(f"a document type or entity '{name[:40]}'", expected="XML without declarations")

    def refuse(self, given: str, *, expected: str) -> NoReturn:
        raise ScheduleError(
            given, expected=expected, fix="export the file again", file=self.file, line=self.line()
        )
