"""Training as other programs and devices write it, read into Sessions."""

from .dated import Dated, Wishes
from .kinds import read_file

__all__ = ["Dated", "Wishes", "read_file"]
