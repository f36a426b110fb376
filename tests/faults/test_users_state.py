"""What a user has set for the whole process changes no bit, and nothing of it is changed."""

import locale
import os
import random
import warnings
from collections.abc import Callable
from typing import Any

import matplotlib
import numpy as np
import pytest

import exerkine_sim as xk
from exerkine_sim.sweeps import Factor, Outputs, Range, Sampling
from laboratory import MAN

OTHER = xk.parse_schedule("Mon 00:30 squat 2x5 80% 1RM rest 1m\nMon 01:00 meal 60g carbs")
SIZES = Sampling("sobol", n=3, seed=1)


def _lost(plan, _) -> np.ndarray:
    """Of one member there is no rest, and search for it runs over."""
    parameters = xk.load_parameters()
    spoilt = parameters.with_values({"igf1.age_slope": 1e3}, note="spoilt")
    return xk.simulate(plan, MAN, end_h=2.5, parameters=spoilt).arrays["concentration"]


def _fit(plan, solution) -> list[float]:
    samples = xk.observed(solution, times_h=np.linspace(0.6, 2.4, 8), exerkines="il6", seed=0)
    return xk.fit(samples, plan, MAN, free=["il6.synthesis"], starts=1).x.tolist()


def _swept(plan, _) -> np.ndarray:
    outputs = Outputs(exerkines=("il6",), metrics=("c_max",), end_h=2.5)
    design = xk.Design(
        plan, MAN, factors=[Factor("plan.duration", Range(0.5, 1))], sampling=SIZES, outputs=outputs
    )
    return xk.sweep(design, out="sweep.zarr", resume=True).dataset["c_max"].values


def _drawn(_, solution) -> bytes:
    return xk.plot.save(xk.plot.timecourse(solution, "lactate"), "figure.png").read_bytes()


CALLS: dict[str, Callable[..., Any]] = {
    "simulate": lambda plan, _: xk.simulate([plan, OTHER], MAN, end_h=2.5).arrays["concentration"],
    "population": lambda plan, _: xk.simulate(
        plan, xk.Population(MAN, n=4, seed=0, uncertain=True), end_h=2.5
    ).arrays["concentration"],
    "a member that is lost": _lost,
    "metrics": lambda _, solution: solution.metrics().to_csv(),
    "files": lambda _, solution: xk.load_solution(solution.save("one.nc")).arrays["concentration"],
    "measure": lambda plan, _: [one.to_csv() for one in xk.measure(plan, xk.Population(MAN, n=2, seed=0))],
    "samples": lambda _, solution: xk.observed(solution, times_h=[1.0], exerkines="il6", seed=0).to_csv(),
    "fit": _fit,
    "sweep": _swept,
    "figure": _drawn,
}


def state() -> dict[str, Any]:
    """All that belongs to the whole process."""
    return {
        "errors": np.geterr(),
        # xarray sets one of its own when it reads a file; to take it back would not be safe among threads.
        "warnings": [one for one in warnings.filters if "decode_timedelta" not in str(one[1])],
        "matplotlib": dict(matplotlib.rcParams),
        "random": (random.getstate(), np.random.get_state()[1].tolist()),  # noqa: NPY002 (it is left alone)
        "locale": locale.setlocale(locale.LC_ALL),
        "folder": os.getcwd(),
        "environment": dict(os.environ),
        "printing": np.get_printoptions(),
    }


@pytest.fixture(scope="module")
def usual(plan, solution, tmp_path_factory) -> dict[str, bytes]:
    """What each call returns where nobody has set anything."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("usual"))
        return {name: _bits(call(plan, solution)) for name, call in CALLS.items()}


def _bits(found: Any) -> bytes:
    return found.tobytes() if isinstance(found, np.ndarray) else repr(found).encode()


@pytest.mark.parametrize("name", CALLS)
def test_what_the_user_has_set_changes_no_bit_and_stays(name, usual, plan, solution, monkeypatch, tmp_path):
    """With every remark of NumPy an error, as every warning is in tests, and numbers printed in short."""
    monkeypatch.chdir(tmp_path)
    before = state()
    with np.errstate(all="raise"), np.printoptions(precision=1, floatmode="fixed"):
        within = state()
        found = _bits(CALLS[name](plan, solution))
        assert state() == within
    assert found == usual[name]
    assert state() == before


def test_a_comma_for_the_point_changes_no_number(plan, solution, monkeypatch, tmp_path):
    """Where the system has such a locale; elsewhere the language's own point is what is asked."""
    monkeypatch.chdir(tmp_path)
    own = locale.setlocale(locale.LC_ALL)
    for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "pt_BR.UTF-8"):
        try:
            locale.setlocale(locale.LC_ALL, name)
        except locale.Error:
            continue
        break
    else:
        monkeypatch.setattr(
            locale, "localeconv", lambda: {"decimal_point": ",", "thousands_sep": ".", "grouping": [3]}
        )
        monkeypatch.setattr(locale, "getpreferredencoding", lambda *_: "ascii")
    try:
        assert xk.parse_schedule("Mon 00:30 run 30m 75.5% VO2max").to_toml().count("75.5") == 1
        assert xk.load_schedule(_written(plan)) == plan
        assert solution.metrics().to_csv().count(",") > 10
    finally:
        locale.setlocale(locale.LC_ALL, own)


def _written(plan) -> str:
    with open("plan.toml", "w", encoding="utf-8") as file:
        file.write(plan.to_toml())
    return file.name
