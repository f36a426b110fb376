"""The quick way to a plan: a handful of choices that write its text, and texts to begin with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..schedule.when import WEEKDAYS

FOOD = MappingProxyType(
    {
        "unsaid": "nothing said",
        "fasted": "fasted: nothing for eight hours",
        "breakfast": "breakfast two hours before",
    }
)
BREAKFAST = "meal 80g carbs"
# Days of the week for 1, 2, ... sessions, spread as far apart as they go.
SPREAD = ((0,), (0, 3), (0, 2, 4), (0, 1, 3, 5), (0, 1, 3, 4, 5), (0, 1, 2, 3, 4, 5))

EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "An hour's run": "Mon 07:00  run 60m 70% VO2max\n",
        "The same, fasted": "Mon 07:00 fasted  run 60m 70% VO2max\n",
        "Intervals": "Mon 07:00  run 10m 60% VO2max, 8x(1m 95% / 1m 50%), 10m 55%\n",
        "A long ride with drinks": "Sat 09:00  cycle 3h 60% VO2max  carbs 60g/h\n",
        "Squats and bench press": "Tue 18:00  squat 5x5 80% 1RM rest 3m; bench press 5x5 80% rest 3m\n",
        "Twice in a day": "Mon 07:00  cycle 60m 65% VO2max\nMon 17:00  cycle 60m 65% VO2max\n",
        "IL-6 as a drug, no exercise": "Mon 08:00  infuse il6 25ug/h 1h\n",
        "Three runs a week for 12 weeks": "Mon 07:00  run 45m 65% VO2max\nWed 07:00  run 45m 65% VO2max\n"
        "Fri 07:00  run 60m 65% VO2max\nrepeat 12 weeks\n",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quick:
    """What the sliders say.

    Parameters
    ----------
    mode : str
        As in a plan, for example ``"run"``.
    duration_min, intensity_percent : int
        Of every session; the intensity in % VO2max.
    start_h : float
        Clock time.
    per_week, weeks : int
        Sessions a week, and for how many weeks.
    food : {"unsaid", "fasted", "breakfast"}
    carbs_g_per_h : int
        During the session; a fasted one has none.
    """

    mode: str = "run"
    duration_min: int = 60
    intensity_percent: int = 70
    start_h: float = 7.0
    per_week: int = 1
    weeks: int = 1
    food: str = "unsaid"
    carbs_g_per_h: int = 0

    def text(self) -> str:
        """Return the plan.

        Examples
        --------
        >>> print(Quick(food="fasted", per_week=2, weeks=4).text())
        Mon 07:00 fasted  run 60m 70% VO2max
        Thu 07:00 fasted  run 60m 70% VO2max
        repeat 4 weeks
        <BLANKLINE>
        """
        lines = [self._day(WEEKDAYS[day]) for day in SPREAD[self.per_week - 1]]
        return "\n".join([*lines, *[f"repeat {self.weeks} weeks"] * (self.weeks > 1), ""])

    def _day(self, day: str) -> str:
        fasted = " fasted" if self.food == "fasted" else ""
        drinks = f"  carbs {self.carbs_g_per_h}g/h" if self.carbs_g_per_h and not fasted else ""
        session = f"{self.mode} {self.duration_min}m {self.intensity_percent}% VO2max"
        meal = f"{day} {_clock(self.start_h - 2)}  {BREAKFAST}\n" if self.food == "breakfast" else ""
        return f"{meal}{day} {_clock(self.start_h)}{fasted}  {session}{drinks}"


def _clock(hour: float) -> str:
    minutes = round(hour * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
