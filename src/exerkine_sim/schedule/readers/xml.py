"""XML from outside, read as a stream: no document types, no entities, bounded depth and count."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from ...errors import ScheduleError

MAX_DEPTH = 64
MAX_ELEMENTS = 2_000_000

Visit = Callable[[Sequence[str], str, Mapping[str, str]], None]


def each_element(content: bytes, visit: Visit, *, file: Path) -> None:
    """Call `visit` with names, text and attributes at the end of every element.

    Parameters
    ----------
    content : bytes
    visit : callable
        Takes the names from the root down to the element, without prefixes, the element's own text, and its
        attributes.
    file : Path
        Named in messages.

    Raises
    ------
    ScheduleError
        For XML that is not well-formed, declares a document type, or is nested too deep.

    Examples
    --------
    >>> seen = []
    >>> def visit(names, text, attributes):
    ...     seen.append((names[-1], text))
    >>> each_element(b"<a><ns3:Watts>210</ns3:Watts></a>", visit, file=Path("ride.tcx"))
    >>> seen
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
            f"not well-formed XML: {problem}"[:200],
            fix="export the file again",
            file=file,
            line=parser.ErrorLineNumber,
        ) from None


class _Walk:
    def __init__(self, visit: Visit, file: Path) -> None:
        self.visit, self.file = visit, file
        self.line: Callable[[], int] = lambda: 0
        self.names: list[str] = []
        self.texts: list[list[str]] = []
        self.attributes: list[Mapping[str, str]] = []
        self.count = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.count += 1
        if len(self.names) >= MAX_DEPTH or self.count > MAX_ELEMENTS:
            self.refuse(
                f"element {self.count} at depth {len(self.names) + 1}",
                expected=f"at most {MAX_ELEMENTS} elements, nested up to {MAX_DEPTH} deep",
            )
        self.names.append(name.rpartition(":")[2])
        self.texts.append([])
        self.attributes.append(attributes)

    def text(self, text: str) -> None:
        self.texts[-1].append(text)

    def end(self, name: str) -> None:  # noqa: ARG002
        self.visit(self.names, "".join(self.texts.pop()).strip(), self.attributes.pop())
        self.names.pop()

    def declaration(self, name: str, *rest: object) -> None:  # noqa: ARG002
        self.refuse(f"a document type or entity '{name[:40]}'", expected="XML without declarations")

    def refuse(self, given: str, *, expected: str) -> NoReturn:
        raise ScheduleError(
            given, expected=expected, fix="export the file again", file=self.file, line=self.line()
        )
