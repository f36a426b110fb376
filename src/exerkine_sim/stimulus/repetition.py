"""What a set weighs that says how far from failure it ends: repetitions in reserve, or effort of lifting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import ScheduleError
from ..parameters import ParameterSet
from ..schedule import Intensity

if TYPE_CHECKING:
    from .body import Bodies

TABLE_PERCENT = (95, 90, 85, 80, 75, 70, 65)  # of 1RM, at which repetitions to failure are published


def load_from_failure(
    bodies: Bodies, lift: str, values: np.ndarray, *, basis: str, reps: np.ndarray | int | None
) -> np.ndarray:
    """Return loads as fractions of 1RM, at which repetitions done and in reserve together end in failure.

    Effort is 10 less the repetitions in reserve (Zourdos2016). How many repetitions a load allows is that of
    groups of people (Nuzzo2024), read between the published loads along straight lines, which go on below the
    lightest.

    Parameters
    ----------
    bodies : Bodies
    lift : str
    values : ndarray, shape (n_sets,)
    basis : {"rir", "rpe"}
    reps : ndarray of int, shape (n_sets,)
        Repetitions done.

    Raises
    ------
    ScheduleError
        For more repetitions than loads are known for.
    """
    parameters = bodies.parameters
    full_effort = parameters["intensity.lifting_effort_at_failure"].to("1")
    reserve = values if basis == "rir" else full_effort - values
    possible = np.asarray(0 if reps is None else reps) + reserve
    most = parameters["intensity.repetitions_most"].to("1")
    if np.any(possible > most):
        worst = int(np.argmax(possible))
        raise ScheduleError(
            f"{lift.replace('_', ' ')} at {Intensity(float(values[worst]), basis)}: "
            f"{possible[worst]:g} repetitions to failure",
            expected=f"at most {most:g}, done and in reserve together",
            fix="give the load in % 1RM or kg",
        )
    return np.interp(possible, *_repetitions_and_loads(lift, parameters, most))


def _repetitions_and_loads(
    lift: str, parameters: ParameterSet, most: float
) -> tuple[list[float], list[float]]:
    """Return repetitions to failure, rising, and the fraction of 1RM that allows so many."""
    own = f"intensity.repetitions.{lift}"
    table = own if f"{own}.at_95" in parameters else "intensity.repetitions.general"
    known = [percent for percent in TABLE_PERCENT if f"{table}.at_{percent}" in parameters]
    repetitions = [parameters[f"{table}.at_{percent}"].to("1") for percent in known]
    loads = [percent / 100 for percent in known]
    slope = (loads[-1] - loads[-2]) / (repetitions[-1] - repetitions[-2])
    # One repetition to failure is what a one-repetition maximum is.
    return [1.0, *repetitions, most], [1.0, *loads, loads[-1] + slope * (most - repetitions[-1])]
