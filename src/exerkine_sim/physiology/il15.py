"""Interleukin-15: a small store in muscle that contraction empties, and that refills over a day.

For each muscle region, whose store of releasable protein A is 1 when full::

    shedding    = k (active mass / muscle mass) relative^3
    dA/dt       = transcript (1 - A) / refill - shedding A,   release = content x muscle mass x shedding A
    transcript  = 1 + two transit stages of (gain x (active mass / muscle mass) x tension)

and in plasma, beside a steady release by the rest of the body::

    V dC/dt     = basal release + release of both regions - V C ln 2 / half-life

Nothing is made in the session itself: the store has a ceiling, and more transcript, a day after lifting,
fills it sooner but no further. The cube lets a few minutes of heavy sets count like half an hour of easy
running. Hard work empties the store within the hour, so that plasma is on its way back long before the end
of a long run, and a rise after short work agrees with none after three hours.
Sources: PerezLopez2018 and Nielsen2007 (lifting, transcript), IL15TrainingAbstract (level, lifting),
Tamura2011 (short run), Khalafi2024 (half gone in an hour), Rinnov2014 (none after long work), Waldmann2011
(half-life, macaque).  Grade: low, for a rise of 5 % and one of fivefold were both published after lifting.
Contested: whether contraction releases any (`contraction_switch`): Ostrowski1998a saw no rise at any time
of a long run, and athletes answered to eccentric lifting only (Bazgir2015). An hour after lifting IL-15 was
below its start (IL15TrainingAbstract), which a half-life of an hour does not allow.
"""

from __future__ import annotations

import sympy

from ..model import Builder, Parameters, module


@module(
    "il15",
    parameters={
        "basal": "ng/L",
        "half_life": "h",
        "store_content": "ng/kg",
        "contraction_switch": "1",
        "shedding": "1/h",
        "refill": "h",
        "transcript_gain": "1",
        "transcript_time": "h",
    },
)
def il15(m: Builder, p: Parameters) -> None:
    """State the equations of both stores and of plasma."""
    volume = m.subject("plasma_volume", "L")
    elimination = sympy.log(2) / p.half_life * volume
    plasma = m.plasma(volume=volume, basal=p.basal)
    m.release("plasma", tissue="whole body", rate=elimination * p.basal)
    for region in m.muscles:
        rate = _contraction(m, p, region)
        m.release("plasma", tissue=f"muscle {region}", trigger="contraction", rate=rate)
    m.clear("plasma", rate=elimination * plasma)


def _contraction(m: Builder, p: Parameters, region: str) -> sympy.Expr:
    """Return what contraction sheds from the store of one region, in ng/h."""
    mass = m.subject(f"muscle_{region}", "kg")
    active = m.active_share(region)
    lifted = p.transcript_gain * active * m.input(f"tension_{region}", "1")
    transcript = 1 + m.chain(f"loading_{region}", lifted, p.transcript_time, stages=2)
    m.observe(f"muscle_mrna_{region}", transcript, "1")

    shedding = p.contraction_switch * p.shedding * active * m.signal(f"adaptation.relative_{region}") ** 3
    store = m.state(f"store_{region}", guess=1, rate=lambda a: transcript * (1 - a) / p.refill - shedding * a)
    return p.store_content * mass * shedding * store
