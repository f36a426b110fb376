"""Claims as their file holds them, read, checked and made ready to run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from ...errors import InputError, nearest
from ...files import read_toml, validated
from ...parameters import params_folder
from ...schedule import Schedule, parse_schedule
from ...subject import Subject
from ..record import find_record
from .claim import AFTER_H, ALL, Arm, Claim, Expectation, Measure
from .comparison import Amount, Comparison, Quantity, parse_amount, parse_comparison
from .file import ArmTable, ClaimsTable, ClaimTable, ExpectTable, MeasureTable

WEEK_H = 168.0
WITH_LEVEL = ("share_above", "count_above")


def load_claims(path: str | Path) -> tuple[Claim, ...]:
    """Read a claims file.

    Raises
    ------
    InputError
        Naming file and field, for anything missing, misspelt or impossible.

    Examples
    --------
    >>> first = load_claims(params_folder() / "claims.toml")[0]
    >>> first.id, first.measures[0].take
    ('il6-spike', 'peak')
    """
    table = validated(ClaimsTable, read_toml(path, error=InputError), error=InputError, file=path)
    people: dict[str, Subject] = {}
    for name, content in table.person.items():
        with placed(path, f"person.{name}"):
            people[name] = Subject.from_table(content)
    with placed(path, "claim"):
        check_different(table.claim)
    claims: list[Claim] = []
    for one in table.claim:
        with placed(path, f"claim '{one.id}'"):
            claims.append(_claim(one, people))
    return tuple(claims)


@cache
def shipped_claims() -> tuple[Claim, ...]:
    """Return the shipped Claims, in the order of their file."""
    return load_claims(params_folder() / "claims.toml")


def find_claim(key: str, *, among: Iterable[Claim] | None = None) -> Claim:
    """Return the Claim called `key`, of the shipped ones by default.

    Raises
    ------
    InputError
        For an unknown one, with the nearest.

    Examples
    --------
    >>> find_claim("fgf21-fasting").grade
    'human'
    """
    known = {claim.id: claim for claim in (shipped_claims() if among is None else among)}
    if key not in known:
        raise InputError(f"unknown claim '{key}'", expected="the id of a claim", fix=nearest(key, known))
    return known[key]


@contextmanager
def placed(file: str | Path | None, field: str) -> Iterator[None]:
    """Say of a refusal within where in the file it happened."""
    try:
        yield
    except InputError as error:
        line = "" if error.line is None else f"line {error.line}"
        place = ", ".join(filter(None, [field, error.field, line]))
        raise InputError(
            error.given, expected=error.expected, fix=error.fix, file=file, field=place
        ) from None


class _Named(Protocol):
    @property
    def id(self) -> str: ...


def check_different(tables: Iterable[_Named]) -> None:
    """Refuse an id that stands twice."""
    seen: set[str] = set()
    for one in tables:
        if one.id in seen:
            raise InputError(f"'{one.id}' twice", expected="an id for each", fix="rename one", field="id")
        seen.add(one.id)


def _known(word: str, known: Iterable[str], noun: str) -> str:
    known = tuple(known)
    if word not in known:
        raise InputError(
            f"unknown {noun} '{word}'", expected=f"the id of a {noun} here", fix=nearest(word, known)
        )
    return word


def _claim(table: ClaimTable, people: Mapping[str, Subject]) -> Claim:
    for name in table.records:
        with placed(None, "records"):
            find_record(name)
    for tables in (table.arm, table.measure):
        check_different(tables)
    arms: list[Arm] = []
    for one in table.arm:
        with placed(None, f"arm '{one.id}'"):
            arms.append(_arm(one, people))
    measures: list[Measure] = []
    for one in table.measure:
        with placed(None, f"measure '{one.id}'"):
            measures.append(measure_of(one, arms))
    return Claim(
        **table.model_dump(exclude={"arm", "measure", "expect"}),
        arms=tuple(arms),
        measures=tuple(measures),
        expectations=tuple(_expectation(one, measures) for one in table.expect),
    )


def _arm(table: ArmTable, people: Mapping[str, Subject]) -> Arm:
    with placed(None, "person"):
        person = people[_known(table.person, people, "person")]
    with placed(None, "plan"):
        week = parse_schedule(table.plan)
        if table.weeks > 1 and week.end_h > WEEK_H:
            raise InputError(
                f"a plan of {week.end_h / 24:.1f} days, {table.weeks} times",
                expected="a plan of seven days where it is repeated",
                fix="end it earlier, or write it out",
            )
    with placed(None, "then"):
        after = parse_schedule(table.then)
    block_h = WEEK_H * table.weeks
    schedule = _joined([*(week.shifted(WEEK_H * at) for at in range(table.weeks)), after.shifted(block_h)])
    return Arm(
        table.id,
        table.label,
        schedule,
        person,
        end_h=max(schedule.end_h + AFTER_H, block_h if table.weeks > 1 else AFTER_H),
        people=table.people,
        values=MappingProxyType(dict(table.set)),
    )


def _joined(parts: Sequence[Schedule]) -> Schedule:
    """Return the events of all parts, on the one time line they share."""
    return Schedule(
        tuple(session for part in parts for session in part.sessions),
        tuple(meal for part in parts for meal in part.meals),
        tuple(infusion for part in parts for infusion in part.infusions),
        first_weekday=parts[0].first_weekday,
    )


def measure_of(table: MeasureTable, arms: Sequence[Arm]) -> Measure:
    """Return a Measure that can be read from its arms."""
    names = tuple(arm.id for arm in arms) if table.arms is None else table.arms
    by_id = {arm.id: arm for arm in arms}
    chosen = [by_id[_known(name, by_id, "arm")] for name in names]
    for arm in chosen:
        _check_session(table, arm)
    of = (table.of,) if isinstance(table.of, str) else table.of
    if {table.across, table.together}.intersection(WITH_LEVEL) and table.above is None:
        raise InputError("no level", expected="above = ...", fix="add the level above which counts")
    if table.without and of != (ALL,):
        raise InputError("'without'", expected=f"it beside of = '{ALL}' alone", fix="leave it out")
    plain = table.model_dump(exclude={"of", "arms", "hour", "hours"})
    return Measure(**plain, of=of, arms=names, hours=_hours(table))


def _check_session(table: MeasureTable, arm: Arm) -> None:
    count = len(arm.schedule.sessions)
    if table.session is not None and not 1 <= abs(table.session) <= count:
        raise InputError(
            f"session = {table.session} of arm '{arm.id}'",
            expected=f"1 to {count}, or -1 to -{count} from the end" if count else "no session: it has none",
            fix="count the sessions of its plan, repeated weeks included",
            field="session",
        )


def _hours(table: MeasureTable) -> tuple[float, float] | None:
    if table.hour is not None and table.hours is None:
        return table.hour, table.hour
    wrong = table.hour is not None or (table.hours is not None and not table.hours[0] < table.hours[1])
    if wrong or (table.hours is None and table.take in ("value", "release_share")):
        raise InputError(
            f"hour = {table.hour}, hours = {table.hours}",
            expected="'hour' for a moment, or 'hours' with its first before its last",
            fix="give hour = 1 or hours = [0, 24]",
            field="hours",
        )
    return table.hours


def _expectation(table: ExpectTable, measures: Sequence[Measure]) -> Expectation:
    with placed(None, "expect"):
        return Expectation(table.that, comparison_of(table.holds, measures))


def comparison_of(text: str, measures: Sequence[Measure]) -> Comparison:
    """Return a comparison of `measures`, each in one of its arms."""
    comparison = parse_comparison(text)
    _check_quantities(comparison.quantities, measures)
    return comparison


def amount_of(text: str, measures: Sequence[Measure]) -> Amount:
    """Return a number computed from `measures`, each in one of its arms."""
    amount = parse_amount(text)
    _check_quantities(amount.quantities, measures)
    return amount


def _check_quantities(quantities: Iterable[Quantity], measures: Sequence[Measure]) -> None:
    by_id = {one.id: one for one in measures}
    for quantity in quantities:
        measure = by_id[_known(quantity.measure, by_id, "measure")]
        _known(quantity.arm, measure.arms, "arm")
