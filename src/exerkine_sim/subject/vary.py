"""What may differ between the members of a population, and how it is asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from ..errors import InputError, nearest

PREFIX = "variability."
# Fields of the person; they stay as given unless a population is asked to vary them.
FIELDS = ("subject.body_mass_kg", "subject.vo2max_ml_kg_min", "subject.body_fat_percent")
# Quantities that follow from the person, and what moves with them; a plan's inputs use none of these.
QUANTITIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "subject.blood_volume": ("subject.blood_volume", "subject.plasma_volume"),
        "subject.lactate_threshold": ("subject.lactate_threshold",),
    }
)
MAX_SIGMA = 2.0
Vary = Mapping[str, float] | Sequence[str] | None


class Spread(NamedTuple):
    """How much people differ in one quantity.

    Parameters
    ----------
    sigma_ln : float
        Standard deviation, between people, of the natural logarithm.
    basis : {"measured", "fitted", "derived", "assumed", "given"}
        ``given`` where the one who asked for the population set it.
    """

    sigma_ln: float
    basis: str


def named(group: str, known: Mapping[str, Spread]) -> list[str]:
    """Return the quantities that a name means: itself, or all of a module."""
    names = [name for name in known if name == group or name.startswith(f"{group}.")]
    if not names:
        modules = {name.partition(".")[0] for name in known}
        raise InputError(
            f"no known spread of '{group[:60]}'",
            expected="a name of params/variability.toml, or a mapping that says how much it varies",
            fix=nearest(group, {*known, *modules}),
            field="vary",
        )
    return names


def checked_vary(vary: Any) -> Vary:
    """Return names, or names with their spreads, read-only."""
    names = [vary] if isinstance(vary, str) else vary
    if names is None:
        return None
    if not isinstance(names, Mapping | Sequence) or not all(isinstance(name, str) for name in names):
        raise InputError(
            f"vary = {str(vary)[:40]}", expected="names, or a mapping from name to spread", field="vary"
        )
    if not isinstance(names, Mapping):
        return tuple(names)
    for name, sigma in names.items():
        if isinstance(sigma, bool | str) or not isinstance(sigma, int | float) or not 0 <= sigma <= MAX_SIGMA:
            raise InputError(
                f"{name[:60]} = {str(sigma)[:40]}",
                expected=f"the standard deviation of the natural logarithm, 0 to {MAX_SIGMA:g}",
                fix="a coefficient of variation of 30 % is 0.29",
                field="vary",
            )
    return MappingProxyType({name: float(sigma) for name, sigma in names.items()})


def check_free(vary: Collection[str]) -> None:
    """Refuse a field of the person where a cohort has drawn it."""
    taken = [name for name in vary if name in FIELDS]
    if taken:
        raise InputError(
            f"'{taken[0]}' as what varies in a cohort",
            expected="what the norms of the cohort do not draw",
            fix="leave it out: everybody has one of their own",
            field="vary",
        )
