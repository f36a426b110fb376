"""Plan against plan, in the same people: what differs, by how much, and how sure that is."""

from .comparison import Comparison, compare
from .contrast import VERDICTS, Contrast
from .reading import KINDS, TOGETHER, Reading

__all__ = ["KINDS", "TOGETHER", "VERDICTS", "Comparison", "Contrast", "Reading", "compare"]
