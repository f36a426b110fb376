"""What a run rests on: its sources, what each of them backs, and what is only assumed."""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import TYPE_CHECKING

from .errors import ParameterError
from .parameters import ParameterSet, load_parameters

if TYPE_CHECKING:
    from .solution import Solution

WIDTH = 100
INDENT = " " * 4


def cite(solution: Solution, *, parameters: ParameterSet | None = None) -> str:
    """Return the sources behind a Solution, the one that backs most first.

    Parameters
    ----------
    solution : Solution
    parameters : ParameterSet, optional
        The one it was made with; the shipped one when left out.

    Returns
    -------
    str
        One paragraph a source: the publication, how many parameters rest on it, and which of them are
        assumptions rather than its findings.

    Raises
    ------
    ParameterError
        For a parameter that `parameters` does not hold.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> solution = xk.simulate(xk.parse_schedule("Mon 08:00 run 1h 70% VO2max"), subject)
    >>> "Steensberg2000" in xk.cite(solution)
    True
    """
    parameters = load_parameters() if parameters is None else parameters
    backed: dict[str, list[str]] = solution.manifest["parameters"]["sources"]
    unknown = [name for names in backed.values() for name in names if name not in parameters]
    if unknown:
        raise ParameterError(
            f"this run rests on '{unknown[0]}', which is not among the given parameters",
            expected="the parameters it was made with",
            fix="pass them: cite(solution, parameters=...)",
        )
    counts = basis_counts(solution, parameters=parameters)
    total = f"{sum(counts.values())} parameters from {len(backed)} sources: {basis_text(counts)}."
    ordered = sorted(backed.values(), key=len, reverse=True)
    return "\n\n".join([total, *(_paragraph(names, parameters) for names in ordered)])


def basis_counts(solution: Solution, *, parameters: ParameterSet | None = None) -> dict[str, int]:
    """Return how many parameters of a run are measured, fitted, derived and assumed."""
    parameters = load_parameters() if parameters is None else parameters
    backed = solution.manifest["parameters"]["sources"]
    counts = Counter(parameters[name].basis for names in backed.values() for name in names)
    return {basis: counts[basis] for basis in ("measured", "fitted", "derived", "assumed")}


def basis_text(counts: dict[str, int]) -> str:
    """Return counts in words.

    Examples
    --------
    >>> basis_text({"measured": 12, "fitted": 0, "derived": 5, "assumed": 3})
    '12 measured, 0 fitted, 5 derived, 3 assumed'
    """
    return ", ".join(f"{count} {basis}" for basis, count in counts.items())


def _paragraph(names: list[str], parameters: ParameterSet) -> str:
    assumed = [name for name in names if parameters[name].basis == "assumed"]
    backs = f"backs {len(names)} parameter{'s' if len(names) > 1 else ''}"
    backs += f", of which {len(assumed)} assumed: {', '.join(assumed)}" if assumed else ", none assumed"
    lines = textwrap.wrap(str(parameters[names[0]].source), WIDTH, break_on_hyphens=False)
    lines += textwrap.wrap(backs, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)
    return "\n".join(lines)
