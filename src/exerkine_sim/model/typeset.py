"""Equations of a module as they are written there, in LaTeX: what other modules offer stays a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import sympy

from .builder import MUSCLES, Builder, Module, Parameters
from .contract import Flux

REGION = re.compile(rf"(^|[._ ])({'|'.join(MUSCLES)})(?=[._ ]|$)")
EVERY = "r"  # stands for each muscle region
Kind = Literal["pool", "state", "signal", "observable"]


@dataclass(frozen=True, slots=True)
class Line:
    """One term of a pool's balance.

    Parameters
    ----------
    sign : {"+", "-"}
        Release or loss.
    tissue, trigger : str
    right : str
        Its rate in LaTeX.
    """

    sign: Literal["+", "-"]
    tissue: str
    trigger: str
    right: str


@dataclass(frozen=True, slots=True)
class Equation:
    """One equation in LaTeX.

    Parameters
    ----------
    kind : {"pool", "state", "signal", "observable"}
        A compartment that named terms fill and drain, another state, what is offered to other modules, or
        what a laboratory would measure.
    name : str
        Of the state, signal or site; the region ``r`` stands for each muscle region.
    left, right : str
        The two sides; the right side of a pool stands in `terms`.
    unit : str
        Of the left side.
    terms : tuple of Line
        Of a pool.
    """

    kind: Kind
    name: str
    left: str
    right: str
    unit: str
    terms: tuple[Line, ...] = ()

    @property
    def latex(self) -> str:
        """Both sides, a pool's terms below each other."""
        if not self.terms:
            return f"{self.left} = {self.right}"
        rows = [rf"{one.sign}\; {one.right} && \text{{{one.tissue}, {one.trigger}}}" for one in self.terms]
        return rf"\begin{{aligned}} {self.left} = {{}} &" + r" \\ & ".join(rows) + r" \end{aligned}"


def equations_of(module: Module) -> tuple[Equation, ...]:
    r"""Return the equations of a module in the order in which it states them.

    Equations that differ only in the muscle region stand there once.

    Parameters
    ----------
    module : Module

    Returns
    -------
    tuple of Equation
        States, what is offered to other modules, then observables.

    Examples
    --------
    >>> from exerkine_sim.model import module
    >>> @module("tracer", parameters={"basal": "ng/L", "elimination": "1/h"})
    ... def tracer(m, p):
    ...     m.state("plasma", unit="ng/L", guess=p.basal, rate=lambda c: p.elimination * (p.basal - c))
    >>> print(equations_of(tracer)[0].latex)
    \frac{d\,\mathit{plasma}}{dt} = \mathrm{elimination} \cdot \left(\mathrm{basal} - \mathit{plasma}\right)
    """
    builder = Builder(module.name)
    module.equations(builder, Parameters(module))
    return (*_states(module, builder), *_signals(module, builder), *_observables(module, builder))


def _states(module: Module, builder: Builder) -> Iterator[Equation]:
    own = {state.name.removeprefix(f"{builder.module}."): state for state in builder.states}

    def typed(name: str, write: _Writer) -> Equation:
        state = own[name]
        symbol = write(sympy.Symbol(state.name, real=True))
        fluxes = [flux for flux in builder.fluxes if flux.pool == state.name]
        if not fluxes:
            right = write(builder.rates[state.name])
            return Equation(
                "state", write.text(name), rf"\frac{{d\,{symbol}}}{{dt}}", right, f"{state.unit}/h"
            )
        volume = write(builder.pools[name].volume)
        left = rf"{volume} \cdot \frac{{d\,{symbol}}}{{dt}}"
        return Equation("pool", write.text(name), left, "", fluxes[0].unit, _lines(fluxes, module))

    return _once(own, typed, module)


