"""Growth hormone: the pituitary's answer to hard work, held back for hours after it has emptied its store.

    effort  = (work gain * work + lactate gain * (lactate - threshold)+) / basal,   through two transit stages
    release = elimination * volume * basal * (1 + youth * leanness * store * effort)
    d store / dt = (1 - store) / refill - elimination * basal * effort / content * store
    loss    = elimination * volume * concentration

Work is oxygen uptake between rest and maximum; lactate, which outlasts the work, makes sprints and heavy sets
count far beyond their seconds. The transit stages are the quarter of an hour until GH is seen to rise. The
store is what the pituitary can give at once: it levels off long work, and a bout that finds it empty gives
less. Response falls exponentially with age, and with body fat above an ordinary share; training lowers it at
the same load by making the load lighter. Rest is a constant level, without the pulses of day and night.

Sources: Holl1993 (half-life), Pritzlaff1999 (intensity, level), Wideman2006 (duration), Stokes2002 (sprints),
Kraemer1995 and Goto2007 (lifting, refractory time), Pyka1992 (age), Kanaley1999 (obesity).
Grade: medium; people differ two-fold either way (Gilbert2006).
Contested: whether an earlier bout weakens the answer. It does after sprints (Goto2007, Stokes2008), unless
fatty acids are kept low; repeated fasted endurance bouts of 30 min gave more each time (Kanaley1997). A
`refractory_switch` of 0 refills the store quickly. Left out: sex (more in women after 30 min, less after two
hours), fatty acids themselves, and the weaker answer to a sprint after weeks of sprinting (Stokes2004).
"""

from __future__ import annotations

import sympy

from ..model import Builder, Parameters, module, positive


@module(
    "gh",
    parameters={
        "basal": "ng/L",
        "elimination": "1/h",
        "volume_per_kg": "L/kg",
        "work_gain": "ng/L",
        "lactate_gain": "ng/mmol",
        "lactate_threshold": "mmol/L",
        "delay": "h",
        "content": "ng/L",
        "refill_time": "h",
        "quick_refill_time": "h",
        "refractory_switch": "1",
        "age_slope": "1/year",
        "age_reference": "year",
        "ordinary_fat": "1",
        "fat_half": "1",
    },
)
def gh(m: Builder, p: Parameters) -> None:
    """Release at rest and, from a store that empties, on effort into one compartment."""
    volume = p.volume_per_kg * m.subject("body_mass", "kg")
    turnover = p.elimination * volume
    plasma = m.plasma(volume=volume, basal=p.basal)
    m.publish("relative", plasma / p.basal)

    effort = m.chain("effort", _effort(m, p), p.delay, stages=2)
    refill = p.refractory_switch / p.refill_time + (1 - p.refractory_switch) / p.quick_refill_time
    emptying = p.elimination * p.basal * effort / p.content
    store = m.state("store", guess=1, rate=lambda full: refill * (1 - full) - emptying * full)
    basal = turnover * p.basal
    m.release("plasma", tissue="pituitary", rate=basal)
    m.release("plasma", tissue="pituitary", trigger="effort", rate=basal * _capacity(m, p) * store * effort)
    m.clear("plasma", rate=turnover * plasma)


def _effort(m: Builder, p: Parameters) -> sympy.Expr:
    """Return the fold of rest by which work and lactate would raise GH if the store stayed full."""
    work = m.signal("vo2.work")
    lactate = positive(m.signal("lactate.blood") - p.lactate_threshold)
    return (p.work_gain * work + p.lactate_gain * lactate) / p.basal


def _capacity(m: Builder, p: Parameters) -> sympy.Expr:
    """Return what age and body fat leave of the response."""
    youth = sympy.exp(p.age_slope * (p.age_reference - m.subject("age", "year")))
    excess = positive(m.subject("fat_mass", "kg") / m.subject("body_mass", "kg") - p.ordinary_fat)
    return youth * p.fat_half / (p.fat_half + excess)
