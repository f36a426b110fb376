"""The shipped ledger, run once: every claim is judged by numbers, and its arms matter."""

from dataclasses import replace
from pathlib import Path

import pytest

from exerkine_sim.evidence.claims import check_claims, find_claim, shipped_claims


@pytest.fixture(scope="module")
def ledger():
    return check_claims()


def test_every_claim_is_reproduced_or_shown_as_not_with_the_reason(ledger):
    assert [one.claim.id for one in ledger.rulings] == [claim.id for claim in shipped_claims()]
    for one in ledger.rulings:
        assert (one.verdict == "reproduced") == (one.reason == "")


def test_a_verdict_follows_from_the_numbers_beside_it(ledger):
    for one in ledger.rulings:
        known = {where: reading.value for where, reading in one.readings.items()}
        if one.missing:
            continue
        holds = [expectation.comparison.holds(known) for expectation in one.claim.expectations]
        assert (one.verdict == "reproduced") == all(holds), one.claim.id


@pytest.mark.parametrize(
    "key", ["fgf21-fasting", "irisin-volume-short-rest", "one-molecule-is-not-exercise", "bdnf-resistance"]
)
def test_a_claim_whose_arms_are_exchanged_is_no_longer_reproduced(ledger, key):
    claim = find_claim(key)
    before = next(one for one in ledger.rulings if one.claim.id == key)
    assert before.verdict == "reproduced"
    first, second = claim.arms
    arms = (replace(second, id=first.id), replace(first, id=second.id))
    assert check_claims([replace(claim, arms=arms)]).rulings[0].verdict == "not reproduced"


def test_the_page_in_the_documentation_says_what_the_ledger_says(ledger):
    page = (Path(__file__).parents[2] / "docs" / "claims.md").read_text()
    sections = {part.partition("`*")[0].rpartition("`")[2]: part for part in page.split("\n## ")[1:]}
    stale = [
        one.claim.id
        for one in ledger.rulings
        if f"**Verdict: {one.verdict}.**" not in sections.get(one.claim.id, "")
    ]
    assert stale == [], "write the page again: exerkine-sim claims --out docs/claims.md"
