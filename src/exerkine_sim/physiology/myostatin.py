"""Myostatin: its muscle transcript falls for a day after loading, and rebounds; serum follows, damped.

For each muscle region:

    d load / dt       = tension^2 * active share - load / load time
    strain            = transit(min(contraction, 1)^3 * active share)
    target            = 1 - depth * (1 - (1 - hill2(load)) * (1 - hill2(strain)))
    d transcript / dt = loss * ((1 - training depth * strength) * target - transcript)
    d protein / dt    = protein loss * (transcript - protein)

and for plasma, with the protein averaged over both regions by muscle mass:

    release = elimination * volume * basal * (1 - share + share * protein)
    loss    = elimination * volume * concentration

Load adds up over the seconds under tension of all sets, saturates, and outlasts the bout by most of a day:
heavy lifting lowers the transcript from the first hour. Endurance work acts later and less, through a chain
of three lags. However much is asked of the muscle, a floor of transcript stays. Muscle at rest is untouched:
pressing leaves the legs alone. Months of lifting lower what the transcript returns to, with the strength that
a region is used to (see adaptation). hill2 is s^2 / (half^2 + s^2).
Sources: Louis2007 (time courses), Agergaard2013 (heavy more than light), Roth2003 (months), Han2016 (level),
MyostatinInsulinResistance, CircuitMyogenin (serum a little lower a day later).
Grade: high for the transcript after lifting, low for serum.
Contested: serum rose in Willoughby2004a and after ultramarathons (KerschanSchindl2015); no change of the
transcript in young women at 8 h (Jensky2010); the resting transcript after training was lower (Roth2003),
unchanged (Agergaard2013) and higher (Hulmi2007). The effect of protein intake is left out.
"""

from __future__ import annotations

import sympy

from ..model import Builder, Parameters, hill, module


@module(
    "myostatin",
    parameters={
        "load_time": "h",
        "load_half": "h",
        "strain_time": "h",
        "strain_half": "1",
        "depth": "1",
        "training_depth": "1",
        "transcript_loss": "1/h",
        "protein_loss": "1/h",
        "basal": "ng/L",
        "elimination": "1/h",
        "volume_per_kg": "L/kg",
        "muscle_share": "1",
    },
)
def myostatin(m: Builder, p: Parameters) -> None:
    """State the equations."""
    mass = {muscle: m.subject(f"muscle_{muscle}", "kg") for muscle in m.muscles}
    protein = {muscle: _muscle(m, p, muscle) for muscle in m.muscles}
    average = sum(protein[muscle] * mass[muscle] for muscle in m.muscles) / sum(mass.values())

    volume = p.volume_per_kg * m.subject("body_mass", "kg")
    plasma = m.plasma(volume=volume, basal=p.basal)
    resting = p.elimination * volume * p.basal
    m.release("plasma", tissue="other", rate=resting * (1 - p.muscle_share))
    m.release("plasma", tissue="muscle", trigger="turnover", rate=resting * p.muscle_share * average)
    m.clear("plasma", rate=p.elimination * volume * plasma)


def _muscle(m: Builder, p: Parameters, muscle: str) -> sympy.Symbol:
    """Return the protein of one region, 1 at rest, behind its load, its strain and its transcript."""
    active = m.active_share(muscle)
    tension = m.input(f"tension_{muscle}", "1")
    load = m.state(f"load_{muscle}", unit="h", rate=lambda level: tension**2 * active - level / p.load_time)
    contraction = sympy.Min(m.signal(f"contraction.{muscle}"), 1)
    strain = m.chain(f"strain_{muscle}", contraction**3 * active, p.strain_time, stages=3)
    spared = (1 - hill(load, p.load_half, 2)) * (1 - hill(strain, p.strain_half, 2))
    trained = 1 - p.training_depth * m.signal(f"adaptation.strength_{muscle}")
    target = trained * (1 - p.depth * (1 - spared))
    transcript = m.state(
        f"transcript_{muscle}", guess=1, rate=lambda level: p.transcript_loss * (target - level)
    )
    m.observe(f"muscle_mrna_{muscle}", transcript, "1")
    return m.state(f"protein_{muscle}", guess=1, rate=lambda level: p.protein_loss * (transcript - level))
