"""A sampling design: when to draw, and what that is expected to tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..schedule.when import clock_text
from .exchange import Choice
from .outlook import Outlook

if TYPE_CHECKING:
    import pandas as pd

SILENT = 1e-3  # share of the prior variance: less is nothing


class Draw(NamedTuple):
    """One draw of blood.

    Parameters
    ----------
    time_h : float
        Hours from the plan's first midnight.
    moment : str
        The same as day and clock time.
    measured : tuple of (exerkine, site)
    planned : bool
        Whether it was planned before.
    """

    time_h: float
    moment: str
    measured: tuple[tuple[str, str], ...]
    planned: bool


class Expectation(NamedTuple):
    """What some draws are expected to tell.

    Parameters
    ----------
    number : int
        Of draws, planned ones too.
    bits : float
        Learnt of the parameters of interest together.
    spread : ndarray, shape (n_parameters,)
        Standard error of each over the width of its prior.
    """

    number: int
    bits: float
    spread: np.ndarray


@dataclass(frozen=True)
class SamplingDesign:
    """Which samples to take, and what is expected of them.

    Parameters
    ----------
    outlook : Outlook
        Courses and sensitivities that it rests on.
    parameters : tuple of str
        Those of interest; other unknowns of the outlook are nuisance.
    draws : tuple of Draw
        In order of time, with those that were planned before.
    planned, after, uniform : Expectation
        Of what was planned before alone, of all draws, and of what was planned before with as many draws
        spread evenly over the candidates.
    growth : tuple of Expectation
        Of the best design of 1, 2 and so on draws; none with prices.
    cost : float
        What is spent: the draws that were chosen, or their prices.
    priced : bool
        Whether each measurement was paid for by itself.
    """

    outlook: Outlook
    parameters: tuple[str, ...]
    draws: tuple[Draw, ...]
    planned: Expectation
    after: Expectation
    uniform: Expectation
    growth: tuple[Expectation, ...]
    cost: float
    priced: bool

    @property
    def times_h(self) -> np.ndarray:
        """When to draw, in hours from the plan's first midnight, planned draws included."""
        return np.array([one.time_h for one in self.draws])

    @property
    def bits(self) -> float:
        """What the chosen draws tell of the parameters, beyond what was planned before."""
        return self.after.bits - self.planned.bits

    @property
    def uniform_efficiency(self) -> float:
        """D-efficiency of evenly spaced draws: the ratio of the determinants, per parameter."""
        return float(2 ** (2 * (self.uniform.bits - self.after.bits) / len(self.parameters)))

    @property
    def expected(self) -> pd.DataFrame:
        """A row a parameter: standard error of ln value ``before``, with what was ``planned``, ``after``, and
        with ``uniform`` draws; ``share`` of the prior variance that is taken away; ``basis`` of the prior.
        """
        import pandas as pd

        n = len(self.parameters)
        sigma = self.outlook.sigma[:n]
        return pd.DataFrame(
            {
                "parameter": self.parameters,
                "before": sigma,
                "planned": sigma * self.planned.spread,
                "after": sigma * self.after.spread,
                "uniform": sigma * self.uniform.spread,
                "share": 1 - self.after.spread**2,
                "basis": [one.basis for one in self.outlook.spreads.values()][:n],
            }
        )

    @property
    def table(self) -> pd.DataFrame:
        """A row a measurement: ``draw`` from 1, ``time_h``, ``moment``, ``exerkine``, ``site``, ``planned``,
        ``expected`` value in ``unit``.
        """
        import pandas as pd

        rows = [
            {
                "draw": number,
                "time_h": one.time_h,
                "moment": one.moment,
                "exerkine": exerkine,
                "site": site,
                "planned": one.planned,
                "expected": float(course["value"].sel(time=one.time_h, method="nearest")),
                "unit": str(course["unit"].item()),
            }
            for number, one in enumerate(self.draws, start=1)
            for exerkine, site in one.measured
            for course in [self.outlook.course.isel(output=self.outlook.sites.index((exerkine, site)))]
        ]
        return pd.DataFrame(rows)

    @property
    def silent(self) -> tuple[str, ...]:
        """Parameters of which these draws tell nothing."""
        share = 1 - self.after.spread**2
        return tuple(name for name, one in zip(self.parameters, share, strict=True) if one < SILENT)

    @property
    def text(self) -> str:
        """The design in words."""
        lines = [f"{one.moment}  {_measured(one)}{'  (planned)' * one.planned}" for one in self.draws]
        rows: list[dict[Any, Any]] = self.expected.to_dict("records")
        errors = [
            "{parameter}: standard error of ln value {before:.2f} before, {after:.2f} after, "
            "{uniform:.2f} with evenly spaced draws".format(**row)
            for row in rows
        ]
        return "\n".join([*lines, "", *errors, self.summary])

    @property
    def summary(self) -> str:
        """How much is learnt in all, and what is not learnt at all."""
        even = f"as many evenly spaced draws have {100 * self.uniform_efficiency:.0f} % D-efficiency"
        if self.priced:
            even = f"costs {self.cost:g}; evenly spaced draws of the same cost have "
            even += f"{100 * self.uniform_efficiency:.0f} % D-efficiency"
        none = f"; nothing is learnt of {', '.join(self.silent)}: what is measured hardly depends on it"
        return f"{self.bits:.2f} bits are learnt; {even}{none if self.silent else ''}"

    def to_json_dict(self) -> dict[str, Any]:
        """Return everything but the courses as plain values, ready for JSON."""
        return {
            "parameters": list(self.parameters),
            "nuisance": list(self.outlook.spreads)[len(self.parameters) :],
            "draws": self.table.to_dict("records"),
            "expected": self.expected.to_dict("records"),
            "bits": self.bits,
            "uniform_efficiency": self.uniform_efficiency,
            "growth": [
                {
                    "draws": one.number,
                    "bits": one.bits,
                    "se": (self.outlook.sigma[: len(one.spread)] * one.spread).tolist(),
                }
                for one in self.growth
            ],
            "cost": self.cost,
        }


def draws_of(choice: Choice, chosen: Sequence[int], outlook: Outlook) -> tuple[Draw, ...]:
    """Return the draws that a design consists of: samples of one moment are one."""
    measured: dict[float, list[tuple[str, str]]] = {}
    for one in sorted(chosen):
        taken = np.flatnonzero(choice.telling.measured[one])
        measured.setdefault(float(choice.times_h[one]), []).extend(outlook.sites[place] for place in taken)
    held = {float(choice.times_h[one]) for one in choice.held}
    return tuple(
        Draw(time, clock_text(time, outlook.schedule.first_weekday), tuple(sites), time in held)
        for time, sites in measured.items()
    )


def _measured(draw: Draw) -> str:
    return ", ".join(f"{exerkine} {site}" for exerkine, site in draw.measured)
