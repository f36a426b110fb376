"""IGFBP-1: made by the liver when insulin is low, and for hours after hard or long work.

    brake(i) = (1 + half) / (half + i)                                   insulin i relative to rest
    release  = elimination * volume * basal * brake(i) * (1 + gain * effort / (half effort + effort))
    d effort / dt = (work - effort) / effort time
    loss     = elimination * volume * concentration

Work is oxygen uptake between rest and maximum. Effort remembers it for some hours, so that the level goes on
rising after a short bout and is still raised half a day later; it saturates, so that twice the work gives
half as much again. Carbohydrate acts through insulin: it takes part of the rise, not all of it.
Sources: Hopkins1994 (size, glucose), Koistinen1996 (marathon), Nindl2009 (24 h after riding and lifting).
Grade: medium for direction and size, low for the hours after exercise.
Contested: what in exercise drives it. Insulin alone does not: it was unchanged in a marathon (Koistinen1996).
In rats the fall of liver glycogen predicts the rise (LiverGlycogenIGFBP1), and a meal does not stop it
(Anthony2001). Lifting raised it as much as riding (Nindl2009), which oxygen uptake does not explain:
simulated, it is about half. Left out: the rise of the resting level with months of training (Prior2012).
"""

from __future__ import annotations

from ..model import Builder, Parameters, hill, module


@module(
    "igfbp1",
    parameters={
        "basal": "ng/L",
        "elimination": "1/h",
        "volume_per_kg": "L/kg",
        "insulin_half": "1",
        "effort_gain": "1",
        "effort_half": "1",
        "effort_time": "h",
    },
)
def igfbp1(m: Builder, p: Parameters) -> None:
    """State the equations."""
    volume = p.volume_per_kg * m.subject("body_mass", "kg")
    plasma = m.plasma(volume=volume, basal=p.basal)
    m.publish("relative", plasma / p.basal)

    work = m.signal("vo2.work")
    effort = m.lag("effort", work, p.effort_time)
    brake = (1 + p.insulin_half) / (p.insulin_half + m.signal("insulin.relative"))
    resting = p.elimination * volume * p.basal * brake
    m.release("plasma", tissue="liver", trigger="insulin", rate=resting)
    m.release(
        "plasma",
        tissue="liver",
        trigger="effort",
        rate=resting * p.effort_gain * hill(effort, p.effort_half),
    )
    m.clear("plasma", rate=p.elimination * volume * plasma)
