"""The site lists what is public."""

import re
from pathlib import Path

import exerkine_sim as xk
from exerkine_sim import exchange

DOCS = Path(__file__).parents[2] / "docs"
MODULES = {"errors", "model", "physiology", "plot", "transform"}  # these have sections of their own


def listed(module: str) -> set[str]:
    """Return the names that the Python page lists of a module."""
    sections = re.findall(
        r"currentmodule:: (\S+)\n\.\. autosummary::\n   :toctree: \S+\n\n((?:   \S+\n)+)",
        (DOCS / "api.md").read_text(encoding="utf-8"),
    )
    return {name for owner, names in sections if owner == module for name in names.split()}


def test_every_public_name_stands_on_the_python_page():
    assert {name for name in listed("exerkine_sim") if "." not in name} == set(xk.__all__) - MODULES
    assert listed("exerkine_sim.plot") == set(xk.plot.__all__)
    assert listed("exerkine_sim.schedule.transform") == set(xk.transform.__all__)
    assert listed("exerkine_sim.exchange") == set(exchange.__all__)
