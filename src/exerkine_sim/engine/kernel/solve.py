"""The small linear systems of a step, written out: 3 x 3 in closed form, blocks by elimination."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .layout import POINTS, STAGES
from .points import Abreast, Apart
from .radau import INVERSE
from .vector import Code, Value

Columns = list[Value]  # of a 3 x 3 matrix; a value holds a number for each stage
Entry = Value | Columns  # how one state acts on another: at each stage by itself, or across stages


def stage_cofactors(code: Apart | Abreast, decays: Value) -> tuple[Columns, Value]:
    """Return the columns of the adjugate, and the determinant, of ``A^-1 + diag(decays)``.

    Parameters
    ----------
    decays : Value
        ``h k`` at each stage.
    """
    a = INVERSE
    d = decays + code.each_its_own([a[stage][stage] for stage in range(STAGES)])
    adjugate = []
    for column in range(STAGES):
        # Off the diagonal a_ik a_kj - a_ij d_k with k the third stage; on it d_k d_l - a_kl a_lk.
        k, m = (stage for stage in range(STAGES) if stage != column)
        third = [k if row == column else STAGES - row - column for row in range(STAGES)]
        fixed = [
            -a[k][m] * a[m][k] if row == column else a[row][other] * a[other][column]
            for row, other in enumerate(third)
        ]
        own = code.each_its_own([-row[column] for row in a])
        factor = code.picked(d, own, [m if row == column else POINTS + row for row in range(STAGES)])
        adjugate.append(code.fma(code.picked(d, d, third), factor, code.each_its_own(fixed)))
    first_row = [code.apart(d)[0], *map(code.code.number, a[0][1:])]
    return adjugate, code.code.dot(first_row, code.apart(adjugate[0]))


class StageSolver:
    """Solves ``(A^-1 x 1 - h J) x = r`` for a block of states, the stages of a state together.

    One state acts on another by one number a stage, so a pivot is a 3 x 3 matrix and takes one division.
    No pivoting: the first pivot is ``A^-1 + h k``, whose leading minors are positive for a decaying state.

    Parameters
    ----------
    code : Apart or Abreast
    slopes : mapping of (int, int) to Value
        ``-h J`` at each stage, by row and column within the block; what is left out is 0.
    n : int
        States.
    """

    def __init__(self, code: Apart | Abreast, slopes: Mapping[tuple[int, int], Value], n: int) -> None:
        self.code, self.n = code, n
        self._decays = [slopes.get((state, state), code.number(0.0)) for state in range(n)]
        self._between: dict[tuple[int, int], Entry] = {
            place: slope for place, slope in slopes.items() if place[0] != place[1]
        }
        self._inverses: list[Columns] = []
        self._factors: dict[tuple[int, int], Columns] = {}
        for pivot in range(n):
            self._eliminate(pivot)

    def solved(self, right: Sequence[Value]) -> list[Value]:
        """Return x, the stages of each state, for a right side of the same form."""
        rest = list(right)
        for (row, pivot), factor in self._factors.items():
            rest[row] = self._less(rest[row], factor, rest[pivot])
        for row in reversed(range(self.n)):
            for column in range(row + 1, self.n):
                if (row, column) in self._between:
                    rest[row] = self._less(rest[row], self._between[row, column], rest[column])
            rest[row] = self.code.dot(self._inverses[row], self.code.everywhere(rest[row]))
        return rest

    def _eliminate(self, pivot: int) -> None:
        inverse = self._inverse(pivot)
        self._inverses.append(inverse)
        for row in range(pivot + 1, self.n):
            if (row, pivot) in self._between:
                factor = self._factors[row, pivot] = self._on_left(self._between[row, pivot], inverse)
                for column in range(pivot + 1, self.n):
                    if (pivot, column) in self._between:
                        self._fill((row, column), self._product(factor, self._between[pivot, column]))

    def _fill(self, place: tuple[int, int], less: Columns) -> None:
        old = self._between.get(place)
        if isinstance(old, Value):
            old = [self._alone(old, stage) for stage in range(STAGES)]
        self._between[place] = (
            [-one for one in less] if old is None else [a - b for a, b in zip(old, less, strict=True)]
        )

    def _inverse(self, state: int) -> Columns:
        """Return the inverse of a pivot, by its adjugate."""
        filled = self._between.pop((state, state), None)
        if filled is None:
            adjugate, determinant = stage_cofactors(self.code, self._decays[state])
        else:
            assert isinstance(filled, list), "an elimination has filled it"
            adjugate, determinant = _cofactors(self.code, self._full(state, filled))
        over = self.code.spread(1.0 / determinant)
        return [column * over for column in adjugate]

    def _full(self, state: int, filled: Columns) -> Columns:
        """Return ``A^-1`` with what the stages' decay and the elimination so far have added."""
        return [
            column
            + self.code.each_its_own([row[stage] for row in INVERSE])
            + self._alone(self._decays[state], stage)
            for stage, column in enumerate(filled)
        ]

    def _alone(self, value: Value, stage: int) -> Value:
        """Return what a stage has, and 0 for the others."""
        places = [stage if other == stage else POINTS + other for other in range(STAGES)]
        return self.code.picked(value, self.code.number(0.0), places)

    def _on_left(self, left: Entry, right: Columns) -> Columns:
        return [left * one if isinstance(left, Value) else self._times(left, one) for one in right]

    def _product(self, left: Columns, right: Entry) -> Columns:
        if isinstance(right, Value):
            return [a * b for a, b in zip(left, self.code.everywhere(right), strict=True)]
        return self._on_left(left, right)

    def _times(self, columns: Columns, x: Value) -> Value:
        return self.code.dot(columns, self.code.everywhere(x))

    def _less(self, value: Value, entry: Entry, x: Value) -> Value:
        if isinstance(entry, Value):
            return self.code.fma(-entry, x, value)
        for column, one in zip(entry, self.code.everywhere(x), strict=True):
            value = self.code.fma(-column, one, value)
        return value


def _cofactors(code: Apart | Abreast, columns: Columns) -> tuple[Columns, Value]:
    """Return the columns of the adjugate, and the determinant, of a 3 x 3 matrix."""
    rows = code.transposed(columns)
    turned = [[code.picked(row, row, places) for places in ([1, 2, 0], [2, 0, 1])] for row in rows]
    adjugate = []
    for column in range(STAGES):
        (a, b), (c, d) = (turned[(column + ahead) % STAGES] for ahead in (1, 2))
        adjugate.append(code.fma(a, d, -(b * c)))
    return adjugate, code.code.dot(code.apart(rows[0]), code.apart(adjugate[0]))


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
