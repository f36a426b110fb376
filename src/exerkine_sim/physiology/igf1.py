"""IGF-1: in plasma bound to proteins, at a level the liver sets over days; in muscle its own transcripts.

Plasma holds IGF-1 in binary and ternary complexes, together called bound, and a little free IGF-1:

    V d bound / dt   = growth * resting release + binding - dissociation - uptake rate * V * binary
    V_f d free / dt  = dissociation + contraction - binding - (1 - rebound) * k * V_f * free
    d ternary / dt   = k_ternary * (ternary / binary at rest * binary - ternary),     binary = bound - ternary
    dissociation     = k * V_f * (free / binary at rest) * binary
    binding          = rebound * k * V_f * free * (1 + share * (IGFBP-1 - 1))
    d growth / dt    = ((1 + half) * GH / (half + GH) + added - growth) / growth time
    added            = interval switch * gain * hard / (half + hard),     hard = [demand - threshold]+

with GH and IGFBP-1 relative to rest. Total is bound + free. The liver answers the sustained level of GH and
hardly its pulses, so that the total is flat for a day after the heaviest session but for the shrinking of
plasma. IGFBP-1 lowers the free part and not the total. The total falls with age, the free share does not.
For each muscle region, both transcripts 1 at rest:

    d load / dt = tension^2 * active share - load / load time
    MGF         = 1 + lag(gain * load / (half + load))                         highest some hours later
    IGF-1Ea     = 1 + transit(late gain * (MGF - 1))                             highest a day or two later

Sources: Guler1989 (pools, half-lives), Frystyk1999 (free: volume, half-life, binding), Gasco2007 (age),
Skjaerbaek1996 (GH), Kraemer1995 (flat after lifting), Bamman2001, Greig2006, Philippou2009 (transcripts).
Grade: high for the total within a day, medium for the pools, low for transcripts and for training.
Contested: that moderate continuous work raises muscle IGF-1 and intervals the circulating one. As shipped
(`interval_switch` 0) endurance work does neither, but through GH. At 1 moderate contraction feeds the late
transcript and demand near VO2max the liver, both little: the first is known from mice
(TranscriptomeMICTHIIT2025), the second from trials without a continuous arm (Herbert2017, Hejazi2017); one
session of either raised IGF-1 alike (Copeland2008). Contested too: whether MGF answers more in the old
(Roberts2010) or alike (Hameed2008). Left out: eccentric cycling, GH acting on the muscle's own transcript
(Hameed2004), food, and the fall under overload (Tanskanen2011).
"""

from __future__ import annotations

from typing import NamedTuple

import sympy

from ..model import Builder, Parameters, hill, module, positive


@module(
    "igf1",
    parameters={
        "basal": "ng/L",
        "age_slope": "1/year",
        "age_reference": "year",
        "free_share": "1",
        "binary_share": "1",
        "ternary_elimination": "1/h",
        "binary_uptake": "1/h",
        "free_elimination": "1/h",
        "free_volume_per_kg": "L/kg",
        "rebound": "1",
        "igfbp1_share": "1",
        "muscle_release": "ng/h/kg",
        "gh_half": "1",
        "growth_time": "h",
        "load_time": "h",
        "load_half": "h",
        "mgf_gain": "1",
        "mgf_time": "h",
        "late_gain": "1",
        "late_time": "h",
        "interval_switch": "1",
        "local_gain": "1",
        "systemic_gain": "1",
        "hard_threshold": "1",
        "hard_half": "1",
    },
)
def igf1(m: Builder, p: Parameters) -> None:
    """State the equations."""
    rest = _resting(m, p)
    volume, free_volume = m.subject("plasma_volume", "L"), p.free_volume_per_kg * m.subject("body_mass", "kg")
    bound = m.pool("plasma", volume=volume, basal=rest.binary + rest.ternary, unit="ng/L", flux_unit="ng/h")
    free = m.pool("free", volume=free_volume, basal=rest.free, unit="ng/L", flux_unit="ng/h", infusible=True)
    binary = _binary(m, p, bound=bound, rest=rest)

    leaving = p.free_elimination * free_volume
    kept = leaving * (1 - p.rebound)
    released = volume * p.binary_uptake * rest.binary + kept * rest.free
    m.release("plasma", tissue="liver", trigger="growth hormone", rate=released * _growth(m, p))
    m.clear("plasma", tissue="tissues", trigger="uptake", rate=volume * p.binary_uptake * binary)
    m.clear("free", tissue="tissues", trigger="uptake", rate=kept * free)
    _exchange(m, "plasma", "free", trigger="dissociation", rate=leaving * rest.free / rest.binary * binary)
    _exchange(m, "free", "plasma", trigger="binding", rate=leaving * p.rebound * _binding(m, p) * free)
    for region in m.muscles:
        work = m.input(f"active_mass_{region}", "kg") * m.signal(f"adaptation.relative_{region}")
        m.release("free", tissue=f"muscle {region}", trigger="contraction", rate=p.muscle_release * work)

    _observe(m, bound=bound, binary=binary, free=free)
    for region in m.muscles:
        _transcripts(m, p, region)


