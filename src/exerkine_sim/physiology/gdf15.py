"""GDF15: a stress hormone that adds up intensity over time and is still rising two hours after work.

    d stress / dt = work^2 - stress / memory,      work = oxygen uptake between rest and maximum
    release       = elimination * V * rest * (1 + gain * stress)
    V dC/dt       = release - elimination * V * C
    rest          = basal * (1 + curvature * [age - reference]+^2)

Stress stands for the integrated stress response and its transcripts. It fades over a few hours, so release
goes on after the end, and with a half-life of hours the hormone peaks in recovery and grows with duration
almost in proportion. Work enters as its square: a threshold at 60 % VO2max would leave out runs of a day
and more, which raise GDF15 as a marathon does. The working leg releases none; liver and heart make it in
mice, and here the source is not told. The level at rest quadruples between youth and eighty, in women less.
Sources: Kleinert2018 (time course, no release by the leg), Campderros2020 (marathon), SpartathlonGDF15
(246 km), Klein2021 (duration), Zheng2023 (half-life), Welsh2022 (age, sex).  Grade: high for direction and
age, medium for time and size.
Contested: training of older obese people raised the resting level a little (Zhang2019), active people stand
lower (Conte2020); neither is here. Left out: what keeps it up for two days after 246 km; diabetes (1.6-fold).
"""

from __future__ import annotations

import sympy

from ..model import Builder, Parameters, module, positive


@module(
    "gdf15",
    parameters={
        "basal": "ng/L",
        "female_factor": "1",
        "age_curvature": "1/year^2",
        "female_curvature": "1/year^2",
        "age_reference": "year",
        "elimination": "1/h",
        "memory": "h",
        "gain": "1/h",
    },
)
def gdf15(m: Builder, p: Parameters) -> None:
    """State the equations."""
    volume = m.subject("plasma_volume", "L")
    resting = _resting(m, p)
    work = m.signal("vo2.work")
    stress = m.state("stress", unit="h", rate=lambda level: work**2 - level / p.memory)

    plasma = m.plasma(volume=volume, basal=resting)
    turnover = p.elimination * volume * resting
    m.release("plasma", tissue="other", rate=turnover)
    m.release("plasma", tissue="other", trigger="stress", rate=turnover * p.gain * stress)
    m.clear("plasma", rate=p.elimination * volume * plasma)


def _resting(m: Builder, p: Parameters) -> sympy.Expr:
    """Level at rest, by age and sex."""
    female = m.subject("female", "1")
    years = positive(m.subject("age", "year") - p.age_reference)
    curvature = p.age_curvature + female * (p.female_curvature - p.age_curvature)
    return p.basal * (1 + female * (p.female_factor - 1)) * (1 + curvature * years**2)
