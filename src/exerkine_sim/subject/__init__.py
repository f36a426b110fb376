"""Subject and Population: the person who follows the plan, and people like that person."""

from .person import Subject, load_subject
from .population import Population

__all__ = ["Population", "Subject", "load_subject"]
