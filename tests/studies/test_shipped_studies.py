"""The shipped Studies: each can be run, names its source, and together they cover what they must."""

import re
from collections import defaultdict

import pytest

from exerkine_sim.bibliography import load_bibliography
from exerkine_sim.evidence import studies
from exerkine_sim.parameters import load_parameters, params_folder

RECORD = re.compile(r"[A-Za-z0-9]+([_-][A-Za-z0-9.]+)+")
COVERED = {
    ("il6", "plasma"),
    ("il6", "muscle_mrna"),
    ("il1ra", "plasma"),
    ("il10", "plasma"),
    ("cortisol", "plasma"),
    ("lactate", "blood"),
    ("irisin", "plasma"),
    ("irisin", "serum"),
    ("bdnf", "serum"),
    ("bdnf", "plasma"),
    ("myostatin", "muscle_mrna"),
    ("fgf21", "plasma"),
    ("crp", "serum"),
    ("stnfr1", "plasma"),
    ("stnfr2", "plasma"),
    ("il15", "plasma"),
    ("il15", "muscle_mrna"),
    ("gh", "serum"),
    ("igf1", "serum"),
    ("igfbp1", "serum"),
    ("follistatin", "plasma"),
    ("gdf15", "plasma"),
    ("lac_phe", "blood"),
    ("apelin", "plasma"),
    ("adiponectin", "plasma"),
    ("adiponectin", "plasma_corrected"),
    ("leptin", "plasma"),
    ("leptin", "serum"),
    ("angptl4", "plasma"),
    ("sclerostin", "serum"),
    ("insulin", "plasma"),
    ("glucagon", "plasma"),
    ("adrenaline", "plasma"),
}
CONTRASTS = (
    "Keller2001",
    "Keller2003",
    "Nieman1998",
    "Ronsen2002",
    "Hill2008",
    "CabralSantos2016",
    "Louis2007",
    "Miles2006",
    "Naveri1985",
    "Hopkins1994",
    "AdiponectinReviewTable",
)


@pytest.fixture(scope="module")
def sources():
    return load_bibliography(params_folder() / "references.bib")


def test_file_name_and_key_agree():
    files = sorted(path.stem for path in (params_folder() / "studies").glob("*.toml"))
    assert files == sorted(study.key for study in studies())


@pytest.mark.parametrize("study", studies(), ids=lambda study: study.key)
def test_each_study_owns_up_to_its_source_its_gaps_and_its_use(study, sources):
    assert study.source in sources
    assert study.why_use.strip()
    assert study.assumptions
    assert all(RECORD.fullmatch(observation.record) for observation in study.observations)


@pytest.mark.parametrize("study", studies(), ids=lambda study: study.key)
def test_each_study_can_be_laid_on_the_time_line(study):
    schedule = study.schedule()
    assert schedule.sessions
    assert all(study.time_h(observation) >= 0 for observation in study.observations)
    starts = [session.start_h for session in schedule.sessions if session.start_h >= study.zero_h]
    assert min(starts) == pytest.approx(study.zero_h)


def test_there_are_enough_of_both_uses():
    uses = [study.use for study in studies()]
    assert len(uses) >= 60
    assert 0.3 <= uses.count("check") / len(uses) <= 0.65


def test_nothing_called_a_check_was_used_to_set_a_parameter():
    held_out = {
        one.record: study.key for study in studies() if study.use == "check" for one in study.observations
    }
    used = [
        f"{parameter.name} is {parameter.basis} with {record}: {held_out[record]} is no check"
        for parameter in load_parameters().values()
        if parameter.basis in ("fitted", "derived")
        for record in parameter.records
        if record in held_out
    ]
    assert used == []


def test_required_molecules_sites_and_matrices_are_covered():
    seen = {(one.exerkine, one.site) for study in studies() for one in study.observations}
    assert seen >= COVERED


def test_no_contrast_is_judged_without_one_fitted_arm():
    arms = defaultdict(set)
    for study in studies():
        arms[study.source].add(study.use)
    assert all("fit" in arms[source] for source in CONTRASTS)


def test_absolute_baselines_do_not_pad_the_score():
    for study in studies():
        at_rest = [one for one in study.observations if one.counted_from == "start" and one.time_min <= 0]
        assert len(at_rest) <= 1


def test_protocols_cover_small_muscle_long_work_repeated_bouts_carbohydrate_and_lifting():
    bouts = {
        study.key: [bout for session in study.schedule().sessions for bout in session.bouts]
        for study in studies()
    }
    assert any(bout.mode == "knee_extension" and bout.duration_min == 300 for bout in bouts["Steensberg2000"])
    day_long = bouts["Wallberg2011"]  # twelve blocks of 110 min, arms and legs in turn
    assert sum(bout.duration_min for bout in day_long) == 12 * 110
    assert {bout.mode for bout in day_long} == {"arm_crank", "run", "cycle"}
    assert len(bouts["Ronsen2002_3h"]) == len(bouts["Ronsen2002_6h"]) == 2
    assert any(bout.reps for lifts in bouts.values() for bout in lifts)
    fed = {study.key for study in studies() if any(one.carbs_g_per_h for one in study.schedule().sessions)}
    assert fed >= {"Keller2003_carbohydrate", "Nieman1998_cycling_carbohydrate"}