class _Resting(NamedTuple):
    """Concentrations at rest."""

    free: sympy.Expr
    binary: sympy.Expr
    ternary: sympy.Expr


def _resting(m: Builder, p: Parameters) -> _Resting:
    total = p.basal * sympy.exp(p.age_slope * (p.age_reference - m.subject("age", "year")))
    bound = total * (1 - p.free_share)
    return _Resting(total * p.free_share, bound * p.binary_share, bound * (1 - p.binary_share))


def _binary(m: Builder, p: Parameters, *, bound: sympy.Expr, rest: _Resting) -> sympy.Expr:
    """State what is in ternary complexes; return the rest of what is bound."""
    binary = bound - m.signal("igf1.ternary")
    formed = rest.ternary / rest.binary * binary
    m.lag("ternary", formed, 1 / p.ternary_elimination, unit="ng/L", guess=rest.ternary)
    return binary


def _exchange(m: Builder, source: str, target: str, *, trigger: str, rate: sympy.Expr) -> None:
    """Move IGF-1 from one pool to another."""
    m.clear(source, tissue=target, trigger=trigger, rate=rate)
    m.release(target, tissue=source, trigger=trigger, rate=rate)


def _observe(m: Builder, *, bound: sympy.Expr, binary: sympy.Expr, free: sympy.Expr) -> None:
    relative = m.signal("plasma_volume.relative")
    m.observe("plasma", bound / relative + free, "ng/L")
    m.observe("plasma_corrected", bound + free, "ng/L")
    m.observe("plasma_binary", binary / relative, "ng/L")
    m.observe("plasma_ternary", (bound - binary) / relative, "ng/L")
    # Free IGF-1 spreads far beyond plasma, so that shrinking plasma does not concentrate it.
    m.observe("plasma", free, "ng/L", exerkine="igf1_free")


def _growth(m: Builder, p: Parameters) -> sympy.Symbol:
    """Return what sustained GH makes of the liver's release, 1 at rest."""
    by_gh = (1 + p.gh_half) * hill(m.signal("gh.relative"), p.gh_half)
    hard = hill(m.signal("adaptation.demand") - p.hard_threshold, p.hard_half)
    added = p.interval_switch * p.systemic_gain * hard
    return m.lag("growth", by_gh + added, p.growth_time, guess=1)


def _binding(m: Builder, p: Parameters) -> sympy.Expr:
    """Return how readily free IGF-1 finds a binding protein, 1 at rest."""
    return 1 + p.igfbp1_share * (m.signal("igfbp1.relative") - 1)


def _transcripts(m: Builder, p: Parameters, region: str) -> None:
    """State the early (MGF) and the late (IGF-1Ea) transcript of a region, both 1 at rest."""
    active = m.active_share(region)
    tension = m.input(f"tension_{region}", "1")
    load = m.state(f"load_{region}", unit="h", rate=lambda level: tension**2 * active - level / p.load_time)
    mgf = m.lag(f"mgf_{region}", p.mgf_gain * hill(load, p.load_half), p.mgf_time)

    contraction = m.signal(f"contraction.{region}")
    moderate = contraction * positive(1 - contraction) * active
    endurance = p.interval_switch * p.local_gain * moderate
    late = m.chain(f"late_{region}", p.late_gain * mgf + endurance, p.late_time, stages=2)
    m.observe(f"muscle_mrna_{region}", 1 + late, "1")
    m.observe(f"muscle_mgf_{region}", 1 + mgf, "1")
