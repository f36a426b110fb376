"""The traffic between organs and blood: who releases how much of what, and whose receptors fill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from ..flow import Way, flow_of
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
LEAST_WIDTH = 0.01  # what never becomes wider is not drawn


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
        From 0 to 1, as :class:`exerkine_sim.flow.Flow` has `released` and `taken`.
    told : ndarray, shape (n_arrows, n_times)
        As it has `over_rest` and `occupied`.
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
    flow = flow_of(solution)
    rows = [
        *_gathered("release", flow.released, flow.over_rest),
        *_gathered("target", flow.taken, flow.occupied),
    ]
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


def _gathered(
    kind: Literal["release", "target"], widths: Mapping[Way, np.ndarray], told: Mapping[Way, np.ndarray]
) -> Iterator[tuple[Arrow, np.ndarray, np.ndarray]]:
    """Yield an arrow for each place: tissues that share one release together, and hear the same."""
    together: dict[Arrow, list[Way]] = {}
    for way in widths:
        together.setdefault(Arrow(way[0], place_of(way[1]), kind), []).append(way)
    join = np.sum if kind == "release" else np.max
    for arrow, ways in together.items():
        width = join([widths[way] for way in ways], axis=0)
        if width.max() > LEAST_WIDTH:
            yield arrow, width, join([told[way] for way in ways], axis=0)
