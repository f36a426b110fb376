"""XML from outside as a tree: no document types, no entities, bounded size, depth and count."""

from __future__ import annotations

from typing import Any, NoReturn
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from ...errors import InputError

MAX_BYTES = 50_000_000
MAX_ELEMENTS = 1_000_000
MAX_DEPTH = 100


def tree_of(text: str) -> Element:
    """Return the root of a document.

    Raises
    ------
    InputError
        For a document that is no XML, declares a document type, or is larger or deeper than one of ours.

    Examples
    --------
    >>> tree_of("<a><b>1</b></a>")[0].text
    '1'
    """
    content = text.encode("utf-8", errors="replace")
    if len(content) > MAX_BYTES:
        raise InputError(
            f"{len(content)} bytes", expected=f"at most {MAX_BYTES}", fix="export a shorter plan"
        )
    parser = XMLParser(target=_Bounded(), encoding="utf-8")
    try:
        parser.feed(content)
        return parser.close()
    except ParseError as problem:
        raise InputError(
            f"not valid XML: {problem}"[:200],
            expected="an SBML document",
            fix="export it again",
            line=problem.position[0],
        ) from None


class _Bounded(TreeBuilder):
    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def start(self, tag: Any, attrs: Any) -> Any:
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise InputError(
                f"more than {MAX_DEPTH} levels" if self._depth > MAX_DEPTH else "too many elements",
                expected=f"at most {MAX_ELEMENTS} elements, {MAX_DEPTH} deep",
                fix="export it again",
            )
        return super().start(tag, attrs)

    def end(self, tag: Any) -> Any:
        self._depth -= 1
        return super().end(tag)

    def doctype(self, name: str, pubid: str | None, system: str | None) -> NoReturn:  # noqa: ARG002
        raise InputError("a document type", expected="XML without one", fix="take the DOCTYPE out")
