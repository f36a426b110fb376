"""What data can tell, and the refusal where they cannot: what, why, in which combination, the cure."""

import numpy as np
import pytest

from exerkine_sim.errors import IdentifiabilityError, InputError
from exerkine_sim.fitting.identify import identify


class Linear:
    """Residuals that are straight in x."""

    def __init__(self, matrix, names=("a", "b", "c")):
        self.matrix = np.array(matrix, dtype=float)
        self.names = names[: self.matrix.shape[1]]
        self.bounds = (np.full(len(self.names), -3.0), np.full(len(self.names), 3.0))

    def residuals(self, x):
        return x @ self.matrix.T

    def slopes(self, _x):
        return self.matrix


def refusal(problem, **how):
    with pytest.raises(IdentifiabilityError) as found:
        identify(problem, np.zeros(len(problem.names)), **how)
    return found.value


def test_what_is_told_comes_back_with_its_share():
    found = identify(Linear([[3, 0], [0, 2]]), np.zeros(2))
    np.testing.assert_allclose(found.share, [0.9, 0.8])  # 9 / (9 + 1), 4 / (4 + 1)
    assert found.untold == ()
    assert "a (90 %)" in found.text


def test_a_product_is_named_and_that_no_repetition_helps():
    error = refusal(Linear([[5, 5, 0], [5, 5, 0], [0, 0, 4]]))
    assert "cannot tell a (" in error.given
    assert "a * b" in error.given
    assert "times as many" not in error.given
    assert error.field == "a, b"


def test_a_ratio_gets_its_exponent_from_the_widths():
    """Slopes over widths are the exponents: 4 / 0.5 against -4 / 1.0."""
    error = refusal(Linear([[4, -4]]), widths=[0.5, 1.0])
    assert "a / b^0.5" in error.given


def test_what_nothing_depends_on_is_said_so():
    error = refusal(Linear([[3, 0], [2, 0]]))
    assert "nothing that was measured depends on b" in error.given
    assert error.field == "b"


def test_what_is_faint_is_told_by_as_many_repetitions_as_are_named():
    """A share of 0.1 / 1.1; a half needs 10 times the information."""
    problem = Linear([[np.sqrt(0.1)]])
    assert "about 10 times as many" in refusal(problem).given
    repeated = Linear(np.repeat(problem.matrix, 10, axis=0))
    assert identify(repeated, np.zeros(1), least_share=0.499).share[0] == pytest.approx(0.5)


def test_each_reason_has_its_sentence():
    error = refusal(Linear([[np.sqrt(0.1), 0]]))
    assert "nothing that was measured depends on b; " in error.given
    assert "about 10 times as many, on other days, would do" in error.given


def test_only_what_is_asked_is_refused():
    problem = Linear([[5, 5, 0], [0, 0, 4]])
    assert identify(problem, np.zeros(3), asked=["c"]).untold == ()
    assert refusal(problem, asked=["a", "c"]).field == "a"


def test_a_lack_of_slope_at_one_place_alone_is_not_structural():
    """x^2 has none at 0, and has elsewhere: repeats do not help here, but nothing is said to hide it."""

    class Square(Linear):
        def residuals(self, x):
            return 3 * x**2

        def slopes(self, x):
            return 6 * x[None]

    assert "too few or too noisy for a" in refusal(Square([[1.0]])).given


def test_the_cure_is_asked_for_what_is_missing_and_told():
    asked = []

    def cure(names):
        asked.extend(names)
        return "one more sample would do: il6 plasma at Mon 09:00"

    error = refusal(Linear([[3, 0], [2, 0]]), cure=cure)
    assert asked == ["b"]
    assert error.fix.startswith("one more sample")


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"asked": ["aa"]}, "'aa' is not free"),
        ({"asked": []}, "nothing asked"),
        ({"least_share": 1.0}, "below 1"),
    ],
)
def test_what_cannot_be_asked_is_refused(how, message):
    with pytest.raises(InputError, match=message):
        identify(Linear([[3, 0], [0, 2]]), np.zeros(2), **how)
