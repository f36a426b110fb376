"""Why members failed: reasons that differ in their numbers alone are one, which says from where to where."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w])")


@dataclass(frozen=True, slots=True)
class Reasons:
    """Counts reasons as they come.

    Examples
    --------
    >>> reasons = Reasons()
    >>> for end in (50, 73.5, 61):
    ...     reasons.add(f"the plan lasts until {end} h, beyond the end at 48 h")
    >>> reasons.counted()
    Counter({'the plan lasts until 50 to 73.5 h, beyond the end at 48 h': 3})
    """

    counts: Counter[str] = field(default_factory=Counter)
    ends: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def add(self, reason: str) -> None:
        """Count one more."""
        form, numbers = _NUMBER.sub("\0", reason), _NUMBER.findall(reason)
        known = self.ends.setdefault(form, [(one, one) for one in numbers])
        self.ends[form] = [
            (min(low, one, key=float), max(high, one, key=float))
            for (low, high), one in zip(known, numbers, strict=True)
        ]
        self.counts[form] += 1

    def counted(self) -> Counter[str]:
        """Return how many there are of each."""
        return Counter({self._words(form): n for form, n in self.counts.most_common()})

    def _words(self, form: str) -> str:
        ends = iter(self.ends[form])
        return re.sub("\0", lambda _: _span(*next(ends)), form)


def _span(low: str, high: str) -> str:
    return low if low == high else f"{float(low):.6g} to {float(high):.6g}"
