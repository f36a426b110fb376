"""People and plans that many tests share."""

import gc
import os
from collections.abc import Generator

import pytest

# Before NumPy is imported, and for the processes that tests start: one matrix of a hundred rows shared by the
# threads of several processes waits for a processor ten times as long as it is worked on.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from exerkine_sim.files import CACHE_VARIABLE
from exerkine_sim.subject import Subject

collect_ignore = ["fuzz", "mutation"]  # `make fuzz` and `make mutation` run them, with libraries of their own


def pytest_configure(config: pytest.Config) -> None:
    """Keep kernels with the tests' own cache, never with the user's."""
    os.environ[CACHE_VARIABLE] = str(config.cache.mkdir("exerkine-sim"))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for garbage among what tests make, not among the thousands of tests and libraries that stay."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def runner() -> Subject:
    """A trained man of the size most trials were done on."""
    return Subject(
        sex="male",
        age_y=28,
        body_mass_kg=75,
        height_m=1.78,
        vo2max_ml_kg_min=60,
        training="trained",
        ftp_w=280,
        one_rm_kg={"squat": 150, "bench_press": 100},
    )
