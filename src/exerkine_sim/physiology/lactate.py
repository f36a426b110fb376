"""Lactate: made by working muscle above its threshold, carried into blood, burnt as oxygen uptake allows.

Two compartments, the space M of working muscle and the remaining space S, of which blood is a part::

    production  = sum over regions: active mass x power density x yield x share x brakes
    share       = x * x^4 / (half^4 + x^4),   x = relative intensity / lactate threshold
    brakes      = (f + (1 - f) glycogen) * K_i / (K_i + M)
    V_M dM/dt   = production - D (M - S)
    V_S dS/dt   = resting production + D (M - S) - capacity * S / (K_m + S)
    capacity    = resting capacity + lactate per oxygen x (oxygen uptake above rest)

D is set so that a difference between the two spaces decays at the measured rate of appearance in blood.
Production follows power, so at its threshold a fit person makes more lactate; clearance follows oxygen
uptake, so it also removes more, and the level at the threshold does not depend on fitness. Resting
production balances clearance at the resting level. Blood is whole blood; plasma follows from the lower
concentration in red cells, with the ratio at rest (in exhausting work red cells lag further behind).

Sources: Freund1981 (compartments), Beneke2007 and Gharbi2008 (appearance), Woll1979 (distribution volume,
saturating clearance at rest), Messonnier2013 (clearance and turnover at the threshold), Beneke2000 (level at
the maximal steady state), Smith1998 (red cells). Grade: high. The effect of glycogen and the braking by the
muscle's own lactate (its acidity) are assumptions; all-out sprints come out too low. Left out: clearance was
found to peak just below the threshold and to fall at it (Messonnier2013); here it rises on.
"""

from __future__ import annotations

from sympy import Expr

from ..model import Builder, Parameters, hill, module, positive


@module(
    "lactate",
    parameters={
        "basal": "mmol/L",
        "distribution_volume": "L/kg",
        "muscle_share": "1",
        "exchange": "1/h",
        "production_yield": "mmol/W/h",
        "intensity_half": "1",
        "inhibition": "mmol/L",
        "glycogen_floor": "1",
        "resting_capacity": "mmol/kg/h",
        "capacity_per_oxygen": "mmol/L",
        "half_saturation": "mmol/L",
        "red_cell_ratio": "1",
    },
)
def lactate(m: Builder, p: Parameters) -> None:
    """State the equations of lactate in blood and in working muscle."""
    volume = p.distribution_volume * m.subject("body_mass", "kg")
    m.publish("rest", p.basal)
    pool = {"basal": p.basal, "unit": "mmol/L", "flux_unit": "mmol/h"}
    blood = m.pool("blood", volume=(1 - p.muscle_share) * volume, site="blood", infusible=True, **pool)
    muscle = m.pool("muscle", volume=p.muscle_share * volume, site="muscle", **pool)
    haematocrit = 1 - m.subject("plasma_volume", "L") / m.subject("blood_volume", "L")
    m.observe("plasma", blood / (1 - haematocrit * (1 - p.red_cell_ratio)), "mmol/L")

    for region in m.muscles:
        rate = _production(m, p, region, inhibitor=muscle)
        m.release("muscle", tissue=f"muscle {region}", trigger="glycolysis", rate=rate)
    conductance = p.exchange * p.muscle_share * (1 - p.muscle_share) * volume
    for source, target, level in (("muscle", "blood", muscle), ("blood", "muscle", blood)):
        m.clear(source, tissue=target, trigger="exchange", rate=conductance * level)
        m.release(target, tissue=source, trigger="exchange", rate=conductance * level)

    resting = p.resting_capacity * m.subject("body_mass", "kg")
    working = p.capacity_per_oxygen * m.signal("vo2.oxygen")
    saturation = hill(blood, p.half_saturation)
    m.release("blood", tissue="whole body", rate=resting * hill(p.basal, p.half_saturation))
    m.clear("blood", tissue="whole body", rate=resting * saturation)
    m.clear("blood", tissue="working tissue", trigger="oxidation", rate=working * saturation)


def _production(m: Builder, p: Parameters, region: str, *, inhibitor: Expr) -> Expr:
    """Glycolytic production of a region: its power, times a share that rises steeply around the threshold."""
    power = m.input(f"active_mass_{region}", "kg") * m.input(f"power_density_{region}", "W/kg")
    threshold = m.subject("lactate_threshold", "1") * m.signal("adaptation.threshold")
    effort = m.signal(f"adaptation.relative_{region}") / threshold
    share = effort * hill(effort, p.intensity_half, 4)
    fuel = p.glycogen_floor + (1 - p.glycogen_floor) * m.signal(f"glycogen.{region}")
    inhibition = p.inhibition / (p.inhibition + positive(inhibitor))
    return power * p.production_yield * share * fuel * inhibition
