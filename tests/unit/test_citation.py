"""A run names its sources, says how much each backs, and does not pass off assumptions as findings."""

import json

import pytest
import xarray as xr

from exerkine_sim import cite
from exerkine_sim.bibliography import Source
from exerkine_sim.citation import basis_counts
from exerkine_sim.errors import ParameterError
from exerkine_sim.parameters import Parameter, ParameterSet
from exerkine_sim.solution import Solution

SMITH = Source("Smith2001", author="Smith", year="2001", title="Lactate in men", doi="10.1/x")
JONES = Source("Jones1999", author="Jones", year="1999", title="Something else")


def parameter(name: str, source: Source, basis: str) -> Parameter:
    return Parameter(name, 1.0, "1", {"kind": "none"}, source, basis, note="why")  # type: ignore[arg-type]


PARAMETERS = ParameterSet(
    {
        "a.one": parameter("a.one", JONES, "assumed"),
        "b.one": parameter("b.one", SMITH, "measured"),
        "b.two": parameter("b.two", SMITH, "assumed"),
        "b.three": parameter("b.three", SMITH, "derived"),
        "c.unused": parameter("c.unused", SMITH, "fitted"),
    }
)


def run_with(sources: dict[str, list[str]]) -> Solution:
    return Solution.of(xr.Dataset(attrs={"manifest": json.dumps({"parameters": {"sources": sources}})}))


SOLUTION = run_with({"Jones1999": ["a.one"], "Smith2001": ["b.one", "b.two", "b.three"]})


def test_sources_stand_in_order_of_what_they_back():
    total, first, second = cite(SOLUTION, parameters=PARAMETERS).split("\n\n")
    assert total == "4 parameters from 2 sources: 1 measured, 0 fitted, 1 derived, 2 assumed."
    assert first == (
        "Smith2001: Smith (2001). Lactate in men. https://doi.org/10.1/x\n"
        "    backs 3 parameters, of which 1 assumed: b.two"
    )
    assert second.startswith("Jones1999: Jones (1999). Something else.\n")
    assert second.endswith("    backs 1 parameter, of which 1 assumed: a.one")


def test_only_what_the_run_used_is_counted():
    assert basis_counts(SOLUTION, parameters=PARAMETERS) == {
        "measured": 1,
        "fitted": 0,
        "derived": 1,
        "assumed": 2,
    }


def test_a_parameter_of_another_set_is_refused_by_name():
    with pytest.raises(ParameterError, match=r"this run rests on 'b\.one'"):
        cite(SOLUTION, parameters=ParameterSet({"a.one": PARAMETERS["a.one"]}))
