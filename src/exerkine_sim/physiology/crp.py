"""C-reactive protein: made by the liver in the hours after interleukin-6 has risen far, and lost over a day.

    order    = gain * x^2 / (half^2 + x^2),  x = rise of plasma IL-6 above the person's own rest
    release  = loss at rest * (1 - relief * habituation + order through three transit stages)
    V dC/dt  = release - V * C * ln 2 / half-life

Half-life is the same at every level and in every illness, so that synthesis alone sets the level. The
square makes a soft threshold: forty minutes of moderate work leave CRP nearly alone, four hours of racing
raise it thirteenfold. Nothing is seen at the finish; of daily samples that of the next day is highest.
Months of training lower the resting level a little, as they do in trials in which IL-6 stayed where it was.
Sources: Vigushin1993 (half-life), SensitiveCRPAssay (level), Kleiven2018, Plaisance2007 and Mundermann2017
(size), Margeli2005 (largest synthesis), Steensberg2003b (IL-6 is enough), MarathonNeutrophilia2021 (lag),
Donges2010 and Campbell2009 (training).
Grade: high for the time course, medium for the size, low for training.
Contested: carbohydrate lowers IL-6 but not always CRP (Miles2006, Scharhag2006); how much of what training
takes off goes with body fat (Fedewa2017, Campbell2009); nothing in a year of light work (Nicklas2008).
"""

from __future__ import annotations

import sympy

from ..model import Builder, Parameters, hill, module


@module(
    "crp",
    parameters={
        "basal": "ng/L",
        "half_life": "h",
        "lag": "h",
        "il6_gain": "1",
        "il6_half": "ng/L",
        "training_relief": "1",
    },
)
def crp(m: Builder, p: Parameters) -> None:
    """Synthesis at rest and on lagged IL-6 into plasma."""
    volume = m.subject("plasma_volume", "L")
    plasma = m.plasma(volume=volume, basal=p.basal)
    order = p.il6_gain * hill(m.signal("il6.above_rest"), p.il6_half, 2)
    synthesis = m.chain("synthesis", order, p.lag, stages=3)
    elimination = sympy.log(2) / p.half_life * volume
    relief = 1 - p.training_relief * m.signal("adaptation.habituation")
    m.release("plasma", tissue="liver", rate=elimination * p.basal * relief)
    m.release("plasma", tissue="liver", trigger="il6", rate=elimination * p.basal * synthesis)
    m.clear("plasma", rate=elimination * plasma)