def _lines(fluxes: list[Flux], module: Module) -> tuple[Line, ...]:
    """Return the terms of a pool, those of both muscle regions once."""
    found = []
    for flux in fluxes:
        region = _region(flux.tissue)
        twin = region is not None and any(_is_twin(flux, other, module) for other in fluxes)
        write = _Writer(module, region if twin else None)
        sign = "+" if flux.kind == "release" else "-"
        found.append(Line(sign, write.text(flux.tissue), flux.trigger, write(flux.rate)))
    return tuple(dict.fromkeys(found))


def _is_twin(one: Flux, other: Flux, module: Module) -> bool:
    regions = _region(one.tissue), _region(other.tissue)
    if None in regions or regions[0] == regions[1] or one.trigger != other.trigger:
        return False
    first, second = (_Writer(module, region) for region in regions)
    return first.text(one.tissue) == second.text(other.tissue) and first(one.rate) == second(other.rate)


def _signals(module: Module, builder: Builder) -> Iterator[Equation]:
    own = {name.removeprefix(f"{builder.module}."): name for name in builder.published}

    def typed(name: str, write: _Writer) -> Equation:
        symbol = write(sympy.Symbol(own[name], real=True))
        return Equation("signal", write.text(name), symbol, write(builder.published[own[name]]), "")

    return _once(own, typed, module)


def _observables(module: Module, builder: Builder) -> Iterator[Equation]:
    own = {
        f"{one.exerkine} {one.site}": (one, expression)
        for one, expression in zip(builder.observables, builder.observed, strict=True)
    }

    def typed(name: str, write: _Writer) -> Equation:
        one, expression = own[name]
        left = rf"\text{{{write.text(one.site).replace('_', ' ')}}}"
        return Equation("observable", write.text(one.site), left, write(expression), one.unit)

    return _once(own, typed, module)


def _once(
    names: Iterable[str], typed: Callable[[str, _Writer], Equation], module: Module
) -> Iterator[Equation]:
    """Yield an equation for each name; where regions differ in nothing else, one for all of them."""
    names, done = list(names), set[str]()
    for name in names:
        region = _region(name)
        if region is None:
            yield typed(name, _Writer(module))
            continue
        stem = _stem(name)
        family = [other for other in names if _region(other) and _stem(other) == stem]
        general = {typed(other, _Writer(module, _region(other))) for other in family}
        if len(general) > 1 or len(family) == 1:
            yield typed(name, _Writer(module))
        elif stem not in done:
            done.add(stem)
            yield general.pop()


def _region(name: str) -> str | None:
    found = REGION.search(name)
    return found[2] if found else None


def _stem(name: str) -> str:
    return REGION.sub("", name).lstrip("_")


class _Writer:
    """Writes expressions of a module in LaTeX; a region given is written as ``r``."""

    def __init__(self, module: Module, region: str | None = None) -> None:
        self._module, self._every = module, region

    def __call__(self, expression: Any) -> str:
        """Write in the order that names without their region have, so that regions can be compared."""
        expression = sympy.sympify(expression, strict=True)
        renamed = {one: sympy.Symbol(self.text(one.name), real=True) for one in expression.free_symbols}
        names = {new: self._symbol(old.name) for old, new in renamed.items()}
        return sympy.latex(expression.xreplace(renamed), symbol_names=names, mul_symbol="dot")

    def text(self, name: str) -> str:
        """Return a name with the region as ``r``."""
        return (
            REGION.sub(rf"\g<1>{EVERY}", name)
            if self._every is not None and self._every == _region(name)
            else name
        )

    def _symbol(self, name: str) -> str:
        """Return parameters and the person's quantities upright, what changes with time in italics."""
        own = name.removeprefix(f"{self._module.name}.")
        short = own.removeprefix("input.").removeprefix("subject.")
        region = _region(short)
        stem = _stem(short)
        fixed = name.startswith("subject.") or own in self._module.parameters
        style = "mathrm" if fixed else "mathit"
        letters = (stem or self._module.name).replace("_", r"\_")
        typed = rf"\{style}{{{letters}}}"
        if region is None:
            return typed
        below = EVERY if region == self._every else region
        return typed + rf"_{{\text{{{below}}}}}"
