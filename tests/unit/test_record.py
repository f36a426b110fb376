"""Record tables: what they hold, and how a damaged one is refused."""

import pytest

from exerkine_sim.errors import ParameterError
from exerkine_sim.evidence import find_record, record, records

COLUMNS = record.COLUMNS
HEADER = ",".join(COLUMNS)
ROW = {"record_id": "X-01", "exerkine": "leptin", "value": "2.5", "unit": "ng/mL", "comparison": "rest, fed"}


def row(**changes):
    cells = {**ROW, **changes}
    return ",".join(f'"{cells.get(name, "")}"' for name in COLUMNS)


@pytest.fixture
def tables(tmp_path, monkeypatch):
    """Return a function that puts tables in the place of the shipped ones and reads them."""
    monkeypatch.setattr(record, "params_folder", lambda: tmp_path)
    folder = tmp_path / "evidence"
    folder.mkdir()

    def read(*lines, name="one.csv"):
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return records.__wrapped__()

    return read


def test_a_row_becomes_a_record_and_what_is_not_said_is_empty(tables):
    (one,) = tables(HEADER, row(value_low="2")).values()
    assert (one.value, one.value_low, one.value_high) == (2.5, 2.0, None)
    assert (one.comparison, one.remark) == ("rest, fed", "")
    assert str(one) == "X-01: leptin 2.5 (2) ng/mL; rest, fed"


def test_what_was_left_out_is_no_table_of_records(tables):
    tables("record_id,reason", "X-02,animal", name="unused.csv")
    assert list(tables(HEADER, row())) == ["X-01"]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((HEADER, row(), row()), ("line 3", "'X-01' stands twice")),
        ((HEADER, row(value="about 3")), ("line 2", "value: 'about 3'", "a number, or nothing")),
        ((HEADER, row(value="nan")), ("line 2", "'nan'")),
        ((HEADER, row() + ",more"), ("line 2", f"{len(COLUMNS) + 1} cells")),
        ((HEADER, "X-01,leptin"), ("line 2", "2 cells")),
        ((HEADER, row()[:-1]), ("line 2", "not a table")),
        (("id,number",), ("line 1", "columns id, number")),
        (('"id,number',), ("line 1", "not a table")),
    ],
)
def test_a_damaged_table_is_refused_with_file_and_line(tables, lines, told):
    with pytest.raises(ParameterError) as refusal:
        tables(*lines)
    assert all(word in str(refusal.value) for word in ("one.csv", *told)), refusal.value


def test_a_misspelt_record_is_answered_with_the_nearest():
    with pytest.raises(ParameterError, match="did you mean 'MOD_bloomer13_"):
        find_record("MOD_blomer13_1")


def test_the_tables_cannot_be_changed():
    with pytest.raises(TypeError):
        records()["X-01"] = None
