"""A calibration, or trials that wait for one, as PEtab version 1.

Trials are conditions of one model. Each has a second one before it, of the same person at rest, from whose
steady state it starts: the resting state depends on what is estimated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ...calibration import Problem
from ...calibration.target import Targets
from ...errors import InputError
from ...evidence import Study
from ...files import whole
from ...model import Model, model_behind
from ...parameters import ParameterSet, load_parameters
from ...physiology import default_model
from ..sbml import original
from .document import document_of
from .plans import Plans
from .readme import readme_of
from .tables import conditions_of, measurements_of, observables_of, offset_of, parameters_of

AT_ZERO = "changes from time zero that are no later"
YAML = """\
format_version: 1
parameter_file: parameters.tsv
problems:
- sbml_files: [model.xml]
  condition_files: [conditions.tsv]
  observable_files: [observables.tsv]
  measurement_files: [measurements.tsv]
"""


def to_petab(problem: Problem, *, title: str) -> Mapping[str, str]:
    """Write what a calibration makes least as PEtab, version 1.

    Parameters
    ----------
    problem : Problem
        As of :func:`exerkine_sim.calibration.problem_of`; see :func:`study_problem` for trials by themselves.
    title : str
        Of the page that goes with it.

    Returns
    -------
    mapping of str to str
        Name of each file to its text: ``problem.yaml``, four tables, ``model.xml`` and ``README.md``.

    Raises
    ------
    InputError
        When no observation is left, or two trials are called alike.

    References
    ----------
    Schmiester et al., PEtab: interoperable specification of parameter estimation problems in systems biology,
    PLoS Computational Biology 17 (2021) e1008646.

    Examples
    --------
    >>> from exerkine_sim.evidence import find_study
    >>> files = to_petab(study_problem([find_study("Kleinert2018")]), title="One trial")
    >>> sorted(files)[:4], "gdf15.elimination" in files["parameters.tsv"]
    (['README.md', 'conditions.tsv', 'measurements.tsv', 'model.xml'], True)
    """
    problem = replace(problem, targets=_comparable(problem))
    targets = problem.targets
    model = model_behind(targets.model, targets.outputs)
    plans = Plans.of(problem, model)
    conditions = conditions_of(targets.studies, model, plans)
    first = conditions.drop(columns="conditionName").iloc[0].astype(float).to_dict()
    relative = {item.output for item in targets.items if item.observation.is_relative}
    tables = {
        "parameters": parameters_of(problem, model),
        "conditions": conditions,
        "observables": observables_of(targets),
        "measurements": measurements_of(problem),
    }
    return {
        "problem.yaml": YAML,
        "model.xml": document_of(
            model, plans, values={original(name): value for name, value in first.items()}, relative=relative
        ),
        **{f"{name}.tsv": table.to_csv(sep="\t", lineterminator="\n") for name, table in tables.items()},
        "README.md": readme_of(
            problem, title=title, constant=offset_of(tables["measurements"], tables["parameters"])
        ),
    }


def study_problem(
    studies: Sequence[Study], *, parameters: ParameterSet | None = None, model: Model | None = None
) -> Problem:
    """Return trials, for fitting or for checking, as a problem in which nothing is free.

    Parameters
    ----------
    studies : sequence of Study
    parameters, model : ParameterSet, Model, optional
        The shipped ones when left out.
    """
    parameters = load_parameters() if parameters is None else parameters
    model = default_model() if model is None else model
    targets = Targets.of(studies, parameters=parameters, model=model)
    return Problem((), targets, parameters, parameters["uncertainty.trial_error"].to("1"))


def save_petab(files: Mapping[str, str], folder: str | Path) -> Path:
    """Write the files of :func:`to_petab` into a folder, made when missing; return the path of the YAML.

    Raises
    ------
    InputError
        For a folder of other things, which might have a README of their own.
    """
    folder = Path(folder)
    if (folder / "README.md").exists() and not (folder / "problem.yaml").exists():
        raise InputError(
            "a folder of something else", expected="a new one", fix="name another with --out", file=folder
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        with whole(folder / name) as partial:
            partial.write_text(text, encoding="utf-8")
    return folder / "problem.yaml"


def _comparable(problem: Problem) -> Targets:
    """Return the targets that PEtab can say, or raise InputError when none is left.

    A change is read against what an event notes at time zero; before that there is nothing to compare with.
    """
    targets = problem.targets
    later = [not one.observation.is_relative or one.time > one.zero for one in targets.items]
    if targets.items:
        targets = targets.keep(np.array(later), parameters=problem.parameters, why=AT_ZERO)
    if not targets.items:
        told = "; ".join(f"{count} {reason}" for reason, count in targets.left_out.items())
        raise InputError(
            f"no observation that PEtab can hold ({told})",
            expected="a trial that measured what the model has",
            fix="choose another trial",
        )
    return targets
