"""The shipped ledger, run once: every claim is judged by numbers, and its arms matter."""

from dataclasses import replace
from pathlib import Path

import pytest

from exerkine_sim.evidence.claims import check_claims, find_claim, shipped_claims


@pytest.fixture(scope="module")
def ledger():
    return check_claims()


def test_every_shipped_claim_is_judged(ledger):
    assert [one.claim.id for one in ledger.rulings] == [claim.id for claim in shipped_claims()]
    assert [one.claim.id for one in ledger.rulings if one.missing] == []
    for one in ledger.rulings:
        assert all(finding.holds is not None for finding in one.findings)


def test_what_needs_a_switch_says_so(ledger):
    provisos = {one.claim.id: one.proviso for one in ledger.rulings if one.proviso}
    assert provisos == {"igf1-mict-local-hiit-systemic": "igf1.interval_switch = 1"}


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
        if f"**Verdict: {one.told}.**" not in sections.get(one.claim.id, "")
    ]
    assert stale == [], "write the page again: exerkine-sim claims --out docs/claims.md"
