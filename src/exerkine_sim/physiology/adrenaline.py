"""Adrenaline: the adrenal medulla's answer to effort, gone within minutes.

release = basal (1 + gain x^2 (1 + drift a) + deficit_gain (1 - glucose / threshold)+)
x = (effort - threshold)+,  da/dt = (x - a) / tau_drift,  dC/dt = (release - clearance C) / volume.
Release rises with the square of effort above a threshold, drifts up over hours of work, and answers falling
glucose.  Clearance scales with body mass; volume is clearance over elimination.  Training lowers the response at the
same load because the same load is then a smaller fraction of VO2max.
Sources: Best1982 (basal, clearance), TreadmillLeptin2013 (four hours at 65 %), Weltman1997 (20 min at 182.5 W).
Grade: medium; the half-life and the glucose term rest on no healthy volunteers' number.
"""

from __future__ import annotations

from ..model import Builder, Parameters, module, positive


@module(
    "adrenaline",
    parameters={
        "basal": "ng/L",
        "clearance": "L/h/kg",
        "elimination": "1/h",
        "threshold": "1",
        "effort_gain": "1",
        "drift": "1",
        "drift_time": "h",
        "glucose_threshold": "mmol/L",
        "glucose_gain": "1",
    },
)
def adrenaline(m: Builder, p: Parameters) -> None:
    """Release by effort and by low glucose into one compartment."""
    clearance = p.clearance * m.subject("body_mass", "kg")
    plasma = m.pool(
        "plasma",
        volume=clearance / p.elimination,
        basal=p.basal,
        unit="ng/L",
        flux_unit="ng/h",
        site="plasma",
        infusible=True,
    )
    basal = clearance * p.basal
    above = positive(m.signal("vo2.effort") - p.threshold)
    prolonged = m.lag("prolonged", above, p.drift_time)
    deficit = positive(1 - m.signal("glucose.plasma") / p.glucose_threshold)
    m.release("plasma", tissue="adrenal", rate=basal)
    m.release(
        "plasma",
        tissue="adrenal",
        trigger="effort",
        rate=basal * p.effort_gain * above**2 * (1 + p.drift * prolonged),
    )
    m.release("plasma", tissue="adrenal", trigger="low glucose", rate=basal * p.glucose_gain * deficit)
    m.clear("plasma", rate=clearance * plasma)
