"""Comparisons as people write them: ``peak(fasted) / peak(fed) >= 1.5``, ``20 <= peak(lifting) <= 100``.

A quantity is a measure of an arm, ``measure(arm)``. Sums, products and brackets are read as usual, and a
chain of comparisons holds when each of its links does. Text is parsed, never evaluated.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NoReturn

from ...errors import InputError

MAX_LETTERS, MAX_BRACKETS = 300, 20
RELATIONS: Mapping[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
EXPECTED = "such as 'peak(fasted) / peak(fed) >= 1.5' or '20 <= peak(lifting) <= 100'"
_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<measure>[a-z][a-z0-9_]*)\((?P<arm>[a-z][a-z0-9_]*)\)|(?P<sign><=|>=|[<>()*/+-]))"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A measure of an arm.

    Parameters
    ----------
    measure, arm : str
        Their ids.
    """

    measure: str
    arm: str


Quantities = Mapping[Quantity, float]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: how it is written, and what it comes to."""

    text: str
    value: Callable[[Quantities], float]
    is_number: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """A chain of comparisons.

    Parameters
    ----------
    text : str
        As it was written.
    quantities : tuple of Quantity
        What has to be known, in order of appearance.
    sides : tuple of Side
    relations : tuple of str
        One fewer than sides.
    """

    text: str
    quantities: tuple[Quantity, ...]
    sides: tuple[Side, ...]
    relations: tuple[str, ...]

    def holds(self, known: Quantities) -> bool:
        """Return whether every link holds; one with something that is no number does not."""
        values = [side.value(known) for side in self.sides]
        return all(
            RELATIONS[sign](*pair) for sign, pair in zip(self.relations, pairwise(values), strict=True)
        )

    def margin(self, known: Quantities) -> float:
        """Return by what ratio the tightest link holds; below 1 it fails, NaN where sides have no ratio.

        Examples
        --------
        >>> comparison = parse_comparison("20 <= peak(lifting) <= 100")
        >>> [comparison.margin({Quantity("peak", "lifting"): peak}) for peak in (40.0, 5.0)]
        [2.0, 0.25]
        """
        values = [side.value(known) for side in self.sides]
        pairs = [
            pair if sign.startswith("<") else pair[::-1]
            for sign, pair in zip(self.relations, pairwise(values), strict=True)
        ]
        ratios = [larger / smaller for smaller, larger in pairs if smaller > 0 and larger > 0]
        tightest = min(ratios, default=math.nan)
        return tightest if (tightest >= 1) is self.holds(known) else math.nan

    def found(self, known: Quantities) -> dict[str, float]:
        """Return what each side came to, numbers that were asked for aside.

        Examples
        --------
        >>> fasted, fed = Quantity("peak", "fasted"), Quantity("peak", "fed")
        >>> parse_comparison("peak(fasted) / peak(fed) >= 1.5").found({fasted: 6.0, fed: 2.0})
        {'peak(fasted) / peak(fed)': 3.0}
        """
        return {side.text: side.value(known) for side in self.sides if not side.is_number}


@dataclass(frozen=True, slots=True)
class Amount:
    """What one side of a comparison may be, alone.

    Parameters
    ----------
    text : str
        As it was written.
    quantities : tuple of Quantity
        What has to be known, in order of appearance.
    value : callable
        Returns the number that it comes to.
    """

    text: str
    quantities: tuple[Quantity, ...]
    value: Callable[[Quantities], float]


def parse_amount(text: str, *, field: str | None = None) -> Amount:
    """Read a number that is computed from quantities.

    Raises
    ------
    InputError
        Saying where the text stops being one.

    Examples
    --------
    >>> ratio = parse_amount("peak(b) / peak(a)")
    >>> ratio.value(dict(zip(ratio.quantities, (6.0, 2.0))))
    3.0
    """
    parser = _Parser(text, field)
    side = parser.side()
    if parser.next:
        parser.refuse()
    return Amount(side.text, tuple(parser.quantities), side.value)


def parse_comparison(text: str, *, field: str | None = None) -> Comparison:
    """Read a comparison.

    Raises
    ------
    InputError
        Saying where the text stops being one.

    Examples
    --------
    >>> comparison = parse_comparison("1 < peak(run) <= 2 * peak(walk)")
    >>> run, walk = comparison.quantities
    >>> comparison.holds({run: 3.0, walk: 1.5}), comparison.holds({run: 3.0, walk: 1.0})
    (True, False)
    """
    parser = _Parser(text, field)
    sides, relations = [parser.side()], []
    while parser.next in RELATIONS:
        relations.append(parser.take())
        sides.append(parser.side())
    if parser.next or not relations:
        parser.refuse()
    return Comparison(text, tuple(parser.quantities), tuple(sides), tuple(relations))


class _Parser:
    """Reads sums of products of numbers and quantities, from left to right."""

    def __init__(self, text: str, field: str | None) -> None:
        self._text, self._field, self._at = text[:MAX_LETTERS].strip(), field, 0
        self.quantities: dict[Quantity, None] = {}
        self._match = _TOKEN.match(self._text)
        if len(text) > MAX_LETTERS or text.count("(") > MAX_BRACKETS:
            self.refuse()

    @property
    def next(self) -> str:
        """The coming token; empty at the end, and where none can be read."""
        return self._match[0].strip() if self._match else self._text[self._at :][:1]

    def take(self) -> str:
        """Return the coming token and move on."""
        taken = self.next
        if self._match is None:
            self.refuse()
        self._at = self._match.end()
        self._match = _TOKEN.match(self._text, self._at)
        return taken

    def refuse(self) -> NoReturn:
        """Raise the one error there is, with the place."""
        raise InputError(
            f"'{self._text[: self._at]}' goes on with '{self._text[self._at :][:40]}'",
            expected=f"a comparison {EXPECTED}",
            fix="write numbers and measure(arm), joined by + - * / and < <= > >=",
            field=self._field,
        )

    def side(self) -> Side:
        """Read up to the next relation, or the end."""
        start = self._at
        value = self._sum()
        text = self._text[start : self._at].strip()
        return Side(text, value, is_number="(" not in text)

    def _sum(self) -> Callable[[Quantities], float]:
        return self._joined(self._product, {"+": operator.add, "-": operator.sub})

    def _product(self) -> Callable[[Quantities], float]:
        return self._joined(self._factor, {"*": operator.mul, "/": _quotient})

    def _joined(
        self,
        part: Callable[[], Callable[[Quantities], float]],
        signs: Mapping[str, Callable[[float, float], float]],
    ) -> Callable[[Quantities], float]:
        value = part()
        while self.next in signs:
            value = _both(signs[self.take()], value, part())
        return value

    def _factor(self) -> Callable[[Quantities], float]:
        match = self._match
        if match is None or match["sign"] not in (None, "(", "-"):
            self.refuse()
        taken = self.take()
        if taken == "-":
            return _both(operator.sub, lambda _: 0.0, self._factor())
        if taken == "(":
            value = self._sum()
            if self.next != ")":
                self.refuse()
            self.take()
            return value
        if match["number"]:
            return lambda _: float(taken)
        quantity = Quantity(match["measure"], match["arm"])
        self.quantities[quantity] = None
        return lambda known: known[quantity]


def _both(
    join: Callable[[float, float], float],
    left: Callable[[Quantities], float],
    right: Callable[[Quantities], float],
) -> Callable[[Quantities], float]:
    return lambda known: join(left(known), right(known))


def _quotient(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator else math.nan
