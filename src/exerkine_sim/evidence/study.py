"""Published trials that can be run: a Study is a Schedule, a Subject and what was observed.

Each file of `params/studies/` is one arm of one trial. What its source leaves open is filled with an
ordinary value and listed in `assumptions`; whether the trial may be used for fitting (`fit`) or only for
judging (`check`) stands in the file and was settled before anything was simulated.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Literal

from ..errors import InputError, ScheduleError, StudyError, nearest
from ..files import read_toml
from ..parameters import params_folder
from ..schedule import Bout, Infusion, Meal, Schedule, Session, parse_intensity
from ..schedule.bout import lifting_min
from ..schedule.modes import known_modes
from ..subject import Subject
from .study_file import RELATIVE_UNITS, BoutTable, Nutrition, StudyTable, parse_nutrition, read_study_table

Use = Literal["fit", "check"]

# Time zero of a trial whose clock time is not known.
ORDINARY_CLOCK_H = 8.0
# Room before the first event for the standard meal of a fed trial (`stimulus.standard_meal_lead`).
MEAL_ROOM_H = 4.0
# An ordinary body mass index, kg/m2, for trials that give body mass but no height.
ORDINARY_BODY_MASS_INDEX = 23.0
# Bouts closer than this are one Session: sets, stages and pauses, but not two workouts of one day.
SESSION_GAP_MIN = 60.0


@dataclass(frozen=True, slots=True)
class Observation:
    """One published number.

    Parameters
    ----------
    exerkine : str
        Id of the molecule.
    site : str
        Where it was measured, as the laboratory names it; ``muscle_mrna`` is the worked muscle.
    time_min : float
        Time of sampling after `counted_from`.
    counted_from : {"start", "end"}
        ``start`` is the study's time zero, ``end`` the end of the last bout.
    value : float
        In `unit`.
    unit : str
        An absolute unit, or ``fold`` or ``percent_change`` against the study's own baseline.
    low, high : float, optional
        Spread as printed.
    record : str
        Id in the evidence table; empty when there is none.
    note : str
        What had to be read into the number.
    """

    exerkine: str
    site: str
    time_min: float
    counted_from: Literal["start", "end"]
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    record: str = ""
    note: str = ""

    @property
    def is_relative(self) -> bool:
        """Whether the number is a change against the baseline of the same people."""
        return self.unit in RELATIVE_UNITS


@dataclass(frozen=True, slots=True)
class TrialBout:
    """A Bout on the trial's own clock: its start may lie before time zero."""

    start_min: float
    bout: Bout
    nutrition: Nutrition

    @property
    def end_min(self) -> float:
        """End in minutes after time zero."""
        return self.start_min + self.bout.duration_min


@dataclass(frozen=True)
class Study:
    """One arm of a published trial, ready to run.

    Parameters
    ----------
    key, title, doi, source : str
        Name of the arm, title and DOI of the paper, its key in `params/references.bib`.
    use : {"fit", "check"}
        Whether parameters may be fitted to it.
    why_use, grade : str
        Reason for `use`; strength of the evidence.
    assumptions : tuple of str
        What the source leaves open, and the value taken.
    clock_h : float, optional
        Clock time of time zero, where it is known: the trial is then simulated by the clock.
    subject : Subject
        The person who stands for the group.
    bouts : tuple of TrialBout
        On the trial's clock; those with a start below zero prepare for it.
    meals : tuple of (float, float)
        Minutes after time zero, and grams of carbohydrate.
    infusions : tuple of Infusion
        Their `start_h` counts from time zero.
    observations : tuple of Observation
        What was published.
    """

    key: str
    title: str
    use: Use
    subject: Subject
    bouts: tuple[TrialBout, ...]
    observations: tuple[Observation, ...]
    meals: tuple[tuple[float, float], ...] = ()
    infusions: tuple[Infusion, ...] = ()
    clock_h: float | None = None
    doi: str = ""
    source: str = ""
    why_use: str = ""
    grade: str = "low"
    assumptions: tuple[str, ...] = ()

    @property
    def by_clock(self) -> bool:
        """Whether the clock time is known, so that release may follow the hour of the day."""
        return self.clock_h is not None

    @property
    def zero_h(self) -> float:
        """Time zero in hours of the Schedule: enough whole days in to leave room for what came before."""
        clock_h = ORDINARY_CLOCK_H if self.clock_h is None else self.clock_h
        starts_min = [0.0, *(bout.start_min for bout in self.bouts), *(start for start, _ in self.meals)]
        starts_min += [one.time_min for one in self.observations if one.counted_from == "start"]
        earliest_h = clock_h + min(starts_min) / 60 - MEAL_ROOM_H
        return clock_h + 24.0 * max(0, math.ceil(-earliest_h / 24))

    def schedule(self) -> Schedule:
        """Return everything that happens in the trial, in hours from the midnight before it.

        Bouts at most an hour apart form one Session. A Session that is ``fed`` brings the standard meal of
        `params/stimulus.toml` with it, unless the trial names a meal of its own; ``fasted``, or nothing
        said, brings none.
        """
        return Schedule(
            sessions=tuple(self._session(group) for group in _groups(self.bouts)),
            meals=tuple(Meal(self.zero_h + start / 60, carbs) for start, carbs in self.meals),
            infusions=tuple(replace(one, start_h=self.zero_h + one.start_h) for one in self.infusions),
            name=self.key,
        )

    def _session(self, group: tuple[TrialBout, ...]) -> Session:
        first = group[0]
        return Session(
            start_h=self.zero_h + first.start_min / 60,
            bouts=tuple(replace(item.bout, start_min=item.start_min - first.start_min) for item in group),
            nutrition=first.nutrition.state,
            carbs_g_per_h=first.nutrition.carbs_g_per_h,
        )

    def time_h(self, observation: Observation) -> float:
        """Return when an observation was made, in hours of :meth:`schedule`."""
        last_end_min = max((bout.end_min for bout in self.bouts), default=0.0)
        origin_min = last_end_min if observation.counted_from == "end" else 0.0
        return self.zero_h + (origin_min + observation.time_min) / 60


