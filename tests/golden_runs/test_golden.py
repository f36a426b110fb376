"""The numbers of a few runs are those that were written down; see runs.py."""

import json

import numpy as np
import pytest
import runs


@pytest.fixture(scope="module")
def found():
    return runs.numbers()


@pytest.mark.parametrize("case", runs.CASES)
def test_numbers_are_those_that_were_written_down(found, case):
    """To 1e-5: what another processor may make of a tolerance of 1e-6 (docs/reproducibility.md)."""
    kept = json.loads(runs.FILE.read_text(encoding="utf-8"))[case]
    assert found[case].keys() == kept.keys()
    for name, numbers in kept.items():
        one, other = np.array(numbers), np.array(found[case][name])
        scale = np.abs(one).max(
            axis=1, keepdims=True
        )  # the highest, or where a course only falls the resting value
        assert (np.abs(one - other) <= 1e-5 * scale).all(), name
