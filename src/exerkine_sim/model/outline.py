"""What is kept of a Model between processes: its outline, so that a start need not compose equations."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, fields
from functools import cache
from types import MappingProxyType
from typing import Any

from ..files import kept
from .contract import Model, Observable, Outline, State, Term


def outlined(compose: Callable[[], Model], *, key: str) -> Model:
    """Return a composed Model from its kept outline; its equations are composed when they are asked for.

    Parameters
    ----------
    compose : callable
        Composes the Model.
    key : str
        Hash of all that follows from: sources and versions.

    Examples
    --------
    >>> from exerkine_sim.model import compose, module
    >>> @module("tracer", parameters={"basal": "ng/L", "elimination": "1/h"})
    ... def tracer(m, p):
    ...     m.state("plasma", unit="ng/L", guess=p.basal, rate=lambda c: p.elimination * (p.basal - c))
    >>> model = outlined(lambda: compose([tracer]), key="doctest of terms")
    >>> model.state_names, len(model.rates)
    (('tracer.plasma',), 1)
    """
    composed = cache(compose)  # at most once, for the outline or for the equations
    outline = _read(kept(f"models/{key}.json", lambda: _text(composed())))
    return Model(**vars(outline), composed=lambda: composed().equations, key=key)


def _text(outline: Outline) -> bytes:
    content = {one.name: getattr(outline, one.name) for one in fields(Outline)}
    return json.dumps(content, default=_plain).encode()


def _plain(part: Any) -> dict[str, str]:
    return asdict(part) if isinstance(part, (State, Observable, Term)) else dict(part)


def _read(text: bytes) -> Outline:
    content = json.loads(text)
    return Outline(
        states=tuple(State(**one) for one in content.pop("states")),
        observables=tuple(Observable(**one) for one in content.pop("observables")),
        terms=tuple(Term(**one) for one in content.pop("terms")),
        fingerprint=content.pop("fingerprint"),
        **{name: MappingProxyType(units) for name, units in content.items()},
    )
