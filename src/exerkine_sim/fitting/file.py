"""A fit as a file, and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, Field, ValidationError

from ..errors import InputError
from ..files import parse_toml as read
from ..files import read_text, whole
from ..manifest import manifest_of
from ..model import Model
from ..parameters import ParameterSet, load_parameters
from ..schedule.load import parse_toml
from ..simulate import model_for
from ..subject import Subject
from ..uncertainty import Prior
from .belief import MAX_FREE, Belief
from .measurements import MAX_ROWS, Measurement
from .person import PersonProblem
from .result import Fit

FORMAT, MAX_BYTES = 1, 50_000_000
Number = Annotated[float, Field(allow_inf_nan=False)]
Row = Annotated[list[Number], Field(max_length=MAX_FREE)]


def manifest_of_problem(problem: PersonProblem, settings: dict[str, Any]) -> dict[str, Any]:
    """Return all that a fit follows from, ready for JSON."""
    members = [(problem.schedule, problem.subject)]
    return manifest_of(problem.model, problem.parameters, members, settings=settings)


def as_json(fit: Fit) -> dict[str, Any]:
    """Return a fit as JSON has it; ``estimates`` and ``samples`` are for readers, the rest makes it again."""
    problem = fit.problem
    samples = fit.samples.astype(object).where(fit.samples.notna(), None).to_dict(orient="records")
    return {
        "format": FORMAT,
        "estimates": [asdict(one) | {"verdict": one.verdict} for one in fit.estimates],
        "samples": samples,
        "beliefs": [asdict(one.prior) | {"basis": one.basis} for one in problem.beliefs],
        "x": fit.x.tolist(),
        "slopes": fit.slopes.tolist(),
        "costs": list(fit.costs),
        "message": fit.message,
        "settings": dict(fit.settings),
        "draws": None if fit.draws is None else fit.draws.tolist(),
        "manifest": manifest_of_problem(problem, dict(fit.settings)),
    }


def save(fit: Fit, path: Path) -> Path:
    """Write a fit; the file appears whole or not at all."""
    text = json.dumps(as_json(fit), indent=1, allow_nan=False)
    try:
        with whole(path) as partial:
            partial.write_text(text + "\n", encoding="utf-8")
    except OSError as problem:
        raise InputError(
            f"cannot be written ({problem.strerror})", fix="check folder, permissions and space", file=path
        ) from None
    return path


class _Sample(BaseModel):
    time_h: Number
    exerkine: str
    site: str
    value: Annotated[Number, Field(gt=0)]
    unit: str
    cv: Number | None
    below: bool


class _Belief(BaseModel):
    name: str
    unit: str
    value: Annotated[Number, Field(gt=0)]
    sigma: Annotated[Number, Field(gt=0)]
    low: Number
    high: Number
    scale: Any
    basis: str


class _Digest(BaseModel):
    digest: str


class _Manifest(BaseModel):
    plans: Annotated[list[str], Field(min_length=1, max_length=1)]
    subjects: Annotated[list[str], Field(min_length=1, max_length=1)]
    parameters: _Digest
    model: _Digest


class _File(BaseModel):
    """What makes a fit again."""

    samples: Annotated[list[_Sample], Field(min_length=1, max_length=MAX_ROWS)]
    beliefs: Annotated[list[_Belief], Field(min_length=1, max_length=MAX_FREE)]
    x: Row
    slopes: list[Row]
    costs: list[Number]
    message: str
    settings: dict[str, Any]
    draws: list[Row] | None
    manifest: _Manifest


def load_fit(path: str | Path, *, parameters: ParameterSet | None = None, model: Model | None = None) -> Fit:
    """Read a Fit that :meth:`.Fit.save` wrote.

    Parameters
    ----------
    path : path
    parameters, model : ParameterSet, Model, optional
        Those that it was made with; the shipped ones when left out.

    Raises
    ------
    InputError
        For anything else, and when parameters or equations have changed since.

    Examples
    --------
    >>> from exerkine_sim.errors import InputError
    >>> try:
    ...     load_fit("nowhere.json")
    ... except InputError as error:
    ...     print(error.given)
    no such file
    """
    text = read_text(path, error=InputError, most=MAX_BYTES)
    try:
        held = _File.model_validate_json(text)
        problem = _problem(held, parameters, model)
        shapes = {len(problem.beliefs), len(held.x), *map(len, [*held.slopes, *(held.draws or [])])}
        if len(shapes) > 1:
            raise ValueError
        fit = Fit(
            problem,
            np.array(held.x),
            np.array(held.slopes),
            tuple(held.costs),
            held.message,
            {"prior": True, **held.settings},
            None if held.draws is None else np.array(held.draws),
        )
    except (ValidationError, ValueError, TypeError) as error:
        raise InputError(
            f"no fit ({type(error).__name__})", expected="JSON written by exerkine-sim fit", file=path
        ) from None
    except InputError as error:  # of the plan or the person in it
        raise error.located(file=path) from None
    for name, made in (("parameters", problem.parameters.digest()), ("model", problem.model.digest())):
        if getattr(held.manifest, name).digest != made:
            raise InputError(
                f"it was made with other {'equations' if name == 'model' else name}",
                expected="those of this version",
                fix=f"fit again, or give them as {name}=",
                file=path,
            )
    return fit


def _problem(held: _File, parameters: ParameterSet | None, model: Model | None) -> PersonProblem:
    schedule = parse_toml(held.manifest.plans[0])
    beliefs = [Belief(Prior(**one.model_dump(exclude={"basis"})), one.basis) for one in held.beliefs]
    return PersonProblem(
        tuple(beliefs),
        tuple(Measurement(**one.model_dump()) for one in held.samples),
        schedule,
        Subject.from_table(read(held.manifest.subjects[0], error=InputError)),
        load_parameters() if parameters is None else parameters,
        model_for([schedule]) if model is None else model,
    )
