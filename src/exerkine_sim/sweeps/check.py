"""What a design may vary, and what values it may take: refused before the work, naming the field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..errors import InputError, ParameterError, nearest
from ..subject.limits import RANGES, SEXES, TRAINING
from .factor import Factor, Value, Values
from .feature import FEATURES
from .outputs import one_word

if TYPE_CHECKING:
    from .design import Design

PLAN, FIELD = "plan", "subject."  # the factor that chooses among plans; what fields of the person begin with
WORDS: Mapping[str, tuple[str, ...]] = {"subject.sex": SEXES, "subject.training": TRAINING}
FIELDS = (*(f"{FIELD}{name}" for name in RANGES if name != "one_rm_kg"), *WORDS)
FASTED = "plan.fasted"


def check_factors(design: Design) -> None:
    """Refuse what cannot vary, or not in this way."""
    twice = {name for name in design.names if design.names.count(name) > 1}
    if twice:
        raise InputError(f"'{min(twice)}' varies twice", expected="each factor once", field="vary")
    for factor in design.factors:
        _check_name(factor.name, design)
        distribution = factor.distribution
        values = distribution.values if isinstance(distribution, Values) else (0.0,)
        _check_values(factor, values, design, field=f"vary.{factor.name}")


def check_points(design: Design) -> None:
    """Refuse points that do not fit the factors."""
    if design.sampling.method == "grid" and 0 in design.sizes:
        name = design.names[design.sizes.index(0)]
        raise InputError(
            f"'{name}' has no values for a grid",
            expected="values, or low, high and steps",
            fix=f'"{name}" = {{ low = ..., high = ..., steps = 5 }}',
            field=f"vary.{name}",
        )
    if (design.sampling.method == "list") != bool(design.rows):
        raise InputError("rows", expected="with method = 'list', and only there", field="rows")
    for row in design.rows:
        if len(row) != len(design.factors):
            raise InputError(
                f"{len(row)} values", expected=f"{len(design.factors)} in every row", field="rows"
            )
    for factor, column in zip(design.factors, zip(*design.rows, strict=True), strict=False):
        _check_values(factor, column, design, field=f"rows.{factor.name}")
    if not design.factors and (design.population is None or design.sampling.method != "grid"):
        raise InputError(
            "nothing varies",
            expected="a factor, or a population with method = 'grid'",
            fix="add one under [vary]",
            field="vary",
        )


def _check_name(name: str, design: Design) -> None:
    if name == PLAN or name in FEATURES or name in FIELDS:
        return
    if name not in design.parameters or name.startswith("variability."):
        raise ParameterError(
            f"'{name[:60]}' cannot vary",
            expected="a parameter, a field of the person (subject.age_y) or a feature of the plan "
            "(plan.duration)",
            fix=nearest(name[:60], {*design.model.parameters, *FEATURES, *FIELDS}),
            field="vary",
        )


def _check_values(factor: Factor, values: Sequence[Value], design: Design, *, field: str) -> None:
    """Refuse words where numbers belong, and the other way round."""
    words = {**WORDS, PLAN: tuple(design.plans)}
    if factor.name in words:
        for value in dict.fromkeys(values):
            one_word(factor.name, value, words[factor.name], field=field)
        return
    kind = bool if factor.name == FASTED else float
    strange = [value for value in values if type(value) is not kind]
    if strange:
        raise InputError(
            f"{factor.name} = {strange[0]!r}"[:100],
            expected="true or false" if kind is bool else "numbers",
            field=field,
        )
