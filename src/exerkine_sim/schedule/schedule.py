"""The Schedule: everything that happens to a person, on one time line."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from itertools import pairwise

from .. import units
from ..errors import ScheduleError, UnitError, nearest
from .bout import Session
from .describe import describe
from .limits import EDGE_H, MAX_EVENTS, MAX_HOURS, bounded, lasting, titled
from .modes import Modes, known_modes
from .toml import toml_text
from .when import WEEKDAYS, clock_text, moved

FASTING_H = 8.0
ROUTES = ("intravenous", "subcutaneous")
INJECTION_MIN = 1.0
_MOLECULE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_RATE_UNIT = re.compile(r"[A-Za-zµμ]{1,12}(/[A-Za-z]{1,6}){1,2}")
_RATE_KINDS = ("ng/h", "mmol/h", "ng/kg/h", "mmol/kg/h")


@dataclass(frozen=True, slots=True, order=True)
class Meal:
    """Carbohydrate eaten at one moment.

    Parameters
    ----------
    time_h : float
        Hours from midnight of day 1.
    carbs_g : float
        Grams of carbohydrate.

    Examples
    --------
    >>> Meal(12.5, 90)
    Meal(time_h=12.5, carbs_g=90.0)
    """

    time_h: float
    carbs_g: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "time_h", bounded(self.time_h, "time_h", low=0.0, high=MAX_HOURS))
        object.__setattr__(self, "carbs_g", bounded(self.carbs_g, "carbs_g", low=0.0, high=2000.0))


@dataclass(frozen=True, slots=True, order=True)
class Infusion:
    """A molecule given at a constant rate over [start, start + duration).

    Parameters
    ----------
    start_h : float
        Hours from midnight of day 1.
    duration_h : float
        Hours.
    molecule : str
        Id of the molecule, for example ``"il6"``.
    rate : float
        In `unit`.
    unit : str
        Mass, amount or units per time, or per body mass and time: ``"ug/h"``, ``"pmol/kg/min"``.
    route : {"intravenous", "subcutaneous"}
        Into blood, or under the skin, from where it is taken up over hours.

    Examples
    --------
    >>> Infusion(8, 3, "il6", 25, "ug/h").end_h
    11.0
    """

    start_h: float
    duration_h: float
    molecule: str
    rate: float
    unit: str
    route: str = ROUTES[0]

    @classmethod
    def injection(
        cls, time_h: float, molecule: str, amount: float, *, unit: str, route: str = ROUTES[0]
    ) -> Infusion:
        """Return what is given at once: an infusion over a minute.

        Parameters
        ----------
        time_h : float
            Hours from midnight of day 1.
        molecule : str
        amount : float
            In `unit`, per body mass where that says so.
        unit : str
            ``"mg"``, ``"ug/kg"``.
        route : {"intravenous", "subcutaneous"}

        Examples
        --------
        >>> Infusion.injection(8, "il1ra", 100, unit="mg").unit
        'mg/min'
        """
        return cls(time_h, INJECTION_MIN / 60, molecule, amount / INJECTION_MIN, f"{unit}/min", route)

    def __post_init__(self) -> None:
        object.__setattr__(self, "start_h", bounded(self.start_h, "start_h", low=0.0, high=MAX_HOURS))
        object.__setattr__(self, "duration_h", lasting(self.duration_h, "duration_h", scale_min=60))
        object.__setattr__(self, "rate", bounded(self.rate, "rate", low=0.0, high=1e9))
        if not isinstance(self.molecule, str) or not _MOLECULE.fullmatch(self.molecule):
            raise ScheduleError(
                f"{str(self.molecule)[:40]!r}", expected="an id such as 'il6'", field="molecule"
            )
        if not isinstance(self.unit, str) or not _is_rate(self.unit):
            raise ScheduleError(
                f"{str(self.unit)[:40]!r}",
                expected="a rate such as 'ug/h' or 'pmol/kg/min'",
                field="unit",
            )
        if self.route not in ROUTES:
            raise ScheduleError(f"{str(self.route)[:40]!r}", expected=" or ".join(ROUTES), field="route")

    @property
    def end_h(self) -> float:
        """Hours from midnight of day 1 to the end of the infusion."""
        return self.start_h + self.duration_h


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything that happens to a person on one time line, in hours from midnight of day 1.

    Parameters
    ----------
    sessions : sequence of Session
        Sorted by start; edges that meet within rounding are made to meet exactly.
    meals : sequence of Meal
    infusions : sequence of Infusion
    name : str
        Free text.
    first_weekday : {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}, optional
        Weekday of day 1, where the plan says so.
    modes : Modes, optional
        The modes and lifts that may be named; those of `params/` by default.

    Raises
    ------
    ScheduleError
        For overlapping Sessions, a Meal too close to a fasted Session, or an unknown mode, lift or weekday.

    Examples
    --------
    >>> from exerkine_sim.schedule import parse_schedule
    >>> schedule = parse_schedule("Mon 07:00 run 60m 70% VO2max")
    >>> schedule.end_h
    8.0
    >>> print(schedule.describe())
    Mon 07:00 run 1h 70% VO2max
    """

    sessions: tuple[Session, ...] = ()
    meals: tuple[Meal, ...] = ()
    infusions: tuple[Infusion, ...] = ()
    _: KW_ONLY
    name: str = ""
    first_weekday: str | None = None
    modes: Modes = field(default_factory=known_modes, repr=False, compare=False)

    def __post_init__(self) -> None:
        titled(self.name, "schedule name")
        _check_weekday(self.first_weekday)
        object.__setattr__(self, "sessions", _joined(self.sessions, self.first_weekday))
        object.__setattr__(self, "meals", tuple(sorted(self.meals)))
        object.__setattr__(self, "infusions", tuple(sorted(self.infusions)))
        _check_size(self)
        for session in self.sessions:
            _check_modes(session, self.modes)
            if session.nutrition == "fasted":
                _check_fasted(session, self)

    @property
    def end_h(self) -> float:
        """End of the last event, in hours; 0 when nothing happens."""
        ends = [event.end_h for event in (*self.sessions, *self.infusions)]
        return max([*ends, *(meal.time_h for meal in self.meals)], default=0.0)

    @property
    def injected(self) -> frozenset[str]:
        """Molecules that are given under the skin."""
        return frozenset(item.molecule for item in self.infusions if item.route == ROUTES[1])

    def shifted(self, hours: float) -> Schedule:
        """Return the same events, `hours` later (earlier when negative); whole minutes stay so.

        Examples
        --------
        >>> Schedule(meals=[Meal(12, 90)]).shifted(24).meals
        (Meal(time_h=36.0, carbs_g=90.0),)
        """
        return replace(
            self,
            sessions=tuple(
                replace(session, start_h=moved(session.start_h, hours)) for session in self.sessions
            ),
            meals=tuple(replace(meal, time_h=moved(meal.time_h, hours)) for meal in self.meals),
            infusions=tuple(replace(item, start_h=moved(item.start_h, hours)) for item in self.infusions),
        )

    def describe(self) -> str:
        """Return the text form; :func:`parse_schedule` reads it back without loss."""
        return describe(self)

    def to_toml(self) -> str:
        """Return the TOML form; :func:`load_schedule` reads it back without loss."""
        return toml_text(self)


