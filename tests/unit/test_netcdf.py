"""The file says what one of xarray's says, to any reader of NetCDF."""

import h5netcdf
import h5py
import numpy as np
import pytest

from exerkine_sim.arrays import Arrays, Variable
from exerkine_sim.errors import InputError
from exerkine_sim.netcdf import netcdf
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import simulate
from exerkine_sim.solution import Solution
from exerkine_sim.stored import load_solution
from exerkine_sim.subject import Population

PLAN = parse_schedule("Mon 08:00 run 60m 75% VO2max")


@pytest.fixture(scope="module", params=[None, 3], ids=["a person", "a population"])
def solution(request, runner):
    """One Solution with states and inputs, one of several members without."""
    return simulate(PLAN, runner if request.param is None else Population(runner, n=request.param, seed=0))


def told(file: h5netcdf.File) -> dict:
    """Return all that a file says, but for the order of words in an attribute, and how it is laid out."""
    variables = {}
    for name, one in file.variables.items():
        attrs = {key: str(value).split() for key, value in one.attrs.items()}
        attrs["coordinates"] = sorted(attrs.get("coordinates", []))
        values = one[...]
        bits = values.tolist() if values.dtype.kind == "O" else values.tobytes()
        variables[name] = one.dimensions, one.dtype, attrs, bits
    sizes = [(name, dimension.size) for name, dimension in file.dimensions.items()]
    return {"sizes": sizes, "attrs": dict(file.attrs), "variables": variables}


def test_it_says_what_a_file_of_xarray_says(solution, tmp_path):
    solution.dataset.to_netcdf(tmp_path / "xarray.nc", engine="h5netcdf")
    solution.save(tmp_path / "own.nc")
    with h5netcdf.File(tmp_path / "own.nc") as own, h5netcdf.File(tmp_path / "xarray.nc") as other:
        assert told(own) == told(other)


def test_courses_that_are_not_there_take_no_room(solution, tmp_path):
    with h5py.File(solution.save(tmp_path / "own.nc")) as file:
        written = file["concentration"].id.get_num_chunks()
    assert written == (solution.arrays["unit"] != "").sum() < solution.arrays["unit"].size


def test_a_long_course_of_many_members_is_cut_between_members():
    many = Variable(("member", "time", "place"), np.ones((5, 60_000, 2)))
    with h5py.File(netcdf(Arrays({"many": many}, set()))) as file:
        assert file["many"].chunks == (2, 60_000, 1)
        assert (file["many"][...] == 1.0).all()


def test_what_a_user_added_is_kept_too(solution, tmp_path):
    """Texts on a dimension without labels, numbers without dimensions."""
    dataset = solution.dataset.assign(note=("remark", ["slept badly", "später"]), weight_kg=62.5)
    dataset = dataset.assign_coords(room_celsius=18.0)
    path = Solution.of(dataset).save(tmp_path / "own.nc")
    assert load_solution(path).dataset.identical(dataset)


def test_what_is_neither_number_nor_text_is_refused(solution, tmp_path):
    day = np.array(["2026-01-05"] * len(solution.status), dtype="M8[ns]")
    with pytest.raises(InputError, match="expected: numbers and texts"):
        Solution.of(solution.dataset.assign(day=("member", day))).save(tmp_path / "own.nc")
    assert not list(tmp_path.iterdir())
