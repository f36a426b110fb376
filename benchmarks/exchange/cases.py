"""Ten plans of different nature, who follows them, and our own answer at every segment end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from exerkine_sim.engine import state_scale
from exerkine_sim.engine.compiled import integrate
from exerkine_sim.exchange import Member, member_of, sbml_of, to_sbml
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import system_of
from exerkine_sim.subject import Subject

# Of our engine and of the others, a tenth of a thousandth of what is looked for.
TOLERANCE = 1e-10

WOMAN = Subject(sex="female", age_y=30, body_mass_kg=62, height_m=1.68, vo2max=45)
RUNNER = Subject(
    sex="male",
    age_y=28,
    body_mass_kg=75,
    height_m=1.78,
    vo2max=60,
    training="trained",
    one_rm_kg={"squat": 150},
)
OLDER = Subject(sex="female", age_y=68, body_mass_kg=70, height_m=1.62, vo2max=26)
WEEK = """Mon 07:00 run 45m 65% VO2max
Tue 18:00 squat 5x5 80% 1RM rest 3m; row 3x10 65% rest 2m
Thu 18:00 run 10m 60% VO2max, 4x(4m 90% / 3m 55%), 5m 55%
Sun 09:00 run 100m 65% VO2max carbs 30g/h
repeat 2 weeks +5% duration/week"""

PLANS: Mapping[str, tuple[str, Subject, bool]] = MappingProxyType(
    {
        "steady run": ("Mon 07:00 run 60m 70% VO2max", WOMAN, False),
        "intervals": ("Mon 07:00 run 10m 60% VO2max, 8x(1m 95% / 1m 50%), 10m 55%", RUNNER, False),
        "lifting": (
            "Mon 18:00 squat 5x5 80% 1RM rest 3m; bench press 5x5 75% rest 3m; row 3x10 65% rest 90s",
            RUNNER,
            False,
        ),
        "ramp": ("Mon 10:00 cycle 20m ramp 40-90% VO2max, 5m 40%", WOMAN, False),
        "meals": (
            "Mon 08:00 meal 90g carbs\nMon 13:00 meal 60g carbs\nMon 19:00 meal 110g carbs",
            OLDER,
            False,
        ),
        "infusion": ("Mon 08:00 infuse il6 25ug/h 3h", RUNNER, False),
        "injection": (
            "Mon 08:00 inject il1ra 100mg subcutaneous\nMon 17:00 walk 60m 50% VO2max",
            OLDER,
            False,
        ),
        "fasted long run": ("Sun 06:00 fasted run 180m 65% VO2max", RUNNER, False),
        "two weeks": (WEEK, WOMAN, False),
        "by the clock": ("Mon 07:00 run 60m 70% VO2max\nMon 12:30 meal 80g carbs", WOMAN, True),
    }
)


@dataclass(frozen=True)
class Case:
    """A plan, and a member who follows it."""

    name: str
    member: Member

    @property
    def segments(self) -> list[tuple[float, float, np.ndarray]]:
        """Start and end, in hours from the first breakpoint, and inputs of every segment."""
        edges = (self.member.forcing.breakpoints - self.member.forcing.breakpoints[0]).tolist()
        return list(zip(edges[:-1], edges[1:], self.member.forcing.inputs, strict=True))

    @property
    def scale(self) -> np.ndarray:
        """The scale (n_states,) on which a state's error is judged: its resting value, or 1."""
        return state_scale(self.member.start)

    @cached_property
    def ends(self) -> np.ndarray:
        """Our states at every segment end, shape (n_segments, n_states)."""
        one = self.member
        found = integrate(
            system_of(one.model),
            one.constants[None],
            [one.forcing],
            times=one.forcing.breakpoints[1:],
            tolerance=TOLERANCE,
            start=one.start[None],
        )
        return found.states[0]

    @cached_property
    def document(self) -> str:
        """All that can be said, and the whole plan in events."""
        return sbml_of(self.member)

    @cached_property
    def bare(self) -> str:
        """The equations alone; who reads them sets the inputs."""
        one = self.member
        return to_sbml(one.model, one.constants, start=one.start, forcing=one.forcing)

    def difference(self, ends: np.ndarray) -> float:
        """Return the largest difference of states at segment ends, on the scale of each state's own size."""
        scale = np.maximum(self.scale, np.abs(ends))
        return float(np.max(np.abs(ends - self.ends) / scale))


def build(name: str) -> Case:
    """Build a case by its name."""
    text, person, clock = PLANS[name]
    return Case(name, member_of(parse_schedule(text), person, clock=clock))
