"""Irisin: shed at once from the surface of working muscle, made anew for a day after hard work.

Three ways of release from each muscle region, whose surface store A is 1 when full, into one plasma pool::

    shedding    = k (active mass / muscle mass) relative^2
    dA/dt       = (1 - A) / refill - shedding A,             release = content x muscle mass x shedding A
    loading     = two transit stages of (active mass x tension),      release = yield x loading
    dI/dt       = (hard work) (1 - I) - I / memory,           hard work = gain (active mass / muscle mass)
                                                                          x (relative - threshold, if above)
    synthesis   = two transit stages of (muscle mass x I),   release = late content x synthesis
    V dC/dt     = basal release + the three - elimination V C

The store empties, so long moderate work raises irisin in its first hour and no longer at its end. Tension
gives lifting a later and larger rise than endurance work. The late rise follows hard work only; a
`late_switch` of 0 leaves it out. Age lowers every release alike: the level, not the fold.

Sources: Daskalopoulou2014 and IrisinTimeCourse2024 (fast rise), Kraemer2014 (exhaustion of the store),
Huh2015 (its end), Nygaard2015 and IrisinModeReview2024 (lifting), Tsuchiya2014 (late rise),
Jedrychowski2015 (level), LongActingIrisin2025 (half-life, mouse). Grade: low. Contested: immunoassays
disagree with mass spectrometry, sprints may lower irisin, and a day-night swing could imitate the late rise.
"""

from __future__ import annotations

from sympy import Expr, exp

from ..model import Builder, Parameters, module, positive


@module(
    "irisin",
    parameters={
        "basal": "ng/L",
        "age_slope": "1/year",
        "reference_age": "year",
        "elimination": "1/h",
        "surface_content": "ng/kg",
        "shedding": "1/h",
        "refill": "h",
        "tension_yield": "ng/kg/h",
        "tension_delay": "h",
        "hard_threshold": "1",
        "induction": "1/h",
        "memory": "h",
        "late_switch": "1",
        "late_content": "ng/kg/h",
        "synthesis_delay": "h",
    },
)
def irisin(m: Builder, p: Parameters) -> None:
    """State the equations of irisin release and loss."""
    volume = m.subject("plasma_volume", "L")
    youth = exp(p.age_slope * (p.reference_age - m.subject("age", "year")))
    plasma = m.plasma(volume=volume, basal=p.basal * youth)
    m.release("plasma", tissue="whole body", rate=p.elimination * volume * p.basal * youth)
    m.clear("plasma", rate=p.elimination * volume * plasma)

    for region in m.muscles:
        shed = _shedding(m, p, region)
        m.release("plasma", tissue=f"muscle {region}", trigger="contraction", rate=youth * shed)
        loading = m.chain(f"loading_{region}", _tension(m, region), p.tension_delay, stages=2, unit="kg")
        rate = youth * p.tension_yield * loading
        m.release("plasma", tissue=f"muscle {region}", trigger="tension", rate=rate)
        induced = m.chain(f"synthesis_{region}", _induction(m, p, region), p.synthesis_delay, stages=2)
        rate = youth * p.late_switch * p.late_content * m.subject(f"muscle_{region}", "kg") * induced
        m.release("plasma", tissue=f"muscle {region}", trigger="synthesis", rate=rate)

    m.observe("serum", plasma / m.signal("plasma_volume.relative"), "ng/L")


def _shedding(m: Builder, p: Parameters, region: str) -> Expr:
    """Shedding from a surface store that it empties, in ng/h."""
    rate = p.shedding * m.active_share(region) * m.signal(f"adaptation.relative_{region}") ** 2
    store = m.state(f"surface_{region}", guess=1, rate=lambda a: (1 - a) / p.refill - rate * a)
    return p.surface_content * m.subject(f"muscle_{region}", "kg") * rate * store


def _tension(m: Builder, region: str) -> Expr:
    """Muscle mass under tension, in kg."""
    return m.input(f"active_mass_{region}", "kg") * m.input(f"tension_{region}", "1")


def _induction(m: Builder, p: Parameters, region: str) -> Expr:
    """Share of a region's muscle in which hard work has switched synthesis on."""
    above = positive(m.signal(f"adaptation.relative_{region}") - p.hard_threshold)
    rate = p.induction * m.active_share(region) * above
    return m.state(f"induction_{region}", rate=lambda i: rate * (1 - i) - i / p.memory)
