"""Do programs of others accept what we write as PEtab, and find the optimum that we find?

``python -m benchmarks.petab_optimum``, or ``make petab``, which installs what it needs. Every published trial
goes through the linter of PEtab; two calibrations are solved by pyPESTO, with AMICI, which compiles
simulators of its own from our SBML (some minutes each).
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from types import MappingProxyType

import numpy as np

from exerkine_sim.calibration import calibrate, problem_of
from exerkine_sim.errors import InputError
from exerkine_sim.evidence import find_study, studies
from exerkine_sim.exchange import original
from exerkine_sim.exchange.petab import save_petab, study_problem, to_petab
from exerkine_sim.units import factor

from .exchange.row import Row

# What is free, and the trials it is fitted to.
CASES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        "GDF15 after an hour of cycling": (("gdf15.*",), ("Kleinert2018",)),
        "IL-6, with carbohydrate and without": (
            ("il6.brake", "il6.clearance"),
            ("Keller2003_placebo", "Keller2003_carbohydrate"),
        ),
    }
)
STARTS = 3
TIGHT = {"fatol": 1e-12, "frtol": 1e-12, "xtol": 1e-9, "gatol": 1e-7}
# Half a sum of squares near 1, whose solvers were asked for 1e-7 here and 1e-8 there.
SAME_OBJECTIVE = 1e-6
# The optimum is flat: what changes the objective by 1e-9 moves a parameter by 1e-5 or more.
SAME_PARAMETER = 1e-4


def main() -> int:
    logging.disable(logging.WARNING)
    print("| tool | case | found | | at most | holds |\n|---|---|---:|---|---:|---|")
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        for row in chain(linter(Path(folder)), *(optimum(case, Path(folder)) for case in CASES)):
            word = "yes" if row.holds else "NO"
            print(
                f"| {row.tool} | {row.case} | {row.found:.2g} | {row.of} | {row.limit:g} | {word} |",
                flush=True,
            )
            missed += not row.holds
    return int(missed > 0)


def linter(folder: Path) -> Iterator[Row]:
    """Yield how many trials the linter of PEtab refuses, and how many cannot be written."""
    import petab.v1 as petab
    from petab.v1.lint import lint_problem

    refused, unwritten = 0, 0
    for study in studies():
        try:
            files = to_petab(study_problem([study]), title=study.title)
        except InputError as problem:
            print(f"{study.key}: {problem.given}", file=sys.stderr)
            unwritten += 1
            continue
        refused += lint_problem(petab.Problem.from_yaml(save_petab(files, folder / study.key)))
    case = f"{len(studies()) - unwritten} of {len(studies())} trials"
    yield Row(f"petab {petab.__version__}, linter", case, refused, 0, "refused")


def optimum(case: str, folder: Path) -> Iterator[Row]:
    """Yield how far the objective, and the optimum, of pyPESTO with AMICI lie from ours."""
    import amici
    import petab.v1 as petab
    import pypesto
    from pypesto.optimize import FidesOptimizer, minimize
    from pypesto.petab import PetabImporter

    free, keys = CASES[case]
    name, trials = f"exerkine_{list(CASES).index(case)}", [find_study(key) for key in keys]
    problem, _ = problem_of(free, studies=trials)
    files = to_petab(problem, title=case)
    constant = float(files["README.md"].split("half the sum of squares + ")[1].partition("\n")[0])
    theirs = petab.Problem.from_yaml(save_petab(files, folder / name / "problem"))
    # AMICI's modules only know each other when one SWIG wrote them: the one that was installed with it.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    importer = PetabImporter(theirs, output_folder=str(folder / name / "amici"), model_name=name)
    # Simplifying the equations takes AMICI longer than it saves.
    solved = importer.create_problem(model=importer.create_objective_creator().create_model(simplify=None))
    ours = problem.residuals(np.zeros(len(problem.names)))
    first = solved.objective(np.array(theirs.x_nominal_free_scaled))
    tool = f"AMICI {amici.__version__}"
    yield _objective(tool, f"{case}, at the priors", first, 0.5 * float(ours @ ours) + constant)
    found = minimize(solved, optimizer=FidesOptimizer(options=TIGHT), n_starts=STARTS, progress_bar=False)
    fitted, best = calibrate(free, studies=trials), found.optimize_result[0]
    tool = f"pyPESTO {pypesto.__version__} with {tool}"
    yield _objective(tool, f"{case}, optimum", best.fval, fitted.cost + constant)
    scaled = dict(zip(theirs.x_ids, np.array(best.x).tolist(), strict=True))
    scales = theirs.parameter_df["parameterScale"]
    values = {original(name): np.exp(x) if scales[name] == "log" else x for name, x in scaled.items()}
    units_of = {one.name: (one.unit, problem.targets.model.parameters[one.name]) for one in fitted.estimates}
    factors = {name: factor(*pair) for name, pair in units_of.items()}
    off = max(abs(values[one.name] / (one.fitted * factors[one.name]) - 1) for one in fitted.estimates)
    yield Row(tool, f"{case}, {len(fitted.estimates)} parameters", off, SAME_PARAMETER)


def _objective(tool: str, case: str, found: float, ours: float) -> Row:
    return Row(tool, case, abs(found - ours), SAME_OBJECTIVE, "difference of the objective")


if __name__ == "__main__":
    sys.exit(main())
