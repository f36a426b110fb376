"""The equations of exercise physiology: one module a molecule, joined by :func:`default_model`."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from .. import model
from ..files import sources_digest

if TYPE_CHECKING:
    from ..model import Model, Module

__all__ = ["default_model", "modules"]


def modules() -> tuple[Module, ...]:
    """Return every shipped module, drivers first, in the order in which results list them."""
    from . import drivers
    from .adaptation import adaptation
    from .adiponectin import adiponectin
    from .adrenaline import adrenaline
    from .angptl4 import angptl4
    from .apelin import apelin
    from .bdnf import bdnf
    from .cortisol import cortisol
    from .crp import crp
    from .ffa import ffa
    from .fgf21 import fgf21
    from .follistatin import follistatin
    from .gdf15 import gdf15
    from .gh import gh
    from .glucagon import glucagon
    from .glucose import glucose
    from .igf1 import igf1
    from .igfbp1 import igfbp1
    from .il1ra import il1ra
    from .il6 import il6
    from .il10 import il10
    from .il15 import il15
    from .insulin import insulin
    from .irisin import irisin
    from .lac_phe import lac_phe
    from .lactate import lactate
    from .leptin import leptin
    from .myostatin import myostatin
    from .sclerostin import sclerostin
    from .sparc import sparc
    from .stnfr import stnfr1, stnfr2

    physical = (drivers.vo2, drivers.contraction, drivers.glycogen, drivers.plasma_volume, drivers.damage)
    hormones = (glucose, insulin, glucagon, adrenaline, cortisol, ffa)
    immune = (il6, il1ra, il10, stnfr1, stnfr2, crp)
    metabolic = (fgf21, lactate, lac_phe, apelin, sparc, gdf15)
    growth = (myostatin, follistatin, gh, igfbp1, igf1)
    adipose = (adiponectin, leptin, angptl4)
    exerkines = (*immune, irisin, il15, bdnf, *growth, *metabolic, *adipose, sclerostin)
    return (*exerkines, *hormones, *physical, adaptation)


def default_model(*, held: Iterable[str] = (), injected: Iterable[str] = (), clock: bool = False) -> Model:
    """Return the shipped model, known by what an earlier process kept of it.

    Parameters
    ----------
    held : iterable of str
        Molecules that stay at their resting level: what would the others do without their answer?
    injected : iterable of str
        Molecules that have a depot under the skin.
    clock : bool
        Whether release follows the hour of the day, where its rhythm is known.

    Raises
    ------
    ModelError
        For a molecule without a plasma pool.

    Examples
    --------
    >>> "il6" in default_model().exerkines
    True
    >>> default_model(held=["il6"]) is default_model(held=["il6"])
    True
    >>> default_model().rhythms, default_model(clock=True).rhythms
    ((), ('leptin', 'cortisol'))
    """
    return _model(tuple(sorted(set(held))), tuple(sorted(set(injected))), clock)


@lru_cache(maxsize=32)  # there are more sets of molecules to hold than memory for their equations
def _model(held: tuple[str, ...], injected: tuple[str, ...], clock: bool) -> Model:
    sources = sources_digest(Path(model.__file__).parent, Path(__file__).parent)
    parts = f"{sources} {held} {injected} {clock} sympy {version('sympy')} Python {platform.python_version()}"
    key = sha256(parts.encode()).hexdigest()
    recipe = {"held": list(held), "injected": list(injected), "clock": clock}
    return replace(model.outlined(lambda: _composed(held, injected, clock), key=key), recipe=recipe)


def _composed(held: tuple[str, ...], injected: tuple[str, ...], clock: bool) -> Model:
    from .injection import inject, injection

    changes = [*map(inject, injected), *map(model.hold, held)]
    return model.compose((*modules(), *([injection] if injected else [])), changes=changes, clock=clock)
