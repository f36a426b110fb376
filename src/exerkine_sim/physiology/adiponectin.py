"""Adiponectin: a level set by sex and fatness, untouched by a session, a little higher after weeks of work.

    basal     = basal of men * (woman: sex factor) * sqrt(reference fatness / fatness)
    release   = elimination * V * basal * (1 + training gain * gain of VO2max + surge)
    surge     = switch * surge gain * [lactate / threshold - 1]+
    V dC/dt   = release - elimination * V * C

Fatness is fat over body mass. Within a session plasma moves by haemoconcentration alone. The gain of VO2max
stands for weeks of endurance work on top of what the person is used to (see adaptation): lifting hardly adds
to it, who trains already has it in the resting level, and it is lost in the weeks after the last session.

Sources: AdipokineSexes2018 (level of men and women), AbdominalObesityAdiponectin and
AdiponectinReviewTable (fatness, single bouts), Halberg2009 (half-life, mouse), Becic2018 and
MarathonAdiponectin2011 (training).
Grade: high for no answer to a single bout, medium for the level, low for the size of the training effect.
Contested: rowers (Jurimae2005) and obese men (AbdominalObesityAdiponectin) showed 15 to 20 % more within half
an hour. A `surge_switch` of 1 adds such a release after work so hard that blood lactate is very high.
"""

from __future__ import annotations

import sympy

from ..model import Builder, Parameters, module, positive


@module(
    "adiponectin",
    parameters={
        "basal": "ng/L",
        "female_factor": "1",
        "reference_fatness": "1",
        "elimination": "1/h",
        "training_gain": "1",
        "surge_switch": "1",
        "surge_gain": "1",
        "surge_threshold": "mmol/L",
    },
)
def adiponectin(m: Builder, p: Parameters) -> None:
    """Release by fat at the level of the person, raised by weeks of work."""
    fatness = m.subject("fat_mass", "kg") / m.subject("body_mass", "kg")
    sex = 1 + (p.female_factor - 1) * m.subject("female", "1")
    basal = p.basal * sex * sympy.sqrt(p.reference_fatness / fatness)
    trained = p.training_gain * m.signal("adaptation.vo2max_gain")

    volume = m.subject("plasma_volume", "L")
    plasma = m.plasma(volume=volume, basal=basal)
    resting = p.elimination * volume * basal
    surge = p.surge_switch * p.surge_gain * positive(m.signal("lactate.blood") / p.surge_threshold - 1)
    m.release("plasma", tissue="adipose", rate=resting)
    m.release("plasma", tissue="adipose", trigger="training", rate=resting * trained)
    m.release("plasma", tissue="adipose", trigger="maximal work", rate=resting * surge)
    m.clear("plasma", rate=p.elimination * volume * plasma)
