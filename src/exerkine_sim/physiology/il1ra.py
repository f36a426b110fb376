"""Interleukin-1 receptor antagonist: the anti-inflammatory answer to interleukin-6, some hours behind it.

    exposure = rise of plasma IL-6 above the person's own rest, through two transit stages
    release  = clearance * basal * (1 + gain * exposure / (half + exposure))
    V dC/dt  = release - clearance * C,  V = clearance * half-life / ln 2

Made by blood mononuclear cells and liver; the two are not told apart. The lag and the slow elimination put
the peak two hours behind that of IL-6, and let a second bout of the day start from what the first one left.
Sources: Steensberg2003b (IL-6 is enough), Ostrowski1998a, Ostrowski1998b, Nieman1998, Ronsen2002 (size,
time), IL1raGR0072019 (half-life), AnakinraWeight (clearance).  Grade: high for the rise, medium for its size.
Contested: whether the answer is convex in IL-6; the published pairs fit a straight line as well or better.
"""

from __future__ import annotations

import sympy

from ..model import Builder, Parameters, hill, module


@module(
    "il1ra",
    parameters={
        "basal": "ng/L",
        "half_life": "h",
        "clearance": "L/h/kg",
        "lag": "h",
        "il6_gain": "1",
        "il6_half": "ng/L",
    },
)
def il1ra(m: Builder, p: Parameters) -> None:
    """Release at rest and on lagged IL-6 into one compartment."""
    clearance = p.clearance * m.subject("body_mass", "kg")
    plasma = m.plasma(volume=clearance * p.half_life / sympy.log(2), basal=p.basal)
    exposure = m.chain("exposure", m.signal("il6.above_rest"), p.lag, stages=2, unit="ng/L")
    basal = clearance * p.basal
    m.release("plasma", tissue="immune cells", rate=basal)
    m.release(
        "plasma",
        tissue="immune cells",
        trigger="il6",
        rate=basal * p.il6_gain * hill(exposure, p.il6_half),
    )
    m.clear("plasma", rate=clearance * plasma)
