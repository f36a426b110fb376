"""How people differ: the band of many like the one on the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..plot.choice import default_sites
from ..simulate import simulate
from ..subject import Population
from .setting import Setting

N_PEOPLE, SEED = 50, 0
QUANTILES = (0.05, 0.95)


class Band(NamedTuple):
    """The band of each molecule: times, shape (n_times,); low and high, shape (n_exerkines, n_times)."""

    times_h: np.ndarray
    low: np.ndarray
    high: np.ndarray


def bands_of(setting: Setting, exerkines: Sequence[str]) -> Band:
    """Return the bands within which nine tenths of the people lie who are like this one.

    Parameters
    ----------
    setting : Setting
    exerkines : sequence of str
    """
    people = Population(setting.subject, n=N_PEOPLE, seed=SEED)
    solution = simulate(setting.schedule, people, exerkines=list(exerkines))
    arrays, sites = solution.arrays, solution.arrays["site"].tolist()
    courses = [
        arrays["concentration"][:, :, row, sites.index(default_sites(solution, name)[0])]
        for row, name in enumerate(solution.exerkines)
    ]
    low, high = np.nanquantile(np.array(courses), QUANTILES, axis=1)
    return Band(solution.times_h, low, high)
