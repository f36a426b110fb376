"""A sweep that takes a moment: what tests of stores sweep, and how they compare what is left on disk."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from exerkine_sim.schedule import parse_schedule
from exerkine_sim.sweeps import Design, Factor, Outputs, Range, Sampling, Values, design
from laboratory import MAN

PLAN = parse_schedule("day 1 00:30 run 30m 70% VO2max")
OUTPUTS = Outputs(exerkines=("il6", "lactate"), metrics=("c_max", "auc"), times_h=(0.5, 1.0, 2.0), end_h=2.5)
# Chunks larger than all that describes the store.
LARGE = Outputs(exerkines=("il6", "lactate"), times_h=tuple(n / 128 for n in range(300)), end_h=2.5)
# The youngest are refused, so that reasons are kept too.
FACTORS = (
    Factor("il6.clearance", Range(0.6, 1.5, scale="log"), "L/min"),
    Factor("plan.duration", Range(0.5, 1.5)),
    Factor("subject.age_y", Range(10, 60)),
    Factor("plan.fasted", Values((True, False))),
)
CHUNK = 2


def small_chunks() -> None:
    """Keep two members a chunk, so that there are many to be interrupted in."""
    design.FEWEST = design.MOST = CHUNK


def small_design(n: int = 15, **changes: Any) -> Design:
    """Return a design of `n` members; the last chunk is not full where `n` is odd."""
    usual = {"factors": FACTORS, "sampling": Sampling("sobol", n=n, seed=4), "outputs": OUTPUTS}
    return Design(changes.pop("plan", PLAN), changes.pop("subject", MAN), **usual | changes)


def files_of(folder: Path) -> Mapping[str, bytes]:
    """Return every file below a folder, by its path there."""
    return {
        str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()
    }
