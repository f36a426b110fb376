"""A Solution: labelled, with units, complete in its file, and clear about what it does not hold."""

import h5netcdf
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from exerkine_sim.errors import InputError, ScheduleError
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import simulate
from exerkine_sim.stored import load_solution

PLAN = """Mon 08:00 run 60m 75% VO2max
Mon 17:00 squat 5x5 80% 1RM rest 3m
Tue 09:00 cycle 30m 60% VO2max"""


@pytest.fixture(scope="module")
def solution(runner):
    return simulate(parse_schedule(PLAN), runner)


def test_a_time_course_has_its_unit_grade_and_axes(solution):
    il6 = solution.concentration("il6", site="plasma")
    assert il6.dims == ("member", "time")
    assert il6.attrs["units"] == "pg/mL"
    assert il6.attrs["grade"] == "high"
    assert il6["time"].attrs["units"] == "h"
    assert solution.concentration("lactate").attrs["units"] == "mmol/L"
    assert solution.concentration("myostatin", site="muscle_mrna_lower").attrs["units"] == "fold"


def test_everything_starts_at_its_resting_level(solution):
    for exerkine in solution.exerkines:
        for site in solution.sites(exerkine):
            assert solution.fold(exerkine, site=site).values[0, 0] == pytest.approx(1.0, rel=1e-9), (
                exerkine,
                site,
            )


def test_the_simulation_ends_at_midnight_a_day_after_the_last_event(solution):
    assert solution.times_h[0] == 0.0
    assert solution.times_h[-1] == 72.0
    assert np.all(np.diff(solution.times_h) > 0)


def test_the_end_of_every_bout_is_an_output_time(solution):
    assert {8.0, 9.0, 33.0, 33.5} <= set(solution.times_h)


@pytest.mark.parametrize(
    ("exerkine", "site", "message"),
    [
        ("il66", None, "did you mean 'il6'"),
        ("il6", "plasm", "did you mean 'plasma'"),
        ("irisin", "muscle_mrna_lower", "unknown site 'muscle_mrna_lower'"),
    ],
)
def test_an_unknown_name_offers_the_nearest(solution, exerkine, site, message):
    with pytest.raises(InputError) as refusal:
        solution.concentration(exerkine, site=site)
    assert message in str(refusal.value)


def test_saving_and_loading_loses_nothing(solution, tmp_path):
    path = solution.save(tmp_path / "week.nc")
    loaded = load_solution(path)
    assert loaded.dataset.identical(solution.dataset)
    assert loaded.manifest == solution.manifest
    assert loaded.metrics().equals(solution.metrics())
    assert str(loaded.explain("il6", at_h=9.0)) == str(solution.explain("il6", at_h=9.0))
    assert [p.name for p in tmp_path.iterdir()] == ["week.nc"]


def test_the_same_run_writes_the_same_content(solution, runner):
    again = simulate(parse_schedule(PLAN), runner)
    assert again.dataset.identical(solution.dataset)


def test_the_manifest_alone_says_how_to_run_it_again(solution):
    from exerkine_sim.schedule.load import parse_toml

    manifest = solution.manifest
    assert parse_toml(manifest["plans"][0]) == parse_schedule(PLAN)
    assert manifest["settings"]["end_h"] == 72.0
    assert {"numpy", "scipy", "sympy"} <= set(manifest["libraries"])
    assert len(manifest["model"]["digest"]) == len(manifest["parameters"]["digest"]) == 64
    assert "Steensberg2000" in manifest["parameters"]["sources"]


@pytest.mark.parametrize("content", [b"", b"not netcdf at all", b"\x89HDF\r\n\x1a\n" + b"\0" * 200])
def test_a_damaged_file_is_refused_by_name(tmp_path, content):
    path = tmp_path / "broken.nc"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"broken\.nc"):
        load_solution(path)


def test_a_file_that_claims_more_than_it_can_hold_is_refused_unread(solution, tmp_path):
    path = solution.save(tmp_path / "small.nc")
    with h5netcdf.File(path, "a") as file:
        file.dimensions["claimed"] = 10**9
        file.create_variable("nothing", ("claimed",), "f8", chunks=(10**6,))
    with pytest.raises(InputError, match="bytes that unpack to 80"):
        load_solution(path)


def test_numbers_in_single_precision_are_no_solution(solution, tmp_path):
    held = solution.dataset.assign(concentration=solution.dataset["concentration"].astype("float32"))
    held.to_netcdf(tmp_path / "single.nc", engine="h5netcdf")
    with pytest.raises(InputError, match="'concentration' as float32"):
        load_solution(tmp_path / "single.nc")


def test_a_missing_folder_is_refused_by_name(solution, tmp_path):
    with pytest.raises(InputError, match="cannot write the solution"):
        solution.save(tmp_path / "nowhere" / "week.nc")


def test_metrics_hold_one_row_per_molecule_site_and_session(solution):
    table = solution.metrics()
    places = sum(len(solution.sites(exerkine)) for exerkine in solution.exerkines)
    assert len(table) == 3 * places
    run = table.query("exerkine == 'il6' and site == 'plasma' and start_h == 8").iloc[0]
    course = solution.concentration("il6").values[0]
    window = (solution.times_h >= 8) & (solution.times_h <= 17)
    assert run["c_max"] == course[window].max()
    assert run["fold"] == pytest.approx(run["c_max"] / run["baseline"])
    assert run["auc"] == pytest.approx(
        np.trapezoid(course[window] - run["baseline"], solution.times_h[window])
    )


