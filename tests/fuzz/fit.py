"""Feeds the reader of FIT files what a coverage-guided fuzzer makes of the samples: ``make fuzz``.

Whatever comes out must be sessions or one clear error, within the time and memory that the fuzzer allows.
"""

import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["garmin_fit_sdk", "exerkine_sim.schedule.readers"]):
    from exerkine_sim.errors import ExerkineError
    from exerkine_sim.schedule.readers import Wishes, fit

FOLDER = Path(tempfile.mkdtemp(prefix="fit-fuzz-"))
WISHES = Wishes()


def read(content: bytes) -> None:
    """Read what the fuzzer has made."""
    path = FOLDER / "activity.fit"
    path.write_bytes(content)
    with suppress(ExerkineError):
        fit.read(path, WISHES)


if __name__ == "__main__":
    atheris.Setup(sys.argv, read)
    atheris.Fuzz()
