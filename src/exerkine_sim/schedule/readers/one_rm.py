"""What a log says of a person's strength: one-repetition maxima from the best sets in it."""

from __future__ import annotations

from collections.abc import Iterable

from ...parameters import load_parameters
from .dated import Dated


def one_rm_of(dated: Iterable[Dated]) -> dict[str, float]:
    """Return a 1RM in kg by lift, from the best set in kg of each (Brzycki 1993).

    Every set is taken as done to failure, so that the true 1RM is rather higher than lower. Sets of more than
    ten repetitions say too little and do not count.

    Parameters
    ----------
    dated : iterable of Dated

    Returns
    -------
    dict of str to float
        Without the lifts for which no set counts.

    Examples
    --------
    >>> from exerkine_sim.schedule import Bout, Intensity, Session
    >>> from pathlib import Path
    >>> set_ = Bout(0, 0.25, "squat", Intensity(100, "kg"), reps=5)
    >>> one_rm_of([Dated(Session(0, [set_]), None, Path("log.csv"))])
    {'squat': 112.5}
    """
    values = load_parameters()
    intercept, slope, most = (
        values[f"reading.one_rm.{name}"].to("1") for name in ("intercept", "slope", "max_repetitions")
    )
    best: dict[str, float] = {}
    for bout in (bout for one in dated for bout in one.session.bouts):
        if bout.reps is not None and bout.reps <= most and bout.intensity.basis == "kg":
            estimate = bout.intensity.value / (intercept - slope * bout.reps)
            best[bout.mode] = max(estimate, best.get(bout.mode, 0.0))
    return {lift: round(load, 1) for lift, load in sorted(best.items())}