def test_metrics_take_the_fall_of_a_molecule_that_falls(solution):
    squat = solution.metrics().query(
        "exerkine == 'myostatin' and site == 'muscle_mrna_lower' and start_h == 17"
    )
    assert squat["fold"].iloc[0] == pytest.approx(squat["c_min"].iloc[0])
    assert squat["fold"].iloc[0] < 1


def test_explanation_adds_up(solution):
    """Shares sum to one a side; release minus clearance is the slope of the corrected level."""
    why = solution.explain("il6", at_h=8.8)
    shares = why.terms.groupby("kind")["share"].sum()
    assert shares["release"] == pytest.approx(1.0)
    assert shares["loss"] == pytest.approx(1.0)
    assert why.measured == pytest.approx(why.corrected * why.haemoconcentration)
    muscle = why.terms.query("tissue.str.startswith('muscle')")["share"].sum()
    assert muscle > 0.5


def test_fluxes_over_time_are_the_slope_of_what_is_in_the_body(solution):
    """Release minus loss over the distribution volume integrates to the change of the corrected level."""
    terms = solution.fluxes("il6").sel(time=slice(8, 9))
    sign = np.where(terms["kind"] == "release", 1.0, -1.0)
    net = (terms * xr.DataArray(sign, dims="term")).sum("term")
    level = solution.concentration("il6", site="plasma_corrected")[0].sel(time=slice(8, 9))
    volume = solution.dataset["constant"].sel(constant_name="subject.plasma_volume").item()
    gained = np.trapezoid(net, net["time"])
    # The trapezoid rule on a grid of 2 min is good to some 1e-3 of a curve that rises smoothly.
    assert gained / volume == pytest.approx(float(level[-1] - level[0]), rel=5e-3)


def test_fluxes_are_those_of_the_explanation(solution):
    for name in ("il6", "lactate", "bdnf"):
        at = solution.fluxes(name).sel(time=9.0)
        terms = solution.explain(name, at_h=9.0).terms
        assert sorted(at.values) == sorted(terms["rate"])
        assert set(terms["unit"]) == {at.attrs["units"]}


def test_at_rest_release_and_loss_of_every_pool_balance(solution):
    rates = solution.fluxes()
    sign = np.where(rates["kind"] == "release", 1.0, -1.0)
    table = pd.DataFrame({"pool": rates["pool"], "net": sign * rates["at_rest"], "rate": rates["at_rest"]})
    sums = table.groupby("pool").sum()
    # A resting state is solved to 1e-9 of its values or better.
    assert (sums["net"].abs() <= 1e-8 * sums["rate"]).all()


def test_an_explanation_outside_the_run_is_refused(solution):
    with pytest.raises(InputError, match="expected: 0 to 72 h"):
        solution.explain("il6", at_h=100.0)
    with pytest.raises(InputError, match="did you mean 'glucose'"):
        solution.explain("gluucose", at_h=1.0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"times_h": [3.0, 2.0]}, "increasing"),
        ({"times_h": [[1.0]]}, "one dimension"),
        ({"times_h": [float("nan")]}, "finite"),
        ({"end_h": 10.0}, "after the last event"),
        ({"end_h": 1e12}, "at most"),
        ({"end_h": "12"}, "after the last event"),
        ({"tolerance": 0.0}, "1e-13 to 0.01"),
        ({"tolerance": float("nan")}, "1e-13 to 0.01"),
    ],
)
def test_impossible_times_are_refused(runner, options, message):
    with pytest.raises(InputError) as refusal:
        simulate(parse_schedule(PLAN), runner, **options)
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("schedule", "subject", "message"),
    [("Mon 08:00 run 1h 70% VO2max", None, "a str as schedule"), (None, {"age_y": 30}, "a dict as subject")],
)
def test_what_is_no_plan_or_no_person_is_refused(runner, schedule, subject, message):
    plan = parse_schedule(PLAN) if schedule is None else [schedule]
    with pytest.raises(InputError, match=message):
        simulate(plan, runner if subject is None else [subject])


def test_a_solution_cannot_be_written_to(solution):
    with pytest.raises(ValueError, match="read-only"):
        solution.concentration("il6").values[:] = 0.0
    n = len(solution.exerkines)
    assert repr(solution) == f"Solution(1 member, {n} molecules, 0 to 72 h)"


def test_lactate_is_given_in_blood_unless_asked_otherwise(solution):
    assert solution.sites("lactate")[0] == solution.explain("lactate", at_h=9.0).site == "blood"


def test_infusing_what_has_no_pool_is_refused(runner):
    with pytest.raises(ScheduleError, match="'zinc' cannot be infused"):
        simulate(parse_schedule("Mon 08:00 infuse zinc 5ug/h 1h"), runner)


def test_a_batch_pairs_plans_with_people(runner):
    plans = [parse_schedule("Mon 08:00 run 30m 60% VO2max"), parse_schedule("Mon 08:00 run 30m 80% VO2max")]
    peaks = simulate(plans, runner).concentration("il6").max("time").values
    assert peaks.shape == (2,)
    assert peaks[1] > peaks[0]
    with pytest.raises(InputError, match="2 schedules and 3 subjects"):
        simulate(plans, [runner] * 3)
