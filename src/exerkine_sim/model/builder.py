"""The vocabulary that an equation file is written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import sympy

from ..errors import ModelError, nearest
from .contract import RHYTHM, Flux, Observable, State

MUSCLES = ("lower", "upper")
PLASMA_VOLUME = "plasma_volume.relative"

Expression = sympy.Expr | float
Equations = Callable[["Builder", "Parameters"], None]


@dataclass(frozen=True, slots=True)
class Module:
    """A named set of equations and the units of the parameters it needs.

    Parameters
    ----------
    name : str
        Id of the molecule or driver; prefix of its states and parameters.
    parameters : mapping of str to str
        Parameter (without prefix) to canonical unit.
    equations : callable
        Takes a :class:`Builder` and the :class:`Parameters`, and states the equations.
    """

    name: str
    parameters: Mapping[str, str]
    equations: Equations

    @property
    def doc(self) -> str:
        """What the equation file says about structure, sources and grade."""
        import sys

        return (sys.modules[self.equations.__module__].__doc__ or self.equations.__doc__ or "").strip()


def module(name: str, parameters: Mapping[str, str]) -> Callable[[Equations], Module]:
    """Turn a function that states equations into a :class:`Module`.

    Examples
    --------
    >>> @module("tracer", parameters={"basal": "ng/L", "elimination": "1/h"})
    ... def tracer(m, p):
    ...     m.state("plasma", unit="ng/L", guess=p.basal, rate=lambda c: p.elimination * (p.basal - c))
    >>> tracer.name
    'tracer'
    """
    return lambda equations: Module(name, parameters, equations)


class Parameters:
    """Attribute access to the symbols of a module's parameters: ``p.clearance``."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def __getattr__(self, name: str) -> sympy.Symbol:
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in self._module.parameters:
            raise ModelError(
                f"{self._module.name} uses the parameter '{name}' without declaring it",
                expected="its name and unit in parameters={...}",
                fix=nearest(name, self._module.parameters),
            )
        return sympy.Symbol(f"{self._module.name}.{name}", real=True)


@dataclass(frozen=True)
class Pool:
    """A well-stirred compartment that named fluxes fill and drain.

    ``concentration`` is amount over resting volume: it does not feel the shrinking of plasma.
    """

    concentration: sympy.Symbol
    volume: Expression
    unit: str
    flux_unit: str


