"""The scores by which training is usually counted: TSS, CTL, ATL, TRIMP, session RPE, volume load.

They score a plan on paper, beside the simulation and without it. What a score is not defined for has none:
NaN and a word why, never a zero.

    normalised power^4 = mean of (moving mean of power over 30 s)^4
    IF  = normalised power / FTP                              TSS = 100 * IF^2 * hours
    CTL = CTL of the day before + (TSS - CTL of the day before) / 42 days;  ATL the same with 7;
    TSB = CTL - ATL, both of the day before
    TRIMP = minutes * r * factor * exp(steepness * r),        r = (demand - rest) / (1 - rest)
    session RPE = rating from 0 to 10 * minutes               volume load = sum of repetitions * load

Power that a bout does not state is the power on a bicycle that asks for the same oxygen. The share r of heart
rate reserve is that of oxygen uptake reserve (Swain1997). Ratings that nobody gave are estimated from the
share of VO2max (Herman2006) or of 1RM (Kraft2014), a bout counting for the time up to the next.
Sources: AllenCoggan2010, Morton1990, Foster2001 and those of `params/training_load.toml`.
"""

from .load import SCORES, TrainingLoad, training_scores

__all__ = ["SCORES", "TrainingLoad", "training_scores"]
