"""What traces are called: above a panel, among the lines of one, and down the side of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .choice import REGIONS, Panel

if TYPE_CHECKING:
    from ..solution import Solution


def row_names(solution: Solution, panel: Panel) -> list[str]:
    """Return a name for each trace of many: the molecule, and the site where it is not its first."""
    return [
        " ".join(
            [_molecule(solution, trace.exerkine)]
            + [_site_family(trace.site).replace("muscle transcript", "mRNA")]
            * (trace.site != solution.sites(trace.exerkine)[0])
            + [region for region in REGIONS if trace.site.endswith(f"_{region}")]
        )
        for trace in panel
    ]


def title(solution: Solution, panel: Panel) -> str:
    """Name the molecules and, where all share it, the site."""
    names = [_molecule(solution, name) for name in dict.fromkeys(trace.exerkine for trace in panel)]
    title = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    sites = {_site_family(trace.site) for trace in panel}
    return title + (f" · {sites.pop()}" if len(sites) == 1 else "")


def labels(solution: Solution, panel: Panel) -> list[str]:
    """Return for each trace what tells it apart: the molecule, the site, the muscle region."""
    molecules = {trace.exerkine for trace in panel}
    sites = {_site_family(trace.site) for trace in panel}
    return [
        ", ".join(
            [_molecule(solution, trace.exerkine)] * (len(molecules) > 1)
            + [_site_family(trace.site)] * (len(sites) > 1)
            + [f"{region} body" for region in REGIONS if trace.site.endswith(f"_{region}")]
        )
        for trace in panel
    ]


def fold_text(fold: float) -> str:
    """Return a fold in as few digits as tell it from 1.

    Examples
    --------
    >>> [fold_text(fold) for fold in (41.3, 2.345, 0.42, 1.004)]
    ['41×', '2.3×', '0.42×', '1.0×']
    """
    return f"{fold:.0f}×" if fold >= 10 else f"{fold:.1f}×" if fold >= 1 else f"{fold:.2f}×"


def _molecule(solution: Solution, exerkine: str) -> str:
    return str(solution.dataset["label"].sel(exerkine=exerkine).item())


def _site_family(site: str) -> str:
    """Return the site in words, without the muscle region."""
    for region in REGIONS:
        site = site.removesuffix(f"_{region}")
    return site.replace("muscle_mrna", "muscle transcript").replace("_", " ")
