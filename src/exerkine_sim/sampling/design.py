"""Which sampling times tell most about chosen parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..errors import InputError
from ..model import Model
from ..parameters import ParameterSet, load_parameters
from ..schedule import Schedule
from ..subject import Subject
from ..subject.population import Spread
from .exchange import ROUNDING_H, Choice
from .outlook import Outlook, Sites, Unknowns, check_prices, check_sites, spreads_of
from .result import Expectation, SamplingDesign, draws_of
from .window import NIGHT_H, candidates, checked_times

MOST_SAMPLES, MOST_UNKNOWNS = 50, 40
FEW_BEGINNINGS = 2  # where many designs are asked for


def sampling_times(
    schedule: Schedule,
    subject: Subject,
    *,
    of: Sites,
    to: Unknowns,
    n: float = 6,
    nuisance: Unknowns = (),
    planned_h: Sequence[float] | np.ndarray = (),
    candidates_h: Sequence[float] | np.ndarray | None = None,
    gap_min: float = 15.0,
    night_h: tuple[float, float] | None = NIGHT_H,
    prices: Mapping[str, float] | None = None,
    parameters: ParameterSet | None = None,
    model: Model | None = None,
    progress: Callable[[float], None] | None = None,
) -> SamplingDesign:
    """Choose the sampling times that tell most about some parameters of a person.

    A design is D-optimal, for the parameters together, or with `nuisance` D_s-optimal: what is learnt is
    counted after all that is unknown besides has been allowed for. It rests on exact sensitivities at the
    shipped values of the parameters, so it is the best for a person in the middle (locally optimal).

    Parameters
    ----------
    schedule : Schedule
        What the person does.
    subject : Subject
    of : sequence of (exerkine, site)
        What is measured, for example ``[("il6", "plasma")]``. One draw of blood serves all of them.
    to : sequence of str, or mapping of str to float
        Parameters to learn about, known before as well as ``params/variability.toml`` says that people
        differ; a mapping says the standard deviation of the natural logarithm itself.
    n : int, or float with `prices`
        How many draws, beside those that are planned; with `prices` how much may be spent.
    nuisance : sequence of str, or mapping of str to float
        Parameters that are unknown too, and of no interest.
    planned_h : array_like
        Draws that are planned already, in hours from the plan's first midnight: everything is measured in
        them, and they stay.
    candidates_h : array_like, optional
        Times to choose from; by default every quarter of an hour, from an hour before the plan to a day
        after it, in long plans less often.
    gap_min : float
        Minutes between two draws, at least.
    night_h : (float, float), optional
        Clock hours of sleep, in which nothing is drawn; None draws at any hour.
    prices : mapping of str to float, optional
        What one measurement of each molecule costs: each is then decided for by itself.
    parameters, model : ParameterSet, Model, optional
        The shipped ones when left out.
    progress : callable, optional
        Called with the fraction of the work that is done, from 0 to 1.

    Returns
    -------
    SamplingDesign

    Raises
    ------
    InputError
        For unknown names, times, numbers or prices that cannot be, and when so many draws do not fit.

    References
    ----------
    Atkinson, Donev and Tobias (2007), Optimum experimental designs, with SAS, chapter 10: D- and
    D_s-optimality. Fedorov (1972), Theory of optimal experiments: the exchange algorithm. Chaloner and
    Verdinelli (1995), Bayesian experimental design: a review: priors in the information.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="female", age_y=30, body_mass_kg=62, height_m=1.68, vo2max_ml_kg_min=45)
    >>> plan = xk.parse_schedule("Mon 08:00 run 60m 70% VO2max")
    >>> found = xk.sampling_times(plan, subject, of=[("il6", "plasma")], to=["il6.synthesis"], n=2)
    >>> len(found.times_h), found.bits > 0, found.expected["after"].item() < found.expected["before"].item()
    (2, True, True)
    """
    parameters = load_parameters() if parameters is None else parameters
    check_sites(of)
    _check_number(n, prices=prices, gap_min=gap_min)
    wanted = spreads_of(to, subject, parameters)
    unknowns = _joined(wanted, spreads_of(nuisance, subject, parameters) if nuisance else {})
    grid, held = candidates(schedule, candidates_h, night_h=night_h), checked_times(planned_h, "planned_h")
    outlook = Outlook.of(
        schedule,
        subject,
        sites=of,
        unknowns=unknowns,
        times_h=_distinct(np.concatenate([grid, held])),
        parameters=parameters,
        model=model,
    )
    choice = _choice(outlook, held, grid, n_wanted=len(wanted), budget=n, gap_h=gap_min / 60, prices=prices)
    best = choice.best()
    if prices is None and len(best) - len(choice.held) < n:
        raise InputError(
            f"{n} draws at least {gap_min:g} min apart",
            expected=f"at most {len(best) - len(choice.held)}: more do not fit",
            fix="take fewer, or give more candidates_h or a shorter gap_min",
            field="n",
        )
    return SamplingDesign(
        outlook=outlook,
        parameters=tuple(wanted),
        draws=draws_of(choice, best, outlook),
        planned=_expected(choice, choice.held),
        after=_expected(choice, best),
        uniform=_expected(choice, [*choice.held, *_uniform(choice)]),
        growth=_growth(choice, best, progress) if prices is None else (),
        cost=float(choice.price[best[len(choice.held) :]].sum()),
        priced=prices is not None,
    )


def _choice(
    outlook: Outlook,
    held_h: np.ndarray,
    grid: np.ndarray,
    *,
    n_wanted: int,
    budget: float,
    gap_h: float,
    prices: Mapping[str, float] | None,
) -> Choice:
    """Return what there is to choose from: draws of everything, or with prices each molecule by itself."""
    n_times, n_sites = len(outlook.times_h), len(outlook.sites)
    if prices is None:
        at, measured, price = np.arange(n_times), np.ones((n_times, n_sites), dtype=bool), np.ones(n_times)
    else:
        check_prices(prices, outlook.sites)
        at, measured = (
            np.repeat(np.arange(n_times), n_sites),
            np.tile(np.eye(n_sites, dtype=bool), (n_times, 1)),
        )
        each = [float(prices[exerkine]) for exerkine, _ in outlook.sites]
        if budget < min(each):
            raise InputError(
                f"{budget:g} to spend",
                expected=f"at least {min(each):g}, which the cheapest measurement costs",
                fix="spend more, or leave prices out",
                field="n",
            )
        price = np.tile(each, n_times)
    times = outlook.times_h[at]
    return Choice(
        outlook.telling(at, measured, n_wanted=n_wanted),
        times,
        price,
        free=_among(times, grid),
        held=tuple(np.flatnonzero(_among(times, held_h)).tolist()),
        budget=budget,
        gap_h=gap_h,
    )


def _growth(
    choice: Choice, best: Sequence[int], progress: Callable[[float], None] | None
) -> tuple[Expectation, ...]:
    """Return what is expected of the best design of 1, 2 and so on draws up to `best`."""
    n, grown = len(best) - len(choice.held), []
    for number in range(1, n):
        grown.append(_expected(choice, replace(choice, budget=number).best(beginnings=FEW_BEGINNINGS)))
        if progress is not None:
            progress(number / n)
    return (*grown, _expected(choice, best))


def _expected(choice: Choice, chosen: Sequence[int]) -> Expectation:
    told = choice.telling
    matrix = told.of(chosen)
    number = len(np.unique(choice.times_h[list(chosen)]))
    return Expectation(number, float(told.gain(matrix)), told.spread(matrix)[: told.n_wanted])


def _uniform(choice: Choice) -> list[int]:
    """Return as many draws of everything as can be paid for, evenly over what may be chosen."""
    free = np.unique(choice.times_h[choice.free])
    each = choice.price[choice.times_h == free[0]].sum()
    n = min(int(choice.budget / each * (1 + 1e-12)), len(free))
    taken = free[np.linspace(0, len(free) - 1, n).round().astype(int)]
    chosen = _among(choice.times_h, taken)
    chosen[list(choice.held)] = False
    return np.flatnonzero(chosen).tolist()


def _among(times: np.ndarray, known: np.ndarray) -> np.ndarray:
    if len(known) == 0:
        return np.zeros(len(times), dtype=bool)
    return np.any(np.abs(times[:, None] - known) < ROUNDING_H, axis=1)


def _distinct(times: np.ndarray) -> np.ndarray:
    times = np.sort(times)
    return times[np.append(True, np.diff(times) > ROUNDING_H)]


def _joined(wanted: Mapping[str, Spread], nuisance: Mapping[str, Spread]) -> dict[str, Spread]:
    both = sorted(set(wanted) & set(nuisance))
    if both:
        raise InputError(
            f"'{both[0]}' is of interest and nuisance", expected="one of the two", field="nuisance"
        )
    unknowns = {**wanted, **nuisance}
    if not 0 < len(unknowns) <= MOST_UNKNOWNS:
        raise InputError(
            f"{len(unknowns)} unknown parameters",
            expected=f"1 to {MOST_UNKNOWNS}",
            fix="name those that matter",
            field="to",
        )
    return unknowns


def _check_number(n: float, *, prices: Mapping[str, float] | None, gap_min: float) -> None:
    number = isinstance(n, int | float | np.integer) and not isinstance(n, bool)
    most = MOST_SAMPLES if prices is None else np.inf
    if not number or not 0 < n <= most or not np.isfinite(n) or (prices is None and n != int(n)):
        raise InputError(
            f"n = {str(n)[:40]}",
            expected=f"a whole number from 1 to {MOST_SAMPLES}" if prices is None else "what may be spent",
            fix="say how many draws to take, or with prices how much to spend",
            field="n",
        )
    if not 0 <= gap_min < np.inf:
        raise InputError(f"gap_min = {gap_min}", expected="minutes, from 0 on", field="gap_min")
