"""Statements of the literature as data: a Claim is some arms, what is measured in them, what must hold.

A Claim knows nothing of results; :mod:`.ledger` simulates it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...schedule import Schedule
from ...subject import Subject
from .comparison import Comparison
from .file import Across, Scale, Take, Together

AFTER_H = 24.0
ALL = "all"


@dataclass(frozen=True, slots=True)
class Arm:
    """One side of a contrast: who does what.

    Parameters
    ----------
    id, label : str
        Its name in comparisons, and in words.
    schedule : Schedule
        All that happens.
    subject : Subject
    end_h : float
        Where its simulation ends at the earliest, in hours.
    people : int, optional
        So many people like `subject`, in place of the one.
    values : mapping of str to float
        Parameters of the model that are replaced, in their own units.
    """

    id: str
    label: str
    schedule: Schedule
    subject: Subject
    end_h: float
    people: int | None = None
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measure:
    """A number to be read from each arm.

    Parameters
    ----------
    id, label : str
        Its name in comparisons, and in words.
    of : tuple of str
        Molecules, or one state of the model such as ``"damage.lower"``; ``("all",)`` is every molecule.
    without : tuple of str
        Molecules that ``all`` leaves out.
    site : str
        Where; blood stands in for plasma.
    take : str
        ``peak``, ``low``, ``mean``, ``area`` (beyond rest), ``value``, ``peak_time``, ``half_time`` (hours
        from the peak until half of the rise is gone), ``farthest`` (the fold farthest from rest, up or
        down, as one above 1) or ``release_share`` (of the tissues and triggers named, at `hours`).
    scale : str
        ``fold`` over one's own rest before anything happened, ``fold_before`` over the value at the start
        of the session, ``value`` in the unit shown, ``rise`` above rest.
    session : int, optional
        From which hours are counted: 1 is the first, -1 the last; from midnight of day 1 when left out.
    counted_from : {"start", "end"}
        Of that session.
    hours : (float, float), optional
        The window; a moment when both are the same. By default the day after the session, or everything.
    arms : tuple of str
        Those it is read in.
    tissue, trigger : str
        First letters of those whose release counts; all of them when empty.
    above : float, optional
        The level for ``share_above`` and ``count_above``.
    across : str
        What is made of many people: ``median``, ``sigma_ln`` (standard deviation of the natural logarithm),
        ``skew_ln`` or ``share_above``.
    together : str
        What is made of several molecules: ``largest``, ``smallest`` or ``count_above``.
    """

    id: str
    label: str
    of: tuple[str, ...]
    take: Take
    arms: tuple[str, ...]
    without: tuple[str, ...] = ()
    site: str = "plasma"
    scale: Scale = "fold"
    session: int | None = None
    counted_from: str = "start"
    hours: tuple[float, float] | None = None
    tissue: str = ""
    trigger: str = ""
    above: float | None = None
    across: Across = "median"
    together: Together = "largest"

    def start_h(self, arm: Arm) -> float:
        """Return the moment from which hours are counted, in hours of the arm's Schedule."""
        if self.session is None:
            return 0.0
        session = arm.schedule.sessions[self.session - (self.session > 0)]
        return session.start_h if self.counted_from == "start" else session.end_h

    def window_h(self, arm: Arm) -> tuple[float, float]:
        """Return first and last moment it looks at, in hours of the arm's Schedule."""
        start = self.start_h(arm)
        first, last = self.hours or ((0.0, AFTER_H) if self.session is not None else (0.0, arm.end_h))
        return max(0.0, start + first), max(0.0, start + last)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must hold, in words and as a comparison."""

    that: str
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement from the literature as a contrast between simulations.

    Parameters
    ----------
    id, source, statement : str
        Its name, who says so, and what.
    simulated, evidence : str
        What is simulated for it, and what trials in people found, in words.
    grade : {"human", "mixed", "animal", "none", "index"}
        Strength of that evidence: shown in people, conflicting in people, in animals only, no support
        found, or a derived index.
    records : tuple of str
        Ids of the evidence records.
    needs : tuple of str
        Modules of the model without which the simulation would mean nothing.
    arms : tuple of Arm
    measures : tuple of Measure
    expectations : tuple of Expectation
        All must hold for the claim to count as reproduced.
    """

    id: str
    source: str
    statement: str
    simulated: str
    evidence: str
    grade: str
    arms: tuple[Arm, ...]
    measures: tuple[Measure, ...]
    expectations: tuple[Expectation, ...]
    records: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
