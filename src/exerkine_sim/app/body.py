"""The traffic between organs and blood: who releases how much of what, and whose receptors fill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from ..effects import EFFECTS, effects
from ..errors import InputError
from ..solution import Solution

# Where an organ stands on the map: right and up from the heart, a body from head to foot being 2 high.
PLACES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "brain": (-0.46, 0.92),
        "pituitary": (0.46, 0.92),
        "muscle upper": (-0.82, 0.62),
        "immune cells": (0.82, 0.62),
        "liver": (-0.85, 0.27),
        "pancreas": (0.85, 0.27),
        "gut": (-0.85, -0.06),
        "adrenal": (0.85, -0.06),
        "bone": (-0.85, -0.4),
        "adipose": (0.85, -0.4),
        "muscle lower": (-0.66, -0.78),
        "muscle": (-0.16, -0.98),
        "rest of the body": (0.72, -0.78),
        "platelets": (0.0, 0.98),
        "infusion": (0.3, -0.98),
    }
)
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "muscle upper": "upper-body muscle",
        "muscle lower": "leg muscle",
        "muscle": "all muscle",
        "adipose": "fat",
        "adrenal": "adrenal glands",
        "infusion": "drip or injection",
    }
)
ELSEWHERE, GIVEN = "rest of the body", "infusion"
SAME_AS: Mapping[str, str] = MappingProxyType({"immune and epithelial cells": "immune cells"})
CIRCULATING = ("plasma", "blood", "free")
EXCHANGE = frozenset({*CIRCULATING, "tissue"})
TARGETS: Mapping[str, tuple[str, ...]] = MappingProxyType({"liver and muscle": ("liver", "muscle")})
LEAST_RISE = 0.02  # of what is released at rest; below it nothing is drawn


@dataclass(frozen=True, slots=True)
class Arrow:
    """A molecule's way: from an organ into the blood, or from the blood to an organ that listens."""

    exerkine: str
    place: str
    kind: Literal["release", "target"]


@dataclass(frozen=True)
class Traffic:
    """All Arrows of a Solution over time.

    Parameters
    ----------
    times_h : ndarray, shape (n_times,)
    arrows : tuple of Arrow
    width : ndarray, shape (n_arrows, n_times)
        From 0 to 1. Of a release, what is above rest, over the largest such rise of the molecule in any
        organ; of a target, the share of receptors taken above rest.
    told : ndarray, shape (n_arrows, n_times)
        Of a release, over what the whole body releases at rest; of a target, the share of receptors taken.
    """

    times_h: np.ndarray
    arrows: tuple[Arrow, ...]
    width: np.ndarray
    told: np.ndarray


def traffic(solution: Solution) -> Traffic:
    """Return who releases and who listens in a Solution of one member, over time.

    Raises
    ------
    InputError
        For a Solution without states.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> found = traffic(xk.simulate(xk.parse_schedule("Mon 08:00 run 1h 70% VO2max"), subject))
    >>> il6 = [arrow.place for arrow in found.arrows if arrow.exerkine == "il6" and arrow.kind == "release"]
    >>> "muscle lower" in il6
    True
    """
    rows = [*_releases(solution), *_targets(solution)]
    empty = np.zeros((0, len(solution.times_h)), dtype=np.float32)
    return Traffic(
        solution.times_h,
        tuple(arrow for arrow, _, _ in rows),
        np.array([width for _, width, _ in rows], dtype=np.float32) if rows else empty,
        np.array([told for _, _, told in rows], dtype=np.float32) if rows else empty,
    )


def place_of(tissue: str) -> str:
    """Return where a tissue stands on the map; what has no place of its own is the rest of the body.

    Examples
    --------
    >>> place_of("liver"), place_of("whole body")
    ('liver', 'rest of the body')
    """
    tissue = SAME_AS.get(tissue, tissue)
    return tissue if tissue in PLACES else ELSEWHERE


Row = tuple[Arrow, np.ndarray, np.ndarray]


def _releases(solution: Solution) -> Iterator[Row]:
    """Yield what flows into the blood, the terms of an organ added up."""
    terms = solution.fluxes()
    names, tissues = terms["exerkine"].values.tolist(), terms["tissue"].values.tolist()
    sites = [str(pool).partition(".")[2] for pool in terms["pool"].values]
    rates, at_rest = terms.values, terms["at_rest"].values
    groups: dict[str, dict[str, list[int]]] = {}
    for row, (name, tissue, site, kind) in enumerate(
        zip(names, tissues, sites, terms["kind"].values, strict=True)
    ):
        if kind == "release" and site in CIRCULATING and tissue not in EXCHANGE:
            groups.setdefault(name, {}).setdefault(place_of(tissue), []).append(row)
    for name, places in groups.items():
        now = {place: rates[rows].sum(axis=0) for place, rows in places.items()}
        rest = {place: float(at_rest[rows].sum()) for place, rows in places.items()}
        yield from _of_one(name, now, rest)


def _of_one(name: str, now: Mapping[str, np.ndarray], rest: Mapping[str, float]) -> Iterator[Row]:
    """Yield the organs that release more of a molecule at some time than they do at rest."""
    risen = {place: np.maximum(rate - rest[place], 0.0) for place, rate in now.items()}
    largest, total = max(float(rise.max()) for rise in risen.values()), sum(rest.values())
    for place, rise in risen.items():
        if largest > 0 and rise.max() > LEAST_RISE * total:
            yield Arrow(name, place, "release"), rise / largest, now[place] / (total or largest)


def _targets(solution: Solution) -> Iterator[Row]:
    """Yield what the blood brings to organs that listen."""
    try:
        found = effects(solution)
    except InputError:  # the solution holds the molecules of no effect
        return
    taken = found["taken"].isel(member=0)
    courses = {
        str(name): taken.values[:, at]
        for at, (name, site) in enumerate(zip(taken["exerkine"].values, taken["site"].values, strict=True))
        if site in CIRCULATING
    }
    heard = dict.fromkeys(
        Arrow(term.exerkine, place, "target")
        for effect in EFFECTS
        if effect.reach == "endocrine"
        for term in effect.terms
        for place in TARGETS.get(effect.tissue, (place_of(effect.tissue),))
    )
    for arrow in heard:
        if arrow.exerkine in courses:
            share = courses[arrow.exerkine]
            rest = float(share[0])
            yield arrow, np.clip((share - rest) / (1 - rest), 0.0, 1.0), share
