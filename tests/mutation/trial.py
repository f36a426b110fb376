"""Mutants against the tests of their module, each in a fork: no file is changed, nothing is imported twice.

Where a function's body is changed, the fork is made when pytest has collected the tests, and the function is
given another code; otherwise before the package is imported, and the module is imported from another source.
"""

from __future__ import annotations

import gc
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported: a fork keeps no other thread

import hypothesis
import llvmlite.binding  # noqa: F401
import matplotlib  # noqa: F401
import numpy as np  # noqa: F401
import pandas as pd  # noqa: F401
import pint  # noqa: F401
import pydantic  # noqa: F401
import pytest
import scipy.integrate
import scipy.stats  # noqa: F401
import sympy  # noqa: F401
import typer  # noqa: F401
import xarray as xr  # noqa: F401
from _pytest.main import pytest_runtestloop

CACHE_VARIABLE = "EXERKINE_SIM_CACHE"
# Of what is kept between runs, this follows from no code that is mutated.
NEUTRAL = ("units", "parameters", "models")
MEMORY = 8 * 2**30
FUNCTION = 0x1  # flag of code whose names are its own, as those of modules and classes are not

Codes = dict[tuple[str, int], CodeType]  # by qualified name and first line


@dataclass(frozen=True)
class Change:
    """A mutant as it is tried: a number to know it by, its file, and the file's source."""

    number: str
    path: Path
    source: str


@dataclass(frozen=True)
class End:
    """How tests ended: whether none failed, or they were stopped; processor seconds; what was printed."""

    passed: bool
    stopped: bool
    seconds: float
    output: str


Tell = Callable[[Change, End], None]


class Trials:
    """A plugin of pytest: in place of the tests that it collected, it runs them once for each change.

    Parameters
    ----------
    changes : iterable of Change
        Of bodies of functions.
    cold : bool
        Whether what the original left in the cache may not be read.
    seconds : float
        Of processor time, after which tests are stopped.
    tell : callable
        Called with each change and how it ended.
    """

    def __init__(self, changes: Iterable[Change], *, cold: bool, seconds: float, tell: Tell) -> None:
        self.changes, self.cold, self.seconds, self.tell = changes, cold, seconds, tell

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Say what fails: no fork gets as far as the summary."""
        if report.failed:
            print(report.nodeid, report.longreprtext)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests in forks, first as they are."""

        def passed(change: Change | None) -> bool:
            if change is not None:
                _make(change)
            try:
                pytest_runtestloop(session)
            except session.Failed:
                return False
            return session.testsfailed == 0

        warm = os.environ[CACHE_VARIABLE]
        must_pass(forked(lambda: passed(None), cache=lambda: warm))  # which also fills the cache
        for one in self.changes:
            _given(one)  # here, where its absence is seen: a fork would pass for killed
            end = forked(
                lambda one=one: passed(one),
                cache=lambda: _cache(warm, cold=self.cold),
                seconds=self.seconds,
            )
            self.tell(one, end)
        return True


def must_pass(end: End) -> None:
    """Go no further where the tests of the original failed."""
    if not end.passed:
        raise RuntimeError(f"tests fail before anything is changed:\n{end.output}")


def try_bodies(tests: Sequence[str], *, options: Sequence[str], trials: Trials) -> None:
    """Collect tests, and run them for each change."""
    code = pytest.main([*_usual_options(), *options, *tests], plugins=[trials])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):  # of none it says that they ran
        raise RuntimeError(f"pytest ended with {code!r}: nothing more was tried")


def try_module(change: Change, tests: Sequence[str], *, options: Sequence[str], seconds: float) -> End:
    """Run tests file by file, with a module imported from another source; nothing is read from the cache."""

    def passed() -> bool:
        _make(change)
        with tempfile.TemporaryDirectory() as folder:
            own = ["-o", f"cache_dir={folder}"]
            return not any(pytest.main([*_usual_options(), *own, *options, one]) for one in tests)

    return forked(passed, seconds=seconds)


def _usual_options() -> list[str]:
    # The same examples for every mutant, and no search for a smaller one that fails as well.
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    health = list(hypothesis.HealthCheck)
    hypothesis.settings.register_profile(
        "mutation", derandomize=True, deadline=None, phases=phases, suppress_health_check=health
    )
    early = "ignore::pytest.PytestAssertRewriteWarning"  # Hypothesis is imported already
    return ["-x", "-s", "--tb=line", "--hypothesis-profile=mutation", "-W", early]


