"""The package on versions of Python with the oldest and the newest libraries it is said to work with.

`make matrix` runs it: each cell installs the wheel and nothing of the checkout, runs the main job and some of
the tests, and is a line of the table. A Python that is not there is said to be missing. Logs: build/matrix.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "build" / "matrix"
UV = ROOT / "build" / "uv" / "bin" / "uv"
EXTRAS = "analysis,app,distributed,exchange,fit"
TOOLS = ("pytest", "hypothesis", "packaging")
# A part of every room, and of every library that the extras bring.
TESTS = (
    *("unit/test_solution.py", "unit/test_netcdf.py", "unit/test_rerun.py", "unit/test_parameters.py"),
    *("unit/test_schedule_syntax.py", "unit/test_readers_planned.py", "unit/test_device_files.py"),
    *("unit/test_sweeps.py", "unit/test_sbml.py", "numerics/test_problems.py", "app/test_setting.py"),
)


class Cell(NamedTuple):
    """One environment: interpreter by name, and the file that says which libraries; None takes the newest."""

    python: str
    constraints: Path | None

    @property
    def name(self) -> str:
        """What it is called in the table and in build/matrix."""
        return f"{self.python}-{'newest' if self.constraints is None else self.constraints.stem}"


CELLS = (
    Cell("python3.11", ROOT / "requirements" / "oldest.txt"),
    Cell("python3.12", None),
    Cell("python3.13", None),
)


def main() -> int:
    """Run every cell, or those that are named, print the table, and return how many did not pass."""
    wheels = sorted((ROOT / "dist").glob("*.whl"))
    if not wheels:
        sys.exit("no wheel in dist\n  fix: make wheel")
    FOLDER.mkdir(parents=True, exist_ok=True)
    faults = 0
    for cell in [one for one in CELLS if one.name in sys.argv[1:]] or CELLS:
        began = time.monotonic()
        told = _run(cell, wheels[-1])
        faults += not told.startswith(("passed", "missing"))
        print(f"{cell.name:22} {told} ({time.monotonic() - began:.0f} s)", flush=True)
    return faults


def _run(cell: Cell, wheel: Path) -> str:
    """Return what became of a cell, in words."""
    if not _is_there(cell.python):
        return "missing: no such interpreter"
    with (FOLDER / f"{cell.name}.log").open("w", encoding="utf-8") as log:

        def carry_out(*words: str | Path) -> bool:
            log.write(" ".join(map(str, words)) + "\n")
            log.flush()
            return subprocess.run(words, cwd=FOLDER, stdout=log, stderr=log, check=False).returncode == 0

        place = FOLDER / cell.name
        shutil.rmtree(place, ignore_errors=True)
        binary = place / "bin"
        pinned = [] if cell.constraints is None else ["-c", cell.constraints]
        install = (UV, "pip", "install", "-q", "--python", binary / "python", *pinned)
        if not carry_out(UV, "venv", "-q", "--python", cell.python, place):
            return "failed: no environment"
        if not carry_out(*install, f"exerkine-sim[{EXTRAS}] @ {wheel.as_uri()}", *TOOLS):
            return "failed: the libraries do not go together"
        if not carry_out(binary / "exerkine-sim", "run", "--out", place / "demo"):
            return "failed: the main job"
        if not carry_out(binary / "exerkine-sim", "rerun", place / "demo" / "solution.nc"):
            return "failed: the main job, again"
        passed = carry_out(
            *(
                binary / "python",
                "-m",
                "pytest",
                "-o",
                "addopts=-q -p no:zarr",
                # What one library tells another that it will drop is no fault of ours.
                *("-W", "default::DeprecationWarning", "-W", "default::PendingDeprecationWarning"),
                "-o",
                f"cache_dir={place}/cache",
            ),
            *("-c", ROOT / "pyproject.toml", "--rootdir", ROOT),
            *(ROOT / "tests" / name for name in TESTS),
        )
    said = (FOLDER / f"{cell.name}.log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
    last = next((one for one in reversed(said) if " passed" in one), said[-1])  # solvers may say more
    return f"passed: {last}" if passed else f"failed: {last}"


def _is_there(python: str) -> bool:
    """Return whether an interpreter of this name runs; a name alone may be that of one not installed."""
    found = shutil.which(python)
    return (
        found is not None
        and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0
    )


if __name__ == "__main__":
    sys.exit(main())
