"""What is shown when nobody says what: the molecules, and for each the sites that tell its story."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from ..errors import InputError

if TYPE_CHECKING:
    from ..solution import Solution

Exerkine = str | tuple[str, str]

OVERVIEW = (
    ("il6",),
    ("il1ra",),
    ("il10",),
    ("irisin",),
    ("bdnf",),
    ("myostatin",),
    ("fgf21",),
    ("lactate",),
    ("cortisol",),
    ("glucagon", "insulin"),
)
REGIONS = ("lower", "upper")
# Serum myostatin hardly moves within a day; its transcript in the two muscle regions is the response.
SITES = {"myostatin": tuple(f"muscle_mrna_{region}" for region in REGIONS)}
GRADES = ("low", "medium", "high")


class Trace(NamedTuple):
    """A molecule at a site."""

    exerkine: str
    site: str


Panel = tuple[Trace, ...]


def default_sites(solution: Solution, exerkine: str) -> tuple[str, ...]:
    """Return the sites shown for a molecule: its first, or both muscle regions of a transcript.

    Raises
    ------
    InputError
        For an unknown molecule, with the nearest names.
    """
    known = solution.sites(exerkine)
    return tuple(site for site in SITES.get(exerkine, ()) if site in known) or known[:1]


def without_site(exerkine: Exerkine) -> str:
    """Return a molecule's id, where only its circulating pool can be drawn.

    Raises
    ------
    InputError
        For a pair of id and site.
    """
    if not isinstance(exerkine, str):
        raise InputError(
            f"{exerkine!r}", expected="a molecule without a site", fix="leave the site out: this is blood"
        )
    return exerkine


def traces(solution: Solution, exerkines: Iterable[Exerkine]) -> Panel:
    """Return what to draw together; a pair names the site, a bare id takes its default sites.

    Raises
    ------
    InputError
        For none, and for an unknown molecule or site.
    """
    found = tuple(
        Trace(name, site)
        for exerkine in exerkines
        for name, sites in [_named(solution, exerkine)]
        for site in sites
    )
    return found or refuse_none()


def panels(solution: Solution, exerkines: Iterable[Exerkine] | None) -> tuple[Panel, ...]:
    """Return one panel for each molecule asked for, or those of the overview that the solution has."""
    if exerkines is not None:
        return tuple(traces(solution, [exerkine]) for exerkine in exerkines) or refuse_none()
    groups = ([name for name in group if name in solution.exerkines] for group in OVERVIEW)
    return tuple(traces(solution, group) for group in groups if group)


def worst_grade(solution: Solution, panel: Panel) -> str:
    """Return the weakest evidence grade among the traces of a panel."""
    grades = [str(solution.concentration(trace.exerkine, site=trace.site).attrs["grade"]) for trace in panel]
    return min(grades, key=lambda grade: GRADES.index(grade) if grade in GRADES else 0)


def _named(solution: Solution, exerkine: Exerkine) -> tuple[str, tuple[str, ...]]:
    if isinstance(exerkine, str):
        return exerkine, default_sites(solution, exerkine)
    name, site = exerkine
    solution.concentration(name, site=site)  # raises for an unknown site
    return name, (site,)


def refuse_none() -> NoReturn:
    """Refuse to draw nothing."""
    raise InputError("no exerkine", fix="name one, or leave exerkines out", field="exerkines")
