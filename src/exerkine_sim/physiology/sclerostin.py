"""Sclerostin: let go by bone within minutes of hard work, and gone within the hour.

    pull    = sum over regions of  active mass / muscle of the body * [relative intensity - threshold]+
    release = elimination * V * basal * (1 + gain * (woman: sex factor) * pull / (half + pull))
    V dC/dt = release - elimination * V * C

Bone answers the muscle that pulls at it, whether or not the foot strikes the ground: running and cycling
intervals gave the same. Below the threshold it keeps still, above it the answer saturates, so that a marathon
gives no more than a quarter of an hour of intervals. Part of the measured rise is haemoconcentration.

Sources: Falk2016 (level, jumps), Kouvelioti2019a (intervals, sexes), Kouvelioti2019b (size, return within an
hour), MarathonSclerostin2023 (marathon).  Grade: medium for intervals, low for other work.
Contested: after lifting the rise lasted 75 min (VibrationBone2021), after a marathon days in
MarathonMyokines2021, and walking raised it in women with thin bones (Gombos2016), where here nothing moves.
Years of training, which lower it, and ageing are left out.
"""

from __future__ import annotations

from ..model import Builder, Parameters, hill, module, positive


@module(
    "sclerostin",
    parameters={
        "basal": "ng/L",
        "elimination": "1/h",
        "volume_per_kg": "L/kg",
        "threshold": "1",
        "pull_half": "1",
        "gain": "1",
        "female_factor": "1",
    },
)
def sclerostin(m: Builder, p: Parameters) -> None:
    """Release by bone, at rest and under hard-working muscle, into one compartment."""
    muscle = sum(m.subject(f"muscle_{region}", "kg") for region in m.muscles)
    pull = sum(
        m.input(f"active_mass_{region}", "kg")
        / muscle
        * positive(m.signal(f"adaptation.relative_{region}") - p.threshold)
        for region in m.muscles
    )
    sex = 1 + (p.female_factor - 1) * m.subject("female", "1")

    volume = p.volume_per_kg * m.subject("body_mass", "kg")
    plasma = m.plasma(volume=volume, basal=p.basal)
    resting = p.elimination * volume * p.basal
    m.release("plasma", tissue="bone", rate=resting)
    m.release(
        "plasma", tissue="bone", trigger="loading", rate=resting * p.gain * sex * hill(pull, p.pull_half)
    )
    m.clear("plasma", rate=p.elimination * volume * plasma)
