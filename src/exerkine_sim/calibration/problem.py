"""What a fit makes least: weighted log residuals of trials, and how far each number is from its prior."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from importlib.metadata import version

import numpy as np

from ..errors import InputError, ParameterError, SolverError, nearest
from ..model import Model
from ..parameters import ParameterSet
from ..uncertainty import Prior, priors_of
from .target import Targets

DEAF = "do not depend on what is free"
# What a number moves, over its prior's width, by less than this share of a residual's own width does not
# depend on it: so little would tell a hundred millionth of what the prior knows, and below it lies rounding.
MUTE = 1e-4


@dataclass(frozen=True)
class Problem:
    """Least squares of x, the free parameters in standard deviations of their priors.

    Parameters
    ----------
    priors : tuple of Prior
    targets : Targets
    parameters : ParameterSet
    error_ln : float
        Standard deviation of ln predicted / observed to be expected of one Study's molecule.
    """

    priors: tuple[Prior, ...]
    targets: Targets
    parameters: ParameterSet
    error_ln: float

    @property
    def names(self) -> list[str]:
        """Names of the free parameters, in order."""
        return [one.name for one in self.priors]

    @property
    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Least and largest x."""
        low, high = np.array([one.ends for one in self.priors]).T
        return low, high

    @property
    def weights(self) -> np.ndarray:
        """What turns ln predicted / observed into a residual of width 1, shape (n_targets,)."""
        return self.targets.weights / self.error_ln

    def values(self, x: np.ndarray) -> np.ndarray:
        """Return the parameters in their own units."""
        return np.array([one.at(moved) for one, moved in zip(self.priors, x.tolist(), strict=True)])

    def at(self, x: np.ndarray) -> ParameterSet:
        """Return all parameters with the free ones at `x`."""
        values = dict(zip(self.names, self.values(x).tolist(), strict=True))
        return self.parameters.with_values(values, note="calibration")

    def misfit(self, x: np.ndarray) -> np.ndarray:
        """Return ln predicted / observed, shape (n_targets,)."""
        return self.targets.residuals(self.at(x))

    def data(self, x: np.ndarray) -> np.ndarray:
        """Return the Jacobian of the data's weighted residuals, shape (n_targets, n_free)."""
        slopes = self.targets.slopes(self.at(x), self.names)
        widths = [one.slope_ln(moved) for one, moved in zip(self.priors, x.tolist(), strict=True)]
        return slopes * widths * self.weights[:, None]

    def residuals(self, x: np.ndarray) -> np.ndarray:
        """Return the residuals of data and priors, shape (n_targets + n_free,)."""
        misfit = self.misfit(x)
        if not np.isfinite(misfit).all():
            values = dict(zip(self.names, self.values(x).tolist(), strict=True))
            raise SolverError(f"some trial cannot be simulated with {values}", fix="narrow their bounds")
        return np.append(misfit * self.weights, x)

    def informed(self) -> Problem:
        """Return the problem without parameters and observations that know nothing of each other.

        Raises
        ------
        InputError
            When that leaves nothing.
        """
        here = np.zeros(len(self.priors))
        slopes = self.data(here) if self.priors and self.targets.items else np.zeros((0, 0))
        told = np.abs(np.where(np.isfinite(slopes), slopes, 0.0)) > MUTE
        if not told.any():
            raise InputError(
                "no observation depends on any of the free parameters",
                expected="parameters that the studies can tell something about",
                fix="free others, or add studies",
                field="free",
            )
        heard = told.any(axis=1) & np.isfinite(self.misfit(here))
        targets = self.targets.keep(heard, parameters=self.parameters, why=DEAF)
        priors = tuple(self.priors[column] for column in np.flatnonzero(told.any(axis=0)))
        return replace(self, priors=priors, targets=targets)

    def digests(self) -> dict[str, str]:
        """Return hashes of all that a fit follows from."""
        told = {"priors": self.priors, "studies": self.targets.studies}
        return {
            "parameters": self.parameters.digest(),
            "model": self.targets.model.digest(),
            **{name: hashlib.sha256(repr(one).encode()).hexdigest() for name, one in told.items()},
            **{name: version(name) for name in ("numpy", "scipy")},
        }


def free_of(
    free: Sequence[str], *, parameters: ParameterSet, model: Model, published: Mapping[str, float]
) -> tuple[tuple[Prior, ...], Mapping[str, str]]:
    """Return what is to be fitted, and what of it is held and why.

    Parameters
    ----------
    free : sequence of str
        Names of parameters of the equations, or patterns such as ``"il6.*"``. What a pattern finds and
        cannot be fitted is held; what is named and cannot is refused.
    parameters, model : ParameterSet, Model
    published : mapping of str to float
        Values to be pulled towards, in the parameters' units, where they are not those of `parameters`.

    Raises
    ------
    ParameterError
        For a name or pattern that finds nothing, and for a name that cannot be fitted.
    """
    names = dict.fromkeys(name for pattern in free for name in _matching(pattern, model))
    found, held = priors_of(names, parameters, published=published)
    for name in (one for one in free if one in held):
        Prior.of(name, parameters, value=published.get(name))  # named, not only found: says why it cannot
    strange = set(published) - set(found)
    if strange:
        raise ParameterError(
            f"a published value of '{min(strange)}', which is not free", fix=nearest(min(strange), found)
        )
    return tuple(found.values()), held


def _matching(pattern: str, model: Model) -> list[str]:
    names = [name for name in model.parameters if fnmatchcase(name, pattern)]
    if not names:
        raise ParameterError(
            f"'{pattern[:60]}' is no parameter of the equations",
            expected="a name such as il6.clearance, or a pattern such as il6.*",
            fix=nearest(pattern, model.parameters),
            field="free",
        )
    return names
