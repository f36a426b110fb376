"""Plan text cut into lexemes that know their place, and a reader that walks over them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Literal, NamedTuple, NoReturn

from ..errors import ScheduleError, nearest
from .limits import MAX_LINES, MAX_MARKS, MAX_TEXT

Kind = Literal["word", "times", "mark", "name", "end"]
_PATTERN = re.compile(
    r"""(?P<skip>\s+|\#.*)
    |(?P<name>"(?:[^"\\]|\\.)*")
    |(?P<times>[0-9]{1,7}\s*[x×](?=[\s\d(]))
    |(?P<mark>[(),;/@])
    |(?P<word>[^\s(),;/@"\#]+(?:/[A-Za-z]+)*)""",
    re.VERBOSE,
)
_SHOWN = 60
_MARKS = ' \t\n(),;/@"'


class Lexeme(NamedTuple):
    """A piece of plan text; `source` is its whole line, `line` and `column` count from 1 and 0."""

    kind: Kind
    text: str
    line: int
    column: int
    source: str

    def fault(self, given: str, *, expected: str | None = None, fix: str | None = None) -> ScheduleError:
        """Return an error that shows the line with a caret under this lexeme."""
        begin = max(0, self.column - _SHOWN)
        shown = self.source[begin : self.column + _SHOWN].expandtabs(1)
        caret = " " * (self.column - begin) + "^" * max(1, min(len(self.text), _SHOWN))
        return ScheduleError(f"{given}\n    {shown}\n    {caret}", expected=expected, fix=fix, line=self.line)

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """Place whatever is refused within at this lexeme, unless it has a place already."""
        try:
            yield
        except ScheduleError as error:
            if error.line is not None:
                raise
            given = f"{error.field}: {error.given}" if error.field else error.given
            raise self.fault(given, expected=error.expected, fix=error.fix) from None

    def name(self) -> str:
        """Return the name within the quotes of a lexeme of kind "name"."""
        try:
            return json.loads(self.text)
        except ValueError:
            raise self.fault(
                "a name that cannot be read", expected='text within "..."', fix="leave out backslashes"
            ) from None


def entries(text: str) -> Iterator[list[Lexeme]]:
    """Yield the lexemes of each entry: a line that is not indented, and the indented ones after it."""
    _check_size(text)
    entry: list[Lexeme] = []
    for line, source in enumerate(text.splitlines(), start=1):
        lexemes = list(_cut(source, line))
        if lexemes and lexemes[0].column == 0:
            if entry:
                yield entry
            entry = lexemes
        elif lexemes and not entry:
            raise lexemes[0].fault(
                "an indented line that continues nothing",
                expected="a line that begins with a day",
                fix="start the line at its margin",
            )
        else:
            entry.extend(lexemes)
    if entry:
        yield entry


def _check_size(text: str) -> None:
    for count, most, noun in (
        (len(text), MAX_TEXT, "characters"),
        (text.count("\n"), MAX_LINES, "lines"),
        (sum(map(text.count, _MARKS)), MAX_MARKS, "spaces and marks"),
    ):
        if count > most:
            raise ScheduleError(
                f"{count} {noun}", expected=f"at most {most}", fix="split the plan into several files"
            )


def _cut(source: str, line: int) -> Iterator[Lexeme]:
    column = 0
    while column < len(source):
        match = _PATTERN.match(source, column)
        if match is None:
            raise Lexeme("mark", source[column], line, column, source).fault(
                "a quotation mark that is never closed", expected='a name within "..."'
            )
        if match.lastgroup != "skip":
            yield Lexeme(match.lastgroup, match.group(), line, column, source)  # type: ignore[arg-type]
        column = match.end()


class Reader:
    """Walks over the lexemes of one entry.

    Parameters
    ----------
    lexemes : list of Lexeme
        At least one.
    """

    def __init__(self, lexemes: list[Lexeme]) -> None:
        last = lexemes[-1]
        end = Lexeme("end", "", last.line, last.column + len(last.text), last.source)
        self._lexemes = [*lexemes, end]
        self._next = 0

    def peek(self) -> Lexeme:
        """Return the next lexeme and stay; at the end one of kind "end"."""
        return self._lexemes[self._next]

    def take(self) -> Lexeme:
        """Return the next lexeme and move past it."""
        lexeme = self.peek()
        self._next += lexeme.kind != "end"
        return lexeme

    def at(self, *words: str) -> bool:
        """Return whether the next lexeme is one of `words`."""
        return self.peek().text.lower() in words

    def take_if(self, *words: str) -> Lexeme | None:
        """Return the next lexeme and move past it if it is one of `words`."""
        return self.take() if self.at(*words) else None

    def word(self, expected: str) -> Lexeme:
        """Return the next lexeme, which must be a word; `expected` says which."""
        return self.take() if self.peek().kind == "word" else self.refuse(expected)

    def expect(self, *words: str) -> Lexeme:
        """Return the next lexeme, which must be one of `words`."""
        return (
            self.take() if self.at(*words) else self.refuse(" or ".join(f"'{word}'" for word in words), words)
        )

    def refuse(self, expected: str, known: Iterable[str] = ()) -> NoReturn:
        """Raise an error about the next lexeme; offer the nearest of the `known` words."""
        lexeme, known = self.peek(), tuple(known)
        given = (
            "the line ends too soon"
            if lexeme.kind == "end"
            else f"'{lexeme.text[:_SHOWN]}' does not fit here"
        )
        fix = nearest(lexeme.text, known) if known and lexeme.kind == "word" else None
        raise lexeme.fault(given, expected=expected, fix=fix)
