"""Training as other programs and devices write it, read into Sessions."""

from .dated import Dated, Wishes

__all__ = ["Dated", "Wishes"]
