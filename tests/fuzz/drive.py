"""Feeds one reader what a coverage-guided fuzzer makes of the samples: ``make fuzz TARGET=zwo``.

Whatever comes out must be sessions, an answer or one clear error, within the time and memory that the fuzzer
allows. What it finds goes, as a case, to tests/corpus.

    python tests/fuzz/drive.py TARGET [FOLDER OF INPUTS] [OPTIONS OF LIBFUZZER]
"""

import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["garmin_fit_sdk", "exerkine_sim", "tomllib"]):
    from exerkine_sim import load_cohort, load_fit, load_subject, parse_schedule
    from exerkine_sim.bibliography import load_bibliography
    from exerkine_sim.calibration.logbook import Logbook
    from exerkine_sim.engine.formula import Formulas
    from exerkine_sim.errors import ExerkineError
    from exerkine_sim.evidence.claims import parse_comparison
    from exerkine_sim.evidence.study import load_study
    from exerkine_sim.exchange import from_sbml
    from exerkine_sim.schedule import parse_intensity
    from exerkine_sim.schedule.load import parse_toml
    from exerkine_sim.schedule.readers import Wishes, erg, fit, gpx, hevy, intervals, strong, tcx, zwo
    from exerkine_sim.schedule.readers.gather import gather
    from exerkine_sim.sweeps import load_design
    from exerkine_sim.uncertainty.posterior import load_posterior

os.environ["EXERKINE_SIM_CACHE"] = ""  # nothing that was read is kept
FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))
WISHES = Wishes(mode="cycle", weight_unit="kg")
READERS = {
    "fit": (fit, "a.fit"),
    "tcx": (tcx, "a.tcx"),
    "gpx": (gpx, "a.gpx"),
    "zwo": (zwo, "a.zwo"),
    "erg": (erg, "a.erg"),
    "mrc": (erg, "a.mrc"),
    "icu": (intervals, "a.txt"),
    "hevy": (hevy, "a.csv"),
    "strong": (strong, "a.csv"),
}
TEXTS: dict[str, Callable[[str], object]] = {
    "plan": parse_schedule,
    "toml": parse_toml,
    "intensity": parse_intensity,
    "comparison": parse_comparison,
    "formula": lambda text: Formulas([], [text])([2.0]),
    "sbml": from_sbml,
}
FILES: dict[str, Callable[[Path], object]] = {
    "subject": load_subject,
    "cohort": load_cohort,
    "study": load_study,
    "bibliography": lambda path: load_bibliography.__wrapped__(path),
    "posterior": lambda path: load_posterior.__wrapped__(path),
    "fit-file": load_fit,
    "logbook": lambda path: Logbook(path, "key"),
    "design": load_design,
    "zip": lambda path: gather([path], WISHES),
}
TARGETS = (*READERS, *TEXTS, *FILES)


def target(name: str) -> Callable[[bytes], None]:
    """Return what is called with every input."""

    def tried(content: bytes) -> None:
        with suppress(ExerkineError):
            if name in TEXTS:
                TEXTS[name](content.decode("utf-8", "replace"))
            elif name in FILES:
                FILES[name](_written(f"a.{name}", content))
            else:
                reader, file = READERS[name]
                reader.read(_written(file, content), WISHES)

    return tried


def _written(name: str, content: bytes) -> Path:
    path = FOLDER / name
    path.write_bytes(content)
    return path


if __name__ == "__main__":
    chosen = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    if chosen not in TARGETS:
        sys.exit(f"which one? {' '.join(TARGETS)}")
    atheris.Setup(sys.argv, target(chosen))
    atheris.Fuzz()
