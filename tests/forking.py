"""Work done in a process of its own, which may be killed, confined or left without a home."""

import json
import os
import traceback
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked, which costs nothing")


class Ended(NamedTuple):
    """How a process ended: its exit code, below 0 for a signal, and what it told, if it could."""

    code: int
    told: Any


def forked(work: Callable[[], Any]) -> Ended:
    """Do some work in a fork of this process, and return what it returns, as JSON has it."""
    return waited(begun(work))


def begun(work: Callable[[], Any]) -> tuple[int, int]:
    """Begin some work in a fork of this process."""
    reading, writing = os.pipe()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # of forks with threads
        child = os.fork()
    if child > 0:
        os.close(writing)
        return child, reading
    code = 1
    try:
        os.close(reading)
        told = json.dumps(work()).encode()
        code = 0
    except BaseException:
        told = json.dumps(traceback.format_exc()).encode()
    finally:
        os.write(writing, told)
        os._exit(code)


def waited(process: tuple[int, int]) -> Ended:
    """Wait for a process that was begun."""
    child, reading = process
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return Ended(code, json.loads(told) if told else None)
