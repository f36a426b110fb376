"""The small linear systems of a step, written out: 3 x 3 in closed form, blocks by elimination.

No pivoting: with the stages of a state kept together the pivots are those of ``A^-1 + h k``, which are
positive for every decaying state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .radau import INVERSE
from .vector import Code, Value

Matrix = Sequence[Sequence[Value]]


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
