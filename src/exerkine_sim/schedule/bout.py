"""Bouts and the Sessions they make up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, replace
from itertools import pairwise

from ..errors import ScheduleError
from .intensity import Intensity, number_text
from .limits import EDGE_H, MAX_BOUTS, MAX_HOURS, bounded, lasting, titled

# An assumption, for sets whose tempo nobody wrote down: two seconds to lower and one to lift.
DEFAULT_TEMPO_S = 3.0
MAX_REPS = 1000
NUTRITION = ("fasted", "fed")


@dataclass(frozen=True, slots=True)
class Bout:
    """An unbroken stretch at one intensity, over [start, start + duration); a lifting set is a Bout too.

    Parameters
    ----------
    start_min : float
        Minutes from the start of its Session.
    duration_min : float
        Minutes. For a lifting set this is `reps` times `tempo_s`.
    mode : str
        Key of an endurance mode or a lift, with underscores.
    intensity : Intensity
        On the basis it was given in; the person who does it turns it into oxygen and load.
    reps : int, optional
        Repetitions; makes the Bout a lifting set.
    tempo_s : float, optional
        Seconds per repetition; from duration and repetitions when left out.

    Raises
    ------
    ScheduleError
        For a duration or number that cannot be, or fields that contradict each other.

    Examples
    --------
    >>> Bout(0, 45, "cycle", Intensity(190, "watt")).end_min
    45.0
    """

    start_min: float
    duration_min: float
    mode: str
    intensity: Intensity
    _: KW_ONLY
    reps: int | None = None
    tempo_s: float | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.mode, str):
            raise ScheduleError(f"{str(self.mode)[:40]}", expected="a name such as 'run'", field="mode")
        if not isinstance(self.intensity, Intensity):
            raise ScheduleError(
                f"intensity {str(self.intensity)[:40]!r}",
                expected="an Intensity",
                fix='write parse_intensity("75% VO2max")',
            )
        set_field = object.__setattr__
        set_field(self, "start_min", bounded(self.start_min, "start_min", low=0.0, high=MAX_HOURS * 60))
        set_field(self, "duration_min", lasting(self.duration_min, "duration_min"))
        if not self.intensity.fits(lifting=self.reps is not None):
            raise wrong_basis(self.mode, self.intensity, lifting=self.reps is not None)
        if self.reps is not None:
            set_field(self, "tempo_s", _tempo(self))
            set_field(self, "duration_min", lifting_min(self.reps, self.tempo_s))
        elif self.tempo_s is not None:
            raise ScheduleError(
                "tempo_s without reps", expected="a tempo only for lifting sets", fix="leave it out"
            )

    @property
    def end_min(self) -> float:
        """Minutes from the start of the Session; the Bout no longer includes this moment."""
        return self.start_min + self.duration_min

    def __str__(self) -> str:
        return f"{self.mode} {number_text(self.start_min)}-{number_text(self.end_min)} min"


@dataclass(frozen=True, slots=True)
class Session:
    """One training session: Bouts in order, with rest in the gaps between them.

    Parameters
    ----------
    start_h : float
        Hours from midnight of day 1.
    bouts : sequence of Bout
        At least one; sorted by start. Edges that meet within rounding are made to meet exactly.
    name : str
        Free text.
    nutrition : {"fasted", "fed"}, optional
        State in which it begins, where the plan says so.
    carbs_g_per_h : float
        Carbohydrate taken throughout.

    Raises
    ------
    ScheduleError
        For overlapping Bouts, or a fasted Session with carbohydrate.

    Examples
    --------
    >>> Session(7.0, [Bout(0, 60, "run", Intensity(70, "vo2max_percent"))]).end_h
    8.0
    """

    start_h: float
    bouts: tuple[Bout, ...]
    _: KW_ONLY
    name: str = ""
    nutrition: str | None = None
    carbs_g_per_h: float = 0.0

    def __post_init__(self) -> None:
        set_field = object.__setattr__
        set_field(self, "start_h", bounded(self.start_h, "start_h", low=0.0, high=MAX_HOURS))
        set_field(self, "carbs_g_per_h", bounded(self.carbs_g_per_h, "carbs_g_per_h", low=0.0, high=500.0))
        set_field(self, "bouts", _joined(tuple(self.bouts)))
        titled(self.name, "session name")
        if self.nutrition not in (None, *NUTRITION):
            raise ScheduleError(
                f"{str(self.nutrition)[:40]!r}", expected=" or ".join(NUTRITION), field="nutrition"
            )
        if self.nutrition == "fasted" and self.carbs_g_per_h > 0:
            raise ScheduleError(
                f"fasted with carbs {number_text(self.carbs_g_per_h)}g/h",
                expected="a fasted session without carbohydrate",
                fix="leave out one of the two",
            )

    @property
    def end_h(self) -> float:
        """Hours from midnight of day 1 to the end of the last Bout."""
        return self.start_h + self.bouts[-1].end_min / 60


def lifting_min(reps: int, tempo_s: float | None) -> float:
    """Return the minutes that a lifting set takes; `tempo_s` is seconds per repetition."""
    return reps * (DEFAULT_TEMPO_S if tempo_s is None else tempo_s) / 60


def _tempo(bout: Bout) -> float:
    if isinstance(bout.reps, bool) or not isinstance(bout.reps, int) or not 1 <= bout.reps <= MAX_REPS:
        raise ScheduleError(
            f"{str(bout.reps)[:40]}",
            expected=f"a whole number from 1 to {MAX_REPS}",
            field="reps",
        )
    if bout.tempo_s is None:
        return bout.duration_min * 60 / bout.reps
    tempo = bounded(bout.tempo_s, "tempo_s", low=0.05, high=600.0)
    if abs(lifting_min(bout.reps, tempo) - bout.duration_min) > EDGE_H * 60:
        raise ScheduleError(
            f"{bout.reps} repetitions of {number_text(tempo)} s in {number_text(bout.duration_min)} min",
            expected=f"{number_text(lifting_min(bout.reps, tempo))} min",
            fix="leave out tempo_s, or make duration_min = reps x tempo_s / 60",
            field="duration_min",
        )
    return tempo


def wrong_basis(mode: str, intensity: Intensity, *, lifting: bool) -> ScheduleError:
    """Return the error for a lift given like an endurance mode, or the other way round."""
    if lifting:
        return ScheduleError(
            f"{mode} by repetitions at {intensity}",
            expected="% 1RM, kg, RIR or RPE",
            fix="write a duration for an endurance mode, for example 10m",
        )
    return ScheduleError(
        f"{mode} by duration at {intensity}",
        expected="% VO2max, W, heart rate, speed, RPE or a zone",
        fix="write sets x repetitions for a lift, for example 5x5",
    )


def _joined(bouts: Sequence[Bout]) -> tuple[Bout, ...]:
    """Return the Bouts in order, their edges joined where they meet within rounding; refuse overlaps."""
    if not 0 < len(bouts) <= MAX_BOUTS:
        raise ScheduleError(f"{len(bouts)} bouts in a session", expected=f"1 to {MAX_BOUTS}")
    joined = sorted(bouts, key=lambda bout: bout.start_min)
    for index in range(1, len(joined)):
        end, start = joined[index - 1].end_min, joined[index].start_min
        if 0 < abs(start - end) <= EDGE_H * 60:
            joined[index] = replace(joined[index], start_min=end)
    for earlier, later in pairwise(joined):
        if later.start_min < earlier.end_min:
            raise ScheduleError(
                f"bouts overlap: {earlier} and {later}",
                expected="one bout at a time",
                fix="shorten the first or start the second later",
            )
    return tuple(joined)
