"""Soluble TNF receptors 1 and 2: shed from cell surfaces as interleukin-6 rises, they bind TNF-alpha.

    release  = clearance * basal * (1 + gain * x / (half + x))
    x        = rise of plasma IL-6 above the person's own rest
    V dC/dt  = release - clearance * C

One set of equations, two receptors. Shedding has no lag here: elimination alone puts the peak within the
hour after the end of a marathon, as published. Loss is that of receptor 1 infused as a drug, whose three
phases are one here; the last of them, of 15 h, is left out.
Sources: Ostrowski1999 (size, time), Onercept2001 (loss), TNFReceptorAssay and Ronnemaa2000 (level),
TNFReceptorAssay (the most that shedding can do), Tilg1994 (IL-6 is enough).
Grade: medium for receptor 1, low for receptor 2; one race gives the size of both.
Contested: whether IL-6 or effort itself is the trigger. Infused IL-6 raised receptor 1 only from the fourth
hour on (Tilg1994), and after a cycling race it went with lactate (OffRoadCycling2014). Work that damages
muscle had lowered it half an hour later (Arroyo2017), which is not simulated.
"""

from __future__ import annotations

from ..model import Builder, Parameters, hill, module

PARAMETERS = {"basal": "ng/L", "clearance": "L/h", "volume": "L", "il6_gain": "1", "il6_half": "ng/L"}


def shedding(m: Builder, p: Parameters) -> None:
    """Shed the receptor at rest and on IL-6 into one compartment."""
    plasma = m.plasma(volume=p.volume, basal=p.basal)
    basal = p.clearance * p.basal
    response = p.il6_gain * hill(m.signal("il6.above_rest"), p.il6_half)
    m.release("plasma", tissue="cell surfaces", rate=basal)
    m.release("plasma", tissue="cell surfaces", trigger="il6", rate=basal * response)
    m.clear("plasma", rate=p.clearance * plasma)


stnfr1 = module("stnfr1", parameters=PARAMETERS)(shedding)
stnfr2 = module("stnfr2", parameters=PARAMETERS)(shedding)
