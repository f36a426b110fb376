"""SBML that :func:`to_sbml` wrote, as a Model again: the same equations, names and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np

from ...errors import ExerkineError, InputError
from ...files import read_text
from ...model import Equations, Flux, Model, Observable, State, assembled, check_dimensions
from ..member import Member
from .formula import TAG, expression_of
from .names import INPUT, OWN, SUBJECT
from .parts import AGAIN, Quantity, forcing_in, formulas_in, model_in, own_of, quantities_in
from .tree import MAX_BYTES, tree_of

Parts = dict[str, list[Quantity]]


def from_sbml(source: str | Path) -> Member:
    """Return what a full document holds: Model, constants, resting state and plan.

    Parameters
    ----------
    source : str or path
        The document itself, or the file that it stands in.

    Returns
    -------
    Member
        Its Model has the digest of the one that was written; where numbers come from is left to the notes of
        the document, and `parameters` is None.

    Raises
    ------
    InputError
        For a document that :func:`sbml_of` did not write, or that has been changed into one that no Model can
        be made of.
    ModelError, UnitError
        For equations that do not fit together.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> from exerkine_sim.exchange import member_of, sbml_of
    >>> subject = xk.Subject(sex="male", age_y=30, body_mass_kg=75, height_m=1.8, vo2max=50)
    >>> member = member_of(xk.parse_schedule("Mon 07:00 run 60m 70% VO2max"), subject)
    >>> from_sbml(sbml_of(member)).model.digest() == member.model.digest()
    True
    """
    is_text = isinstance(source, str) and ("\n" in source or source.startswith("<"))
    file = None if is_text else Path(source)
    text = str(source) if file is None else read_text(file, error=InputError, most=MAX_BYTES)
    try:
        return _member(model_in(tree_of(text.lstrip("\ufeff \t\r\n"))))
    except ExerkineError as error:
        raise error.located(file=file) from None
    except RecursionError:
        raise InputError("a formula nested too deep", expected="one of ours", fix=AGAIN, file=file) from None


def _member(element: Element) -> Member:
    parts = quantities_in(element)
    model = _model(element, parts)
    check_dimensions(model)
    constants = [one.value for one in (*parts["parameter"], *parts["subject"])]
    start = [one.value for one in parts["state"]]
    return Member(model, np.array(constants), np.array(start), forcing_in(element, parts["input"]))


def _model(element: Element, parts: Parts) -> Model:
    modules = own_of(element).iterfind(f"{{{OWN}}}module")
    return assembled(
        _equations(parts, formulas_in(element)),
        states=tuple(State(one.name, one.unit) for one in parts["state"]),
        parameters={one.name: one.unit for one in parts["parameter"]},
        subject=_shortened(parts["subject"], SUBJECT),
        inputs=_shortened(parts["input"], INPUT),
        observables=tuple(
            Observable(one.field("exerkine"), one.field("site"), one.unit) for one in parts["observable"]
        ),
        modules={one.get("name", ""): one.text or "" for one in modules},
    )


def _shortened(quantities: Iterable[Quantity], prefix: str) -> dict[str, str]:
    """Return names without their prefix, each with its unit."""
    for one in quantities:
        if not one.name.startswith(prefix):
            raise InputError(
                "a name of another kind", expected=f"{prefix}...", fix=AGAIN, field=one.name[:60]
            )
    return {one.name.removeprefix(prefix): one.unit for one in quantities}


def _equations(parts: Parts, formulas: dict[tuple[str, str], Element]) -> Equations:
    constants = [one.name for role in ("parameter", "subject") for one in parts[role]]
    states = {*constants, *(one.name for one in parts["state"])}
    everything = {*states, *(one.name for one in parts["input"])}

    def expressions(role: str, rule: str, known: set[str]) -> list[Any]:
        return [_expression(formulas.pop((rule, one.name), None), known, one) for one in parts[role]]

    equations = Equations(
        rates=tuple(expressions("state", "rateRule", everything)),
        guesses=tuple(
            _expression(one.own.find(f"{{{OWN}}}guess/{TAG}math"), set(constants), one)
            for one in parts["state"]
        ),
        fluxes=tuple(map(_flux, parts["flux"], expressions("flux", "assignmentRule", everything))),
        volumes=_volumes(parts["volume"], expressions("volume", "assignmentRule", everything)),
        observed=tuple(expressions("observable", "assignmentRule", states)),
    )
    if formulas:
        raise InputError("a rule too many", expected="one a quantity", fix=AGAIN, field=min(formulas)[1][:60])
    return equations


def _expression(math: Element | None, known: set[str], one: Quantity) -> Any:
    if math is None:
        raise InputError("no formula", expected="a rule about it", fix=AGAIN, field=one.name[:60])
    try:
        return expression_of(math, known)
    except InputError as error:
        raise InputError(error.given, expected=error.expected, fix=error.fix, field=one.name[:60]) from None


def _flux(one: Quantity, rate: Any) -> Flux:
    kind = one.field("kind")
    if kind not in ("release", "loss"):
        raise InputError(f"kind '{kind[:40]}'", expected="release or loss", fix=AGAIN, field=one.name[:60])
    return Flux(one.field("pool"), kind, one.field("tissue"), one.field("trigger"), one.unit, rate)


def _volumes(quantities: Sequence[Quantity], volumes: Sequence[Any]) -> dict[str, Any]:
    return {one.field("pool"): volume for one, volume in zip(quantities, volumes, strict=True)}
