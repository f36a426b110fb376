"""PEtab: trials and what is estimated from them, as files that other programs fit."""

from .problem import save_petab, study_problem, to_petab

__all__ = ["save_petab", "study_problem", "to_petab"]
