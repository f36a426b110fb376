"""Adrenaline: the adrenal medulla's answer to effort and to low glucose, gone within minutes.

    release = basal * (1 + effort_gain * above^2 * (1 + drift * prolonged) + glucose_gain * deficit)
    above     = (demand - threshold)+,            deficit = (1 - glucose / glucose_threshold)+
    prolonged follows above over hours of work
    V d adrenaline / dt = release - clearance * adrenaline,       V = clearance / elimination

Release answers the demand for oxygen itself, not the slower uptake: central command comes with the first
stroke, so that sprints and heavy sets count in full. Training lowers the response to the same load twice: it
makes the load a smaller fraction of VO2max, and it raises the threshold.
Sources: Best1982 (level, clearance), TreadmillLeptin2013 (4 h at 65 %), Weltman1997 (20 min at 182.5 W).
Grade: medium; half-life and glucose term rest on general knowledge, not on records.
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
    plasma = m.plasma(volume=clearance / p.elimination, basal=p.basal)
    above = positive(m.signal("adaptation.demand") - p.threshold * m.signal("adaptation.threshold"))
    prolonged = m.lag("prolonged", above, p.drift_time)
    deficit = positive(1 - m.signal("glucose.plasma") / p.glucose_threshold)
    basal = clearance * p.basal
    effort = p.effort_gain * above**2 * (1 + p.drift * prolonged)
    m.release("plasma", tissue="adrenal", rate=basal)
    m.release("plasma", tissue="adrenal", trigger="effort", rate=basal * effort)
    m.release("plasma", tissue="adrenal", trigger="low_glucose", rate=basal * p.glucose_gain * deficit)
    m.clear("plasma", rate=clearance * plasma)
