"""People and plans that many tests share."""

import pytest

from exerkine_sim.subject import Subject


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
