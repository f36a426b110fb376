"""Provenance is whole: what names a record finds it, and no record is dropped without a reason."""

import csv
import re
from pathlib import Path

import pytest

from exerkine_sim.evidence import records, studies
from exerkine_sim.parameters import load_parameters, params_folder

TESTS = Path(__file__).parents[1]
RECORDS = records()
SERIES = sorted({name.partition("-")[0] for name in RECORDS if re.fullmatch(r"[A-Z]+-\d+", name)})
RECORD_ID = re.compile(rf"\b(?:il6_\d{{3}}|(?:{'|'.join(SERIES)})-\d{{2,3}}|MOD_[a-z]\w*_\d+)\b")
WORD = re.compile(r"[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)+")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
OVER = re.compile(r"(\d+(?:\.\d+)?) over (\d+(?:\.\d+)?)")
MOLAR = re.compile(r"at (\d+(?:\.\d+)?) g/mol")


def texts(folder, pattern):
    return {path: path.read_text(encoding="utf-8") for path in sorted(folder.rglob(pattern))}


PARAMS = texts(params_folder(), "*.toml")


@pytest.fixture(scope="module")
def unused():
    with (params_folder() / "evidence" / "unused.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    reasons = {row["record_id"]: row["reason"] for row in rows}
    assert len(reasons) == len(rows)
    return reasons


def named_in(found):
    return {word for text in found.values() for word in WORD.findall(text) if word in RECORDS}


@pytest.mark.parametrize("path", PARAMS, ids=lambda path: str(path.relative_to(params_folder())))
def test_every_record_that_a_file_names_exists(path):
    assert set(RECORD_ID.findall(PARAMS[path])) <= set(RECORDS)


def test_every_record_of_a_parameter_or_an_observation_exists():
    named = {name for one in load_parameters().values() for name in one.records}
    named |= {seen.record for study in studies() for seen in study.observations if seen.record}
    assert named <= set(RECORDS)


def test_every_record_is_used_or_left_out_for_a_reason(unused):
    lost = set(RECORDS) - named_in(PARAMS) - named_in(texts(TESTS, "*.py")) - set(unused)
    assert sorted(lost) == []


def test_what_is_left_out_exists_and_is_not_used_after_all(unused):
    assert set(unused) <= set(RECORDS)
    used = {name for one in load_parameters().values() for name in one.records}
    used |= {seen.record for study in studies() for seen in study.observations}
    assert sorted(used & set(unused)) == []
    assert all(len(reason) >= 5 for reason in unused.values())


def test_reasons_are_true_where_the_record_can_tell(unused):
    for name, reason in unused.items():
        record = RECORDS[name]
        if reason == "animal":
            assert record.species != "human", name
        if reason.startswith("a direction"):
            assert record.value is None or "entered as" in record.remark, name
        if reason.startswith("a range or bound"):
            assert record.value is None, name
        if reason == "a correlation, not a level":
            assert record.unit.startswith("correlation") or record.unit == "r", name
        same = re.match(r"same number as (\S+?),? ?(there as a fold)?$", reason)
        if same is not None:
            other = RECORDS[same[1]]
            assert other.value == record.value or same[2] is not None, name
            assert same[1] not in unused or not unused[same[1]].startswith("same"), name


@pytest.mark.parametrize("study", studies(), ids=lambda study: study.key)
def test_every_observed_number_stands_in_its_record(study):
    """As printed, as the ratio of two printed numbers, inverted, or by a molar mass that the note gives."""
    wrong = [seen for seen in study.observations if not stands_in_record(seen)]
    assert wrong == []


def stands_in_record(seen):
    record = RECORDS[seen.record]
    if seen.value == record.value or seen.value in printed([record]):
        return True
    over, molar = OVER.search(seen.note), MOLAR.search(seen.note)
    if over is not None:
        known = printed([record, *(RECORDS[word] for word in WORD.findall(seen.note) if word in RECORDS)])
        after, before = map(float, over.groups())
        return {after, before} <= known and rounds_to(after / before, seen.value)
    if molar is not None:
        return rounds_to(record.value * float(molar[1]) / 1000, seen.value)
    return "inverted" in seen.note and rounds_to(1 / record.value, seen.value)


def printed(found):
    """Return every number of some records: value, spread, and those in their texts."""
    numbers = {one for record in found for one in (record.value, record.value_low, record.value_high)}
    words = " ".join(f"{record.comparison} {record.remark}" for record in found)
    return (numbers - {None}) | {float(word) for word in NUMBER.findall(words)}


def rounds_to(exact, written):
    """Three figures are written: half a unit of the third is at most 0.5 %."""
    return abs(exact / written - 1) <= 0.005