@dataclass
class Builder:
    """Collects what one module states. Handed to the equation function as ``m``."""

    module: str
    states: list[State] = field(default_factory=list)
    guesses: list[sympy.Expr] = field(default_factory=list)
    rates: dict[str, Expression] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    subjects: dict[str, str] = field(default_factory=dict)
    fluxes: list[Flux] = field(default_factory=list)
    observables: list[Observable] = field(default_factory=list)
    observed: list[sympy.Expr] = field(default_factory=list)
    pools: dict[str, Pool] = field(default_factory=dict)
    published: dict[str, sympy.Expr] = field(default_factory=dict)
    muscles: tuple[str, ...] = MUSCLES
    clock: bool = False

    def input(self, name: str, unit: str) -> sympy.Symbol:
        """Return a Stimulus input, piecewise constant in time."""
        self.inputs[name] = unit
        return sympy.Symbol(f"input.{name}", real=True)

    def rhythm(self) -> sympy.Expr:
        """Return what the hour of the day multiplies a release by: around 1, and 1 where no clock runs.

        How it goes stands in `params/rhythms.toml`, under the name of this module.
        """
        return 1 + self.input(f"{RHYTHM}{self.module}", "1") if self.clock else sympy.Integer(1)

    def subject(self, name: str, unit: str) -> sympy.Symbol:
        """Return a quantity of the person, constant in time."""
        self.subjects[name] = unit
        return sympy.Symbol(f"subject.{name}", real=True)

    def active_share(self, muscle: str) -> sympy.Expr:
        """Return the share of a muscle region that is at work."""
        return self.input(f"active_mass_{muscle}", "kg") / self.subject(f"muscle_{muscle}", "kg")

    def signal(self, name: str) -> sympy.Symbol:
        """Return a state (``lactate.blood``) or published expression of any module."""
        return sympy.Symbol(name, real=True)

    def publish(self, name: str, expression: sympy.Expr) -> sympy.Expr:
        """Offer `expression` to the other modules as ``module.name``; no state is added."""
        self.published[f"{self.module}.{name}"] = expression
        return expression

    def state(
        self,
        name: str,
        *,
        unit: str = "1",
        guess: Expression = 0,
        rate: Callable[[sympy.Symbol], Expression],
    ) -> sympy.Symbol:
        """Declare a state whose time derivative (per hour) is ``rate(state)``; return its symbol."""
        symbol = self._declare(name, unit, guess)
        self.rates[symbol.name] = rate(symbol)
        return symbol

    def lag(
        self, name: str, target: Expression, time: Expression, *, unit: str = "1", guess: Expression = 0
    ) -> sympy.Symbol:
        """Declare a state that follows `target` with first-order time constant `time` (h)."""
        return self.state(name, unit=unit, guess=guess, rate=lambda value: (target - value) / time)

    def chain(
        self,
        name: str,
        source: Expression,
        mean_time: Expression,
        *,
        stages: int,
        unit: str = "1",
        guess: Expression = 0,
    ) -> sympy.Symbol:
        """Declare a transit chain of `stages` equal lags, total mean time `mean_time` (h); return its end."""
        for stage in range(1, stages + 1):
            source = self.lag(f"{name}_{stage}", source, mean_time / stages, unit=unit, guess=guess)
        return source  # type: ignore[return-value]

    def pool(
        self,
        name: str,
        *,
        volume: Expression,
        basal: Expression,
        unit: str,
        flux_unit: str,
        site: str | None = None,
        infusible: bool = False,
    ) -> sympy.Symbol:
        """Declare a compartment filled by :meth:`release` and drained by :meth:`clear`.

        Parameters
        ----------
        name : str
            Usually ``plasma``.
        volume, basal : expression
            Volume in L, and concentration at rest (the start of the steady-state search).
        unit, flux_unit : str
            Of the concentration and of the flux terms: ``flux_unit = unit * L / h``.
        site : str, optional
            Observe it here. ``plasma`` adds both the measured value, which includes haemoconcentration,
            and ``plasma_corrected``.
        infusible : bool
            Adds a release term driven by the Stimulus input ``infusion.<module>``.

        Returns
        -------
        sympy.Symbol
            Concentration over resting volume.
        """
        symbol = self._declare(name, unit, basal)
        self.pools[name] = Pool(symbol, volume, unit, flux_unit)
        self.rates[symbol.name] = sympy.Integer(0)
        if infusible:
            self.release(
                name,
                tissue="infusion",
                trigger="infusion",
                rate=self.input(f"infusion.{self.module}", flux_unit),
            )
        if site == "plasma":
            self.observe("plasma", symbol / self.signal(PLASMA_VOLUME), unit)
            self.observe("plasma_corrected", symbol, unit)
        elif site is not None:
            self.observe(site, symbol, unit)
        return symbol

    def plasma(
        self, *, volume: Expression, basal: Expression, unit: str = "ng/L", flux_unit: str = "ng/h"
    ) -> sympy.Symbol:
        """Declare the pool that most molecules have: in plasma, measured there, open to infusion."""
        return self.pool(
            "plasma",
            volume=volume,
            basal=basal,
            unit=unit,
            flux_unit=flux_unit,
            site="plasma",
            infusible=True,
        )

    def release(self, pool: str, *, tissue: str, rate: Expression, trigger: str = "basal") -> None:
        """Add a named term of release from `tissue` into `pool`, in the pool's flux unit."""
        self._flux(pool, "release", tissue, trigger, rate)

    def clear(self, pool: str, *, rate: Expression, tissue: str = "clearance", trigger: str = "loss") -> None:
        """Add a named term of loss from `pool`, in the pool's flux unit."""
        self._flux(pool, "loss", tissue, trigger, rate)

    def observe(self, site: str, expression: Expression, unit: str, *, exerkine: str | None = None) -> None:
        """Make `expression` available as this molecule at `site`."""
        self.observables.append(Observable(exerkine or self.module, site, unit))
        self.observed.append(sympy.sympify(expression, strict=True))

    def _flux(
        self, pool: str, kind: Literal["release", "loss"], tissue: str, trigger: str, rate: Expression
    ) -> None:
        if pool not in self.pools:
            raise ModelError(
                f"{self.module} has no pool '{pool}'", fix=nearest(pool, self.pools) if self.pools else None
            )
        target, rate = self.pools[pool], sympy.sympify(rate, strict=True)
        self.fluxes.append(Flux(target.concentration.name, kind, tissue, trigger, target.flux_unit, rate))
        self.rates[target.concentration.name] += (rate if kind == "release" else -rate) / target.volume

    def _declare(self, name: str, unit: str, guess: Expression) -> sympy.Symbol:
        symbol = sympy.Symbol(f"{self.module}.{name}", real=True)
        if symbol.name in self.rates:
            raise ModelError(f"state '{symbol.name}' is declared twice", fix="give one of them another name")
        self.states.append(State(symbol.name, unit))
        self.guesses.append(sympy.sympify(guess, strict=True))
        return symbol


def positive(expression: Expression) -> sympy.Expr:
    """Return `expression` where positive, else 0."""
    # Left as it stands: sympy would ask long questions about signs to simplify it.
    return sympy.Max(0, sympy.sympify(expression, strict=True), evaluate=False)


def hill(signal: Expression, half: Expression, exponent: Expression = 1) -> sympy.Expr:
    """Return the saturating response ``s^n / (half^n + s^n)`` to a signal taken as non-negative."""
    raised = positive(signal) ** exponent
    return raised / (sympy.sympify(half, strict=True) ** exponent + raised)
