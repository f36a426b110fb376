"""What is integrated: four training plans, and members whose parameters spread around the shipped ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy.integrate import solve_ivp

from exerkine_sim.engine import Forcing, System, state_scale
from exerkine_sim.engine.compiled import integrate
from exerkine_sim.engine.steady import SETTLED
from exerkine_sim.exchange import to_sbml
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import default_model
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import constants_of, forcing_of, system_of
from exerkine_sim.stimulus import build_stimulus

from .native import NativeSystem
from .speed.subject import PERSON

RUN = "run 60m 70% VO2max"
INTERVALS = "run 10m 60% VO2max, 8x(1m 95% / 1m 50%), 10m 55%"
LIFT = (
    "squat 5x5 80% 1RM rest 3m; bench press 5x5 80% rest 3m; row 4x10 65% rest 90s; "
    "overhead press 3x8 70% rest 2m; leg curl 3x12 60% rest 90s"
)
SPACING_H = 42.0
WEEK = ((0, LIFT), (2, INTERVALS), (3, LIFT), (5, RUN))
PLANS: Mapping[str, tuple[tuple[float, str], ...]] = MappingProxyType(
    {
        **{
            name: tuple((SPACING_H * turn, session) for turn in range(3))
            for name, session in (("run", RUN), ("intervals", INTERVALS), ("lift", LIFT))
        },
        "block": tuple((168.0 * week + 24.0 * day, text) for week in range(8) for day, text in WEEK),
    }
)
SPREAD, SEED = 0.25, 2024
JUDGED = 4
EXACT = 1e-12


@dataclass(frozen=True)
class Case:
    """One plan, a batch of members who follow it, and the exact answer for the first few of them.

    Parameters
    ----------
    name : str
    sessions : int
    constants : ndarray, shape (n_members, n_constants)
    start : ndarray, shape (n_members, n_states)
        Each member's resting steady state; every tool starts from it, none has to find it.
    forcing : Forcing
        The same for every member.
    exact : ndarray, shape (n_judged, n_segments, n_states)
        States at every segment end.
    """

    name: str
    sessions: int
    constants: np.ndarray
    start: np.ndarray
    forcing: Forcing
    exact: np.ndarray

    @property
    def system(self) -> System:
        """The equations."""
        return system_of(default_model())

    @property
    def segments(self) -> list[tuple[float, float, np.ndarray]]:
        """Start, end (h) and inputs (n_inputs,) of every segment."""
        edges = self.forcing.breakpoints
        return list(zip(edges[:-1].tolist(), edges[1:].tolist(), self.forcing.inputs, strict=True))

    def scale(self, member: int) -> np.ndarray:
        """Return the scale (n_states,) on which a state's error is judged: its resting value, or 1."""
        return state_scale(self.start[member])

    def sbml(self, *, events: bool = False) -> str:
        """Return the model with the numbers of the first member."""
        return to_sbml(
            default_model(), self.constants[0], start=self.start[0], forcing=self.forcing, events=events
        )

    def errors(self, states: np.ndarray) -> tuple[float, float]:
        """Return the largest error over all states and segment ends of the judged members, on two scales.

        Parameters
        ----------
        states : ndarray, shape (n_members, n_segments, n_states)

        Returns
        -------
        of_rest : float
            Each state on the scale of its resting value, or 1 where it rests at 0.
        of_largest : float
            Each state on the scale of the largest value it takes.
        """
        n = min(len(states), len(self.exact))
        difference = np.abs(states[:n] - self.exact[:n])
        start = np.abs(self.start[:n, None])
        largest = np.maximum(np.abs(self.exact[:n]).max(axis=1, keepdims=True), start)
        scales = state_scale(start), state_scale(largest)
        return tuple(float(np.max(difference / scale)) for scale in scales)  # type: ignore[return-value]


def build_case(name: str, *, members: int) -> Case:
    """Build a case: plan, members, their resting states and the exact answer."""
    plan = PLANS[name]
    model, parameters = default_model(), load_parameters()
    end_h = plan[-1][0] + (24.0 if name == "block" else SPACING_H)
    schedule = parse_schedule("\n".join(f"{_when(hour)}  {text}" for hour, text in plan))
    forcing = forcing_of(model, build_stimulus(schedule, PERSON, parameters, end_h=end_h))
    shipped = constants_of(model, parameters, [PERSON])[0]
    dimensioned = [unit != "1" for unit in model.parameters.values()] + [False] * len(model.subject)
    constants = _spread(shipped, np.array(dimensioned), members)
    start = _rest(system_of(model), constants, forcing)
    exact = exact_states(system_of(model), constants[:JUDGED], start=start[:JUDGED], forcing=forcing)
    return Case(name, len(plan), constants, start, forcing, exact)


def exact_states(
    system: System, constants: np.ndarray, *, start: np.ndarray, forcing: Forcing, method: str = "LSODA"
) -> np.ndarray:
    """Integrate at the tightest tolerance, segment by segment; states (n_members, n_segments, n_states)."""
    native = NativeSystem(system)
    answer = np.empty((len(constants), len(forcing.inputs), start.shape[1]))
    for member, p in enumerate(constants):
        y, scale = start[member], state_scale(start[member])
        options = {"method": method, "rtol": EXACT if method == "LSODA" else 1e-10, "atol": EXACT * scale}
        for segment, inputs in enumerate(forcing.inputs):
            rhs, jacobian = native.bound(p, inputs)
            span = forcing.breakpoints[segment : segment + 2]
            result = solve_ivp(rhs, span, y, t_eval=span[1:], jac=jacobian, **options)
            if not result.success:
                raise RuntimeError(
                    f"no exact answer for segment {segment} of member {member}: {result.message}"
                )
            y = answer[member, segment] = result.y[:, -1]
    return answer


def _when(hour: float) -> str:
    return f"day {int(hour // 24) + 1} {int(hour % 24):02d}:00"


def _spread(shipped: np.ndarray, dimensioned: np.ndarray, members: int) -> np.ndarray:
    """Multiply by lognormal factors; shares and thresholds have no dimension and keep within their bounds."""
    factors = np.exp(SPREAD * np.random.default_rng(SEED).standard_normal((members, len(shipped))))
    return np.where(dimensioned, shipped * factors, shipped)


def _rest(system: System, constants: np.ndarray, forcing: Forcing) -> np.ndarray:
    found = integrate(system, constants, [forcing] * len(constants), times=forcing.breakpoints[:1])
    if not (found.residual <= SETTLED).all():
        raise RuntimeError(f"a member has no resting steady state (residual {found.residual.max():g} per h)")
    # COPASI derives a state's tolerance from its initial value: rounding noise in place of 0 would stop it
    return np.where(np.abs(found.baseline) > 1e-12, found.baseline, 0.0)
