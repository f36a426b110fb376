"""Tables as files: what is written is read, units go with it, and no cell is a formula."""

import numpy as np
import pandas as pd
import pytest

import exerkine_sim as xk
from exerkine_sim.columns import csv_of
from exerkine_sim.errors import InputError
from exerkine_sim.tabular import SUFFIXES, read_table, write_table

# What users may name a session.
NAMES = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-run",
    "@sum(A1)",
    "\t=1",
    "'=1",
    "''-x",
    "plain, with comma",
    '"quoted"',
    "Mär\n2",
]
TABLE = pd.DataFrame(
    {
        "session": NAMES,
        "member": np.arange(len(NAMES)) - 3,
        "at_h": np.linspace(-1.0, 1.0, len(NAMES)) / 3,
        "fold": [np.nan, *np.geomspace(1e-300, 1e300, len(NAMES) - 1)],
    }
)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_written_is_read(tmp_path, suffix):
    if suffix != ".csv":
        pytest.importorskip("pyarrow")
    file = write_table(TABLE, tmp_path / f"table{suffix}")
    pd.testing.assert_frame_equal(read_table(file), TABLE, check_exact=True, check_dtype=False)
    assert [one.name for one in tmp_path.iterdir()] == [file.name]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_parts_follow_each_other(tmp_path, suffix):
    if suffix != ".csv":
        pytest.importorskip("pyarrow")
    parts = (TABLE.iloc[start : start + 4] for start in range(0, len(TABLE), 4))
    found = read_table(write_table(parts, tmp_path / f"table{suffix}"))
    pd.testing.assert_frame_equal(found, TABLE, check_exact=True, check_dtype=False)


def test_no_cell_of_text_is_a_formula_and_numbers_stay_numbers(tmp_path):
    text = write_table(TABLE[["session", "member"]].iloc[:5], tmp_path / "table.csv").read_text()
    assert [line[:2] for line in text.splitlines()[1:]] == ["'=", "'+", "'-", "'@", "'\t"]
    assert text.splitlines()[1].endswith(",-3")


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
def test_units_go_with_the_columns(tmp_path, suffix):
    arrow = pytest.importorskip("pyarrow")
    file = write_table(TABLE, tmp_path / f"table{suffix}", units={"fold": "1"})
    if suffix == ".parquet":
        schema = pytest.importorskip("pyarrow.parquet").read_schema(file)
    else:
        schema = arrow.ipc.open_file(file).schema
    assert {name: schema.field(name).metadata for name in TABLE} == {
        "session": None,
        "member": None,
        "at_h": {b"unit": b"h"},
        "fold": {b"unit": b"1"},
    }


def test_the_lowest_concentration_is_no_number_of_minutes(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    file = write_table(pd.DataFrame({"c_min": [1.0], "late_min": [2.0]}), tmp_path / "lowest.parquet")
    units = {field.name: field.metadata for field in parquet.read_schema(file)}
    assert units == {"c_min": None, "late_min": {b"unit": b"min"}}


def test_another_suffix_and_another_content_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"did you mean '.parquet'"):
        write_table(TABLE, tmp_path / "table.parket")
    assert not list(tmp_path.iterdir())
    pytest.importorskip("pyarrow")
    for suffix in (".parquet", ".arrow"):
        broken = tmp_path / f"broken{suffix}"
        broken.write_bytes(b"nothing of the kind")
        with pytest.raises(InputError, match="no readable table"):
            read_table(broken)


def test_time_courses_are_one_long_table(runner, tmp_path):
    people = [runner, xk.Subject(sex="female", age_y=50, body_mass_kg=60, height_m=1.6, vo2max=30)]
    plan = xk.parse_schedule("Mon 08:00 run 30m 75% VO2max")
    solution = xk.simulate(plan, people, times_h=[0.0, 8.5, 12.0], end_h=12.0, exerkines=["il6", "lactate"])
    table = solution.table()
    assert list(table) == ["member", "time_h", "exerkine", "site", "value", "unit"]
    assert len(table) == 2 * 3 * sum(len(solution.sites(name)) for name in solution.exerkines)
    chosen = table.query("exerkine == 'il6' and site == 'plasma' and member == 1")
    assert chosen["value"].tolist() == solution.concentration("il6", site="plasma").values[1].tolist()
    assert set(chosen["unit"]) == {"pg/mL"}
    pd.testing.assert_frame_equal(
        read_table(write_table(table, tmp_path / "courses.csv")), table, check_exact=True, check_dtype=False
    )


def test_nothing_is_an_empty_cell_and_a_heading_is_no_formula_either():
    table = {"=1+1": np.array([None, "a,b", float("nan")], dtype=object), "n, of all": np.array([1, 2, 3])}
    assert csv_of(table) == b'\'=1+1,"n, of all"\n,1\n"a,b",2\n,3\n'
