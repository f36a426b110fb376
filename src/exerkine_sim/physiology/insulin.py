"""Insulin: released on glucose, held back by the sympathetic drive of exercise, cleared within minutes.

    release = clearance * basal * response(glucose) / (1 + inhibition * work^2)
    response(g) = floor + (1 - floor) * (1 + half^4) * g^4 / (half^4 + g^4) * (1 + incretin * absorption)

with g, glucose relative to its resting level; carbohydrate from the gut calls for more insulin than
the same glucose would. The fourth power is a soft threshold: release falls steeply below rest, down to a
floor. Work is oxygen uptake between rest and maximum; it stands for sympathetic drive, as adrenaline itself
is not needed (AdrenalineDeficientExercise). Release is what leaves the liver: first pass is inside it. When a
hard effort ends, the brake goes within minutes and raised glucose shows.
Sources: Turnheim1988 (clearance, half-life), FiveKilometreRun2017 (level), Essig2000 (fall in exercise).
Grade: medium.
"""

from __future__ import annotations

from ..model import Builder, Parameters, hill, module


@module(
    "insulin",
    parameters={
        "basal": "pmol/L",
        "clearance": "L/h",
        "volume": "L",
        "glucose_half": "1",
        "floor": "1",
        "incretin": "h/g",
        "inhibition": "1",
    },
)
def insulin(m: Builder, p: Parameters) -> None:
    """State the equations."""
    work = m.signal("vo2.work")
    stimulated = (1 + p.glucose_half**4) * hill(m.signal("glucose.relative"), p.glucose_half, 4)
    incretin = 1 + p.incretin * m.signal("glucose.absorption")
    response = p.floor + (1 - p.floor) * stimulated * incretin

    plasma = m.plasma(volume=p.volume, basal=p.basal, unit="pmol/L", flux_unit="pmol/h")
    m.publish("relative", plasma / p.basal)
    m.release(
        "plasma",
        tissue="pancreas",
        trigger="glucose",
        rate=p.clearance * p.basal * response / (1 + p.inhibition * work**2),
    )
    m.clear("plasma", rate=p.clearance * plasma)
