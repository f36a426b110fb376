"""Drawn people beside the norms they are drawn by, and beside other published distributions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..evidence.marginals import DECADE_Y, LEAST_PEOPLE, against_norms
from .style import QUIET_COLOUR, REST_COLOUR, new_figure, styled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE_IN = (13.0, 8.2)
SEXES = {"male": ("men", "#0072B2"), "female": ("women", "#D55E00")}
MOST_DOTS = 400  # people of each sex that are drawn one by one
ELSEWHERE: dict[str, Any] = {"marker": "_", "markersize": 9, "markeredgewidth": 1.4}
MARGIN = 0.04
BESIDE = 1.1  # years, by which the two sources of one decade stand apart


def cohort(people: pd.DataFrame) -> Figure:
    """Draw people: VO2max and size with age, and how size, fat, muscle and VO2max go together.

    Parameters
    ----------
    people : pandas.DataFrame
        As :func:`exerkine_sim.evidence.marginals.people_table` gives it.

    Returns
    -------
    matplotlib.figure.Figure
        Above, decade by decade and sex by sex, the middle and the 5 to 95 % of drawn people, with what was
        published; below, people one by one.

    Examples
    --------
    >>> from exerkine_sim.evidence.marginals import people_table
    >>> from exerkine_sim.parameters import load_parameters
    >>> from exerkine_sim.subject import Cohort, Population
    >>> people = Population.of(Cohort(), n=300, seed=0).subjects(load_parameters())
    >>> len(cohort(people_table(people)).axes)
    6
    """
    beside = against_norms(people)
    with styled():
        figure = new_figure(SIZE_IN)
        axes = figure.subplots(2, 3).ravel()
        for ax, name, label in (
            (axes[0], "vo2max_ml_kg_min", "VO2max, mL/kg/min"),
            (axes[1], "height_m", "height, m"),
            (axes[2], "body_mass_index", "body mass index, kg/m$^2$"),
        ):
            _draw_by_age(ax, people, beside, name)
            ax.set(xlabel="age, years", ylabel=label)
            ax.margins(x=MARGIN)
        for ax, (x, y), labels in (
            (axes[3], ("height_m", "body_mass_kg"), ("height, m", "body mass, kg")),
            (axes[4], ("body_fat_percent", "vo2max_ml_kg_min"), ("body fat, %", "VO2max, mL/kg/min")),
            (axes[5], ("body_mass_kg", "muscle_mass_kg"), ("body mass, kg", "muscle, kg")),
        ):
            _draw_together(ax, people, x, y)
            ax.set(xlabel=labels[0], ylabel=labels[1])
            ax.margins(MARGIN)
        _explain(figure)
        figure.draw_without_rendering()  # ticks take their look when they are first drawn
    return figure


def _draw_by_age(ax: Axes, people: pd.DataFrame, beside: pd.DataFrame, name: str) -> None:
    """Draw quantiles of each decade, and published means and percentiles at its middle."""
    for sex, (_, colour) in SEXES.items():
        ages, (low, middle, high) = _quantiles(people.query(f"sex == '{sex}'"), name)
        ax.fill_between(ages, low, high, color=colour, alpha=0.15, linewidth=0, gid=f"{sex} 90 %")
        ax.plot(ages, middle, color=colour, gid=f"{sex} median")
        known = beside.query(f"quantity == '{name}' and sex == '{sex}'")
        means = known.query("point == 'mean'")
        ax.plot(means["age"] + DECADE_Y / 2, means["published"], "o", color=colour, markersize=5)
        side = -BESIDE if sex == "male" else BESIDE
        others = known.query("point != 'mean'")
        ages = others["age"].to_numpy()[::3] + DECADE_Y / 2 + side
        lowest, middles, highest = others["published"].to_numpy().reshape(-1, 3).T
        ax.vlines(ages, lowest, highest, color=colour, linewidth=1.0, alpha=0.8, gid="elsewhere")
        ax.plot(ages, middles, linestyle="none", color=colour, **ELSEWHERE)


def _quantiles(people: pd.DataFrame, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the middles of decades with people enough, and the 5, 50 and 95 % there, (3, n_decades)."""
    decade, values = people["age_y"].to_numpy() // DECADE_Y, people[name].to_numpy()
    found, counts = np.unique(decade, return_counts=True)
    found = found[counts >= LEAST_PEOPLE]
    quantiles = [np.quantile(values[decade == one], (0.05, 0.5, 0.95)) for one in found]
    return DECADE_Y * (found + 0.5), np.array(quantiles).reshape(-1, 3).T


def _draw_together(ax: Axes, people: pd.DataFrame, x: str, y: str) -> None:
    by_sex = dict(iter(people.groupby("sex")))
    for sex, (label, colour) in SEXES.items():
        chosen = by_sex.get(sex, people.head(0))
        if len(chosen) < LEAST_PEOPLE:
            continue
        r = float(np.corrcoef(chosen[x], chosen[y])[0, 1])
        few = chosen.head(MOST_DOTS)
        ax.plot(few[x], few[y], ".", color=colour, markersize=2.5, alpha=0.5, label=f"{label}, r = {r:.2f}")
    ax.legend(loc="best", fontsize=8.5, markerscale=3, labelcolor=QUIET_COLOUR)


def _explain(figure: Figure) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    marks: list[Any] = []
    for label, colour in SEXES.values():
        marks.append(Line2D([], [], color=colour, label=f"{label}: median drawn"))
        marks.append(Patch(color=colour, alpha=0.15, linewidth=0, label="5 to 95 % drawn"))
    marks.append(
        Line2D(
            [], [], linestyle="none", marker="o", color=REST_COLOUR, label="mean of the norm (Norway, HUNT 3)"
        )
    )
    united = "5, 50 and 95 % in the United States (not drawn from)"
    marks.append(Line2D([], [], color=REST_COLOUR, linewidth=1.0, marker="_", label=united))
    figure.legend(handles=marks, loc="outside lower left", ncols=3, labelcolor=QUIET_COLOUR, fontsize=9)
