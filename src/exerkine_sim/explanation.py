"""Why is it up or down? Release by tissue and trigger, clearance, haemoconcentration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import sympy

from .engine import array_function
from .errors import InputError, nearest
from .model import Flux, Model

if TYPE_CHECKING:
    from .solution import Solution


@dataclass(frozen=True)
class Explanation:
    """The balance of one molecule's circulating pool at one moment.

    Parameters
    ----------
    exerkine, site : str
        The molecule, and where it is measured: ``plasma`` or ``blood``.
    at_h : float
        Hours from the schedule's first midnight.
    terms : pandas.DataFrame
        ``kind`` (release or loss), ``tissue``, ``trigger``, ``rate``, ``at_rest`` (the same term in the
        resting steady state), ``share`` (of all release, or of all loss), ``unit``.
    measured, corrected, rest : float
        Concentration with and without haemoconcentration, and at rest, in `unit`.
    unit : str
    """

    exerkine: str
    site: str
    at_h: float
    terms: pd.DataFrame
    measured: float
    corrected: float
    rest: float
    unit: str

    @property
    def haemoconcentration(self) -> float:
        """Factor by which the shrinking of plasma alone raises the measured value."""
        return self.measured / self.corrected

    def __str__(self) -> str:
        lines = [
            f"{self.exerkine} in {self.site} at {self.at_h:g} h: {self.measured:.4g} {self.unit}, "
            f"{self.measured / self.rest:.3g} times its resting value",
            f"  haemoconcentration x {self.haemoconcentration:.3f}",
        ]
        for row in self.terms.query("rate != 0 or at_rest != 0").to_dict("records"):
            lines.append(
                f"  {row['kind']:7s} {row['tissue']} ({row['trigger']}): {row['rate']:.4g} {row['unit']}, "
                f"{100 * row['share']:.0f} % (at rest {row['at_rest']:.4g})"
            )
        return "\n".join(lines)


def explain(solution: Solution, exerkine: str, *, at_h: float, member: int = 0) -> Explanation:
    """Attribute a molecule's plasma level at a moment to its release and loss terms.

    Parameters
    ----------
    solution : Solution
    exerkine : str
        A molecule with a plasma pool.
    at_h : float
        Hours; rounded to the nearest output time.
    member : int

    Raises
    ------
    InputError
        For a molecule without release terms, a time outside the solution, or a solution of other equations.
    """
    solution.sites(exerkine)
    times, members = solution.times_h, solution.dataset.sizes["member"]
    if not isinstance(member, int) or not 0 <= member < members:
        raise InputError(f"member {member!r}", expected=f"0 to {members - 1}", field="member")
    if isinstance(at_h, str) or not times[0] <= at_h <= times[-1]:
        raise InputError(f"at_h = {at_h!r}", expected=f"{times[0]:g} to {times[-1]:g} h", field="at_h")
    model = _model_of(solution)
    pool = _circulating_pool(model, exerkine)
    site = pool.split(".")[1]
    time = int(np.argmin(np.abs(times - at_h)))
    data = solution.dataset.isel(member=member)
    fluxes = [flux for flux in model.fluxes if flux.pool == pool]
    terms = _terms(model, fluxes, data["state"].values[time], data["input"].values[time], data)
    measured = solution.concentration(exerkine, site=site)
    in_body = f"{site}_corrected" if f"{site}_corrected" in solution.sites(exerkine) else site
    corrected = solution.concentration(exerkine, site=in_body)
    return Explanation(
        exerkine=exerkine,
        site=site,
        at_h=float(times[time]),
        terms=terms,
        measured=float(measured.values[member, time]),
        corrected=float(corrected.values[member, time]),
        rest=float(data["rest"].sel(exerkine=exerkine, site=site)),
        unit=measured.attrs["units"],
    )


CIRCULATION = ("plasma", "blood")
KINDS = ("release", "loss")
ROUNDING = 1e-12


def _circulating_pool(model: Model, exerkine: str) -> str:
    """Return the name of the molecule's pool in the circulation."""
    for site in CIRCULATION:
        if f"{exerkine}.{site}" in model.volumes:
            return f"{exerkine}.{site}"
    explained = [name.split(".")[0] for name in model.volumes]
    raise InputError(
        f"'{exerkine}' has no release terms",
        expected="a molecule with a pool in plasma or blood",
        fix=nearest(exerkine, explained),
        field="exerkine",
    )


def _model_of(solution: Solution) -> Model:
    from .physiology import default_model

    made_with = solution.manifest["model"]
    clock = bool(made_with.get("rhythms"))
    model = default_model(clock=clock) if solution.model is None else solution.model
    if model.digest() != made_with["digest"]:
        raise InputError(
            "this solution was made with other equations",
            expected="the equations of this version, or those given to load_solution(path, model=...)",
            fix="run the plan again, or load it with its model",
        )
    return model


def _terms(model: Model, fluxes: list[Flux], state: np.ndarray, inputs: np.ndarray, data) -> pd.DataFrame:
    groups = [model.state_names, model.constants, tuple(f"input.{name}" for name in model.inputs)]
    symbols = [[sympy.Symbol(name, real=True) for name in group] for group in groups]
    evaluate = array_function(symbols, [flux.rate for flux in fluxes])
    constants = data["constant"].values
    now = _clean(evaluate(state, constants, inputs))
    rest = _clean(evaluate(data["baseline"].values, constants, data["rest_input"].values))
    totals = {kind: sum(v for f, v in zip(fluxes, now, strict=True) if f.kind == kind) for kind in KINDS}
    table = pd.DataFrame(
        {
            "kind": [flux.kind for flux in fluxes],
            "tissue": [flux.tissue for flux in fluxes],
            "trigger": [flux.trigger for flux in fluxes],
            "rate": now,
            "at_rest": rest,
            "share": [v / (totals[f.kind] or 1.0) for f, v in zip(fluxes, now, strict=True)],
            "unit": [flux.unit for flux in fluxes],
        }
    )
    return table.sort_values(["kind", "rate"], ascending=[False, False], ignore_index=True)


def _clean(rates: list) -> list[float]:
    """Return rates as floats, those at rounding level of the largest as 0."""
    values = [float(rate) for rate in rates]
    largest = max(map(abs, values))
    return [value if abs(value) > ROUNDING * largest else 0.0 for value in values]
