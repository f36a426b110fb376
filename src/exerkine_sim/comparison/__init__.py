"""Plan against plan, in the same people: what differs, by how much, and how sure that is."""

from .comparison import FEWEST_PEOPLE, USUAL_PEOPLE, Comparison, compare
from .contrast import VERDICTS, Contrast
from .reading import KINDS, TOGETHER, Reading

__all__ = [
    "FEWEST_PEOPLE",
    "KINDS",
    "TOGETHER",
    "USUAL_PEOPLE",
    "VERDICTS",
    "Comparison",
    "Contrast",
    "Reading",
    "compare",
]
