"""How far numbers lie apart between processors: code and libraries are told to do without what this one has.

`make platforms` prints the largest difference of any molecule, relative as `exerkine-sim rerun` has it, for
each tolerance; docs/reproducibility.md holds what it said last. On x86-64 Linux all of it can be turned off.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import exerkine_sim as xk
from exerkine_sim.agreement import differences, identical
from exerkine_sim.engine.kernel import machine

WEEKS = """Mon 07:00 run 45m 70% VO2max
Wed 18:00 cycle 8x(1m 95% / 1m 50%)
Fri 18:00 squat 5x5 80% 1RM rest 3m
repeat 8 weeks"""
PEOPLE = (
    xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max=55, one_rm_kg={"squat": 120}),
    xk.Subject(sex="female", age_y=61, body_mass_kg=62, height_m=1.63, vo2max=29, training="sedentary"),
)
PLANS = (WEEKS, *(WEEKS.splitlines()[:3]))
TOLERANCES = (1e-3, 1e-4, 1e-6, 1e-8, 1e-9)
NO_VECTORS = "AVX2 FMA3 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR"
# What is turned off, by what is set for the process that runs.
WITHOUT: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "nothing": {},
        "AVX-512 in our code": {"CODE": "avx512,avx10,amx"},
        "fused multiply-add in our code": {"CODE": "avx512,avx10,amx,fma,vaes,avxvnni,avxifma"},
        "all but SSE2 in our code": {"CODE": "everything"},
        "AVX2 and FMA in NumPy": {"NPY_DISABLE_CPU_FEATURES": NO_VECTORS},
        "AVX2 and FMA in the C library": {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX2,-FMA"},
    }
)


def main() -> None:
    """Run everything for each processor, and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        for number, without in enumerate(WITHOUT.values()):
            place = Path(folder) / str(number)
            place.mkdir()
            command = [sys.executable, __file__, str(place)]
            subprocess.run(command, env={**os.environ, **without}, check=True)
        print("without".ljust(34), *(f"{tolerance:>9.0e}" for tolerance in TOLERANCES))
        for number, name in enumerate(WITHOUT):
            each = [_apart(Path(folder) / "0", Path(folder) / str(number), one) for one in TOLERANCES]
            print(name.ljust(34), *(f"{one:>9}" for one in each), flush=True)


def _apart(one: Path, other: Path, tolerance: float) -> str:
    """Return the largest difference of any run at a tolerance."""
    pairs = [
        [xk.load_solution(folder / file.name) for folder in (one, other)]
        for file in one.glob(f"{tolerance:g}-*.nc")
    ]
    if all(identical(*pair) for pair in pairs):
        return "same bits"
    return f"{max(differences(*pair)['difference'].max() for pair in pairs):.1e}"


def _run(place: Path) -> None:
    """Simulate everything on a processor that lacks what the environment names, and keep it."""
    triple, name, features = machine.host()
    lacking = os.environ.get("CODE", "")
    if lacking == "everything":
        name, features = "x86-64", ""
    elif lacking:
        drop = tuple(lacking.split(","))
        features = ",".join(f"-{one[1:]}" if one[1:].startswith(drop) else one for one in features.split(","))
    machine.host = lambda: (triple, name, features)
    for tolerance in TOLERANCES:
        for number, text in enumerate(PLANS):
            made = xk.simulate([xk.parse_schedule(text)] * len(PEOPLE), PEOPLE, tolerance=tolerance)
            made.save(place / f"{tolerance:g}-{number}.nc")


if __name__ == "__main__":
    _run(Path(sys.argv[1])) if sys.argv[1:] else main()
