"""Whatever a right input is turned into: an answer or one clear error, from every entry point.

A few inputs here, the same each time; ``make fuzz`` tries as many as FUZZ_EXAMPLES says, others each time.
"""

import os
import sys
import warnings
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "corpus"))

from entries import ENTRIES, prepare

from case import Case, cases
from exerkine_sim.errors import ExerkineError

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))
few = settings(max_examples=EXAMPLES, deadline=None, derandomize="FUZZ_EXAMPLES" not in os.environ)
SPLICES = (
    *(
        "",
        "0",
        "-1",
        "1e999",
        "nan",
        "9" * 30,
        '"',
        "'''",
        "[",
        "{",
        "]]",
        "=",
        ".",
        ",",
        "\n",
        "\r",
        "\0",
        "x",
    ),
    *(":", "%", "<", "&", "(", "#", "½", "٣", "\u202e", "\ufeff", "\U0001f600", "true", "2026-02-30"),
)
# A right input of each entry point that takes text; sweeps and commands take long, solutions are bytes.
RIGHT: dict[str, Case] = {}
for _case in cases():
    if "gives" in _case.about and _case.about.get("kind", "file") == "file" and "sample" not in _case.about:
        RIGHT.setdefault(_case.entry, _case)
TEXTS = [
    name for name in RIGHT if name not in ("command", "solution", "sweep", "training_file", "cache_entry")
]


def tried(case: Case) -> None:
    """Accept an answer and a clear error; whatever else is raised is a fault."""
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of arithmetic that a formula asks for
        with suppress(ExerkineError):
            ENTRIES[case.entry](case, Path(folder))


@pytest.mark.parametrize("entry", TEXTS)
@few
@given(
    changes=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 20), st.sampled_from(SPLICES) | st.text(max_size=4)),
        min_size=1,
        max_size=4,
    )
)
def test_spliced_texts(entry, changes):
    text = RIGHT[entry].text()
    for place, length, splice in changes:
        begin = round(place * len(text))
        text = text[:begin] + splice + text[begin + length :]
    about = {name: one for name, one in RIGHT[entry].about.items() if name in ("name", "first_day")}
    tried(Case(entry, {"is": "spliced", "text": text, **about}))


@pytest.mark.parametrize("entry", [*TEXTS, "checkpoint", "fit", "calibration", "posterior", "sweep"])
@few
@given(content=st.binary(max_size=200))
def test_any_bytes(entry, content):
    file = {"file": "zarr.json"} if entry == "sweep" else {}
    tried(Case(entry, {"is": "any bytes", "hex": content.hex(), "text": content.decode("latin-1"), **file}))


@few
@given(
    spoil=st.lists(
        st.tuples(st.floats(0, 1), st.integers(1, 40), st.integers(0, 255)), min_size=1, max_size=4
    ),
    keep=st.sampled_from([1, 1, 1, 0.999, 0.7]),
)
def test_a_solution_that_is_spoilt(spoil, keep):
    prepare()
    tried(Case("solution", {"is": "spoilt", "spoil": spoil, "keep": keep}))
