"""ANGPTL4: made by the liver on fatty acids and on glucagon over insulin, and slow to leave plasma.

    excess   = [fatty acids - 1]+,  ratio = [glucagon / insulin - 1]+                  all relative to rest
    drive    = 1 + fatty acid gain * excess / (half + excess) + ratio gain * ratio / (ratio half + ratio)
    d synthesis / dt = (drive - synthesis) / synthesis time
    V dC/dt  = elimination * V * (basal * synthesis - C)

Both answers saturate: a race of thirteen hours raises plasma by half, no more. The slow elimination carries
the level on while fatty acids already fall. Carbohydrate acts by way of insulin, on both answers. Working
muscle releases none, so that there is no term for it; its transcript, which rises more in the resting than
in the working leg (Catoire2014), is left out.

Sources: Ingerslev2017 (liver, glucagon and insulin, none from the leg), Kersten2009 (fatty acids),
Gorecka2019 (level, size, persistence), Norheim2014 (glucose).  Grade: medium for origin and direction, low
for size and time: one study gives numbers.
Contested: how the answer divides between fatty acids and glucagon. A `glucagon_switch` of 0 leaves all of it
to fatty acids.
"""

from __future__ import annotations

from ..model import Builder, Parameters, hill, module


@module(
    "angptl4",
    parameters={
        "basal": "ng/L",
        "elimination": "1/h",
        "volume_per_kg": "L/kg",
        "synthesis_time": "h",
        "ffa_gain": "1",
        "ffa_half": "1",
        "ratio_gain": "1",
        "ratio_half": "1",
        "glucagon_switch": "1",
    },
)
def angptl4(m: Builder, p: Parameters) -> None:
    """Release by the liver into one compartment."""
    ratio = m.signal("glucagon.relative") / m.signal("glucose.insulin_action")
    by_ffa = p.ffa_gain * hill(m.signal("ffa.relative") - 1, p.ffa_half)
    by_ratio = p.glucagon_switch * p.ratio_gain * hill(ratio - 1, p.ratio_half)
    synthesis = m.lag("synthesis", 1 + by_ffa + by_ratio, p.synthesis_time, guess=1)

    volume = p.volume_per_kg * m.subject("body_mass", "kg")
    plasma = m.plasma(volume=volume, basal=p.basal)
    m.release("plasma", tissue="liver", rate=p.elimination * volume * p.basal * synthesis)
    m.clear("plasma", rate=p.elimination * volume * plasma)
