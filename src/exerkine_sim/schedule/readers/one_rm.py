"""What a log says of a person's strength: one-repetition maxima from the best sets in it."""

from __future__ import annotations

from collections.abc import Iterable

from ...parameters import load_parameters
from ..bout import Bout
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
    >>> from exerkine_sim.schedule import Intensity, Session
    >>> from pathlib import Path
    >>> set_ = Bout(0, 0.25, "squat", Intensity(100, "kg"), reps=5)
    >>> one_rm_of([Dated(Session(0, [set_]), None, Path("log.csv"))])
    {'squat': 112.5}
    """
    best: dict[str, float] = {}
    for one in dated:
        for bout in one.session.bouts:
            estimate = _one_rm(bout)
            if estimate > best.get(bout.mode, 0.0):
                best[bout.mode] = estimate
    return {lift: round(load, 1) for lift, load in sorted(best.items())}


def _one_rm(bout: Bout) -> float:
    parameters = load_parameters()
    intercept, slope, most = (
        parameters[f"reading.one_rm.{name}"].to("1") for name in ("intercept", "slope", "max_repetitions")
    )
    if bout.reps is None or bout.intensity.basis != "kg" or bout.reps > most:
        return 0.0
    return bout.intensity.value / (intercept - slope * bout.reps)
