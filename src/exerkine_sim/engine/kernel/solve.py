"""The small linear systems of a step, written out: 3 x 3 in closed form, blocks by elimination."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from .radau import INVERSE
from .vector import Code, Value

Matrix = Sequence[Sequence[Value]]
Entries = dict[tuple[int, int], Value]  # of a matrix, by row and column; what is left out is 0
STAGES = range(3)


def stage_cofactors(code: Code, decays: Sequence[Value]) -> tuple[Matrix, Value]:
    """Return adjugate and determinant of ``A^-1 + diag(decays)``.

    Parameters
    ----------
    decays : sequence of Value, length 3
        ``h k`` at each stage.
    """
    a, d = INVERSE, [INVERSE[i][i] + decay for i, decay in enumerate(decays)]
    fma = code.fma
    adjugate = [
        [
            fma(d[1], d[2], -a[1][2] * a[2][1]),
            fma(d[2], -a[0][1], a[0][2] * a[2][1]),
            fma(d[1], -a[0][2], a[0][1] * a[1][2]),
        ],
        [
            fma(d[2], -a[1][0], a[1][2] * a[2][0]),
            fma(d[0], d[2], -a[0][2] * a[2][0]),
            fma(d[0], -a[1][2], a[0][2] * a[1][0]),
        ],
        [
            fma(d[1], -a[2][0], a[1][0] * a[2][1]),
            fma(d[0], -a[2][1], a[0][1] * a[2][0]),
            fma(d[0], d[1], -a[0][1] * a[1][0]),
        ],
    ]
    determinant = code.dot([d[0], a[0][1], a[0][2]], [adjugate[0][0], adjugate[1][0], adjugate[2][0]])
    return adjugate, determinant


class StageSolver:
    """Solves ``(A^-1 x 1 - h J) x = r`` for a block of states, the stages of a state together.

    One state acts on another by one number a stage, so a pivot is a 3 x 3 matrix and takes one division.
    No pivoting: the first pivot is ``A^-1 + h k``, whose leading minors are positive for a decaying state.

    Parameters
    ----------
    code : Code
    slopes : mapping of (int, int) to sequence of Value, length 3
        ``-h J`` at each stage, by row and column within the block; what is left out is 0.
    n : int
        States.
    """

    def __init__(self, code: Code, slopes: Mapping[tuple[int, int], Sequence[Value]], n: int) -> None:
        self.code, self.n = code, n
        none = [code.number(0.0)] * 3
        self._decays = [slopes.get((state, state), none) for state in range(n)]
        self._between: dict[tuple[int, int], Entries] = {
            place: {(stage, stage): slope for stage, slope in enumerate(own)}
            for place, own in slopes.items()
            if place[0] != place[1]
        }
        self._inverses: list[Entries] = []
        self._factors: dict[tuple[int, int], Entries] = {}
        for pivot in range(n):
            self._eliminate(pivot)

    def solved(self, right: Sequence[Sequence[Value]]) -> list[list[Value]]:
        """Return x, the three stages of each state, for a right side of the same form."""
        rest = [list(one) for one in right]
        for (row, pivot), factor in self._factors.items():
            rest[row] = self._less(rest[row], factor, rest[pivot])
        for row in reversed(range(self.n)):
            for column in range(row + 1, self.n):
                if (row, column) in self._between:
                    rest[row] = self._less(rest[row], self._between[row, column], rest[column])
            rest[row] = self._times(self._inverses[row], rest[row])
        return rest

    def _eliminate(self, pivot: int) -> None:
        inverse = self._inverse(pivot)
        self._inverses.append(inverse)
        for row in range(pivot + 1, self.n):
            if (row, pivot) in self._between:
                factor = self._factors[row, pivot] = _product(self.code, self._between[row, pivot], inverse)
                for column in range(pivot + 1, self.n):
                    if (pivot, column) in self._between:
                        self._fill((row, column), _product(self.code, factor, self._between[pivot, column]))

    def _fill(self, place: tuple[int, int], less: Entries) -> None:
        old = self._between.get(place, {})
        self._between[place] = {
            entry: old[entry] - value if entry in old else -value for entry, value in less.items()
        } | {entry: value for entry, value in old.items() if entry not in less}

    def _inverse(self, state: int) -> Entries:
        """Return the inverse of a pivot, by its adjugate."""
        filled = self._between.pop((state, state), None)
        if filled is None:
            adjugate, determinant = stage_cofactors(self.code, self._decays[state])
        else:
            adjugate, determinant = _cofactors(self.code, self._full(state, filled))
        over = 1.0 / determinant
        return {(row, column): adjugate[row][column] * over for row, column in product(STAGES, STAGES)}

    def _full(self, state: int, filled: Entries) -> Matrix:
        """Return ``A^-1`` with what the stages' decay and the elimination so far have added."""
        matrix = [[filled[row, column] + INVERSE[row][column] for column in STAGES] for row in STAGES]
        for stage, decay in enumerate(self._decays[state]):
            matrix[stage][stage] = matrix[stage][stage] + decay
        return matrix

    def _times(self, block: Entries, x: Sequence[Value]) -> list[Value]:
        return [self.code.dot([block[row, column] for column in STAGES], x) for row in STAGES]

    def _less(self, value: Sequence[Value], block: Entries, x: Sequence[Value]) -> list[Value]:
        less = list(value)
        for (row, column), entry in block.items():
            less[row] = self.code.fma(-entry, x[column], less[row])
        return less


