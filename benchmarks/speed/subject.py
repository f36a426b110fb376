"""The person who trains in every benchmark; in this folder, because asv imports nothing from outside it."""

from exerkine_sim.subject import Subject

PERSON = Subject(
    sex="male",
    age_y=28,
    body_mass_kg=75,
    height_m=1.78,
    vo2max_ml_kg_min=60,
    training="trained",
    one_rm_kg={"squat": 150, "bench_press": 100, "row": 90, "overhead_press": 60, "leg_curl": 60},
)
