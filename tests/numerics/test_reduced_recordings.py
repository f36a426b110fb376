"""What is lost when a recording at 1 Hz becomes bouts: work, mean, structure, and the IL-6 that follows."""

import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from exerkine_sim.schedule import Bout, Intensity, Schedule, Session
from exerkine_sim.schedule.readers.recording import recorded
from exerkine_sim.schedule.readers.segment import SHORTEST_S, dated
from exerkine_sim.simulate import simulate
from exerkine_sim.subject import Subject

RIDER = Subject(sex="male", age_y=30, body_mass_kg=75, height_m=1.8, vo2max=55)
HOUR_S = 3600


def wandering(rng: np.random.Generator, sd: float, time_constant_s: float) -> np.ndarray:
    """Noise with a memory, as a rider's own."""
    keep = math.exp(-1 / time_constant_s)
    noise = np.zeros(HOUR_S)
    for second in range(1, HOUR_S):
        noise[second] = keep * noise[second - 1] + rng.normal(0, sd * math.sqrt(1 - keep**2))
    return noise


def parts(rng: np.random.Generator, *kinds: tuple[tuple[float, float], tuple[float, float]]) -> np.ndarray:
    """An hour of parts in turn, each of a length (s) and a power (W) drawn from its range."""
    watts: list[float] = []
    while len(watts) < HOUR_S:
        for length, power in kinds:
            watts += [rng.uniform(*power)] * int(rng.uniform(*length))
    return np.array(watts[:HOUR_S])


@cache
def ride(name: str) -> np.ndarray:
    """An hour of power at 1 Hz, whole watts; the noise grows with power, as it does in the field."""
    rng = np.random.default_rng(1)
    intervals = np.repeat([120] + [330, 120] * 8 + [120], [900] + [60] * 16 + [1740])
    plan, slow, fast = {
        "steady": lambda: (np.full(HOUR_S, 200.0), (0.08, 20), 0.08),
        "intervals": lambda: (intervals, (0.05, 5), 0.06),
        "hilly": lambda: (
            parts(rng, ((120, 420), (230, 290)), ((40, 200), (0, 0)), ((120, 420), (140, 190))),
            (0.12, 8),
            0.1,
        ),
        "criterium": lambda: (
            parts(rng, ((4, 12), (0, 0)), ((5, 15), (400, 750)), ((15, 60), (180, 300))),
            (0.1, 4),
            0.1,
        ),
        "fartlek": lambda: (parts(rng, ((20, 180), (240, 420)), ((30, 240), (180, 180))), (0.08, 6), 0.08),
    }[name]()
    watts = np.round(np.maximum(0, plan * (1 + wandering(rng, *slow) + rng.normal(0, fast, HOUR_S))))
    watts.setflags(write=False)
    return watts


RIDES = ["steady", "intervals", "hilly", "criterium", "fartlek"]


@cache
def reduced(name: str) -> Session:
    points = [{"time_s": second, "power_w": power} for second, power in enumerate(ride(name))]
    return dated(recorded(points, mode="cycle"), Path("ride.fit")).session


def raw(name: str) -> Session:
    watts = enumerate(ride(name).tolist())
    return Session(
        0, [Bout(s / 60, 1 / 60, "cycle", Intensity(power, "watt")) for s, power in watts if power]
    )


@pytest.mark.parametrize("name", RIDES)
def test_work_and_mean_intensity_are_those_of_the_records(name):
    """Within 1 %: each bout's power is rounded to 0.1 W, and what is left of coasting is dropped."""
    bouts, watts = reduced(name).bouts, ride(name)
    work_j = sum(bout.duration_min * 60 * bout.intensity.value for bout in bouts)
    assert work_j == pytest.approx(watts.sum(), rel=0.01)
    assert work_j / (60 * bouts[-1].end_min) == pytest.approx(watts.mean(), rel=0.01)


@pytest.mark.parametrize("name", RIDES)
def test_bouts_are_few_and_none_is_short(name):
    bouts = reduced(name).bouts
    assert len(bouts) <= 200
    assert min(bout.duration_min * 60 for bout in bouts) >= SHORTEST_S - 1e-9


@pytest.mark.parametrize("name", RIDES)
def test_il6_at_the_end_is_that_of_the_raw_series(name):
    """Within 3 %, which is less than the laboratory's own error for IL-6."""
    plans = [Schedule([session]).shifted(8) for session in (raw(name), reduced(name))]
    solution = simulate(plans, RIDER, exerkines="il6", times_h=[8.5, 9.0])
    raw_il6, reduced_il6 = solution.concentration("il6", site="plasma").values
    assert reduced_il6 == pytest.approx(raw_il6, rel=0.03)


def test_eight_intervals_are_sixteen_bouts():
    edges = [round(bout.start_min, 9) for bout in reduced("intervals").bouts]
    assert edges == [0, *range(15, 31)]
