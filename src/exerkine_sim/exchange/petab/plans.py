"""The plans of several trials as numbers of one model: when its inputs change, and to what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...assemble import constants_of
from ...calibration import Problem
from ...evidence import Study
from ...model import Model
from ..member import Member, member_of

# Hours after the start; no trial lasts so long, and no search for a resting state.
NEVER_H = 1e9


@dataclass(frozen=True)
class Plans:
    """What differs between the trials of a problem: the person, and what the inputs do.

    Parameters
    ----------
    persons : ndarray, shape (n_studies, n_constants)
        In canonical units.
    resting : ndarray, shape (n_states,)
        The steady state of the first person.
    starts : ndarray, shape (n_studies, n_changes)
        Hours at which inputs change; `NEVER_H` where another plan has more changes.
    levels : ndarray, shape (n_studies, n_changes + 1, n_inputs)
        The inputs before the first change, at rest, and after each.
    """

    persons: np.ndarray
    resting: np.ndarray
    starts: np.ndarray
    levels: np.ndarray

    @classmethod
    def of(cls, problem: Problem, model: Model) -> Plans:
        """Read the plans of a problem's trials, each to its last sample, as inputs of a part of its model.

        Raises
        ------
        SolverError
            When a person has no resting steady state.
        """
        studies = problem.targets.studies
        members = [_member(study, problem) for study in studies]
        courses = [
            _course(member, _last_h(study), model) for member, study in zip(members, studies, strict=True)
        ]
        most = max(len(starts) for starts, _ in courses)
        starts = [np.pad(own, (0, most - len(own)), constant_values=NEVER_H) for own, _ in courses]
        levels = [np.pad(own, ((0, most + 1 - len(own)), (0, 0)), mode="edge") for _, own in courses]
        kept = [members[0].model.index(name) for name in model.state_names]
        return cls(
            constants_of(model, problem.parameters, [study.subject for study in studies]),
            members[0].start[kept],
            np.array(starts),
            np.array(levels),
        )

    @property
    def varied(self) -> np.ndarray:
        """Which inputs are not the same number always and for everyone, shape (n_inputs,)."""
        return (self.levels != self.levels[0, 0]).any(axis=(0, 1))


def _last_h(study: Study) -> float:
    return max(study.time_h(seen) for seen in study.observations)


def _member(study: Study, problem: Problem) -> Member:
    schedule = study.schedule()
    return member_of(
        schedule,
        study.subject,
        parameters=problem.parameters,
        model=problem.targets.model,
        end_h=max(_last_h(study), schedule.end_h),
    )


def _course(member: Member, last_h: float, model: Model) -> tuple[np.ndarray, np.ndarray]:
    """Return hours (n_changes,) and levels (n_changes + 1, n_inputs) of what acts before the last sample."""
    names, begins = list(member.model.inputs), member.forcing.breakpoints[:-1]
    inputs = member.forcing.inputs[:, [names.index(name) for name in model.inputs]]
    changes = np.append(True, (inputs[1:] != inputs[:-1]).any(axis=1)) & (begins < last_h)
    return begins[changes][1:], inputs[changes]
