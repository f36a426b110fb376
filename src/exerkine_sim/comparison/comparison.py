"""The verb: plans and a person in, a Comparison out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ..batch import share_of
from ..errors import InputError
from ..parameters import ParameterSet, load_parameters
from ..schedule import Schedule
from ..simulate import model_for
from ..subject import Population, Subject
from ..times import end_of
from ..training_load import TrainingLoad, training_scores
from .contrast import Contrast, contrast
from .reading import KINDS, Reader, Reading

if TYPE_CHECKING:
    import pandas as pd

    from ..batch import Report

MOST_PLANS = 5
# So few that the ends of a band of nine tenths still lie between members; more take no more than time.
FEWEST_PEOPLE, USUAL_PEOPLE = 20, 40
WEEK_H = 168.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Plans side by side.

    Parameters
    ----------
    plans : tuple of str
        Names, in the order given; the first is what the others are compared against.
    weeks : tuple of float
        How long each plan is, in whole weeks.
    end_h : float
        Up to where all were simulated.
    people : Population
        Who followed each of them.
    contrasts : tuple of Contrast
        Of the second plan all readings, then of the third.
    loads : tuple of TrainingLoad
        One a plan.
    failed : tuple of (int, str)
        Number and reason of members who failed under some plan and count nowhere.
    """

    plans: tuple[str, ...]
    weeks: tuple[float, ...]
    end_h: float
    people: Population
    contrasts: tuple[Contrast, ...]
    loads: tuple[TrainingLoad, ...]
    failed: tuple[tuple[int, str], ...]

    @property
    def table(self) -> pd.DataFrame:
        """The contrasts, a row each, under the names of the fields of :class:`Contrast`."""
        import pandas as pd

        return pd.DataFrame([asdict(one) for one in self.contrasts])

    def to_json_dict(self) -> dict[str, Any]:
        """Return all of it as plain values."""
        return {
            "plans": list(self.plans),
            "weeks": list(self.weeks),
            "end_h": self.end_h,
            "people": self.people.recipe(),
            "readings": dict(KINDS),
            "contrasts": [asdict(one) for one in self.contrasts],
            "training_load": [
                {"plan": plan, "total": load.totals(), "sessions_counted": load.counted()}
                | {"sessions": len(load.sessions), "daily": load.daily.to_dict(orient="list")}
                for plan, load in zip(self.plans, self.loads, strict=True)
            ],
            "failed": [{"member": member, "reason": reason} for member, reason in self.failed],
        }


def compare(
    plans: Sequence[Schedule],
    subject: Subject | Population,
    *,
    names: Sequence[str] | None = None,
    parameters: ParameterSet | None = None,
    progress: Report | None = None,
) -> Comparison:
    """Compare plans in the same people, each against the first.

    All plans are simulated up to the end of the longest. People and uncertain numbers are the same under
    each, so that nothing but the plans is compared. Where plans differ in length, what adds up over time is
    also given for each of a plan's own weeks.

    Parameters
    ----------
    plans : sequence of Schedule, length 2 to 5
    subject : Subject or Population
        A Subject stands for 40 people like this one, seed 0, with uncertain numbers drawn too; a Population
        has at least 20 members.
    names : sequence of str, length n_plans, optional
        Those of the plans, or ``plan 1``, ``plan 2`` when left out.
    parameters : ParameterSet, optional
        The shipped ones when left out.
    progress : callable, optional
        Called with the fraction of the work that is done, from 0 to 1.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        When there is nothing to compare, too few people, or a plan that these cannot follow.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="female", age_y=30, body_mass_kg=62, height_m=1.68, vo2max_ml_kg_min=45)
    >>> plans = [xk.parse_schedule(f"Mon 07:00 run {minutes}m 70% VO2max") for minutes in (30, 90)]
    >>> found = compare(plans, xk.Population(subject, n=20, seed=0), names=["short", "long"])
    >>> peak = found.table.query("kind == 'peak' and exerkine == 'il6' and site == 'plasma'")
    >>> peak["verdict"].item()
    'higher'
    """
    parameters = load_parameters() if parameters is None else parameters
    people = _people(subject)
    plans, titles = _checked(plans), _names(plans, names)
    end_h, weeks = end_of(plans, None), tuple(_weeks(plan) for plan in plans)
    uneven = len(set(weeks)) > 1
    reader = Reader(people, model_for(plans), parameters, end_h)
    loads = tuple(training_scores(plan, people.subject, parameters=parameters) for plan in plans)
    read = [
        reader.read(
            plan,
            weeks=weeks[place] if uneven else None,
            progress=share_of(progress, place / len(plans), 1 / len(plans)),
        )
        for place, plan in enumerate(plans)
    ]
    band = parameters["comparison.band"].to("1")
    contrasts = _contrasts([readings for readings, _ in read], titles, band)
    failed = _failed([status for _, status in read], people.first)
    return Comparison(titles, weeks, end_h, people, contrasts, loads, failed)


def _contrasts(read: Sequence[Sequence[Reading]], names: Sequence[str], band: float) -> tuple[Contrast, ...]:
    return tuple(
        contrast(one, other, names=(names[0], name), band=band)
        for name, readings in zip(names[1:], read[1:], strict=True)
        for one, other in zip(read[0], readings, strict=True)
    )


def _failed(statuses: Sequence[Sequence[str]], first: int) -> tuple[tuple[int, str], ...]:
    """Return number and first reason of each member that failed under some plan."""
    reasons = (next((one for one in told if one != "ok"), None) for told in zip(*statuses, strict=True))
    return tuple((first + place, why) for place, why in enumerate(reasons) if why is not None)


def _weeks(plan: Schedule) -> float:
    return max(1.0, math.ceil(plan.end_h / WEEK_H))


def _people(subject: Subject | Population) -> Population:
    if isinstance(subject, Subject):
        return Population(subject, n=USUAL_PEOPLE, seed=0, uncertain=True)
    if not isinstance(subject, Population):
        raise InputError(
            f"a {type(subject).__name__} as subject", expected="a Subject or a Population", field="subject"
        )
    if subject.n < FEWEST_PEOPLE:
        raise InputError(
            f"{subject.n} people",
            expected=f"at least {FEWEST_PEOPLE}, for a band that holds most of them",
            fix=f"take {USUAL_PEOPLE}: n={USUAL_PEOPLE}, --population {USUAL_PEOPLE}",
            field="n",
        )
    return subject


def _checked(plans: Sequence[Schedule]) -> Sequence[Schedule]:
    given = [plans] if isinstance(plans, Schedule) else list(plans)
    if not 2 <= len(given) <= MOST_PLANS:
        raise InputError(f"{len(given)} plans", expected=f"2 to {MOST_PLANS}", field="plans")
    strange = [one for one in given if not isinstance(one, Schedule)]
    if strange:
        raise InputError(
            f"a {type(strange[0]).__name__} as plan",
            expected="a Schedule",
            fix="see load_schedule and parse_schedule",
            field="plans",
        )
    return given


def _names(plans: Sequence[Schedule], names: Sequence[str] | None) -> tuple[str, ...]:
    """Return a name for each plan, none twice."""
    given = [plan.name for plan in plans] if names is None else list(names)
    if len(given) != len(plans):
        raise InputError(f"{len(given)} names of {len(plans)} plans", expected="one each", field="names")
    titles: list[str] = []
    for number, name in enumerate(given, start=1):
        title = name or f"plan {number}"
        titles.append(f"{title} ({number})" if title in titles else title)
    return tuple(titles)
