"""Free fatty acids: set free by fat tissue under sympathetic drive and low insulin, gone within minutes.

    work      = oxygen uptake between rest and maximum
    stimulus  = nerve gain * work + adrenaline gain * a / (half + a) + fasting gain * [1 - liver glycogen]+
    d lipolysis / dt = (1 + stimulus - lipolysis) / lipolysis time,         a = [adrenaline - threshold]+
    release   = clearance * basal * lipolysis * (1 + half) / (insulin + half) * (1 - trapped * work^2)
    V dC/dt   = release - clearance * (1 + uptake gain * work) * C,         V plasma volume

Lipolysis starts and ends slowly, uptake by working muscle at once: plasma dips as work begins, climbs for
hours, and jumps when work ends and the fatty acids stay behind. Blood flow through fat does not keep up with
hard work, which traps part of what is freed there. Insulin is taken relative to rest, as tissue feels it;
carbohydrate acts through it. Emptied liver glycogen stands for the fasting state that outlasts a session.
Release is that of the person, not of each kilogram of fat, in which obese people release less.

Sources: Friedlander1999 and Henderson2007 (release at 45 and 65 %), Schabort1999 and HundredKilometreBlood
(level), Bahr1991 and Magkos2009 (recovery), Horowitz1997 (insulin), AerobicFitnessFFA (turnover).
Grade: medium; adrenaline against nerves, and fasting: low. Misses: more is freed at 65 than at 45 % of
VO2max, against both tracer studies; half a day after a session 10 % more is predicted where 40 % was found.
Left out: noradrenaline, growth hormone, fatty acids that spill from meals.
"""

from __future__ import annotations

import sympy

from ..model import Builder, Parameters, hill, module, positive


@module(
    "ffa",
    parameters={
        "basal": "mmol/L",
        "half_life": "h",
        "nerve_gain": "1",
        "adrenaline_gain": "1",
        "adrenaline_threshold": "ng/L",
        "adrenaline_half": "ng/L",
        "fasting_gain": "1",
        "lipolysis_time": "h",
        "insulin_half": "1",
        "trapped": "1",
        "uptake_gain": "1",
    },
)
def ffa(m: Builder, p: Parameters) -> None:
    """Release by fat tissue into plasma, uptake by all tissues and by working muscle."""
    volume = m.subject("plasma_volume", "L")
    clearance = volume * sympy.log(2) / p.half_life
    work = m.signal("vo2.work")

    hormone = hill(m.signal("adrenaline.plasma") - p.adrenaline_threshold, p.adrenaline_half)
    fasting = positive(1 - m.signal("glucose.liver_glycogen"))
    stimulus = p.nerve_gain * work + p.adrenaline_gain * hormone + p.fasting_gain * fasting
    lipolysis = m.lag("lipolysis", 1 + stimulus, p.lipolysis_time, guess=1)
    permitted = (1 + p.insulin_half) / (m.signal("glucose.insulin_action") + p.insulin_half)
    freed = lipolysis * permitted * (1 - p.trapped * work**2)

    plasma = m.plasma(volume=volume, basal=p.basal, unit="mmol/L", flux_unit="mmol/h")
    m.publish("relative", plasma / p.basal)
    m.release("plasma", tissue="adipose", trigger="lipolysis", rate=clearance * p.basal * freed)
    m.clear("plasma", rate=clearance * plasma)
    m.clear("plasma", tissue="muscle", trigger="contraction", rate=clearance * p.uptake_gain * work * plasma)
