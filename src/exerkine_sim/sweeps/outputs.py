"""What a sweep keeps of each member."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import InputError, nearest
from ..measured import PER, check_fold
from ..simulate import check_tolerance
from .factor import plain

METRICS = ("baseline", "before", "c_max", "t_max_h", "c_min", "t_min_h", "value", "at_h", "fold", "auc")
USUAL_METRICS = ("c_max", "auc")
SITES = ("blood", "all")


@dataclass(frozen=True, slots=True)
class Outputs:
    """What is kept of each member.

    Parameters
    ----------
    exerkines : tuple of str
        Molecules; all of them when empty.
    sites : {"blood", "all"}
        Whole blood, plasma or serum, one site of each molecule; or everywhere.
    metrics : tuple of str
        Summary numbers, under their names in :func:`exerkine_sim.measure`; ``above_h`` with `above_fold`.
    per : {"block", "session", "stretch"}
        Of the whole time, or of each session.
    above_fold : float, optional
        Multiple of the resting value above which hours are counted.
    times_h : tuple of float
        Hours from the first midnight at which concentrations are kept as well; none when empty.
    end_h : float, optional
        Where the simulation ends; a day after the last event by default.
    tolerance : float
    clock : bool
    """

    exerkines: tuple[str, ...] = ()
    sites: str = "blood"
    metrics: tuple[str, ...] = USUAL_METRICS
    per: str = "block"
    above_fold: float | None = None
    times_h: tuple[float, ...] = ()
    end_h: float | None = None
    tolerance: float = 1e-6
    clock: bool = False

    def __post_init__(self) -> None:
        for name in ("exerkines", "metrics", "times_h"):
            given = getattr(self, name)
            object.__setattr__(self, name, (given,) if isinstance(given, str) else tuple(given))
        object.__setattr__(self, "times_h", tuple(map(float, self.times_h)))
        for name in ("above_fold", "end_h", "tolerance"):
            object.__setattr__(self, name, plain(getattr(self, name)))
        one_word("outputs.sites", self.sites, SITES)
        one_word("outputs.per", self.per, PER)
        check_fold(self.above_fold)
        known = METRICS if self.above_fold is None else (*METRICS, "above_h")
        for name in self.metrics:
            one_word("outputs.metrics", name, known)
        self._check_lists()
        check_tolerance(self.tolerance)

    def _check_lists(self) -> None:
        for name in ("exerkines", "metrics"):
            given = getattr(self, name)
            if len(set(given)) < len(given):
                raise InputError(
                    f"{name} = {', '.join(given)[:80]}", expected="each once", field=f"outputs.{name}"
                )
        if not self.metrics and not self.times_h:
            raise InputError(
                "nothing to keep", expected="metrics, or times_h", fix="name one", field="outputs.metrics"
            )


def one_word(name: str, value: object, known: Sequence[str], *, field: str | None = None) -> None:
    """Refuse a word that is not among the known ones."""
    if value not in known:
        raise InputError(
            f"{name} = {str(value)[:60]!r}",
            expected=", ".join(known) or "plans to choose from",
            fix=nearest(str(value)[:60], known) if known else "name them under [plans]",
            field=name if field is None else field,
        )
