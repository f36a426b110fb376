"""What a session does to the body within minutes: the drivers that every exerkine reads.

Demand, relative intensity and protection are those that training has left (see adaptation).

Oxygen uptake, as a fraction of VO2max. It follows the demand; demand beyond VO2max is met no further than 1,
but proportionally sooner:
    d uptake / dt = (min(demand, 1) - uptake) * max(demand, 1) / time_constant
The slow component of heavy exercise is left out. Sources: OxygenKineticsAge2012, Murias2010. Grade: high.

Contraction. The calcium-like signal of a muscle region follows its relative intensity:
    d contraction / dt = (relative - contraction) / time_constant
No human time course was found. Grade: low.

Glycogen, relative to ordinary rest. Spent in proportion to what is left and convexly with relative intensity;
refilled by the daily diet and by what the gut delivers, but hardly while the muscle works:
    d glycogen / dt = (diet + synthesis * absorption) * (1 - glycogen) * quiet / (quiet + contraction)
                      - use * relative^(5/2) * glycogen
Sources: Nieman2005a, Craven2021, Hokken2020 (use); Alghannam2016, Flynn2020 (refill). Grade: medium.

Plasma volume. Work drives water out of plasma with the square of the demand above rest, and it returns:
    d loss / dt = shift * (demand - rest)^2 * (limit - loss) - recovery * loss,     relative = 1 - loss
The expansion over days of training is left out.
Sources: Bloomer2013, Zouhal2023, Songsorn2017. Grade: medium.

Damage. Eccentric strain starts an inflammation in the muscle that works; it arrives within hours and is
repaired within two days:
    share at work * strain * protection -> two transit stages (onset) -> injury
    d damage / dt = (gain * injury - damage) / repair
Sources: Toft2002, Willoughby2003 for the time of the IL-6 peak. Grade: low.
"""

from __future__ import annotations

import sympy

from ..model import Builder, Parameters, module, positive


@module("vo2", parameters={"time_constant": "h"})
def vo2(m: Builder, p: Parameters) -> None:
    """Oxygen uptake as a fraction of VO2max; what of it is above rest, as work from 0 to 1 and in L/h."""
    demand, rest = m.signal("adaptation.demand"), m.subject("rest_demand", "1")
    uptake = m.lag("uptake", sympy.Min(demand, 1), p.time_constant / sympy.Max(demand, 1), guess=rest)
    above = m.publish("above_rest", positive(uptake - rest))
    m.publish("work", above / (1 - rest))
    m.publish("oxygen", above * m.subject("vo2max", "L/h") * m.signal("adaptation.capacity"))


@module("contraction", parameters={"time_constant": "h"})
def contraction(m: Builder, p: Parameters) -> None:
    """Contraction signal of each muscle region: 0 at rest, relative intensity in steady work."""
    for muscle in m.muscles:
        m.lag(muscle, m.signal(f"adaptation.relative_{muscle}"), p.time_constant)


@module("glycogen", parameters={"use": "1/h", "diet": "1/h", "synthesis": "1/g", "quiet": "1"})
def glycogen(m: Builder, p: Parameters) -> None:
    """Glycogen of each muscle region relative to its ordinary resting content."""
    refill = p.diet + p.synthesis * m.signal("glucose.absorption")
    for muscle in m.muscles:
        relative = m.signal(f"adaptation.relative_{muscle}")
        use = p.use * relative**2 * sympy.sqrt(relative)
        idle = p.quiet / (p.quiet + m.signal(f"contraction.{muscle}"))
        m.state(muscle, guess=1, rate=lambda g, use=use, idle=idle: refill * idle * (1 - g) - use * g)


@module("plasma_volume", parameters={"shift": "1/h", "limit": "1", "recovery": "1/h"})
def plasma_volume(m: Builder, p: Parameters) -> None:
    """Plasma volume relative to rest."""
    above_rest = positive(m.signal("adaptation.demand") - m.subject("rest_demand", "1"))
    loss = m.state("loss", rate=lambda x: p.shift * above_rest**2 * (p.limit - x) - p.recovery * x)
    m.publish("relative", 1 - loss)


@module("damage", parameters={"gain": "1", "onset": "h", "repair": "h"})
def damage(m: Builder, p: Parameters) -> None:
    """Inflammation after eccentric strain: 1 at its peak after an hour at full strain of all muscle."""
    for muscle in m.muscles:
        strain = m.input(f"strain_{muscle}", "1") * m.signal(f"adaptation.protection_{muscle}")
        strain = m.active_share(muscle) * strain
        injury = m.chain(f"{muscle}_onset", strain, p.onset, stages=2)
        m.lag(muscle, p.gain * injury, p.repair)