def _product(code: Code, a: Entries, b: Entries) -> Entries:
    """Return the product of two matrices of which some entries are known to be 0."""
    found: Entries = {}
    for (row, middle), left in a.items():
        for column in STAGES:
            if (middle, column) in b:
                right, old = b[middle, column], found.get((row, column))
                found[row, column] = left * right if old is None else code.fma(left, right, old)
    return found


def _cofactors(code: Code, a: Matrix) -> tuple[Matrix, Value]:
    """Return adjugate and determinant of a 3 x 3 matrix."""

    def minor(row: int, column: int) -> Value:
        (r, s), (c, d) = (((index + 1) % 3, (index + 2) % 3) for index in (row, column))
        return code.fma(a[r][c], a[s][d], -(a[r][d] * a[s][c]))

    adjugate = [[minor(column, row) for column in STAGES] for row in STAGES]
    return adjugate, code.dot(a[0], [adjugate[row][0] for row in STAGES])


def eliminated(code: Code, entries: Mapping[tuple[int, int], Value], right: Sequence[Value]) -> list[Value]:
    """Solve a linear system by Gaussian elimination that skips entries known to be 0.

    Parameters
    ----------
    entries : mapping of (row, column) to Value
    right : sequence of Value, length n
    """
    matrix, right, n = dict(entries), list(right), len(right)
    for pivot in range(n):
        _bring_up(matrix, right, pivot)
        inverse = 1.0 / matrix[pivot, pivot]
        for row in range(pivot + 1, n):
            if (row, pivot) not in matrix:
                continue
            factor = -(matrix[row, pivot] * inverse)
            right[row] = code.fma(factor, right[pivot], right[row])
            for column in range(pivot + 1, n):
                if (pivot, column) in matrix:
                    term = matrix[pivot, column]
                    old = matrix.get((row, column))
                    matrix[row, column] = factor * term if old is None else code.fma(factor, term, old)
        matrix[pivot, pivot] = inverse
    for row in reversed(range(n)):
        total = right[row]
        for column in range(row + 1, n):
            if (row, column) in matrix:
                total = code.fma(-matrix[row, column], right[column], total)
        right[row] = total * matrix[row, row]
    return right


def _bring_up(matrix: dict[tuple[int, int], Value], right: list[Value], pivot: int) -> None:
    """Exchange rows where an entry known to be 0 stands at the pivot."""
    if (pivot, pivot) in matrix:
        return
    n = len(right)
    row = next((row for row in range(pivot + 1, n) if (row, pivot) in matrix), None)
    if row is None:  # singular whatever the numbers: say so by a result that is no number
        matrix[pivot, pivot] = right[pivot].code.number(float("nan"))
        return
    for column in range(n):
        upper, lower = matrix.pop((pivot, column), None), matrix.pop((row, column), None)
        if upper is not None:
            matrix[row, column] = upper
        if lower is not None:
            matrix[pivot, column] = lower
    right[pivot], right[row] = right[row], right[pivot]
