"""Apelin: from fat and the rest of the body at rest, from muscle in all-out efforts, gone within minutes.

    fat       = release per kg * fat mass * (1 + insulin gain * (insulin - 1)),    insulin relative to rest
    effort    = sum over regions: active mass * (relative intensity - onset, if above)
    d surge / dt = (effort - surge) / surge time
    muscle    = switch * release per effort * [1 - age slope * (age - reference)]+ * surge
    V dC/dt   = fat + other + muscle - clearance * C

Peptidases are so quick that plasma mirrors release. Fat follows insulin, which a drink of glucose raises and
long work lowers. Muscle adds only above its onset, near the maximal oxygen uptake: hard running leaves
apelin alone, sprints raise it, and what muscle gives falls with age. It acts on the muscle that makes it;
plasma is the little that gets away.
Sources: Zhen2013 (level by mass spectrometry), Nyimanu2019 (clearance), Waller2019 and GlucoseApelin
(insulin; hard running: nothing), Kon2021 (sprints), Vinel2018 (age).  Grade: low throughout.
Contested: the direction in exercise. Up in sprints (Kon2021), in swimmers (Dundar2019) and in a maximal test
(Ligetvari2023), unchanged (Waller2019), down after hours in the heat (HydrationApelin, -14 %; here a few
percent, hidden by the shrinking of plasma). A `contraction_switch` of 0 leaves the muscle out. Immunoassays
read 50 to 200 times the level of mass spectrometry: only folds compare.
"""

from __future__ import annotations

import sympy

from ..model import Builder, Parameters, module, positive


@module(
    "apelin",
    parameters={
        "adipose_release": "ng/h/kg",
        "other_release": "ng/h",
        "insulin_gain": "1",
        "contraction_switch": "1",
        "contraction_release": "ng/h/kg",
        "contraction_onset": "1",
        "surge_time": "h",
        "age_slope": "1/year",
        "age_reference": "year",
        "clearance": "L/h",
        "volume_per_kg": "L/kg",
    },
)
def apelin(m: Builder, p: Parameters) -> None:
    """State the equations."""
    fat = p.adipose_release * m.subject("fat_mass", "kg")
    plasma = m.plasma(
        volume=p.volume_per_kg * m.subject("body_mass", "kg"), basal=(fat + p.other_release) / p.clearance
    )
    m.release("plasma", tissue="other", rate=p.other_release)
    m.release("plasma", tissue="adipose", rate=fat * (1 - p.insulin_gain))
    m.release(
        "plasma",
        tissue="adipose",
        trigger="insulin",
        rate=fat * p.insulin_gain * m.signal("insulin.relative"),
    )
    m.release("plasma", tissue="muscle", trigger="contraction", rate=_contraction(m, p))
    m.clear("plasma", rate=p.clearance * plasma)


def _contraction(m: Builder, p: Parameters) -> sympy.Expr:
    """Release by muscle in efforts beyond the onset, in ng/h."""
    effort = sum(
        m.input(f"active_mass_{region}", "kg")
        * positive(m.signal(f"adaptation.relative_{region}") - p.contraction_onset)
        for region in m.muscles
    )
    surge = m.lag("surge", effort, p.surge_time, unit="kg")
    youth = positive(1 - p.age_slope * (m.subject("age", "year") - p.age_reference))
    return p.contraction_switch * p.contraction_release * youth * surge
