"""Subject, Population, Cohort: who follows the plan, people like that person, and people at large."""

from .cohort import Cohort, load_cohort
from .person import Subject, load_subject
from .population import Population

__all__ = ["Cohort", "Population", "Subject", "load_cohort", "load_subject"]
