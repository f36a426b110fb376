"""What a fit found of a person: parameters with intervals, and what they say of any other plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..calibration import Information, Verdict, verdict_of, words_of_verdict
from ..parameters import ParameterSet
from ..schedule import Schedule
from ..solution import Solution
from ..subject import Subject
from .draws import TAILS, Draws
from .person import PersonProblem
from .search import covariance_of

if TYPE_CHECKING:
    import pandas as pd

WIDTH = 1.959964  # standard deviations on either side that hold 95 % of a normal distribution


@dataclass(frozen=True, slots=True)
class Estimate:
    """One parameter of a person.

    Parameters
    ----------
    name, unit : str
    value, low, high : float
        The most probable value, and the 95 % interval about it.
    prior, prior_low, prior_high : float
        The same before anything was measured.
    share : float
        Share of the prior variance that the measurements take away, 0 to 1.
    partner : str
        The parameter whose estimate goes most with this one's.
    correlation : float
        With the partner.
    basis : str
        Where the width of the prior comes from.
    """

    name: str
    unit: str
    value: float
    low: float
    high: float
    prior: float
    prior_low: float
    prior_high: float
    share: float
    partner: str
    correlation: float
    basis: str

    @property
    def verdict(self) -> Verdict:
        """Whether the data identify it, know it only together with its partner, or leave it to the prior."""
        return verdict_of(self.share, self.correlation)

    @property
    def remark(self) -> str:
        """The verdict in words."""
        return words_of_verdict(self.verdict, self.partner)


@dataclass(frozen=True)
class Fit:
    """The parameters of a person that measurements were fitted with.

    Parameters
    ----------
    problem : PersonProblem
        Measurements, plan, person, and what is free.
    x : ndarray, shape (n_free,)
        The most probable values, in standard deviations of the priors.
    slopes : ndarray, shape (n_data, n_free)
        Of the residuals there.
    costs : tuple of float
        Half the sum of squares at the end of every search.
    message : str
        Why the best one ended.
    settings : mapping
        What to repeat it with.
    draws : ndarray, shape (n_draws, n_free), optional
        Of the posterior; to first order about x where it was not sampled.
    posterior : Draws, optional
        All of them, with their diagnostics; not kept by :meth:`save`.

    Examples
    --------
    See :func:`exerkine_sim.fit`.
    """

    problem: PersonProblem
    x: np.ndarray
    slopes: np.ndarray
    costs: tuple[float, ...]
    message: str
    settings: Mapping[str, Any]
    draws: np.ndarray | None = None
    posterior: Draws | None = field(default=None, repr=False)

    @property
    def schedule(self) -> Schedule:
        """The plan that was followed."""
        return self.problem.schedule

    @property
    def subject(self) -> Subject:
        """The person."""
        return self.problem.subject

    @cached_property
    def parameters(self) -> ParameterSet:
        """All parameters with this person's own, for ``simulate(..., parameters=...)``."""
        note = f"fitted to {len(self.problem.samples)} measurements of one person"
        return self.problem.parameters.with_values(self.problem.values(self.x), note=note)

    @cached_property
    def covariance(self) -> np.ndarray:
        """Covariance of x to first order, shape (n_free, n_free)."""
        return covariance_of(self.slopes, prior=bool(self.settings["prior"]))

    @cached_property
    def estimates(self) -> tuple[Estimate, ...]:
        """Value, 95 % interval and verdict of each free parameter."""
        told, spans = Information.of(self.slopes), self._spans()
        found = []
        for place, (prior, basis) in enumerate(self.problem.beliefs):
            partner = told.partners[place]
            low, high = map(prior.at, spans[place])
            found.append(
                Estimate(
                    prior.name,
                    prior.unit,
                    prior.at(float(self.x[place])),
                    low,
                    high,
                    prior.value,
                    prior.at(-WIDTH),
                    prior.at(WIDTH),
                    share=float(told.share[place]),
                    partner=self.problem.names[partner] if partner != place else "",
                    correlation=float(told.correlations[place]),
                    basis=basis,
                )
            )
        return tuple(found)

    def _spans(self) -> list[list[float]]:
        """Return x at the ends of each interval."""
        if self.draws is not None:
            return np.quantile(self.draws, TAILS, axis=0).T.tolist()
        away = WIDTH * np.sqrt(np.diag(self.covariance))
        return np.stack([self.x - away, self.x + away], axis=1).tolist()

    @property
    def table(self) -> pd.DataFrame:
        """The estimates as a table, a row each."""
        import pandas as pd

        names = [name for name in Estimate.__slots__ if name != "name"]
        rows = {
            one.name: {**{name: getattr(one, name) for name in names}, "verdict": one.verdict}
            for one in self.estimates
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("parameter")

    @cached_property
    def samples(self) -> pd.DataFrame:
        """Each measurement beside what the shipped and what the fitted parameters say of it."""
        import pandas as pd

        table = pd.DataFrame(
            [{name: getattr(one, name) for name in one.__slots__} for one in self.problem.samples]
        )
        before, after = np.exp(self.problem.log_levels(np.stack([np.zeros_like(self.x), self.x])))
        return table.assign(before=before, after=after)

    def predict(
        self,
        schedule: Schedule | None = None,
        *,
        draws: int = 200,
        seed: int = 0,
        others: bool = False,
        exerkines: str | Sequence[str] | None = None,
        end_h: float | None = None,
        times_h: Sequence[float] | np.ndarray | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Solution:
        """Simulate a plan with draws of what this person's parameters may be.

        Parameters
        ----------
        schedule : Schedule, optional
            The next session; the plan that was fitted when left out.
        draws, seed : int
            Members, and which they are.
        others : bool
            Whether parameters that were not free differ, too, as they do between people.
        exerkines : str or sequence of str, optional
            Molecules that are kept; those that were measured when left out.
        end_h, times_h, progress
            As for :func:`exerkine_sim.simulate`.

        Returns
        -------
        Solution
            A draw a member: quantiles over members are the band.
        """
        from .prediction import predicted

        return predicted(
            self,
            self.schedule if schedule is None else schedule,
            draws=draws,
            seed=seed,
            others=others,
            exerkines=exerkines,
            end_h=end_h,
            times_h=times_h,
            progress=progress,
        )

    def save(self, path: str | Path) -> Path:
        """Write the fit as one JSON file, with plan, person, measurements and versions."""
        from .file import save

        return save(self, Path(path))
