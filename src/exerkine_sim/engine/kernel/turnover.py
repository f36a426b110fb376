"""States linear in themselves: how their stages are solved for each decay rate, and how wrong a step is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .across import Across
from .layout import POINTS, SOLVE, STAGES, TOGETHER
from .radau import ALPHA, BETA, GAMMA, INVERSE
from .vector import Value

MOST_GROWTH = 1.0  # of a state's logarithm in a step
# What the fourth derivative counts by itself: between the ends of a step it is what the cubic lacks.
BETWEEN_SHARE = 1.5e-4
# The adjugate of ``A^-1 + d`` is ``d^2 + d (trace(A^-1) - A^-1) + adj(A^-1)``, its determinant
# ``(d + GAMMA) ((d + ALPHA)^2 + BETA^2)``.
_MATRIX = np.array(INVERSE)
LINEAR = np.trace(_MATRIX) * np.eye(STAGES) - _MATRIX
FIXED = np.linalg.det(_MATRIX) * np.linalg.inv(_MATRIX)


def write_solves(across: Across, n_decays: int) -> None:
    """Write: ``h (A^-1 + h k)^-1`` by columns, and the error filter, for every decay rate k."""
    code, layout, h = across.code, across.layout, across.lane("h")
    with across.walk(-(-n_decays // TOGETHER)) as group:
        decays = [h * across.take(layout["decays"] + layout.row * part, group) for part in range(TOGETHER)]
        norms = [code.fma(decay + ALPHA, decay + ALPHA, BETA * BETA) for decay in decays]
        overs = code.reciprocals([(decay + GAMMA) * norm for decay, norm in zip(decays, norms, strict=True)])
        for part, (decay, norm, over) in enumerate(zip(decays, norms, overs, strict=True)):
            # Growth beyond e in a step nears the method's pole: no estimate is small enough to allow it.
            damping = code.select(decay < -MOST_GROWTH, float("inf"), norm * over * GAMMA)
            scale, place = h * over, layout["solves"] + SOLVE * layout.row * part
            for column in range(STAGES):
                values = [_adjugate(decay, row, column) * scale for row in range(STAGES)]
                more = [damping] if column == 0 else []
                across.give_points([*values, *more], place + POINTS * column, group, apart=SOLVE)


def _adjugate(decay: Value, row: int, column: int) -> Value:
    slope = decay + float(LINEAR[row, column]) if row == column else float(LINEAR[row, column])
    return decay.code.fma(decay, slope, float(FIXED[row, column]))


def error_parts(lane: Callable[[str], Value], jump: Value, before: Value) -> tuple[Value, Value]:
    """Return what the change of the fourth derivative since the last step, and itself, say of the error."""
    code = jump.code
    change = code.abs(code.fma(lane("history"), before, jump)) * lane("share")
    size = code.abs(jump)
    sudden = code.fma(lane("kink_history"), code.abs(before), size * lane("kink_share"))
    return change, code.max(sudden, size * BETWEEN_SHARE)
