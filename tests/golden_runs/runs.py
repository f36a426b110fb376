"""What the package says of a few plans and people, written down: a change of numbers is to be seen and meant.

`make golden` writes runs.json anew: look at the difference before it is kept, and say in the changelog why.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

import exerkine_sim as xk

FILE = Path(__file__).with_name("runs.json")
RUNNER = xk.Subject(
    sex="male",
    age_y=28,
    body_mass_kg=75,
    height_m=1.78,
    vo2max=60,
    training="trained",
    one_rm_kg={"squat": 150},
)
WALKER = xk.Subject(sex="female", age_y=68, body_mass_kg=70, height_m=1.62, vo2max=26, training="sedentary")
DAY = """Mon 07:00 fasted run 10m 60% VO2max, 5x(2m 95% / 2m 50%)
Mon 12:30 meal 90g carbs
Mon 18:00 squat 5x5 80% 1RM rest 3m"""
# Everything that a plan may hold, people of both kinds, a clock, people who differ.
CASES: Mapping[str, tuple[str, Any, dict[str, Any]]] = MappingProxyType(
    {
        "day of a runner": (DAY, RUNNER, {}),
        "ride of a walker": ("Mon 09:00 cycle 40m 60% VO2max\nMon 15:00 infuse il6 25ug/h 1h", WALKER, {}),
        "by the clock": ("Mon 18:00 run 45m 70% VO2max", RUNNER, {"clock": True}),
        "three who differ": (
            "Mon 09:00 run 45m 75% VO2max",
            xk.Population(WALKER, n=3, seed=5, uncertain=True),
            {},
        ),
    }
)
HOURS = np.arange(0.0, 48.01, 0.5)


def numbers() -> dict[str, dict[str, list[list[float]]]]:
    """Return of each case, molecule and site each member's resting, highest, lowest and last value."""
    return {name: _told(name) for name in CASES}


def _told(case: str) -> dict[str, list[list[float]]]:
    plan, people, options = CASES[case]
    solution = xk.simulate(xk.parse_schedule(plan), people, times_h=HOURS, end_h=48.0, **options)
    told = {}
    for exerkine in solution.exerkines:
        for site in solution.sites(exerkine):
            course = solution.concentration(exerkine, site=site).values
            rest = solution.dataset["rest"].sel(exerkine=exerkine, site=site).values
            each = zip(rest, course.max(axis=1), course.min(axis=1), course[:, -1], strict=True)
            told[f"{exerkine} {site}"] = [[float(value) for value in one] for one in each]
    return told


def _text(numbers: Mapping[str, Mapping[str, Any]]) -> str:
    """Return JSON with a line for each molecule and site, so that a difference reads well."""
    cases = []
    for case, told in numbers.items():
        lines = ",\n".join(f"    {json.dumps(name)}: {json.dumps(each)}" for name, each in told.items())
        cases.append(f"  {json.dumps(case)}: {{\n{lines}\n  }}")
    return "{\n" + ",\n".join(cases) + "\n}\n"


if __name__ == "__main__":
    FILE.write_text(_text(numbers()), encoding="utf-8")
