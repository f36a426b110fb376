"""Interleukin-6: made and released by working muscle, removed from plasma within minutes.

In each muscle region, stimulus -> transcription -> transcript -> releasable protein -> plasma:

    stimulus          = sqrt(power density / reference) * x^2 / (x^2 + (half G)^2) * let through
    d activation / dt = (1 + induction * stimulus - activation) / tau_activation
    d transcript / dt = (activation - transcript) / tau_transcript
    d pool / dt       = synthesis * active mass * ability * transcript * brake - pool / tau_pool

with x = 1 - G the glycogen used. One restraint holds for the whole body, oxygen uptake above rest of the
hours before, as a share of VO2max:

    d restraint / dt  = (uptake above rest - restraint) / tau_restraint
    let through       = 1 / (1 + restraint / restraint half)

Activation and transcript are folds over rest. Protein is made only while muscle works, so working mass
enters there, and its release, pool / tau_pool, goes on after the end of work: the half-life of about an
hour seen after exercise is that of the pool, not of plasma. The resting transcript, translated during work,
is the small early release. Relative intensity acts through glycogen, which it spends convexly. Carbohydrate
from the gut brakes synthesis and leaves the transcript alone. Restraint levels off long work of the whole
body and takes a quarter from five hours of one kicking leg; what an evening's ride left of it is small in the
morning, when glycogen that the ride took is still missing. It stands for the body's own answer to long
strain: cortisol is the part of it that is proven, without which IL-6 is higher (Jameson1997, surgery) and by
more of which a run makes less IL-6 (Papanicolaou1996). Cortisol as simulated, in its place, fits no better
and ties a loop.

Fat releases in proportion to its mass, and more some hours after a session; damaged muscle releases late;
the rest of the body keeps a steady release that rises with age. Loss is linear, clearance * concentration.
Training lowers the resting release and overreaching raises it; ability, 1 in the young, falls in old age
unless the muscle is trained, and in overreaching.
The interstitium of a region stands above plasma by release / (conductance * mass).

Sources: Steensberg2000 and Steensberg2001a (release per kg, glycogen, clearance), Keller2001 (transcript),
Toft2011 (plasma life of minutes), Febbraio2003a and Keller2003 (carbohydrate), Wallberg2011 (plateau),
Lyngso2002 (fat), Toft2002 (damage), Hayney2013 (ability), RobsonAnsley2007 (overreaching).
Grade: high; fat, damage, restraint, interstitium, ability and training: low.
Misses: three hours of two-legged kicking raise plasma 1.7 times as much as in Keller2001, and a low glycogen
at the start adds 1.4-fold, not 1.6; six hours into a day of work IL-6 is twice what Wallberg2011 saw, as
trials of three hours ask for; after 160 km a fifth. On the last of sixteen days of overload a session adds
4 % less, a tenth less only after a day off: low glycogen would alone add 23 %.
Contested: size of the marathon response (12 to 93 pg/mL), effect of training at equal relative load, age.
"""

from __future__ import annotations

import sympy

from ..model import Builder, Parameters, hill, module, positive


@module(
    "il6",
    parameters={
        "power_reference": "W/kg",
        "glycogen_half": "1",
        "induction": "1",
        "activation_time": "h",
        "transcript_time": "h",
        "restraint_half": "1",
        "restraint_time": "h",
        "synthesis": "ng/h/kg",
        "pool_time": "h",
        "brake": "1",
        "brake_half": "g/h",
        "conductance": "L/h/kg",
        "adipose_release": "ng/h/kg",
        "adipose_gain": "1",
        "adipose_time": "h",
        "damage_release": "ng/h/kg",
        "other_release": "ng/h",
        "age_slope": "1/year",
        "age_reference": "year",
        "age_release_switch": "1",
        "age_release_loss": "1/year",
        "age_release_onset": "year",
        "training_relief": "1",
        "overreaching_rise": "1",
        "overreaching_loss": "1",
        "clearance": "L/h",
    },
)
def il6(m: Builder, p: Parameters) -> None:
    """Release by muscle, fat, damage and the rest of the body into plasma."""
    fat = p.adipose_release * m.subject("fat_mass", "kg")
    other = p.other_release * (1 + p.age_slope * (m.subject("age", "year") - p.age_reference))
    basal = (fat + other) / p.clearance
    plasma = m.plasma(volume=m.subject("plasma_volume", "L"), basal=basal)
    relief = 1 - p.training_relief * m.signal("adaptation.habituation")
    unrest = p.overreaching_rise * m.signal("adaptation.overreaching")
    m.publish("above_rest", plasma - relief * basal)
    restraint = m.lag("restraint", m.signal("vo2.above_rest"), p.restraint_time)
    for muscle in m.muscles:
        tissue, mass = f"muscle {muscle}", m.subject(f"muscle_{muscle}", "kg")
        contraction = _pool(m, p, muscle, restraint) / p.pool_time
        damage = p.damage_release * mass * m.signal(f"damage.{muscle}")
        m.release("plasma", tissue=tissue, trigger="contraction", rate=contraction)
        m.release("plasma", tissue=tissue, trigger="damage", rate=damage)
        interstitium = plasma + (contraction + damage) / (p.conductance * mass)
        m.observe(f"muscle_interstitium_{muscle}", interstitium, "ng/L")
    m.release("plasma", tissue="adipose", rate=fat * (relief + unrest))
    m.release("plasma", tissue="adipose", trigger="exercise", rate=fat * p.adipose_gain * _aftermath(m, p))
    m.release("plasma", tissue="other", rate=other * (relief + unrest))
    m.clear("plasma", rate=p.clearance * plasma)


def _pool(m: Builder, p: Parameters, muscle: str, restraint: sympy.Symbol) -> sympy.Symbol:
    """State the cascade of one region; return its pool of releasable protein, in ng."""
    glycogen = m.signal(f"glycogen.{muscle}")
    power = sympy.sqrt(m.input(f"power_density_{muscle}", "W/kg") / p.power_reference)
    used = hill(1 - glycogen, p.glycogen_half * glycogen, 2)
    stimulus = power * used / (1 + restraint / p.restraint_half)
    activation = m.lag(f"activation_{muscle}", 1 + p.induction * stimulus, p.activation_time, guess=1)
    transcript = m.lag(f"transcript_{muscle}", activation, p.transcript_time, guess=1)
    m.observe(f"muscle_mrna_{muscle}", transcript, "1")

    brake = 1 - p.brake * hill(m.signal("glucose.absorption"), p.brake_half)
    able = _ability(m, p, muscle)
    made = p.synthesis * m.input(f"active_mass_{muscle}", "kg") * able * transcript * brake
    return m.state(f"pool_{muscle}", unit="ng", rate=lambda pool: made - pool / p.pool_time)


def _ability(m: Builder, p: Parameters, muscle: str) -> sympy.Expr:
    """Return what age, little training and too much of it leave of synthesis."""
    unused = (1 - m.signal(f"adaptation.strength_{muscle}")) * (1 - m.signal("adaptation.habituation"))
    years = positive(m.subject("age", "year") - p.age_release_onset)
    aged = p.age_release_switch * p.age_release_loss * years * unused
    return positive(1 - aged) * (1 - p.overreaching_loss * m.signal("adaptation.overreaching"))


def _aftermath(m: Builder, p: Parameters) -> sympy.Symbol:
    """Return what fat makes of a session: oxygen uptake above rest, hours later."""
    return m.chain("adipose", m.signal("vo2.above_rest"), p.adipose_time, stages=2)
