"""BDNF: released by the brain in hard exercise, kept in platelets, which serum shows and plasma does not.

Free mature BDNF in plasma P, and platelet BDNF B at the resting platelet count, both per litre of plasma::

    drive   = gain * lactate^2 / (half^2 + lactate^2) * exercise
    dP/dt   = elimination ((1 + share (trained + drive)) P_rest - P) + activation * effort * B
    dB/dt   = turnover ((1 + share (trained + drive) + spleen effort) B_rest - B) - activation * effort * B
    dN/dt   = (1 + rise exercise - N) / time,    N: platelet count relative to rest
    serum   = plasma + N B

    exercise = u / (half + u),  u = oxygen uptake above rest
    effort   = e / (half + e),  e = oxygen demand above a threshold near maximal work
    trained  = training gain * habituation

The brain gives a share of the release at rest and all that lactate adds, and answers lactate only while
exercise goes on, so lactate infused at rest leaves mature BDNF alone (pro-BDNF is not modelled). Most of what
it releases is caught by platelets. Easy work raises serum by the platelet count alone. Near maximal work the
spleen adds rich platelets, and platelets spill a little into plasma, which holds so little that it more than
doubles: a few short efforts beat long easy work. Training raises what the brain releases at rest, a little.
Whether lactate itself is the trigger is contested: with `lactate_switch` 0 the square of oxygen uptake stands
in its place.

Sources: Rasmussen2009 (brain release), Gibbons2023 (plasma, platelets, intensity), Ferris2007,
Nofuji2012, CabralSantos2016 (serum), Edman2024, Roja2025 (lactate), Gejl2019 (share in platelets),
Szuhany2015 (training). Grade: medium; the spleen term is an assumption. Contested: sprints lower serum BDNF
in some studies. Sex, fatty acids and the fall below rest after exhaustion are left out. Misses: hours of work
at 50 to 70 % VO2max raise the brain's release by 3 to 18 % here, two- to threefold in Rasmussen2009.
"""

from __future__ import annotations

from sympy import Expr

from ..model import Builder, Parameters, hill, module


@module(
    "bdnf",
    parameters={
        "basal": "ng/L",
        "platelet_basal": "ng/L",
        "elimination": "1/h",
        "platelet_turnover": "1/h",
        "brain_share": "1",
        "brain_gain": "1",
        "lactate_switch": "1",
        "lactate_half": "mmol/L",
        "uptake_half": "1",
        "training_gain": "1",
        "spleen_gain": "1",
        "activation": "1/h",
        "activation_threshold": "1",
        "activation_half": "1",
        "count_rise": "1",
        "count_time": "h",
    },
)
def bdnf(m: Builder, p: Parameters) -> None:
    """State the equations of BDNF in plasma and in platelets."""
    volume = m.subject("plasma_volume", "L")
    exercise = hill(m.signal("vo2.above_rest"), p.uptake_half)
    lactate = p.lactate_switch * hill(m.signal("lactate.blood"), p.lactate_half, 2)
    intensity = (1 - p.lactate_switch) * m.signal("vo2.uptake") ** 2
    drive = p.brain_gain * (lactate + intensity) * exercise
    pool = {"volume": volume, "unit": "ng/L", "flux_unit": "ng/h"}
    plasma = m.pool("plasma", basal=p.basal, site="plasma", infusible=True, **pool)
    platelets = m.pool("platelets", basal=p.platelet_basal, **pool)

    _turn_over(m, p, "plasma", rate=p.elimination * volume, basal=p.basal, drive=drive)
    m.clear("plasma", rate=p.elimination * volume * plasma)
    _turn_over(m, p, "platelets", rate=p.platelet_turnover * volume, basal=p.platelet_basal, drive=drive)
    m.clear("platelets", trigger="turnover", rate=p.platelet_turnover * volume * platelets)

    effort = hill(m.signal("adaptation.demand") - p.activation_threshold, p.activation_half)
    spleen = p.platelet_turnover * p.platelet_basal * p.spleen_gain * effort * volume
    m.release("platelets", tissue="spleen", trigger="hard exercise", rate=spleen)
    spill = p.activation * effort * platelets * volume
    m.release("plasma", tissue="platelets", trigger="activation", rate=spill)
    m.clear("platelets", tissue="plasma", trigger="activation", rate=spill)

    count = m.lag("platelet_count", 1 + p.count_rise * exercise, p.count_time, guess=1)
    m.observe("serum", plasma / m.signal("plasma_volume.relative") + count * platelets, "ng/L")


def _turn_over(m: Builder, p: Parameters, pool: str, *, rate: Expr, basal: Expr, drive: Expr) -> None:
    """Fill `pool` from the brain, which answers `drive`, and from other tissues, which do not."""
    trained = 1 + p.training_gain * m.signal("adaptation.habituation")
    m.release(pool, tissue="brain", rate=p.brain_share * rate * basal * trained)
    m.release(pool, tissue="brain", trigger="exercise", rate=p.brain_share * rate * basal * drive)
    m.release(pool, tissue="other", rate=(1 - p.brain_share) * rate * basal)
