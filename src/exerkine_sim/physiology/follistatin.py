"""Follistatin: made by the liver when glucagon outweighs insulin, hours later in plasma.

    ratio     = glucagon / insulin, both relative to rest, insulin as the last hour felt it
    excess    = [ratio - onset]+
    brake(i)  = (1 + half) / (half + i)
    synthesis = brake(insulin) + gain * excess / (half excess + excess)
    release   = elimination * volume * basal * transit(synthesis)
    loss      = elimination * volume * concentration

Transit is a chain of three equal lags, so that the peak comes some three hours after a long ride. The answer
saturates early, since a short hard run and a longer easy one of equal energy were answered alike; simulated,
the hard one still gives more. Working muscle releases none, lifting hardly moves it, and glucose by mouth
lowers it a little.
Sources: Hansen2011 (size, time, no release from the leg), Rinnov2016 (hormones alone are enough), Willis2019
(late rise, at either intensity), Perakakis2019 (glucose), Toloza2018 (level).
Grade: medium for direction and timing, low for size.
Contested: a small mixed meal raised it (Anastasilakis2016), as protein raises glucagon. Left out: its
rhythm of day and night, and the higher resting level after weeks of lifting (Khalafi2023b).
"""

from __future__ import annotations

from ..model import Builder, Parameters, hill, module, positive


@module(
    "follistatin",
    parameters={
        "basal": "ng/L",
        "elimination": "1/h",
        "volume_per_kg": "L/kg",
        "memory_time": "h",
        "insulin_half": "1",
        "onset": "1",
        "gain": "1",
        "half": "1",
        "transit_time": "h",
    },
)
def follistatin(m: Builder, p: Parameters) -> None:
    """State the equations."""
    volume = p.volume_per_kg * m.subject("body_mass", "kg")
    plasma = m.plasma(volume=volume, basal=p.basal)

    insulin = m.lag("insulin_memory", m.signal("insulin.relative"), p.memory_time, guess=1)
    excess = positive(m.signal("glucagon.relative") / insulin - p.onset)
    brake = (1 + p.insulin_half) / (p.insulin_half + insulin)
    synthesis = m.chain("synthesis", brake + p.gain * hill(excess, p.half), p.transit_time, stages=3, guess=1)
    m.release(
        "plasma",
        tissue="liver",
        trigger="glucagon to insulin",
        rate=p.elimination * volume * p.basal * synthesis,
    )
    m.clear("plasma", rate=p.elimination * volume * plasma)
