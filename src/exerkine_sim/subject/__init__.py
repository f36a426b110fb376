"""Subject: the person who follows the plan, and what follows from size, sex, age and fitness."""

from .person import Subject, load_subject

__all__ = ["Subject", "load_subject"]
