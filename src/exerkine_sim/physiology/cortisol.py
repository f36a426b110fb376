"""Cortisol: the adrenal cortex driven by effort and, with a lag, by interleukin-6.

release = basal (1 + effort_gain (uptake - threshold)+ + il6_gain lagged IL-6^2 / (EC50^2 + lagged IL-6^2))
dC/dt = release / volume - elimination C.
The influence runs one way, from IL-6 to cortisol.  The daily rhythm is left out: resting cortisol is a daily mean,
and a session at any hour starts from it.
Sources: HollandFreiCorticosteroids (half-life, volume), Hill2008 (intensity), Stouthard1995, Mastorakos1994 and
Steensberg2003b (IL-6).  Grade: medium; contested: clearance is two to three times higher in patients (Thomson2007).
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
    },
)
def cortisol(m: Builder, p: Parameters) -> None:
    """Release by effort and by IL-6 into one compartment."""
    plasma = m.pool(
        "plasma",
        volume=p.volume,
        basal=p.basal,
        unit="nmol/L",
        flux_unit="nmol/h",
        site="plasma",
        infusible=True,
    )
    basal = p.elimination * p.volume * p.basal
    effort = m.lag("effort", positive(m.signal("vo2.uptake") - p.threshold), p.effort_lag)
    exposure = m.lag("exposure", m.signal("il6.plasma"), p.il6_lag, unit="ng/L")
    m.release("plasma", tissue="adrenal", rate=basal)
    m.release("plasma", tissue="adrenal", trigger="effort", rate=basal * p.effort_gain * effort)
    m.release(
        "plasma", tissue="adrenal", trigger="il6", rate=basal * p.il6_gain * hill(exposure, p.il6_half, 2)
    )
    m.clear("plasma", rate=p.elimination * p.volume * plasma)
