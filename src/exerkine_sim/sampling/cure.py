"""What extra sample would let data tell parameters that they cannot tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..errors import InputError, nearest
from ..model import Model
from ..parameters import ParameterSet, load_parameters
from ..schedule import Schedule
from ..schedule.when import clock_text
from ..subject import Subject
from .exchange import ROUNDING_H, Choice
from .outlook import Outlook, Sites, Unknowns, check_sites, spreads_of
from .window import NIGHT_H, candidates, checked_times

# Of the prior variance, that data take away from what they are said to tell. Two parameters that move
# everything alike share one between them: with more than half, a parameter is known by itself.
LEAST_SHARE = 0.5
MOST_TIMES, MOST_MORE = 100, 8


class Sample(NamedTuple):
    """One measurement of one molecule, at hours from the plan's first midnight."""

    exerkine: str
    site: str
    time_h: float


def curing(
    schedule: Schedule,
    subject: Subject,
    *,
    to: Unknowns,
    measured: Sequence[Sample],
    of: Sites | None = None,
    candidates_h: Sequence[float] | np.ndarray | None = None,
    night_h: tuple[float, float] | None = NIGHT_H,
    least_share: float = LEAST_SHARE,
    parameters: ParameterSet | None = None,
    model: Model | None = None,
) -> Callable[[Sequence[str]], str]:
    """Return what says which extra sample would let parameters be told; it simulates when it is asked.

    Parameters
    ----------
    schedule, subject : Schedule, Subject
    to : sequence of str, or mapping of str to float
        All that is unknown, with its prior, as for :func:`exerkine_sim.sampling_times`.
    measured : sequence of Sample
        What there is already: molecule, site, and hours from the plan's first midnight.
    of : sequence of (exerkine, site), optional
        What else could be measured; the same molecules when left out.
    candidates_h, night_h
        When, as for :func:`exerkine_sim.sampling_times`; of many times about a hundred are looked at.
    least_share : float
        Share of the prior variance that has to be taken away from each, 0 to 1.
    parameters, model : ParameterSet, Model, optional
        The shipped ones when left out.

    Returns
    -------
    callable
        Of the names that cannot be told: the best single sample that cures it, or the fewest that do, or that
        none does and what to hold at its published value.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="female", age_y=30, body_mass_kg=62, height_m=1.68, vo2max_ml_kg_min=45)
    >>> plan = xk.parse_schedule("Mon 08:00 run 60m 70% VO2max")
    >>> cure = curing(plan, subject, to=["il6.synthesis"], measured=[Sample("il6", "plasma", 7.0)])
    >>> print(cure(["il6.synthesis"]).partition(",")[0])
    one more sample would do: il6 plasma at Mon 09:00
    """
    parameters = load_parameters() if parameters is None else parameters
    spreads = spreads_of(to, subject, parameters)
    taken = tuple(Sample(*one) for one in measured)
    sites = list(dict.fromkeys([*(one[:2] for one in taken), *(of or ())]))
    check_sites(sites)
    checked_times([one.time_h for one in taken], "measured")
    grid = candidates(schedule, candidates_h, night_h=night_h)
    grid = grid[:: -(-len(grid) // MOST_TIMES)]

    def cure(names: Sequence[str]) -> str:
        strange = [name for name in names if name not in spreads]
        if strange or not names:
            raise InputError(
                f"'{strange[0]}' is not among what is unknown" if strange else "no name",
                fix=nearest(strange[0], spreads) if strange else "name what cannot be told",
                field="names",
            )
        # What is to be cured comes first, all else is nuisance.
        unknowns = {name: spreads[name] for name in (*names, *spreads)}
        times = np.unique(np.concatenate([grid, [one.time_h for one in taken]]))
        outlook = Outlook.of(
            schedule,
            subject,
            sites=sites,
            unknowns=unknowns,
            times_h=times,
            parameters=parameters,
            model=model,
        )
        allowed = sites if of is None else list(of)
        ward = Ward.of(outlook, taken, times_h=grid, of=allowed, wanted=names)
        return ward.treated(least_share, schedule.first_weekday)

    return cure


@dataclass(frozen=True)
class Ward:
    """What was measured of a person, what could be besides, and what is to be told.

    Parameters
    ----------
    choice : Choice
        Every sample that was or could be taken.
    samples : tuple of Sample
        The same by name.
    wanted : tuple of str
        What is to be told: the first of the unknowns.
    """

    choice: Choice
    samples: tuple[Sample, ...]
    wanted: tuple[str, ...]

    @classmethod
    def of(
        cls,
        outlook: Outlook,
        taken: Sequence[Sample],
        *,
        times_h: np.ndarray,
        of: Sites,
        wanted: Sequence[str],
    ) -> Ward:
        """Put what was taken before what could be."""
        could = [Sample(*site, time) for time in times_h.tolist() for site in of]
        samples = (*taken, *could)
        at = np.searchsorted(outlook.times_h, [one.time_h - ROUNDING_H for one in samples])
        measured = np.zeros((len(samples), len(outlook.sites)), dtype=bool)
        measured[np.arange(len(samples)), [outlook.sites.index(one[:2]) for one in samples]] = True
        choice = Choice(
            outlook.telling(at, measured, n_wanted=len(wanted)),
            outlook.times_h[at],
            np.ones(len(samples)),
            free=np.arange(len(samples)) >= len(taken),
            held=tuple(range(len(taken))),
            budget=1,
            gap_h=0.0,
        )
        return cls(choice, samples, tuple(wanted))

    def share(self, matrix: np.ndarray) -> np.ndarray:
        """Return the share of the prior variance that is taken away, the least of what is wanted."""
        return (1 - self.choice.telling.spread(matrix)[..., : len(self.wanted)] ** 2).min(axis=-1)

    def treated(self, least_share: float, first_weekday: str | None) -> str:
        """Return in words what would let what is wanted be told."""
        held, free = list(self.choice.held), np.flatnonzero(self.choice.free)
        if self.share(self.choice.telling.of([*held, *free.tolist()])) < least_share:
            return f"no sampling of {self._molecules()} would; {self._to_hold(least_share)}"
        shares = self.share(self.choice.telling.with_each(held, free))
        chosen, share = [int(free[np.argmax(shares)])], float(shares.max())
        number = 1
        while share < least_share and number < MOST_MORE:
            number += 1
            chosen = replace(self.choice, budget=number).best()[len(held) :]
            share = float(self.share(self.choice.telling.of([*held, *chosen])))
        if share < least_share:
            few = f"not even {MOST_MORE} more samples of {self._molecules()} would"
            return f"{few}; {self._to_hold(least_share)}"
        named = [self.samples[one] for one in sorted(chosen, key=lambda one: self.samples[one].time_h)]
        words = _words(named, first_weekday)
        return f"{words}, which would take away {100 * share:.0f} % of the prior variance at least"

    def _molecules(self) -> str:
        free = np.flatnonzero(self.choice.free)
        return ", ".join(dict.fromkeys(" ".join(self.samples[one][:2]) for one in free))

    def _to_hold(self, least_share: float) -> str:
        """Return what to hold at its published value so that the rest of what is wanted can be told."""
        matrix = self.choice.telling.of(self.choice.held)
        for place, name in enumerate(self.wanted):
            rest = np.delete(np.delete(matrix, place, axis=0), place, axis=1)
            left = np.diag(np.linalg.inv(rest))[: len(self.wanted) - 1]
            if len(left) > 0 and (1 - left >= least_share).all():
                return f"hold {name} at its published value, and the rest can be told"
        held = f"{', '.join(self.wanted[:-1])} and {self.wanted[-1]}" if self.wanted[1:] else self.wanted[0]
        return (
            f"hold {held} at published values" if self.wanted[1:] else f"hold {held} at its published value"
        )


def _words(samples: Sequence[Sample], first_weekday: str | None) -> str:
    listed = "; ".join(
        f"{one.exerkine} {one.site} at {clock_text(one.time_h, first_weekday)}" for one in samples
    )
    return (
        f"{len(samples)} more samples would do: {listed}"
        if len(samples) > 1
        else f"one more sample would do: {listed}"
    )
