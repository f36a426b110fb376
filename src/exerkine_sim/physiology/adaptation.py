"""Training adaptation: what weeks of a plan do to the person, and through the person to every answer.

Everything starts at zero and is what the plan adds: a habitual load, read off the lactate threshold, is taken
to go on beside the plan, so that without a plan nobody gains or loses. Percentages of VO2max or of 1RM are
those of the Subject as described, so that 70 % stays the same absolute load while the person improves.

    d effort / dt     = ((min(demand, 1) - rest) / (1 - rest) - effort) / effort time
    stimulus          = transit(effort^3)
    response          = half * stimulus / ((half + habit) * (half + habit + stimulus))

    d gain / dt       = (ceiling * response - gain) * speed           VO2max relative to the start, less 1
    speed             = 1 / loss time + (1 / gain time - 1 / loss time) * stimulus / (half + stimulus)
    d rise / dt       = (threshold gain * response - rise) / threshold time      of the lactate threshold

    load              = effort^3 + lifting weight * sum of tension^2 * active mass / muscle mass
    fitness, fatigue  = load averaged over 42 and over 7 days
    habituation       = fitness^2 / ((half + habit)^2 + fitness^2)
    overreaching      = hill(fatigue - tolerance - habit)

and in each muscle region, from eccentric strain and from tension:

    healing follows strain,   d defence / dt = healing * quiet / (quiet + effort) - defence / protection time
    protection                  = 1 - protected share * hill3(defence)
    strength                    = hill3(tension^2, averaged over weeks),       hillN is s^N / (half^N + s^N)

The response saturates, so that a third of the sessions keeps most of a gain, and it counts intensity by its
cube, so that easy sessions do not. A higher VO2max makes the same load a smaller share of it, and a threshold
that rises further makes the same share feel lighter: together they more than halve adrenaline at the same
load and take a third off the rise of cortisol. The defence of a strained muscle builds up over days, and not
while it works, so that it never meets the session that called for it. One gain serves both regions, although
legs do not train arms. Strain and tension are those of the muscle that was loaded, not of its share in the
region: what is published on repeated bouts and on resting transcripts was found in that very muscle. The
price: curls protect and habituate the back, and runs protect from squats.
Held against trials of six to twelve months that nothing was fitted to, the gain of a year is about right
(Church2007, MidwestExerciseTrial2016, ScharhagRosenberger2009, ArbabZadeh2014). Misses: it is all there after
three months, when ScharhagRosenberger2009 saw half of it; no plan gives the 44 % of Hickson1977; and the
trained gain less from intervals than in Laursen2002 and Stoggl2014.
Sources: Hickson1981b, Egan2013, Bouchard1999 (gain), Helgerud2007 and Hov2022 (gain of the trained),
Coyle1984 (loss), Hickson1981a (maintenance), Weltman1997 (threshold, hormones), FitnessFatigueCommentary2022
(42 and 7 days), Nosaka2005 and Nosaka1991 (repeated bout), Roth2003 (strength), RobsonAnsley2007 and
Slivka2010 (overreaching).
Grade: medium for VO2max, threshold and repeated bout; low for load, habituation, strength and overreaching.
Contested: three weeks of hard riding changed nothing in Slivka2010; whether training lowers resting IL-6.
"""

from __future__ import annotations

from sympy import Expr, Min

from ..model import Builder, Parameters, hill, module, positive


@module(
    "adaptation",
    parameters={
        "effort_time": "h",
        "stimulus_time": "h",
        "response_half": "1",
        "habit_threshold": "1",
        "habit_slope": "1",
        "ceiling": "1",
        "gain_time": "h",
        "loss_time": "h",
        "threshold_gain": "1",
        "threshold_time": "h",
        "lifting_weight": "1",
        "fitness_time": "h",
        "fatigue_time": "h",
        "habituation_half": "1",
        "tolerance": "1",
        "overreaching_half": "1",
        "healing_time": "h",
        "quiet": "1",
        "protection_time": "h",
        "protection_half": "h",
        "protected_share": "1",
        "strength_time": "h",
        "strength_half": "1",
    },
)
def adaptation(m: Builder, p: Parameters) -> None:
    """Follow the plan from demand, tension and strain; publish what has become of the person."""
    demand, rest = m.input("demand", "1"), m.subject("rest_demand", "1")
    effort = m.lag("effort", positive(Min(demand, 1) - rest) / (1 - rest), p.effort_time)
    habit = p.habit_slope * positive(m.subject("lactate_threshold", "1") - p.habit_threshold)

    capacity = m.publish("capacity", 1 + _aerobic(m, p, effort**3, habit))
    m.publish("demand", rest + (demand - rest) / capacity)
    for muscle in m.muscles:
        m.publish(f"relative_{muscle}", m.input(f"relative_{muscle}", "1") / capacity)
        _protection(m, p, muscle, effort)
        _strength(m, p, muscle)

    load = effort**3 + p.lifting_weight * _lifting(m)
    fitness = m.lag("fitness", load, p.fitness_time)
    fatigue = m.lag("fatigue", load, p.fatigue_time)
    m.publish("habituation", hill(fitness, p.habituation_half + habit, 2))
    m.publish("overreaching", hill(fatigue - p.tolerance - habit, p.overreaching_half))


def _aerobic(m: Builder, p: Parameters, work: Expr, habit: Expr) -> Expr:
    """State VO2max and lactate threshold, both relative to the start; return the gain of the first."""
    stimulus = m.chain("stimulus", work, p.stimulus_time, stages=2)
    habitual = p.response_half + habit
    response = p.response_half * stimulus / (habitual * (habitual + stimulus))
    rise = m.lag("threshold_rise", p.threshold_gain * response, p.threshold_time)
    m.publish("threshold", 1 + rise)
    speed = 1 / p.loss_time + (1 / p.gain_time - 1 / p.loss_time) * hill(stimulus, p.response_half)
    return m.state("vo2max_gain", rate=lambda gain: (p.ceiling * response - gain) * speed)


def _protection(m: Builder, p: Parameters, muscle: str, effort: Expr) -> None:
    """Publish what share of later damage a region still takes, 1 where it is unused to strain."""
    healing = m.lag(f"healing_{muscle}", m.input(f"strain_{muscle}", "1"), p.healing_time)
    mended = healing * p.quiet / (p.quiet + effort)
    defence = m.state(
        f"defence_{muscle}", unit="h", rate=lambda defence: mended - defence / p.protection_time
    )
    m.publish(f"protection_{muscle}", 1 - p.protected_share * hill(defence, p.protection_half, 3))


def _strength(m: Builder, p: Parameters, muscle: str) -> None:
    """Publish how used the lifting muscles of a region are to it, 0 to 1."""
    lifted = m.lag(f"lifted_{muscle}", m.input(f"tension_{muscle}", "1") ** 2, p.strength_time)
    m.publish(f"strength_{muscle}", hill(lifted, p.strength_half, 3))


def _lifting(m: Builder) -> Expr:
    """Share of all muscle under tension, weighted by its square."""
    mass = {muscle: m.subject(f"muscle_{muscle}", "kg") for muscle in m.muscles}
    lifted = [
        m.input(f"tension_{muscle}", "1") ** 2 * m.input(f"active_mass_{muscle}", "kg") for muscle in mass
    ]
    return sum(lifted[1:], lifted[0]) / sum(mass.values())
