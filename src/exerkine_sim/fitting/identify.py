"""Whether data can tell the parameters that are asked of them, and in words why not.

The data's Fisher information about the fit is weighed against priors of width 1. A parameter is told where
the data take away a stated share of its prior variance. Of what is not told, some no repetition of these
samples would tell: no sample depends on it, or all depend on it and others through one combination
(structural); the rest is seen too faintly (practical).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..calibration.information import Information
from ..errors import IdentifiabilityError, InputError, nearest
from ..sampling.cure import LEAST_SHARE
from .contract import Problem

Reason = Literal["told", "mute", "combined", "faint"]
# Residual widths over a prior width, and share of the best-seen direction: less is rounding of the solver.
MUTE, RANK = 1e-4, 1e-6
# Prior widths from the fit, to see whether a rank that is lacking there is lacking elsewhere too.
ELSEWHERE = 0.5
NOTABLE = 0.2  # a smaller share of a combination is not worth naming
MOST_REPEATS = 1000


@dataclass(frozen=True)
class Identifiability:
    """What data tell of each parameter.

    Parameters
    ----------
    names : tuple of str
    share : ndarray, shape (n,)
        Share of the prior variance that the data take away, 0 to 1.
    reasons : tuple of {"told", "mute", "combined", "faint"}
        Why a parameter is not told: no sample depends on it; samples depend on it only through a combination
        with others; samples depend on it too little. The first two stay, however often samples are repeated.
    known : tuple of str
        What combines several parameters and the data know better than the priors do, the best first.
    repeats : int or None
        How often all samples would have to be taken, on other days, for all that is asked and merely faint to
        be told; None where no number up to a thousand would do.
    asked : tuple of str
    """

    names: tuple[str, ...]
    share: np.ndarray
    reasons: tuple[Reason, ...]
    known: tuple[str, ...]
    repeats: int | None
    asked: tuple[str, ...]

    @property
    def untold(self) -> tuple[str, ...]:
        """What was asked and is not told."""
        return tuple(name for name in self.asked if self.reason(name) != "told")

    def reason(self, name: str) -> Reason:
        """Return why a parameter is not told, or that it is."""
        return self.reasons[self.names.index(name)]

    @property
    def text(self) -> str:
        """The verdict in words, one sentence a reason."""
        if not self.untold:
            told = ", ".join(f"{name} ({self._percent(name)})" for name in self.asked)
            return f"the data tell {told} of the prior variance"
        words = {
            "mute": "nothing that was measured depends on {}",
            "combined": "the data cannot tell {} apart" + self._combination(),
            "faint": "the data are too few or too noisy for {}" + self._faint(),
        }
        return "; ".join(
            sentence.format(_listed([self._with_share(one) for one in names]))
            for reason, sentence in words.items()
            if (names := [one for one in self.untold if self.reason(one) == reason])
        )

    def _combination(self) -> str:
        return f": together they fix {self.known[0]} and no more" if self.known else ""

    def _faint(self) -> str:
        return (
            "" if self.repeats is None else f", about {self.repeats} times as many, on other days, would do"
        )

    def _with_share(self, name: str) -> str:
        return name if self.reason(name) == "mute" else f"{name} ({self._percent(name)})"

    def _percent(self, name: str) -> str:
        return f"{100 * self.share[self.names.index(name)]:.0f} %"


def identify(
    problem: Problem,
    x: np.ndarray,
    *,
    asked: Sequence[str] | None = None,
    cure: Callable[[Sequence[str]], str] | None = None,
    least_share: float = LEAST_SHARE,
    widths: Sequence[float] | np.ndarray | None = None,
) -> Identifiability:
    """Judge whether data tell parameters, and refuse in words where they do not.

    Parameters
    ----------
    problem : Problem
    x : ndarray, shape (n_free,)
        Where: the fit, or the priors' centres.
    asked : sequence of str, optional
        Parameters that have to be told; all free ones when left out.
    cure : callable, optional
        Says what would help the names that are not told; see :func:`exerkine_sim.sampling.curing`.
    least_share : float
        Share of the prior variance that data have to take away from what they tell, above 0 and below 1.
    widths : array_like, shape (n_free,), optional
        Standard deviations of ln value of the priors, by which combinations get their exponents; all alike
        when left out.

    Returns
    -------
    Identifiability

    Raises
    ------
    IdentifiabilityError
        When something that was asked is not told: what, alone or in which product or ratio, and the cure.
    InputError
        For a name that is not free, or a share that cannot be.
    """
    names = tuple(problem.names)
    wanted = names if asked is None else tuple(asked)
    _check(wanted, names, least_share)
    slopes = _finite(problem.slopes(np.asarray(x, dtype=float)))
    share = Information.of(slopes).share
    reasons = _reasons(problem, x, slopes, share, least_share=least_share)
    places = [names.index(one) for one in wanted]
    ln_widths = np.ones(len(names)) if widths is None else np.asarray(widths, dtype=float)
    found = Identifiability(
        names=names,
        share=share,
        reasons=reasons,
        known=_known(names, slopes, ln_widths),
        repeats=_repeats(slopes, [one for one in places if reasons[one] == "faint"], least_share),
        asked=wanted,
    )
    if found.untold:
        raise IdentifiabilityError(
            found.text,
            expected=f"data that take away {100 * least_share:.0f} % of the prior variance of each",
            fix=cure(found.untold) if cure is not None else _plain_fix(found),
            field=", ".join(found.untold),
        )
    return found


def _reasons(
    problem: Problem, x: np.ndarray, slopes: np.ndarray, share: np.ndarray, *, least_share: float
) -> tuple[Reason, ...]:
    """Return for each parameter whether it is told, and why not."""
    untold = share < least_share
    if not untold.any():
        return ("told",) * len(share)
    # Combined is what no sample tells apart wherever one looks; an accident of one place does not count.
    others = [_finite(problem.slopes(one)) for one in _elsewhere(problem, np.asarray(x, dtype=float))]
    mute = np.all([np.abs(one).max(axis=0, initial=0.0) < MUTE for one in (slopes, *others)], axis=0)
    unseen = np.min([_unseen(one) for one in (slopes, *others)], axis=0)
    combined = unseen > NOTABLE**2
    return tuple(
        "told" if not one else "mute" if two else "combined" if three else "faint"
        for one, two, three in zip(untold.tolist(), mute.tolist(), combined.tolist(), strict=True)
    )


def _elsewhere(problem: Problem, x: np.ndarray) -> list[np.ndarray]:
    """Return two other guesses, in directions that differ from parameter to parameter."""
    low, high = problem.bounds
    away = ELSEWHERE * np.where(np.arange(len(x)) % 2 == 0, 1.0, -1.0) / (1 + np.arange(len(x)) // 2)
    return [np.clip(x + sign * away, low, high) for sign in (1.0, -1.0)]


def _unseen(slopes: np.ndarray) -> np.ndarray:
    """Return how much of each parameter lies in directions that no sample sees, 0 to 1."""
    _, values, rows = np.linalg.svd(slopes, full_matrices=True)
    values = np.append(values, np.zeros(len(rows) - len(values)))
    hidden = rows[values < max(MUTE, RANK * values.max(initial=0.0))]
    return (hidden**2).sum(axis=0)


def _repeats(slopes: np.ndarray, wanted: Sequence[int], least_share: float) -> int | None:
    for times in np.unique(np.geomspace(1, MOST_REPEATS, 200).round().astype(int)).tolist():
        if (Information.of(np.sqrt(times) * slopes).share[wanted] >= least_share).all():
            return times
    return None


def _known(names: Sequence[str], slopes: np.ndarray, widths: np.ndarray) -> tuple[str, ...]:
    told = Information.of(slopes)
    several = (one for one in told.directions if (np.abs(one) >= NOTABLE).sum() > 1)
    return tuple(_power(names, np.where(np.abs(one) >= NOTABLE, one, 0.0) / widths) for one in several)


def _power(names: Sequence[str], exponents: np.ndarray) -> str:
    """Return a product of powers, as it is written: ``a / b^0.5``."""
    scaled = (exponents / exponents[np.abs(exponents).argmax()]).tolist()
    above, below = (
        [_factor(name, abs(one)) for name, one in zip(names, scaled, strict=True) if one * sign > 0]
        for sign in (1, -1)
    )
    divisor = " * ".join(below) if len(below) < 2 else f"({' * '.join(below)})"
    return " * ".join(above) + (f" / {divisor}" if below else "")


def _factor(name: str, exponent: float) -> str:
    return name if f"{exponent:.1f}" == "1.0" else f"{name}^{exponent:.1g}"


def _plain_fix(found: Identifiability) -> str:
    others = "take other samples" if "faint" not in found.reasons else "take more samples, or other ones"
    return f"{others}, or hold {_listed(found.untold)} at published values"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _finite(slopes: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(slopes), slopes, 0.0)


def _check(wanted: Sequence[str], names: Sequence[str], least_share: float) -> None:
    strange = [one for one in wanted if one not in names]
    if strange or not wanted:
        raise InputError(
            f"'{strange[0]}' is not free" if strange else "nothing asked",
            fix=nearest(strange[0], names) if strange else "name a free parameter",
            field="asked",
        )
    if not 0 < least_share < 1:
        raise InputError(f"least_share = {least_share}", expected="above 0, below 1", field="least_share")
