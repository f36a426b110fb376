"""What could be seen of a person who follows a plan: courses, their slopes, and the noise over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from ..assay import DAY_H, variation
from ..errors import InputError, SolverError, nearest
from ..model import Model
from ..parameters import ParameterSet
from ..schedule import Schedule
from ..sensitivities import sensitivities
from ..simulate import model_for
from ..subject import Population, Subject
from ..subject.population import FIELDS, QUANTITIES, Spread
from ..uncertainty import sigma_ln
from .information import Telling

Unknowns = Mapping[str, float] | Sequence[str]
Sites = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Outlook:
    """Courses of some molecules at some times, and how they move with what is unknown of a person.

    Parameters
    ----------
    schedule : Schedule
    course : xarray.Dataset
        ``value`` (time, output) and ``relative`` (parameter, time, output), d ln output / d ln parameter, as
        :func:`exerkine_sim.sensitivities` has them, with ``unit`` of each output.
    spreads : mapping of str to Spread
        Of each unknown, in the order of ``parameter``: how much people differ in it.
    day_ln, assay_ln : ndarray, shape (n_outputs,)
        Standard deviations of ln concentration between days, and of the assay.
    """

    schedule: Schedule
    course: xr.Dataset
    spreads: Mapping[str, Spread]
    day_ln: np.ndarray
    assay_ln: np.ndarray

    @classmethod
    def of(
        cls,
        schedule: Schedule,
        subject: Subject,
        *,
        sites: Sites,
        unknowns: Mapping[str, Spread],
        times_h: np.ndarray,
        parameters: ParameterSet,
        model: Model | None,
    ) -> Outlook:
        """Simulate a person and differentiate what could be measured; see :func:`spreads_of` for `unknowns`.

        Raises
        ------
        SolverError
            When the person cannot be simulated.
        """
        model = model_for([schedule]) if model is None else model
        moved = {
            name: [one for one in QUANTITIES.get(name, (name,)) if one in model.constants] or [name]
            for name in unknowns
        }
        found = sensitivities(
            schedule,
            subject,
            of=sites,
            to=list(dict.fromkeys(one for several in moved.values() for one in several)),
            times_h=times_h,
            end_h=float(max(schedule.end_h, times_h[-1], 1.0)),
            parameters=parameters,
            model=model,
        ).isel(member=0)
        failed = [str(one) for one in found["status"].values if one != "ok"]
        if failed:
            raise SolverError(f"the person cannot be simulated: {failed[0]}")
        summed = [
            found["relative"].sel(parameter=several).sum("parameter", skipna=False)
            for several in moved.values()
        ]
        course = xr.Dataset({"value": found["value"], "relative": xr.concat(summed, dim="parameter")})
        noise = np.array([noise_ln(parameters, exerkine) for exerkine, _ in sites])
        return cls(
            schedule, course.assign_coords(parameter=list(unknowns)), unknowns, noise[:, 0], noise[:, 1]
        )

    @property
    def times_h(self) -> np.ndarray:
        """When, in hours from the plan's first midnight."""
        return self.course["time"].to_numpy()

    @property
    def sites(self) -> tuple[tuple[str, str], ...]:
        """What could be measured: molecule and site."""
        names = zip(self.course["exerkine"].values, self.course["site"].values, strict=True)
        return tuple((str(exerkine), str(site)) for exerkine, site in names)

    @property
    def sigma(self) -> np.ndarray:
        """Width of each prior: standard deviation of ln value between people, shape (n,)."""
        return np.array([one.sigma_ln for one in self.spreads.values()])

    def telling(self, at: np.ndarray, measured: np.ndarray, *, n_wanted: int) -> Telling:
        """Return what samples would tell.

        Parameters
        ----------
        at : ndarray of int, shape (n_candidates,)
            Which of the times each would be taken at.
        measured : ndarray of bool, shape (n_candidates, n_outputs)
            What would be measured in it; a molecule of which there is none is not.
        n_wanted : int
            The first unknowns, which are of interest.
        """
        relative = self.course["relative"].transpose("time", "output", "parameter").to_numpy()
        known = np.all(np.isfinite(relative), axis=2)
        measured = measured & np.asarray(known)[at]
        slopes = np.where(measured[:, :, None], relative[at], 0.0) * self.sigma / self.assay_ln[:, None]
        day = np.floor(self.times_h[at] / DAY_H).astype(int)
        return Telling(
            slopes, measured, day - day.min(initial=0), (self.day_ln / self.assay_ln) ** 2, n_wanted
        )


def spreads_of(names: Unknowns, subject: Subject, parameters: ParameterSet) -> dict[str, Spread]:
    """Return how much people differ in what is unknown.

    Parameters
    ----------
    names : sequence of str, or mapping of str to float
        Parameters, modules (``"il6"``: all that is known to differ of it), quantities of the person; a
        mapping also says the standard deviation of the natural logarithm.
    subject : Subject
    parameters : ParameterSet

    Raises
    ------
    InputError
        For a name without a known spread, with the nearest ones, and for fields of the person, which are
        measured and not inferred.
    """
    try:
        found = Population(subject, n=1, seed=0, vary=names).spreads(parameters)
    except InputError as error:
        raise InputError(error.given, expected=error.expected, fix=error.fix, field="to") from None
    for name, spread in found.items():
        if name in FIELDS or not spread.sigma_ln > 0:
            raise InputError(
                f"'{name}'" + ("" if name in FIELDS else " does not differ between people"),
                expected="a parameter of the equations, subject.blood_volume or subject.lactate_threshold, "
                "with a spread above 0",
                fix="name what is to be learnt from samples, for example il6.clearance",
                field="to",
            )
    return dict(found)


def noise_ln(parameters: ParameterSet, exerkine: str) -> tuple[float, float]:
    """Return the standard deviations of ln concentration between days, and between samples of one blood.

    Examples
    --------
    >>> from exerkine_sim.parameters import load_parameters
    >>> [round(one, 3) for one in noise_ln(load_parameters(), "il6")]
    [0.256, 0.08]
    """
    day, assay = (
        sigma_ln(variation(parameters, exerkine, kind).to("1")) for kind in ("day_to_day", "analytical")
    )
    return day, assay


def check_sites(sites: Iterable[object]) -> None:
    """Refuse anything but pairs of molecule and site, and one that is named twice."""
    pairs = [] if isinstance(sites, str) else list(sites)
    if not pairs or any(
        isinstance(one, str) or not isinstance(one, Sequence) or len(one) != 2 for one in pairs
    ):
        raise InputError(
            f"of = {str(sites)[:60]}",
            expected="pairs of molecule and site",
            fix='for example of=[("il6", "plasma")]',
            field="of",
        )
    if len({tuple(one) for one in pairs}) < len(pairs):  # type: ignore[arg-type]
        raise InputError("a molecule twice", expected="each once", field="of")


def check_prices(prices: Mapping[str, float], sites: Sites) -> None:
    """Refuse prices that are none, and of molecules that are not measured or lack one."""
    molecules = {exerkine for exerkine, _ in sites}
    strange = sorted(set(prices) ^ molecules)
    if strange:
        raise InputError(
            f"a price of '{strange[0]}'" if strange[0] in prices else f"no price of '{strange[0]}'",
            expected="a price of each molecule that may be measured",
            fix=nearest(strange[0], molecules),
            field="prices",
        )
    wrong = [one for one in prices if not 0 < prices[one] < np.inf]
    if wrong:
        raise InputError(f"{wrong[0]} at {prices[wrong[0]]}", expected="a price above 0", field="prices")
