"""Whatever is given to whatever takes something: a clear error or a right answer, and soon."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from entries import ENTRIES, prepare

from case import Case, cases
from exerkine_sim.errors import ExerkineError

# Most take a millisecond. What computes too long and what waits for ever are told apart on a busy machine.
WORK_S, WAIT_S = 5.0, 60.0
LONGEST = 2000  # of an error that somebody reads
CASES = list(cases())


@contextmanager
def watched(case: Case) -> Iterator[None]:
    """Fail what hangs."""

    def ended(*_: object) -> None:
        raise AssertionError(f"{case}: nothing after {WORK_S:g} s of work or {WAIT_S:g} s of waiting")

    timers = ((signal.SIGPROF, signal.ITIMER_PROF, WORK_S), (signal.SIGALRM, signal.ITIMER_REAL, WAIT_S))
    before = {number: signal.signal(number, ended) for number, _, _ in timers}
    for _, timer, most in timers:
        signal.setitimer(timer, most)
    try:
        yield
    finally:
        for number, timer, _ in timers:
            signal.setitimer(timer, 0)
            signal.signal(number, before[number])


def fault(case: Case) -> str:
    """Return what is wrong with how a case came out; nothing where it is as the case says."""
    with TemporaryDirectory() as folder, watched(case):
        try:
            answer, refusal = str(ENTRIES[case.entry](case, Path(folder))), ""
        except ExerkineError as error:
            answer, refusal = "", str(error)
    if not case.says:
        return "" if (answer, refusal) == (case.about["gives"], "") else f"{case}: {answer}{refusal}"
    if not refusal or "Traceback" in refusal or "unexpected" in refusal or len(refusal) > LONGEST:
        return f"{case}: no clear error, but {answer}{refusal[:LONGEST]}"
    return "".join(f"{case}: '{words}' is not in {refusal}" for words in case.says if words not in refusal)


@pytest.fixture(scope="module", autouse=True)
def made() -> None:
    """Simulate what cases damage, before the time of any case is taken."""
    prepare()


# A test an entry and not one a case: pytest would take longer than the cases do.
@pytest.mark.parametrize("entry", ENTRIES)
def test_a_clear_error_or_a_right_answer(entry, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    faults = [told for case in CASES if case.entry == entry and (told := fault(case))]
    assert not faults, "\n".join(faults)


def test_every_entry_point_has_cases_and_there_are_enough():
    assert {case.entry for case in CASES} == set(ENTRIES)
    assert len(CASES) >= 500
    assert len({str(case) for case in CASES}) == len(CASES)


def test_what_hangs_is_found(monkeypatch):
    monkeypatch.setattr(f"{__name__}.WAIT_S", 0.01)
    with pytest.raises(AssertionError, match="nothing after"), watched(CASES[0]):
        time.sleep(5)
