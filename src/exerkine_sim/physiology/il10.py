"""Interleukin-10: released only when interleukin-6 has risen far, or effort is above the lactate threshold.

    release  = clearance * basal * (1 + il6_gain * x^2 / (half^2 + x^2) + effort_gain * (uptake - LT)+)
    x        = rise of plasma IL-6 above the person's own rest
    V dC/dt  = release - clearance * C,  V = clearance * half-life / ln 2

The square makes a soft threshold, so that an hour of moderate work does nothing and a marathon much; effort
stands for catecholamines. Its own elimination is lag enough: the peak comes with the end of work or within
the hour after it.
Sources: Steensberg2003b (IL-6 is enough), Ostrowski1999 (size), Peake2005 and Wadley2016 (intensity),
Radwanski1998 (half-life, clearance).  Grade: medium, as one trial gives a number.
Contested: level at rest (assays differ several-fold); whether duration or intensity counts
(CabralSantos2019).
"""

from __future__ import annotations

import sympy

from ..model import Builder, Parameters, hill, module, positive


@module(
    "il10",
    parameters={
        "basal": "ng/L",
        "half_life": "h",
        "clearance": "L/h/kg",
        "il6_gain": "1",
        "il6_half": "ng/L",
        "effort_gain": "1",
    },
)
def il10(m: Builder, p: Parameters) -> None:
    """Release at rest, on IL-6 and on hard effort into one compartment."""
    clearance = p.clearance * m.subject("body_mass", "kg")
    plasma = m.plasma(volume=clearance * p.half_life / sympy.log(2), basal=p.basal)
    basal = clearance * p.basal
    response = p.il6_gain * hill(m.signal("il6.above_rest"), p.il6_half, 2)
    effort = positive(m.signal("vo2.uptake") - m.subject("lactate_threshold", "1"))
    m.release("plasma", tissue="immune cells", rate=basal)
    m.release("plasma", tissue="immune cells", trigger="il6", rate=basal * response)
    m.release("plasma", tissue="immune cells", trigger="effort", rate=basal * p.effort_gain * effort)
    m.clear("plasma", rate=clearance * plasma)
