"""Draws from a posterior, and whether they may be believed."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import ConvergenceError
from ..extra import needs
from .checkpoint import Walk

if TYPE_CHECKING:
    import arviz
    import pandas as pd

# Vehtari and others (2021), Rank-normalization, folding, and localization: an improved R-hat.
MOST_R_HAT, LEAST_DRAWS = 1.01, 400
# Foreman-Mackey and others (2013), emcee: below it the autocorrelation time itself is not known.
LEAST_TIMES = 50
BURN_IN = 0.25  # share of the steps that is left out
TAILS = 0.025, 0.975


@dataclass(frozen=True)
class Draws:
    """Where several ensembles have been.

    Parameters
    ----------
    names : tuple of str
    chain : ndarray, shape (n_ensembles, n_steps, n_walkers, n_free)
        In standard deviations of the priors.
    log_chain : ndarray, shape (n_ensembles, n_steps, n_walkers)
        ln posterior up to a constant.
    settings : mapping
        What they were made with.
    """

    names: tuple[str, ...]
    chain: np.ndarray
    log_chain: np.ndarray
    settings: Mapping[str, Any]

    @classmethod
    def of(cls, walks: Sequence[Walk], settings: Mapping[str, Any]) -> Draws:
        """Gather what ensembles have been through."""
        chain, logs = (np.stack([getattr(one, name) for one in walks]) for name in ("chain", "log_chain"))
        return cls(tuple(settings["names"]), chain, logs, settings)

    @property
    def steps(self) -> int:
        """Steps that each walker has made."""
        return self.chain.shape[1]

    @property
    def kept(self) -> np.ndarray:
        """The draws that count, shape (n_draws, n_free)."""
        return self._late.reshape(-1, len(self.names))

    @property
    def _late(self) -> np.ndarray:
        return self.chain[:, math.floor(BURN_IN * self.steps) :]

    @cached_property
    def diagnostics(self) -> pd.DataFrame:
        """Columns ``r_hat``, ``ess_bulk``, ``ess_tail``, ``autocorrelation`` (steps) and ``times``.

        A row each parameter; ``times`` is how many autocorrelation times the steps are.
        """
        import pandas as pd

        late, az = self._late, _arviz()
        rows = {}
        for place, name in enumerate(self.names):
            one = late[..., place]
            alone = np.moveaxis(one, 2, 1).reshape(-1, one.shape[1])  # each walker a chain
            time = _autocorrelation(one)
            rows[name] = {
                "r_hat": float(az.rhat(_behind(one))),
                "ess_bulk": float(az.ess(alone, method="bulk")),
                "ess_tail": float(az.ess(alone, method="tail")),
                "autocorrelation": time,
                "times": one.shape[1] / time,
            }
        return pd.DataFrame.from_dict(rows, orient="index")

    @property
    def converged(self) -> bool:
        """Whether the ensembles have met, and long enough ago."""
        return not self.lacking

    @cached_property
    def lacking(self) -> tuple[str, ...]:
        """What is missing, in words; nothing where the draws may be believed."""
        if self.steps == 0:
            return ("no step was made",)
        found = []
        name, worst = self._most("r_hat")
        if not worst <= MOST_R_HAT:
            found.append(f"R-hat of {name} is {worst:.3f}, not {MOST_R_HAT}")
        for kind in ("bulk", "tail"):
            name, least = self._least(f"ess_{kind}")
            if not least >= LEAST_DRAWS:
                found.append(f"the {kind} of {name} is worth {least:.0f} draws, not {LEAST_DRAWS}")
        name, least = self._least("times")
        if not least >= LEAST_TIMES:
            found.append(f"{name} was followed for {least:.0f} autocorrelation times, not {LEAST_TIMES}")
        return tuple(found)

    def _least(self, column: str) -> tuple[str, float]:
        """Return the parameter with the least of a diagnostic, and that."""
        values = self.diagnostics[column].to_numpy()
        return self.names[int(values.argmin())], float(values.min())

    def _most(self, column: str) -> tuple[str, float]:
        values = self.diagnostics[column].to_numpy()
        return self.names[int(values.argmax())], float(values.max())

    @property
    def told(self) -> str:
        """How far the ensembles are, in words."""
        return f"{self.steps} steps: " + (self.lacking[0] if self.lacking else "the ensembles agree")

    def more_steps(self) -> int:
        """Return how many more steps will do, by what the last ones told; 0 where they did."""
        if self.converged:
            return 0
        if self.steps == 0:
            return LEAST_TIMES
        worth = min(self._least("ess_bulk")[1], self._least("ess_tail")[1])
        shares = [LEAST_TIMES / self._least("times")[1], LEAST_DRAWS / worth]
        # What ensembles still differ by falls with the square root of the steps.
        shares.append((self._most("r_hat")[1] - 1) / (MOST_R_HAT - 1))
        worst = max([1.25, *(one for one in shares if math.isfinite(one))])
        return 100 * math.ceil(self.steps * (worst - 1) / 100)

    def check(self) -> None:
        """Refuse to be believed where the ensembles have not met.

        Raises
        ------
        ConvergenceError
            Saying what is missing and how many more steps are likely to do.
        """
        if not self.converged:
            raise ConvergenceError(
                f"after {self.steps} steps the posterior is not known: {'; '.join(self.lacking)}",
                expected=f"R-hat at most {MOST_R_HAT}, bulk and tail worth {LEAST_DRAWS} draws, and "
                f"{LEAST_TIMES} autocorrelation times",
                fix=f"allow about {self.more_steps()} more steps, or free fewer parameters",
            )

    def intervals(self) -> np.ndarray:
        """Return x between which 95 % of the draws lie, shape (n_free, 2).

        Raises
        ------
        ConvergenceError
            When the ensembles have not met.
        """
        self.check()
        return np.quantile(self.kept, TAILS, axis=0).T

    def inference_data(self) -> arviz.InferenceData:
        """Return the later draws for arviz: ``posterior`` of each parameter, by chain (walker) and draw."""

        def chains(one: np.ndarray) -> np.ndarray:
            return np.moveaxis(one, 2, 1).reshape(-1, one.shape[1])

        late = self._late
        held = {name: chains(late[..., place]) for place, name in enumerate(self.names)}
        logs = chains(self.log_chain[:, -late.shape[1] :])
        return _arviz().from_dict(
            posterior=held, sample_stats={"lp": logs}, attrs={"x": "standard deviations of the prior"}
        )


def _behind(one: np.ndarray) -> np.ndarray:
    """Return the draws of each ensemble, its walkers' behind each other, in the order of steps."""
    return one.reshape(len(one), -1)


def _autocorrelation(one: np.ndarray) -> float:
    """Return the integrated autocorrelation time in steps, of (n_ensembles, n_steps, n_walkers)."""
    from emcee.autocorr import integrated_time

    series = np.moveaxis(one, 0, 1).reshape(one.shape[1], -1)
    if not (np.ptp(series, axis=0) > 0).all():
        return math.inf  # a walker that never moved
    return float(np.max(integrated_time(series[..., None], tol=0, quiet=True)))


def _arviz() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # what it announces is no concern of the user
        return needs("arviz", "analysis")
