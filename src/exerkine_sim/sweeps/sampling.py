"""Where in the unit cube each point of a design lies: a function of the point's number, and of no other.

    grid      every combination of the factors' values; the last factor changes fastest
    list      rows that were given
    random    independent numbers
    latin     Latin hypercube: each factor's (0, 1) cut into n cells, one point in each
    sobol     a scrambled Sobol' sequence
    saltelli  Sobol' points as Saltelli2010 combines them, n (k + 2) points, for variance-based indices
    morris    trajectories that move one factor at a time, n (k + 1) points, for screening

The last two are laid out as SALib lays them out, so that it can read them.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

import numpy as np

from ..errors import InputError, nearest
from ..extra import needs
from ..subject.population import MAX_SEED, whole_number
from ..uncertainty import uniform

METHODS = ("grid", "list", "random", "latin", "sobol", "saltelli", "morris")
GIVEN = ("grid", "list")  # their factors and rows say how many points there are
MOST_POINTS = 1_000_000_000
MOST_NUMBERS = 50_000_000  # that a method may keep in memory, which knows its points only together
MORRIS_LEVELS = 4
SOBOL_BITS = 30  # of each number, and so of the longest sequence
# Nearer to 0 or 1 no distribution is asked: a sequence may end on 0 itself.
EDGE = 2.0**-53


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the points of a design are chosen.

    Parameters
    ----------
    method : {"grid", "list", "random", "latin", "sobol", "saltelli", "morris"}
    n : int
        Points; base points of ``saltelli`` and trajectories of ``morris``. A power of two keeps the balance
        of a Sobol' sequence. Not for ``grid`` and ``list``, which count themselves.
    seed : int
        From 0.
    """

    method: str = "sobol"
    n: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise InputError(
                f"method = {str(self.method)[:40]!r}",
                expected=", ".join(METHODS),
                fix=nearest(str(self.method)[:40], METHODS),
                field="sample.method",
            )
        object.__setattr__(self, "seed", whole_number("seed", self.seed, low=0, high=MAX_SEED))
        if (self.n is None) != (self.method in GIVEN):
            raise InputError(
                f"n = {self.n} with method = {self.method!r}",
                expected="no n: factors or rows count themselves" if self.method in GIVEN else "a number n",
                fix="leave n out" if self.method in GIVEN else "for example n = 1024",
                field="sample.n",
            )
        if self.n is not None:
            object.__setattr__(self, "n", whole_number("n", self.n, low=1, high=MOST_POINTS))

    def size(self, sizes: Sequence[int]) -> int:
        """Return how many points there are.

        Parameters
        ----------
        sizes : sequence of int, length n_factors
            How many values each factor has, for a grid.

        Raises
        ------
        InputError
            For more than the method can keep in memory.
        """
        k, n = len(sizes), self.n or 0
        kept = {"latin": n * k, "morris": n * (k + 1) * k}.get(self.method, 0)
        if kept > MOST_NUMBERS:
            raise InputError(
                f"n = {n:,} with {k} factors",
                expected=f"at most {MOST_NUMBERS:,} numbers with method = {self.method!r}, not {kept:,}",
                fix="take a smaller n, or method = 'sobol'",
                field="sample.n",
            )
        match self.method:
            case "grid":
                return int(np.prod(sizes, dtype=object)) if sizes else 1
            case "saltelli":
                return n * (k + 2)
            case "morris":
                return n * (k + 1)
        return n

    def cube(self, names: Sequence[str], *, sizes: Sequence[int], first: int, n: int) -> np.ndarray:
        """Return where the points `first`, `first` + 1, ... lie, each within (0, 1), shape (n, n_factors).

        Parameters
        ----------
        names : sequence of str, length n_factors
        sizes : sequence of int, length n_factors
            How many values each factor has, for a grid.
        first, n : int

        Examples
        --------
        >>> draw = Sampling("sobol", n=8, seed=1)
        >>> whole, rest = (draw.cube("ab", sizes=[0, 0], first=at, n=8 - at) for at in (0, 5))
        >>> bool((whole[5:] == rest).all())
        True
        """
        number = np.arange(first, first + n)
        match self.method:
            case "grid":
                return (_mixed(number, sizes) + 0.5) / np.array(sizes, dtype=float)
            case "random":
                columns = [uniform(self.seed, f"point {name}", first=first, n=n) for name in names]
                return np.array(columns).reshape(len(names), n).T
            case "latin":
                return np.stack([self._latin(name, first, n) for name in names], axis=1)
            case "sobol":
                return _sobol(_turns(len(names), self.seed, self._bits), number)
            case "saltelli":
                return self._saltelli(len(names), first, n)
            case "morris":
                return _morris(len(names), self.n or 0, self.seed)[number]
        raise InputError("a list has its rows", expected="another method", field="sample.method")

    def table(self) -> dict[str, Any]:
        """Return it as a design file writes it."""
        many = {} if self.n is None else {"n": self.n}
        return {"method": self.method, **many, "seed": self.seed}

    @property
    def _bits(self) -> int:
        """How many binary digits the numbers of the points of a sequence have."""
        return max(1, ((self.n or 1) - 1).bit_length())

    def _latin(self, name: str, first: int, n: int) -> np.ndarray:
        size = self.n or 0
        cell = _permutation(self.seed, name, size)[first : first + n]
        return (cell + uniform(self.seed, f"point {name}", first=first, n=n)) / size

    def _saltelli(self, k: int, first: int, n: int) -> np.ndarray:
        """Return rows of A, of A with one column of B, and of B, base point by base point."""
        block = k + 2
        begin, end = first // block, -(-(first + n) // block)
        base = _sobol(_turns(2 * k, self.seed, self._bits), np.arange(begin, end))
        rows = np.repeat(base[:, None, :k], block, axis=1)
        for column in range(k):
            rows[:, column + 1, column] = base[:, k + column]
        rows[:, -1] = base[:, k:]
        skipped = first - begin * block
        return rows.reshape(-1, k)[skipped : skipped + n]


