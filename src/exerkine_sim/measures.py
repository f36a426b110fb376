"""Summary numbers of any number of people: they pass in parts, and no time course is ever stored.

Extremes, areas and times above a level are gathered inside the integration, on the solver's own polynomial.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
import pandas as pd

from .batch import Members, Part, Report, drawn, share_of
from .errors import InputError, nearest
from .manifest import sessions_of
from .measured import PER, Gauge, check_fold, outputs_of
from .metrics import FARTHEST, IN_SESSION, latest_session, session_windows
from .model import Model
from .parameters import ParameterSet, load_parameters
from .schedule import Schedule
from .simulate import check_clock, check_tolerance, kept_exerkines, model_for, one_plan, paired, varied_in
from .subject import Population, Subject
from .times import end_of

# Members enough to keep every lane of every thread busy, rows few enough to be formed in a moment.
PART_MEMBERS, PART_ROWS = 512, 100_000


def measure(
    schedule: Schedule | Sequence[Schedule],
    subject: Subject | Sequence[Subject] | Population,
    *,
    exerkines: str | Sequence[str] | None = None,
    per: str = "session",
    above_fold: float | None = None,
    parameters: ParameterSet | None = None,
    model: Model | None = None,
    end_h: float | None = None,
    tolerance: float = 1e-6,
    clock: bool = False,
    progress: Report | None = None,
) -> Iterator[pd.DataFrame]:
    """Summarise what every exerkine does in a person, or in any number of them, who follow a plan.

    Some hundred members at a time are simulated, and their time courses never stored, so that memory stays
    the same however many they are. A member's numbers do not depend on the others.

    Parameters
    ----------
    schedule, subject, parameters, model, end_h, tolerance, clock, progress
        As for :func:`exerkine_sim.simulate`.
    exerkines : str or sequence of str, optional
        Molecules to be measured; all of them when left out.
    per : {"session", "stretch", "block"}
        A row for each session, one for each stretch from a session's start to the next (and for that before
        the first), or one for the whole time.
    above_fold : float, optional
        Also give the hours spent above this multiple of the member's own resting value.

    Returns
    -------
    iterator of pandas.DataFrame
        Some of the members each, in order. The columns are those of
        :func:`exerkine_sim.metrics.session_metrics` or :func:`~exerkine_sim.metrics.block_metrics`, extremes
        and areas being those of the solver's own polynomial in place of an output grid; then ``above_h``
        where it was asked for, and ``status``: ``ok``, or why the member failed and has NaN for numbers.

    Raises
    ------
    InputError
        When plan, person or what is wanted cannot be used.

    Examples
    --------
    >>> import pandas as pd
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="female", age_y=30, body_mass_kg=62, height_m=1.68, vo2max_ml_kg_min=45)
    >>> plan = xk.parse_schedule("Mon 07:00 run 60m 70% VO2max")
    >>> people = xk.Population(subject, n=3, seed=1)
    >>> table = pd.concat(xk.measure(plan, people, exerkines="lactate", above_fold=2))
    >>> blood = table.query("site == 'blood'")
    >>> bool((blood["above_h"] > 0.5).all())
    True
    """
    parameters = load_parameters() if parameters is None else parameters
    population = subject if isinstance(subject, Population) else None
    members = paired(schedule, subject.subject if isinstance(subject, Population) else subject)
    model = model_for((plan for plan, _ in members), clock=clock) if model is None else model
    check_clock(model, clock)
    if population is not None:
        one_plan(members)
        varied_in(population, model, parameters)
    _check_choices(per, above_fold, tolerance)
    gauge = Gauge(
        model,
        parameters,
        outputs_of(model, parameters, kept_exerkines(model, exerkines, None) or model.exerkines),
        per=per,
        above_fold=above_fold,
        end_h=end_of([plan for plan, _ in members], end_h),
        tolerance=tolerance,
    )
    return _tables(gauge, members, population, progress=progress)


def _check_choices(per: str, above_fold: float | None, tolerance: float) -> None:
    if per not in PER:
        raise InputError(f"per = {per!r}", expected=" or ".join(PER), fix=nearest(str(per), PER), field="per")
    check_fold(above_fold)
    check_tolerance(tolerance)


def _tables(
    gauge: Gauge, members: Members, population: Population | None, *, progress: Report | None
) -> Iterator[pd.DataFrame]:
    """Yield one table for each part of the members."""
    n = len(members) if population is None else population.n
    size = _members_at_a_time(gauge, [plan for plan, _ in members])
    for start in range(0, n, size):
        if population is None:
            chosen = members[start : start + size]
            part = Part(np.arange(start, start + len(chosen)), chosen, {})
        else:
            people = population.part(start, size)
            part = drawn(members[0][0], people, model=gauge.model, parameters=gauge.parameters)
        yield _table(gauge, part, share_of(progress, start / n, len(part.members) / n))


def _members_at_a_time(gauge: Gauge, plans: Sequence[Schedule]) -> int:
    windows = max(len(gauge.windows(plan)) for plan in {id(plan): plan for plan in plans}.values())
    return max(1, min(PART_MEMBERS, PART_ROWS // (len(gauge.outputs) * max(1, windows))))


def _table(gauge: Gauge, part: Part, progress: Report | None) -> pd.DataFrame:
    found = gauge.measure(part, progress=progress)
    counts = np.array([len(one) for one in found.windows])
    there = np.arange(counts.max()) < counts[:, None]
    member, output, window = np.nonzero(np.repeat(there[:, None], len(gauge.outputs), axis=1))
    labels = {"member": part.numbers[member]}
    for name in ("exerkine", "site", "unit", "grade"):
        labels[name] = np.array([getattr(one, name) for one in gauge.outputs])[output]
    numbers = {name: one[member, window, output] for name, one in found.numbers.items()}
    above = {} if gauge.above_fold is None else {"above_h": numbers["above_h"]}
    if gauge.per == "block":
        shown = {name: numbers[name] for name in FARTHEST}
        session = _latest(gauge, part, numbers["at_h"].reshape(len(counts), len(gauge.outputs)))
        shown |= {"session": session, "auc": numbers["auc"]}
    else:
        every = pd.DataFrame(chain(*found.windows), columns=["session", "start_h", "end_h"])
        of = every.iloc[(np.cumsum(counts) - counts)[member] + window]
        shown = {name: of[name].to_numpy() for name in ("session", "start_h")}
        shown |= {name: numbers[name] for name in IN_SESSION}
    return pd.DataFrame({**labels, **shown, **above, "status": found.status[member]})


def _latest(gauge: Gauge, part: Part, at_h: np.ndarray) -> np.ndarray:
    """Return the session that each moment belongs to, shape (n_members * n_outputs,)."""
    plans = {id(plan): plan for plan, _ in part.members}
    windows = {key: session_windows(sessions_of(plan), gauge.end_h) for key, plan in plans.items()}
    latest = [latest_session(at, windows[id(plan)]) for at, (plan, _) in zip(at_h, part.members, strict=True)]
    return np.concatenate(latest)
