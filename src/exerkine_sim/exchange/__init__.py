"""The model in the formats of other programs."""

from .sbml import identifier, original, to_sbml

__all__ = ["identifier", "original", "to_sbml"]
