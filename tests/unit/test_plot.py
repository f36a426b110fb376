"""Figures say what they show: panels, units, scales, sessions, evidence; and nothing needs a screen."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
import xarray as xr
from exerkine_sim import plot
from exerkine_sim.errors import InputError
from exerkine_sim.solution import Solution

# id, label, grade, sites with (unit, resting value, fold at the peak)
MOLECULES = [
    ("il6", "IL-6", "high", {"plasma": ("pg/mL", 1.2, 40.0), "plasma_corrected": ("pg/mL", 1.2, 36.0)}),
    ("bdnf", "BDNF", "medium", {"plasma": ("pg/mL", 900.0, 1.6)}),
    (
        "myostatin",
        "myostatin",
        "low",
        {
            "plasma": ("ng/mL", 4.0, 0.98),
            "muscle_mrna_lower": ("fold", 1.0, 0.4),
            "muscle_mrna_upper": ("fold", 1.0, 0.7),
        },
    ),
    ("lactate", "lactate", "high", {"blood": ("mmol/L", 1.0, 8.0)}),
    ("glucagon", "glucagon", "medium", {"plasma": ("pg/mL", 70.0, 2.0)}),
    ("insulin", "insulin", "high", {"plasma": ("pmol/L", 40.0, 0.6)}),
]
SESSIONS = [
    {"name": "run", "start_h": 7.0, "end_h": 8.0},
    {"name": "squat, bench press, row", "start_h": 42.0, "end_h": 43.2},
    {"name": "long run", "start_h": 129.5, "end_h": 132.0},
]


def fake_solution(
    *, days: int = 7, spread: tuple[float, ...] = (1.0,), sessions: list[dict] = SESSIONS
) -> Solution:
    """Build a Solution by hand: every molecule answers every session; one member a factor of `spread`."""
    times = np.arange(0.0, 24.0 * days + 0.01, 0.25)
    response = sum(
        np.where(times > one["start_h"], np.exp(-(((times - one["end_h"]) / 1.5) ** 2)), 0.0)
        for one in sessions
    )
    names = [name for name, *_ in MOLECULES]
    sites = list(dict.fromkeys(site for *_, of in MOLECULES for site in of))
    concentration = np.full((len(spread), len(times), len(names), len(sites)), np.nan)
    rest = np.full((len(spread), len(names), len(sites)), np.nan)
    unit = np.full((len(names), len(sites)), "", dtype="<U8")
    for row, (*_, of) in enumerate(MOLECULES):
        for site, (text, basal, fold) in of.items():
            at = row, sites.index(site)
            unit[at] = text
            for member, factor in enumerate(spread):
                rest[member, *at] = basal * factor
                concentration[member, :, *at] = basal * factor * (1 + (fold - 1) * response)
    manifest = {
        "plans": ['name = "Example week"\n'],
        "subjects": ['sex = "female"\nage_y = 34\nbody_mass_kg = 62\nvo2max_ml_kg_min = 48\n'],
        "members": [{"plan": 0, "subject": 0, "sessions": sessions} for _ in spread],
    }
    failed = ~np.isfinite(concentration[:, 0, 0, 0])
    dataset = xr.Dataset(
        data_vars={
            "concentration": (("member", "time", "exerkine", "site"), concentration),
            "rest": (("member", "exerkine", "site"), rest),
            "status": (("member",), np.where(failed, "not finite", "ok")),
        },
        coords={
            "member": np.arange(len(spread)),
            "time": ("time", times, {"units": "h"}),
            "exerkine": np.array(names),
            "site": np.array(sites),
            "unit": (("exerkine", "site"), unit),
            "grade": ("exerkine", np.array([grade for _, _, grade, _ in MOLECULES])),
            "label": ("exerkine", np.array([label for _, label, _, _ in MOLECULES])),
        },
        attrs={"manifest": json.dumps(manifest)},
    )
    return Solution(dataset)
