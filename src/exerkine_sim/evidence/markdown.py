"""The little of Markdown that pages are written with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table.

    Examples
    --------
    >>> print(*table(["molecule", "fold"], [["IL-6", "16"]]), sep="\\n")
    | molecule | fold |
    | --- | --- |
    | IL-6 | 16 |
    """
    yield f"| {' | '.join(headings)} |"
    yield f"|{' --- |' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(one.replace('|', '/') for one in row)} |"