def _is_rate(unit: str) -> bool:
    if not _RATE_UNIT.fullmatch(unit):
        return False
    try:
        units.factor_to_any(unit, _RATE_KINDS)
    except UnitError:
        return False
    return True


def _check_weekday(first_weekday: str | None) -> None:
    if first_weekday not in (None, *WEEKDAYS):
        raise ScheduleError(
            f"{str(first_weekday)[:40]!r}",
            expected=", ".join(WEEKDAYS),
            fix=nearest(str(first_weekday)[:40], WEEKDAYS),
            field="first_weekday",
        )


def _joined(sessions: Sequence[Session], first_weekday: str | None) -> tuple[Session, ...]:
    """Return the Sessions in order, joined where they meet within rounding; refuse overlaps."""
    joined = sorted(sessions, key=lambda session: session.start_h)
    for index in range(1, len(joined)):
        end, start = joined[index - 1].end_h, joined[index].start_h
        if 0 < abs(start - end) <= EDGE_H:
            joined[index] = replace(joined[index], start_h=end)
    for earlier, later in pairwise(joined):
        if later.start_h < earlier.end_h:
            raise ScheduleError(
                f"sessions overlap: {_span(earlier, first_weekday)} and {_span(later, first_weekday)}",
                expected="one session at a time",
                fix="start the second later, or make them one session; a weekday is a day of the first week, "
                "the week after begins with 'day 8'",
            )
    return tuple(joined)


def _span(session: Session, first_weekday: str | None) -> str:
    name = f"'{session.name}'" if session.name else session.bouts[0].mode
    start, end = (clock_text(hour, first_weekday) for hour in (session.start_h, session.end_h))
    return f"{name} {start} to {end}"


def size_of(schedule: Schedule) -> int:
    """Return the bouts, meals and infusions of a Schedule, counted together."""
    bouts = sum(len(session.bouts) for session in schedule.sessions)
    return bouts + len(schedule.meals) + len(schedule.infusions)


def _check_size(schedule: Schedule) -> None:
    count = size_of(schedule)
    if count > MAX_EVENTS:
        raise ScheduleError(
            f"{count} bouts, meals and infusions", expected=f"at most {MAX_EVENTS}", fix="split the schedule"
        )


def _check_modes(session: Session, modes: Modes) -> None:
    for bout in session.bouts:
        lifting = bout.reps is not None
        if bout.mode not in (modes.lifts if lifting else modes.endurance):
            key = modes.key(bout.mode, lifting=lifting)  # raises for anything unknown
            raise ScheduleError(f"mode '{bout.mode}'", expected=f"'{key}'", fix=f"write '{key}'")


def _check_fasted(session: Session, schedule: Schedule) -> None:
    meals, first_weekday = schedule.meals, schedule.first_weekday
    next_meal = bisect_right(meals, session.start_h - FASTING_H, key=lambda meal: meal.time_h)
    if next_meal < len(meals) and meals[next_meal].time_h < session.end_h:
        raise ScheduleError(
            f"the session at {clock_text(session.start_h, first_weekday)} is fasted, but there is a meal at "
            f"{clock_text(meals[next_meal].time_h, first_weekday)}",
            expected=f"no meal in the {FASTING_H:g} hours before a fasted session, nor during it",
            fix="move the meal, or leave out 'fasted'",
        )
