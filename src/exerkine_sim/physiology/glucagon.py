"""Glucagon: released when glucose is low and when work is hard and lasting, cleared within minutes.

    release = clearance * basal * (response(glucose) + gain * effort * brake(insulin))
    response(g) = (1 + half) / (half + g^3),    brake(i) = (1 + half') / (half' + i)
    d effort / dt = ([oxygen uptake - threshold]+ - effort) / effort time

with glucose g and insulin i relative to rest. Effort is what makes duration count: a quarter of an hour of
submaximal work does nothing, an exhausting one raises glucagon by half, and in long work falling glucose adds
its share. Insulin from the neighbouring cells holds the answer to effort back, so that carbohydrate before or
during work blunts it. Training raises the threshold of effort (Coggan1995).
Sources: Alford1976, Laurenti2021 (kinetics), Naveri1985 (exhausting work), ShortWorkGlucagon1975 (no rise),
AdrenalineDeficientExercise (not through adrenaline). Grade: medium for kinetics, low for long exercise.
Contested: well-trained runners showed no rise (LongRunGlucagon1980, FiveKilometreRun2017).
"""

from __future__ import annotations

from ..model import Builder, Parameters, module, positive


@module(
    "glucagon",
    parameters={
        "basal": "ng/L",
        "clearance": "L/h",
        "volume": "L",
        "glucose_half": "1",
        "effort_threshold": "1",
        "effort_time": "h",
        "effort_gain": "1",
        "insulin_half": "1",
    },
)
def glucagon(m: Builder, p: Parameters) -> None:
    """State the equations."""
    response = (1 + p.glucose_half) / (p.glucose_half + m.signal("glucose.relative") ** 3)
    above = positive(m.signal("vo2.uptake") - p.effort_threshold * m.signal("adaptation.threshold"))
    effort = m.lag("effort", above, p.effort_time)
    brake = (1 + p.insulin_half) / (p.insulin_half + m.signal("insulin.relative"))
    resting = p.clearance * p.basal

    plasma = m.plasma(volume=p.volume, basal=p.basal)
    m.publish("relative", plasma / p.basal)
    m.release("plasma", tissue="pancreas", trigger="glucose", rate=resting * response)
    m.release("plasma", tissue="pancreas", trigger="effort", rate=resting * p.effort_gain * effort * brake)
    m.clear("plasma", rate=p.clearance * plasma)
