"""FGF21: made by the liver when glucagon outweighs insulin, an hour later in plasma.

    portal glucagon = [1 + portal factor * (glucagon - 1)]+          all relative to rest
    ratio           = portal glucagon / insulin,                        insulin as the last hour felt it
    excess          = [ratio - onset]+
    synthesis       = 1 + gain * excess^2 / (half^2 + excess^2) + insulin gain * (insulin - 1)
    release         = elimination * volume * basal * transit(synthesis)
    loss            = elimination * volume * concentration

Transit is a chain of three equal lags. Small shifts of the ratio below the onset do nothing, so that lifting
and a night's fast leave FGF21 alone; carbohydrate before exercise keeps the ratio low and the answer away.
Insulin by itself raises it a little after a meal. Women answer less.
Sources: Khalafi2020 (time course), Campderros2020 (marathon), Morville2018 (endurance, not lifting),
JapaneseMenFGF21 (fed: flat), Samms2017 (insulin), IsletClampExercise for the portal factor.
Grade: medium for direction and timing, low for size: people differ 250-fold at rest (Galman2008).
Contested: He2018 found more after lifting than after short intervals; the effect of training on the resting
level differs in sign between reviews and is left out, as is the surge of a week without food.
"""

from __future__ import annotations

from ..model import Builder, Parameters, hill, module, positive


@module(
    "fgf21",
    parameters={
        "basal": "ng/L",
        "elimination": "1/h",
        "volume_per_kg": "L/kg",
        "portal_factor": "1",
        "onset": "1",
        "gain": "1",
        "half": "1",
        "female_factor": "1",
        "insulin_gain": "1",
        "memory_time": "h",
        "transit_time": "h",
    },
)
def fgf21(m: Builder, p: Parameters) -> None:
    """State the equations."""
    insulin = m.lag("insulin_memory", m.signal("insulin.relative"), p.memory_time, guess=1)
    portal = positive(1 + p.portal_factor * (m.signal("glucagon.relative") - 1))
    gain = p.gain * (1 - m.subject("female", "1") * (1 - p.female_factor))
    excess = positive(portal / insulin - p.onset)
    fasting_signal = m.chain("fasting_signal", gain * hill(excess, p.half, 2), p.transit_time, stages=3)
    meal_signal = m.chain("meal_signal", insulin, p.transit_time, stages=3, guess=1)

    volume = p.volume_per_kg * m.subject("body_mass", "kg")
    plasma = m.plasma(volume=volume, basal=p.basal)
    resting = p.elimination * volume * p.basal
    m.release("plasma", tissue="liver", rate=resting * (1 - p.insulin_gain))
    m.release("plasma", tissue="liver", trigger="insulin", rate=resting * p.insulin_gain * meal_signal)
    m.release("plasma", tissue="liver", trigger="glucagon to insulin", rate=resting * fasting_signal)
    m.clear("plasma", rate=p.elimination * volume * plasma)
