"""What stays uncertain in the numbers once the trials have spoken, and draws of it.

Everything is in standard deviations of the priors, where the priors' covariance is the identity.
Trials that were linear about the fit, with slopes J of their weighted residuals, leave (1 + J'J)^-1.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import BaseModel, Field, ValidationError

from ..errors import InputError
from ..files import read_text
from ..parameters import ParameterSet
from ..shipped import params_folder
from .draw import chances, normal, uniform
from .prior import Prior, priors_of

STEEPEST = 1e100
SHIPPED = "all"  # the calibration whose posterior is drawn from


@dataclass(frozen=True)
class Posterior:
    """What the trials leave uncertain.

    Parameters
    ----------
    names : tuple of str
        The parameters that trials tell something about.
    root : ndarray, shape (n, n)
        A square root of their covariance: independent standard normal numbers, multiplied by it, become
        draws.

    Examples
    --------
    A trial that sees the sum of two parameters leaves their difference as uncertain as it was.

    >>> told = Posterior.of(["a", "b", "c"], [{"a": 3.0, "b": 3.0}])
    >>> covariance = told.root @ told.root.T
    >>> a, b = np.array([1, 1, 0]), np.array([1, -1, 0])
    >>> [round(float(way @ covariance @ way), 3) for way in (a, b)]
    [0.105, 2.0]
    >>> told.root[2].tolist()
    [0.0, 0.0, 1.0]
    """

    names: tuple[str, ...]
    root: np.ndarray

    @classmethod
    def of(cls, names: Sequence[str], slopes: Sequence[Mapping[str, float]]) -> Posterior:
        """Let observations speak one after the other.

        Parameters
        ----------
        names : sequence of str
        slopes : sequence of mapping of str to float
            For each observation d (its weighted residual) / d (a parameter), where that is not 0.

        References
        ----------
        Bierman (1977), Factorization methods for discrete sequential estimation: Potter's update of a root.
        """
        place = {name: index for index, name in enumerate(names)}
        root = np.eye(len(names))
        for told in slopes:
            slope = np.zeros(len(names))
            slope[[place[name] for name in told]] = list(told.values())
            # Sums of products in NumPy's own order, which no number of threads changes.
            seen = np.sum(root * slope[:, None], axis=0)
            known = float(np.sum(seen * seen))
            if known > 0:
                shrink = (1 - 1 / math.sqrt(1 + known)) / known
                root = root - shrink * np.sum(root * seen, axis=1)[:, None] * seen
        root.setflags(write=False)
        return cls(tuple(names), root)

    @property
    def spread(self) -> np.ndarray:
        """Standard deviation of each parameter, shape (n,); 1 is that of its prior."""
        return np.sqrt(np.sum(self.root * self.root, axis=1))

    def digest(self) -> str:
        """Return a hash of all that draws follow from."""
        return hashlib.sha256(repr(self.names).encode() + self.root.tobytes()).hexdigest()

    def moved(self, scores: Mapping[str, np.ndarray]) -> Mapping[str, np.ndarray]:
        """Make independent scores, standard normal numbers of shape (n_draws,), scores that go together."""
        together = np.zeros((len(self.names), len(scores[self.names[0]]))) if self.names else np.zeros((0, 0))
        for name, column in zip(self.names, self.root.T, strict=True):
            # Element by element, so that the bits of a draw do not depend on how many there are.
            together += column[:, None] * scores[name]
        rows = together / self.spread[:, None]
        return dict(zip(self.names, rows, strict=True))


class _Estimate(BaseModel):
    name: str


class _Witness(BaseModel):
    slopes: dict[str, Annotated[float, Field(ge=-STEEPEST, le=STEEPEST)]]


class _Calibration(BaseModel):
    """What a draw needs of a calibration's file."""

    estimates: list[_Estimate]
    witnesses: list[_Witness]


@cache
def load_posterior(path: Path | None = None) -> Posterior:
    """Read what a calibration left uncertain; the shipped one when no file is named.

    Raises
    ------
    InputError
        For anything else than the JSON of a calibration.

    Examples
    --------
    >>> told = load_posterior()
    >>> bool(told.spread[told.names.index("il6.synthesis")] < 0.8)
    True
    """
    file = params_folder() / "calibration" / f"{SHIPPED}.json" if path is None else path
    text = read_text(file, error=InputError)
    try:
        found = _Calibration.model_validate_json(text)
        names = [one.name for one in found.estimates]
        if len({*names}) < len(names):
            raise KeyError("a name twice")
        return Posterior.of(names, [one.slopes for one in found.witnesses])
    except (ValidationError, KeyError) as problem:
        raise InputError(
            f"no calibration ({type(problem).__name__})",
            expected="JSON written by exerkine-sim calibrate",
            fix="run make calibrate",
            file=file,
        ) from None


def drawn(
    names: Collection[str], parameters: ParameterSet, *, seed: int, first: int, n: int
) -> Mapping[str, np.ndarray]:
    """Return what draws of uncertain numbers multiply them by.

    A number is log-normal about the value in use, or normal where its range begins at 0, within its bounds:
    as wide as the shipped calibration leaves it and together with the others of that, or as its own spread
    where no trial tells anything about it. What has no spread is not drawn. Draw `k` is a function of `seed`
    and `k`.

    Parameters
    ----------
    names : collection of str
        Parameters of the equations.
    parameters : ParameterSet
    seed, first, n : int
        Seed, number of the first draw, and how many.

    Returns
    -------
    mapping of str to ndarray, shape (n,)

    Examples
    --------
    >>> from exerkine_sim.parameters import load_parameters
    >>> parameters = load_parameters()
    >>> factors = drawn(["il6.brake", "il6.age_release_switch"], parameters, seed=0, first=0, n=100)
    >>> list(factors), bool(0.25 <= (0.53 * factors["il6.brake"]).min())
    (['il6.brake'], True)
    """
    beliefs, _ = priors_of(names, parameters)
    posterior = load_posterior()
    uniforms = {
        name: uniform(seed, f"number {name}", first=first, n=n)
        for name in dict.fromkeys([*posterior.names, *beliefs])
    }
    moved = posterior.moved({name: normal(uniforms[name]) for name in posterior.names})
    uniforms |= {name: chances(scores) for name, scores in moved.items()}
    spreads = dict(zip(posterior.names, posterior.spread.tolist(), strict=True))
    return {name: _factors(one, uniforms[name], spreads.get(name, 1.0)) for name, one in beliefs.items()}


def _factors(belief: Prior, uniforms: np.ndarray, spread: float) -> np.ndarray:
    """Return factors between the bounds; `spread` is what is left of the prior's width."""
    low, high = (end / spread for end in belief.ends)
    scores = normal(uniforms, low=low, high=high).tolist()
    return np.array([belief.at(spread * score) / belief.value for score in scores])
