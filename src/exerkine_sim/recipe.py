"""Recipes: everything that a result follows from, as JSON has it, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

SHORT = 40


def differences(before: Any, now: Any, name: str = "") -> Iterator[str]:
    """Name what differs between two recipes, with both values where they are short.

    Examples
    --------
    >>> list(differences({"seed": 1, "plan": {"digest": "a"}}, {"seed": 2, "plan": {"digest": "a"}}))
    ['seed was 1 and is 2']
    """
    if isinstance(before, dict) and isinstance(now, dict):
        for key in sorted(before.keys() | now.keys()):
            yield from differences(before.get(key), now.get(key), f"{name}.{key}" if name else key)
    elif before != now:
        short = max(len(str(before)), len(str(now))) <= SHORT
        yield f"{name} was {before} and is {now}" if short else f"{name} differs"
