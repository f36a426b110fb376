"""Imports point one way only, heavy packages are imported where they are needed, and the start is quick."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "exerkine_sim"

# What each part may import from the package; itself is always allowed.
BASE = {"errors", "units", "files", "bibliography", "shipped"}
BELOW_SIMULATE = BASE | {"parameters", "schedule", "subject", "stimulus", "model", "physiology", "engine"}
SOLVING = {"assemble", "times", "batch"}
RESULTS = {
    "arrays",
    "columns",
    "netcdf",
    "solution",
    "stored",
    "metrics",
    "explanation",
    "fluxes",
    "dataset",
    "manifest",
}
ALLOWED = {
    "errors": set(),
    "units": {"errors", "files"},
    "files": {"errors"},
    "shipped": {"errors", "files"},
    "bibliography": {"errors", "files"},
    "parameters": BASE,
    "uncertainty": BASE | {"parameters"},
    "subject": BASE | {"parameters", "uncertainty"},
    "schedule": BASE | {"parameters"},
    "stimulus": BASE | {"parameters", "subject", "schedule"},
    "model": BASE | {"parameters"},
    "physiology": BASE | {"parameters", "model"},
    "engine": {"errors", "files"},
    "arrays": set(),
    "identity": set(),
    "columns": set(),
    "netcdf": {"arrays"},
    "assemble": BASE | {"identity", "parameters", "subject", "stimulus", "model", "engine"},
    "times": {"errors", "schedule", "stimulus"},
    "batch": BASE
    | {"arrays", "assemble", "dataset", "engine", "model", "parameters", "schedule", "stimulus", "subject"},
    "solution": {"arrays", "errors", "files", "metrics", "netcdf", "explanation", "fluxes", "model"},
    "stored": {"errors", "model", "solution"},
    "metrics": {"arrays", "columns", "solution"},
    "explanation": {"errors", "solution"},
    "fluxes": {"errors", "solution", "engine", "model", "physiology"},
    "dataset": {"arrays", "errors", "identity", "units", "engine", "model", "parameters"},
    "manifest": {"errors", "engine", "model", "parameters", "schedule", "subject", "uncertainty", "__init__"},
    "agreement": {"arrays", "errors", "solution"},
    "rerun": BELOW_SIMULATE | RESULTS | {"agreement", "recipe", "simulate"},
    "simulate": BELOW_SIMULATE | RESULTS | SOLVING,
    "structure": {"engine", "model", "simulate"},
    "flow": {"effects", "fluxes", "parameters", "solution"},
    "dossier": {"errors", "model", "parameters", "physiology", "structure"},
    "sensitivities": BELOW_SIMULATE | RESULTS | SOLVING | {"simulate"},
    "effects": {"errors", "parameters", "solution"},
    "assay": {"errors", "parameters", "solution", "subject", "uncertainty"},
    "responders": {"assay", "errors", "parameters", "solution"},
    "windows": {"stimulus", "metrics"},
    "measured": BELOW_SIMULATE | RESULTS | SOLVING | {"windows"},
    "measures": BELOW_SIMULATE | RESULTS | SOLVING | {"simulate", "measured"},
    "training_load": {"errors", "parameters", "schedule", "stimulus", "subject"},
    "comparison": BELOW_SIMULATE
    | SOLVING
    | {"assay", "measures", "uncertainty", "simulate", "training_load"},
    "tabular": {"columns", "errors", "extra", "files"},
    "table": {"columns", "errors", "files", "recipe", "writer"},
    "writer": {"errors"},
    "extra": {"errors"},
    "recipe": set(),
    "sweeps": BELOW_SIMULATE
    | RESULTS
    | SOLVING
    | {"uncertainty", "simulate", "measured", "extra", "recipe", "writer", "__init__"},
    "indices": BELOW_SIMULATE | RESULTS | SOLVING | {"measured", "sensitivities", "sweeps"},
    "calibration": BELOW_SIMULATE | RESULTS | {"uncertainty", "simulate", "sensitivities", "evidence"},
    "sampling": BELOW_SIMULATE | {"assay", "uncertainty", "sensitivities", "simulate", "times"},
    "fitting": BELOW_SIMULATE
    | RESULTS
    | SOLVING
    | {"assay", "calibration", "extra", "sampling", "sensitivities", "simulate", "uncertainty"},
    "exchange": BELOW_SIMULATE
    | SOLVING
    | {"calibration", "columns", "evidence", "extra", "simulate", "solution", "uncertainty", "__init__"},
    "citation": BASE | {"parameters", "solution"},
    "plot": BASE
    | RESULTS
    | {"parameters", "schedule", "engine", "model", "simulate", "evidence"}
    | {"comparison", "training_load", "responders", "subject", "sampling", "indices", "fitting", "flow"},
    "evidence": BELOW_SIMULATE | RESULTS | {"uncertainty", "simulate"},
    "app": BELOW_SIMULATE | RESULTS | {"simulate", "comparison", "plot", "flow", "evidence", "dossier"},
    "cli": BELOW_SIMULATE
    | RESULTS
    | {"simulate", "measures", "table", "citation", "plot", "evidence", "calibration", "__init__"}
    | {"uncertainty", "comparison", "training_load", "responders", "sampling"}
    | {
        "columns",
        "exchange",
        "fitting",
        "indices",
        "recipe",
        "rerun",
        "structure",
        "sweeps",
        "extra",
        "tabular",
        "app",
    },
    "__main__": {"cli"},
    "__init__": set(),
}
HEAVY = {
    "matplotlib": {"plot"},
    "typer": {"cli"},
    "rich": {"cli"},
    "sympy": {
        "model",
        "physiology",
        "engine",
        "dataset",
        "fluxes",
        "batch",
        "sensitivities",
        "exchange",
        "structure",
    },
    "llvmlite": {"engine"},
    "h5py": {"netcdf"},
    "libsbml": {"exchange"},
    "scipy": {"engine", "calibration", "sweeps", "fitting"},
    "zarr": {"sweeps"},
    "dask": {"sweeps"},
    "distributed": {"sweeps"},
    "SALib": {"sweeps", "indices"},
    "emcee": {"fitting"},
    "arviz": {"fitting"},
    "panel": {"app"},
    "bokeh": {"app"},
    "tornado": {"app"},
}


def part_of(path: Path) -> str:
    relative = path.relative_to(PACKAGE)
    return relative.parts[0] if len(relative.parts) > 1 else relative.stem


def imported(path: Path) -> set[str]:
    """Return dotted names of everything a file imports, relative imports made absolute."""
    package = ("exerkine_sim", *path.relative_to(PACKAGE).parts[:-1])
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, [base, node.module]))
            names |= {f"{module}.{alias.name}" for alias in node.names}
    return names


def own_parts(path: Path) -> set[str]:
    parts = {name.split(".")[1] for name in imported(path) if name.startswith("exerkine_sim.")}
    return {part if part != "__version__" else "__init__" for part in parts} - {part_of(path)}


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(path):
    assert part_of(path) in ALLOWED, "a new part of the package needs its place in the import order"
    assert own_parts(path) <= ALLOWED[part_of(path)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_heavy_packages_stay_in_their_rooms(path):
    outside = {name.split(".")[0] for name in imported(path)}
    misplaced = {name for name, rooms in HEAVY.items() if name in outside and part_of(path) not in rooms}
    assert not misplaced


def test_the_walk_sees_imports_inside_functions():
    assert "physiology" in own_parts(PACKAGE / "simulate.py")


def fresh(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_import_is_quick():
    """Under 0.5 s, best of five fresh processes."""
    code = "import time; t = time.perf_counter(); import exerkine_sim; print(time.perf_counter() - t)"
    assert min(float(fresh(code)) for _ in range(5)) < 0.5


def test_import_loads_nothing_heavy():
    code = "import sys, exerkine_sim; print(*sys.modules)"
    loaded = set(fresh(code).split())
    assert not loaded & {"numpy", "scipy", "sympy", "xarray", "matplotlib", "pint", "pydantic", "typer"}
