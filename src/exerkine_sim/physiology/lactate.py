"""Lactate: made by working muscle above its threshold, carried into blood, burnt in proportion to oxygen uptake.

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
muscle's own lactate (its acidity) are assumptions; all-out sprints come out too low.
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
    """State the equations of lactate in working muscle and in blood."""
    mass = m.subject("body_mass", "kg")
    volume = p.distribution_volume * mass
    volume_muscle, volume_blood = p.muscle_share * volume, (1 - p.muscle_share) * volume
    conductance = p.exchange * p.muscle_share * (1 - p.muscle_share) * volume

    muscle = m.pool(
        "muscle", volume=volume_muscle, basal=p.basal, unit="mmol/L", flux_unit="mmol/h", site="muscle"
    )
    blood = m.pool(
        "blood",
        volume=volume_blood,
        basal=p.basal,
        unit="mmol/L",
        flux_unit="mmol/h",
        site="blood",
        infusible=True,
    )

    for region in m.muscles:
        rate = _production(m, p, region)
        m.release("muscle", tissue=f"muscle {region}", trigger="glycolysis", rate=rate)
    m.clear("muscle", tissue="blood", trigger="exchange", rate=conductance * muscle)
    m.release("muscle", tissue="blood", trigger="exchange", rate=conductance * blood)

    m.release("blood", tissue="muscle", trigger="exchange", rate=conductance * muscle)
    m.clear("blood", tissue="muscle", trigger="exchange", rate=conductance * blood)
    at_rest = p.resting_capacity * mass
    m.release("blood", tissue="whole body", rate=at_rest * hill(p.basal, p.half_saturation))
    oxidation = p.capacity_per_oxygen * _oxygen_above_rest(m)
    m.clear("blood", tissue="whole body", rate=at_rest * hill(blood, p.half_saturation))
    m.clear(
        "blood", tissue="working tissue", trigger="oxidation", rate=oxidation * hill(blood, p.half_saturation)
    )

    haematocrit = 1 - m.subject("plasma_volume", "L") / m.subject("blood_volume", "L")
    m.observe("plasma", blood / (1 - haematocrit * (1 - p.red_cell_ratio)), "mmol/L")


def _production(m: Builder, p: Parameters, region: str) -> Expr:
    """Glycolytic production of a region: its power, times a share that rises steeply around the threshold."""
    power = m.input(f"active_mass_{region}", "kg") * m.input(f"power_density_{region}", "W/kg")
    effort = m.input(f"relative_{region}", "1") / m.subject("lactate_threshold", "1")
    brake = p.glycogen_floor + (1 - p.glycogen_floor) * m.signal(f"glycogen.{region}")
    inhibition = p.inhibition / (p.inhibition + positive(m.signal("lactate.muscle")))
    share = effort * hill(effort, p.intensity_half, 4)
    return power * p.production_yield * share * brake * inhibition


def _oxygen_above_rest(m: Builder) -> Expr:
    """Oxygen uptake above rest, in L/h."""
    above = positive(m.signal("vo2.uptake") - m.subject("rest_demand", "1"))
    return above * m.subject("vo2max", "L/h")
