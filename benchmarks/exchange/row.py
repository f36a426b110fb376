"""A line of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .cases import Case

LIMIT = 1e-6


@dataclass(frozen=True, slots=True)
class Row:
    """What a tool made of a case.

    Parameters
    ----------
    tool, case : str
    found : float
        Largest difference, or how many of what should not be.
    limit : float
        What is allowed.
    of : str
        What was found.
    """

    tool: str
    case: str
    found: float
    limit: float = LIMIT
    of: str = "largest difference"

    @property
    def holds(self) -> bool:
        """Whether it is within the limit; what is no number is not."""
        return self.found <= self.limit


Check = Callable[[Case], Iterator[Row]]