def _cache(warm: str, *, cold: bool) -> str:
    """Return a folder of its own, with what may be read of what the original left."""
    own = Path(tempfile.mkdtemp(prefix="mutant-"))
    for folder in Path(warm).glob("*"):
        if folder.name in NEUTRAL or not cold:
            shutil.copytree(folder, own / folder.name)
    return str(own)


# ---------------------------------------------------------------------------------- code in place of code


def changed(change: Change) -> Codes | None:
    """Return the functions whose bodies a change concerns, and their new code; None where it is no body."""
    found: Codes = {}
    before, after = (compile(text, change.path, "exec") for text in (change.path.read_text(), change.source))
    return found if _differ_within(before, after, found) else None


def _differ_within(before: CodeType, after: CodeType, found: Codes) -> bool:
    """Gather functions that differ; return whether nothing else does."""
    inner, others = ([one for one in code.co_consts if isinstance(one, CodeType)] for code in (before, after))
    plain, same = (
        (code.co_code, code.co_names, [one for one in code.co_consts if not isinstance(one, CodeType)])
        for code in (before, after)
    )
    if plain != same or len(inner) != len(others):
        return False
    for old, new in zip(inner, others, strict=True):
        comprehension = old.co_name.startswith("<") and old.co_name != "<lambda>"
        if old.co_flags & FUNCTION and not comprehension:
            if old != new:
                found[old.co_qualname, old.co_firstlineno] = new
        elif old != new and (comprehension or not _differ_within(old, new, found)):
            return False
    return True


def _make(change: Change) -> None:
    """Make a change in this process: in functions that are there, or when the module is imported."""
    original = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, name: str) -> CodeType | None:
        if Path(loader.path) == change.path:
            return compile(change.source, change.path, "exec")
        return original(loader, name)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign]
    for function, code in _given(change):
        function.__code__ = code
    gc.freeze()  # what was left behind before the fork is not found, and warned of, in a test


def _given(change: Change) -> list[tuple[FunctionType, CodeType]]:
    """Return the functions of this process that a change gives another code, and that code.

    Raises
    ------
    SystemExit
        Where one of them is not there: its tests would pass, of the original.
    """
    gc.unfreeze()  # what tests have frozen is not among the objects
    there = [one for one in gc.get_objects() if isinstance(one, FunctionType)]
    there = [one for one in there if one.__code__.co_filename == str(change.path)]
    keys = [(one.__code__.co_qualname, one.__code__.co_firstlineno) for one in there]
    codes = changed(change) or {}
    if there and (missing := codes.keys() - set(keys)):  # a module with nothing there is imported later
        raise RuntimeError(f"not there to be changed: {missing} of {change.path}")
    return [(one, codes[key]) for one, key in zip(there, keys, strict=True) if key in codes]


# -------------------------------------------------------------------------------------------------- forks


def forked(
    passed: Callable[[], bool], *, cache: Callable[[], str] | None = None, seconds: float = 3600
) -> End:
    """Run tests in a fork of this process, which may take so much processor time and no more."""
    folder = None if cache is None else cache()
    gc.collect()
    with tempfile.TemporaryFile() as printed:
        child = os.fork()
        if not child:
            end = 1
            try:
                _confine(printed.fileno(), seconds=seconds)
                if folder is not None:
                    os.environ[CACHE_VARIABLE] = folder
                end = int(not passed())
            finally:
                os._exit(end)
        code, spent = _ended(child, within=20 * seconds + 60)
        printed.seek(0)
        output = printed.read().decode(errors="replace")[-3000:]
    if folder is not None and Path(folder).name.startswith("mutant-"):
        shutil.rmtree(folder)
    return End(code == 0, code in (-9, -24), spent, output)


def _ended(child: int, *, within: float) -> tuple[int, float]:
    """Return how a process ended and the processor seconds it took; what waits in vain is killed."""
    latest = time.monotonic() + within
    while not (ended := os.wait4(child, os.WNOHANG))[0]:
        if time.monotonic() > latest:
            os.kill(child, 9)
        time.sleep(0.05)
    return os.waitstatus_to_exitcode(ended[1]), ended[2].ru_utime + ended[2].ru_stime


def _confine(printed: int, *, seconds: float) -> None:
    """Let this process print to a file, and end when it takes too much."""
    os.dup2(printed, 1)
    os.dup2(printed, 2)
    spent = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent + seconds) + 1, int(spent + seconds) + 10))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
