"""The four tables of a PEtab problem, one row each for a number, a trial, a molecule and a sample."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ... import units
from ...calibration import Problem
from ...calibration.target import Target, Targets
from ...errors import InputError
from ...evidence import Study
from ...model import Model
from ...uncertainty import Prior, priors_of
from ..sbml.names import OBSERVED, identifier
from .document import ZERO, level_name, reference_name, start_name
from .plans import NEVER_H, Plans


def conditions_of(studies: Sequence[Study], model: Model, plans: Plans) -> pd.DataFrame:
    """Return two conditions a trial: its person at rest, who never begins, and its plan."""
    rows, persons = [], len(model.constants) - len(model.subject)
    for number, study in enumerate(studies):
        person = zip(model.constants[persons:], plans.persons[number, persons:].tolist(), strict=True)
        levels = {
            level_name(change, name): float(plans.levels[number, change, column])
            for column, name in enumerate(model.inputs)
            if plans.varied[column]
            for change in range(plans.levels.shape[1])
        }
        same = {identifier(name): value for name, value in (dict(person) | levels).items()}
        hours = {ZERO: study.zero_h} | {
            start_name(change): hour for change, hour in enumerate(plans.starts[number].tolist(), start=1)
        }
        name = _condition(study)
        resting = dict.fromkeys(hours, NEVER_H)
        rows.append({"conditionId": name, "conditionName": study.key, **hours, **same})
        rows.append({"conditionId": f"{name}_rest", "conditionName": f"{study.key}, rest", **resting, **same})
    table = pd.DataFrame(rows).set_index("conditionId")
    if not table.index.is_unique:
        names = ", ".join(study.key for study in studies)
        raise InputError(
            f"two of the studies {names} are called alike",
            expected="keys that differ in letters or digits",
            fix="rename one, or export them one by one",
        )
    return table


def observables_of(targets: Targets) -> pd.DataFrame:
    """Return what was measured: a molecule at a site, as it is or against its value at time zero."""
    rows = {}
    for item in targets.items:
        name, formula = _observable(item), identifier(OBSERVED + ".".join(item.output))
        if item.observation.is_relative:
            formula = f"{formula} / {identifier(reference_name(item.output))}"
        rows[name] = {
            "observableName": f"{item.output[0]} in {item.site}"
            + (" over time zero" if item.observation.is_relative else ""),
            "observableFormula": formula,
            "observableTransformation": "log",
            "noiseFormula": f"noiseParameter1_{name}",
            "noiseDistribution": "normal",
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("observableId")


def measurements_of(problem: Problem) -> pd.DataFrame:
    """Return every sample, in the units of the model, with the width of ln predicted / observed."""
    targets, parameters, rows = problem.targets, problem.parameters, []
    for item, weight in zip(targets.items, problem.weights.tolist(), strict=True):
        study = targets.studies[item.member]
        value = float(np.exp(item.log_observed))
        if not item.observation.is_relative:
            unit = targets.model.observable(*item.output).unit
            shown = "1" if unit == "1" else str(parameters.about.get(item.output[0], {}).get("unit", unit))
            value = units.convert(value, shown, unit)
        rows.append(
            {
                "observableId": _observable(item),
                "preequilibrationConditionId": f"{_condition(study)}_rest",
                "simulationConditionId": _condition(study),
                "measurement": value,
                "time": study.time_h(item.observation),
                "noiseParameters": 1 / weight,
                "datasetId": _condition(study),
            }
        )
    return pd.DataFrame(rows).set_index("observableId")


def parameters_of(problem: Problem, model: Model) -> pd.DataFrame:
    """Return every number with a known spread that observations may depend on; what is free is estimated."""
    beliefs, _ = priors_of(model.parameters, problem.parameters)
    beliefs |= {one.name: one for one in problem.priors}
    rows = [
        _parameter(beliefs[name], problem, unit) for name, unit in model.parameters.items() if name in beliefs
    ]
    return pd.DataFrame(rows).set_index("parameterId")


def offset_of(measurements: pd.DataFrame, parameters: pd.DataFrame) -> float:
    """Return by how much PEtab's negative log posterior exceeds half our sum of squares, wherever.

    Every width brings the norm of its density, and a log-normal observation its own logarithm.
    """
    free = parameters.loc[parameters["estimate"] == 1, "objectivePriorParameters"]
    widths = [*measurements["noiseParameters"], *(float(told.split(";")[1]) for told in free)]
    norms = np.log(widths) + 0.5 * np.log(2 * np.pi)
    return float(norms.sum() + np.log(measurements["measurement"]).sum())


def _parameter(prior: Prior, problem: Problem, unit: str) -> dict[str, Any]:
    """Return the row of a number: a normal belief about it, or about its logarithm, within bounds."""
    scale = units.factor(prior.unit, unit)
    middle = prior.value * scale
    logarithmic = prior.scale == "log"
    belief = (float(np.log(middle)), prior.sigma) if logarithmic else (middle, prior.sigma * scale)
    free = prior.name in problem.names
    told = {"PriorType": "parameterScaleNormal", "PriorParameters": ";".join(map(repr, belief))}
    return {
        "parameterId": identifier(prior.name),
        "parameterName": f"{prior.name} ({unit})",
        "parameterScale": "log" if logarithmic else "lin",
        "lowerBound": prior.low * scale,
        "upperBound": prior.high * scale,
        "nominalValue": middle,
        "estimate": int(free),
        **{f"initialization{column}": one for column, one in told.items()},
        # Some programs add what is believed of a number that is held to the objective.
        **{f"objective{column}": one if free else "" for column, one in told.items()},
    }


def _condition(study: Study) -> str:
    """Return a study's key as PEtab allows it."""
    return re.sub(r"^(?=\d)", "_", re.sub(r"\W", "_", study.key))


def _observable(item: Target) -> str:
    return f"{item.output[0]}_{item.site}" + ("_fold" if item.observation.is_relative else "")