def _mixed(number: np.ndarray, sizes: Sequence[int]) -> np.ndarray:
    """Return the digits of numbers in a mixed radix, the last digit changing fastest."""
    places, left = np.empty((len(number), len(sizes)), dtype=int), number
    for column in range(len(sizes) - 1, -1, -1):
        left, places[:, column] = np.divmod(left, sizes[column])
    return places


def _sobol(turns: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Return points of a Sobol' sequence by their numbers, wherever in it they are.

    The point 0, and one direction for each digit 1 of the Gray code of the number, are combined by exclusive
    or: a generator would have to pass all points before.

    References
    ----------
    Antonov and Saleev (1979), An economic method of computing LP-tau sequences.
    """
    gray = number ^ (number >> 1)
    found = np.broadcast_to(turns[0], (len(number), turns.shape[1])).copy()
    for digit, turn in enumerate(turns[1:]):
        found ^= ((gray >> digit) & 1)[:, None] * turn
    return np.clip(found * 2.0**-SOBOL_BITS, EDGE, 1 - EDGE)


@lru_cache(maxsize=8)
def _turns(k: int, seed: int, bits: int) -> np.ndarray:
    """Return point 0 of a scrambled sequence and its first directions, shape (1 + bits, k), as integers.

    They are read off points of SciPy's generator: each direction is all that a point differs by from the one
    before it.
    """
    from scipy.stats import qmc

    engine = qmc.Sobol(k, scramble=True, bits=SOBOL_BITS, rng=np.random.default_rng(seed))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a part of a sequence need not be a power of two
        points = [engine.random(3)]
        points += [engine.fast_forward(2**n - 1 - engine.num_generated).random(2) for n in range(2, bits)]
    whole = [(one * 2.0**SOBOL_BITS).astype(np.int64) for one in points]
    steps = [whole[0][0] ^ whole[0][1], *(one[-2] ^ one[-1] for one in whole)]
    return np.array([whole[0][0], *steps[:bits]])


@lru_cache(maxsize=64)
def _permutation(seed: int, name: str, n: int) -> np.ndarray:
    key = int.from_bytes(sha256(f"{seed} order {name}".encode()).digest()[:16], "big")
    return np.random.Generator(np.random.Philox(key=key)).permutation(np.arange(n, dtype=np.int32))


@lru_cache(maxsize=4)
def _morris(k: int, n: int, seed: int) -> np.ndarray:
    problem = {"num_vars": k, "names": [f"x{i}" for i in range(k)], "bounds": [[0.0, 1.0]] * k}
    sampler = needs("SALib.sample.morris", "analysis")
    return np.clip(sampler.sample(problem, n, num_levels=MORRIS_LEVELS, seed=seed), EDGE, 1 - EDGE)
