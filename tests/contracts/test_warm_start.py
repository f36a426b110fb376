"""A second run finds what the first one kept, and does without what made it."""

import json
import os
import subprocess
import sys

import pytest

from exerkine_sim.files import CACHE_VARIABLE

# What composes equations and writes machine code, then what else a simulation may need and this one does not.
ONCE = {"sympy", "exerkine_sim.model.composition", "exerkine_sim.engine.kernel.write"}
SLOW = ONCE | {"matplotlib", "pandas", "pint", "scipy", "xarray"}
CODE = """
import json, sys
from exerkine_sim.cli import main
try:
    main(["run", "--no-plot", "--json", "--out", sys.argv[1]])
except SystemExit as end:
    print(json.dumps({"code": end.code, "modules": sorted(sys.modules)}), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The first and the second run with the same cache: what they loaded, wrote and said."""
    folder = tmp_path_factory.mktemp("warm")
    environment = {**os.environ, CACHE_VARIABLE: str(folder / "cache")}

    def run():
        command = [sys.executable, "-c", CODE, str(folder / "out")]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        files = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
        return {**json.loads(done.stderr), "files": files, "text": done.stdout}

    return run(), run()


def test_both_runs_end_well(runs):
    assert [run["code"] for run in runs] == [0, 0]


def test_the_first_run_needs_what_the_second_does_not(runs):
    """Otherwise the next test could not fail."""
    assert set(runs[0]["modules"]) >= ONCE


def test_a_second_run_loads_nothing_slow(runs):
    assert not SLOW & set(runs[1]["modules"])


def test_a_second_run_gives_the_same_bits(runs):
    assert runs[0]["files"] == runs[1]["files"]
    assert runs[0]["text"] == runs[1]["text"]
