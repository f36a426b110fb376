"""Objects as keys: the same one, not one that is equal."""

from __future__ import annotations

from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Same(Generic[Thing]):
    """An object that a cache knows by its identity, and keeps; it may be large, and need not be hashable.

    Parameters
    ----------
    one : object
        It must not change.

    Examples
    --------
    >>> first, second = {"a": 1}, {"a": 1}
    >>> Same(first) == Same(first), Same(first) == Same(second)
    (True, False)
    """

    __slots__ = ("one",)

    def __init__(self, one: Thing) -> None:
        self.one = one

    def __eq__(self, other: object) -> bool:
        """Whether it is the same object."""
        return isinstance(other, Same) and self.one is other.one

    def __hash__(self) -> int:
        """Return a number that two of the same object share."""
        return id(self.one)