def load_study(path: str | Path) -> Study:
    """Read one Study file.

    Parameters
    ----------
    path : path
        A TOML file as `docs` describe it: key, title, use, subject, bouts, observations.

    Returns
    -------
    Study
        One whose Schedule and Subject have been built once, so that it can be run.

    Raises
    ------
    StudyError
        Naming file and field, for anything missing, misspelt or impossible.

    Examples
    --------
    >>> study = load_study(params_folder() / "studies" / "Steensberg2000.toml")
    >>> study.use, study.observations[0].value, study.schedule().sessions[0].bouts[0].duration_min
    ('fit', 19.0, 300.0)
    """
    table = read_study_table(read_toml(path, error=StudyError), file=path)
    try:
        study = _study(table)
        study.schedule()
    except InputError as error:
        raise StudyError(
            error.given, expected=error.expected, fix=error.fix, file=path, field=error.field
        ) from None
    return study


@cache
def studies() -> tuple[Study, ...]:
    """Return the shipped Studies, sorted by key.

    Examples
    --------
    >>> {study.use for study in studies()} == {"fit", "check"}
    True
    """
    return tuple(load_study(path) for path in sorted((params_folder() / "studies").glob("*.toml")))


def find_study(key: str) -> Study:
    """Return the shipped Study called `key`; an unknown key raises StudyError with the nearest ones."""
    known = {study.key: study for study in studies()}
    if key not in known:
        raise StudyError(
            f"unknown study '{key}'", expected="the key of a shipped study", fix=nearest(key, known)
        )
    return known[key]


def _study(table: StudyTable) -> Study:
    plain = table.model_dump(include={"key", "title", "doi", "source", "use", "why_use", "grade"})
    subject, assumed = _subject(table.subject)
    return Study(
        **plain,
        clock_h=table.clock_h,
        assumptions=table.assumptions + assumed,
        subject=subject,
        bouts=tuple(sorted(map(_bout, count(), table.bout), key=lambda bout: bout.start_min)),
        meals=tuple((meal.start_min, meal.carbs_g) for meal in table.meal),
        infusions=tuple(
            Infusion(one.start_min / 60, one.duration_min / 60, one.molecule, one.rate, one.unit)
            for one in table.infusion
        ),
        observations=tuple(Observation(**one.model_dump()) for one in table.observation),
    )


def _subject(content: Mapping[str, Any]) -> tuple[Subject, tuple[str, ...]]:
    """Return the person, and what had to be assumed about them beyond what the file says."""
    mass = content.get("body_mass_kg")
    if "height_m" in content or not isinstance(mass, int | float) or not mass > 0:
        return Subject.from_table(content, prefix="subject"), ()
    height_m = round(math.sqrt(mass / ORDINARY_BODY_MASS_INDEX), 2)
    assumed = f"height is not given: {height_m:g} m, a body mass index of {ORDINARY_BODY_MASS_INDEX:g}"
    return Subject.from_table({**content, "height_m": height_m}, prefix="subject"), (assumed,)


def _bout(number: int, entry: BoutTable) -> TrialBout:
    lifting = entry.reps is not None
    duration_min = entry.duration_min
    try:
        bout = Bout(
            0.0,
            lifting_min(entry.reps or 0, entry.tempo_s) if duration_min is None else duration_min,
            known_modes().key(entry.mode, lifting=lifting),
            parse_intensity(entry.intensity, bare_percent="one_rm_percent" if lifting else None),
            reps=entry.reps,
            tempo_s=entry.tempo_s,
        )
    except ScheduleError as error:
        raise StudyError(
            error.given, expected=error.expected, fix=error.fix, field=f"bout.{number}"
        ) from None
    return TrialBout(entry.start_min, bout, parse_nutrition(entry.nutrition))


def _groups(bouts: Iterable[TrialBout]) -> list[tuple[TrialBout, ...]]:
    """Split bouts, in order, wherever a long gap or another nutrition begins a new Session."""
    groups: list[list[TrialBout]] = []
    for bout in bouts:
        last = groups[-1] if groups else None
        near = last is not None and bout.start_min - last[-1].end_min <= SESSION_GAP_MIN
        if last is not None and near and bout.nutrition in (Nutrition(), last[0].nutrition):
            last.append(bout)
        else:
            groups.append([bout])
    return [tuple(group) for group in groups]
