"""Cortisol: the adrenal cortex driven by effort and, with a lag, by interleukin-6, braked by cortisol itself.

    release = basal * (1 + (effort_gain * effort + il6_gain * exposure^2 / (half^2 + exposure^2)) * brake)
    brake   = 1 / (1 + (cortisol - basal)+ / feedback)
    effort, exposure follow (demand - threshold)+ and plasma IL-6 with their lags; training raises threshold
    V d cortisol / dt = release - elimination * V * cortisol

The influence runs one way, from IL-6 to cortisol. The daily rhythm is left out: resting cortisol is a
daytime mean from which a session at any hour starts.
Sources: HollandFreiCorticosteroids (half-life, volume), Hill2008 (intensity), Stouthard1995, Mastorakos1994,
Steensberg2003b and Tsigos1997 (IL-6). Grade: medium.
Contested: clearance, two to three times higher in patients who lack cortisol (Thomson2007).
"""

from __future__ import annotations

from ..model import Builder, Parameters, hill, module, positive


@module(
    "cortisol",
    parameters={
        "basal": "nmol/L",
        "volume": "L",
        "elimination": "1/h",
        "threshold": "1",
        "effort_gain": "1",
        "effort_lag": "h",
        "il6_gain": "1",
        "il6_half": "ng/L",
        "il6_lag": "h",
        "feedback": "nmol/L",
    },
)
def cortisol(m: Builder, p: Parameters) -> None:
    """Release by effort and by IL-6 into one compartment."""
    plasma = m.plasma(volume=p.volume, basal=p.basal, unit="nmol/L", flux_unit="nmol/h")
    clearance = p.elimination * p.volume
    above = positive(m.signal("adaptation.demand") - p.threshold * m.signal("adaptation.threshold"))
    effort = m.lag("effort", above, p.effort_lag)
    exposure = m.lag("exposure", m.signal("il6.plasma"), p.il6_lag, unit="ng/L")
    basal = clearance * p.basal
    driven = basal / (1 + positive(plasma - p.basal) / p.feedback)
    m.release("plasma", tissue="adrenal", rate=basal)
    m.release("plasma", tissue="adrenal", trigger="effort", rate=driven * p.effort_gain * effort)
    m.release(
        "plasma", tissue="adrenal", trigger="il6", rate=driven * p.il6_gain * hill(exposure, p.il6_half, 2)
    )
    m.clear("plasma", rate=clearance * plasma)
