"""Plan files: text and TOML to a Schedule."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from ..errors import ScheduleError
from ..files import parse_toml as read
from ..files import read_text, validated
from .block import block_file, block_names
from .bout import Bout, Session, lifting_min
from .intensity import parse_intensity
from .limits import MAX_EVENTS, MAX_TEXT
from .modes import Modes, known_modes
from .parse import parse_schedule
from .readers.dated import Wishes
from .readers.field import located
from .readers.kinds import PLAN, kind_of
from .readers.sources import check_file
from .schedule import Infusion, Meal, Schedule, size_of
from .transform import deload, repeat, taper

LOG = logging.getLogger(__name__)
Event = TypeVar("Event", Meal, Infusion)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _BoutTable(_Table):
    start_min: float
    duration_min: float | None = None
    mode: str
    intensity: str
    reps: int | None = None
    tempo_s: float | None = None


class _SessionTable(_Table):
    start_h: float
    name: str = ""
    nutrition: str | None = None
    carbs_g_per_h: float = 0.0
    bout: list[_BoutTable]


class _MealTable(_Table):
    time_h: float
    carbs_g: float


class _InfusionTable(_Table):
    start_h: float
    duration_h: float
    molecule: str
    rate: float
    unit: str
    route: str = "intravenous"


class _DeloadTable(_Table):
    week: int
    to_percent: float


class _TaperTable(_Table):
    weeks: int
    to_percent: float
    form: str = "exponential"


class _RepeatTable(_Table):
    weeks: int
    duration_percent: float = 0.0
    intensity_percent: float = 0.0
    load_percent: float = 0.0
    sets: int = 0
    deload: list[_DeloadTable] = []
    taper: _TaperTable | None = None


class _ScheduleTable(_Table):
    name: str = ""
    first_weekday: Any = None  # a Schedule says which there are
    session: list[_SessionTable] = []
    meal: list[_MealTable] = []
    infusion: list[_InfusionTable] = []
    repeat: _RepeatTable | None = None


def load_schedule(path: str | Path | Sequence[str | Path], *, modes: Modes | None = None) -> Schedule:
    """Read a plan file, or training files of other programs and devices as one plan.

    Parameters
    ----------
    path : path, or sequence of paths
        `.txt` for the text form, `.toml` for the TOML form, UTF-8; the name of a block that comes with the
        package, where there is no such file; or any number of training files (FIT, TCX, GPX, ZWO, ERG, MRC,
        intervals.icu, Hevy, Strong), folders and zip archives of them.
    modes : Modes, optional
        The modes and lifts that may be named; those of `params/` by default.

    Returns
    -------
    Schedule
        What was decided about training files on the way, and which could not be read, is logged.

    Raises
    ------
    ScheduleError
        Naming the file and the line or field.

    Examples
    --------
    >>> from exerkine_sim.parameters import params_folder
    >>> load_schedule(params_folder() / "examples" / "week.txt").name
    'Example week'
    """
    paths = [Path(path)] if isinstance(path, str | Path) else [Path(one) for one in path]
    if is_plan(paths):
        return load_plan(paths[0], modes=modes)
    from .readers.exercises import load_lift_names
    from .readers.gather import gather

    gathered = gather(paths, Wishes(lifts=load_lift_names(), modes=modes or known_modes()))
    for note in gathered.notes():
        LOG.info("%s", note)
    for complaint in gathered.complaints():
        LOG.warning("%s", complaint)
    return gathered.schedule


def is_plan(paths: Sequence[Path]) -> bool:
    """Return whether what is named is one plan in a form of this package, or a block that comes with it."""
    if len(paths) == 1 and _is_block(paths[0]):
        return True
    if len(paths) != 1 or paths[0].suffix.lower() not in PLAN.suffixes or paths[0].is_dir():
        return False
    check_file(paths[0])
    return kind_of(paths[0]) in (PLAN, None)  # a text of no known kind is best refused by its line


def _is_block(path: Path) -> bool:
    return str(path) in block_names() and not path.is_file()


def load_plan(path: Path, *, modes: Modes | None = None) -> Schedule:
    """Read one plan in the text or the TOML form; see :func:`load_schedule`."""
    if _is_block(path):
        path = block_file(str(path))
    parse = parse_toml if path.suffix.lower() == ".toml" else parse_schedule
    with located(file=path):
        return parse(read_text(path, error=ScheduleError, most=MAX_TEXT), modes=modes)


def parse_toml(text: str, *, modes: Modes | None = None) -> Schedule:
    """Read a plan in the TOML form.

    Parameters
    ----------
    text : str
        `name` and `first_weekday`, both optional, then tables `[[session]]` with `[[session.bout]]`,
        `[[meal]]`, `[[infusion]]`; `[repeat]` repeats all of them, with `weeks`, and what :func:`.repeat`
        knows, `[[repeat.deload]]` with `week` and `to_percent`, and `[repeat.taper]`.
    modes : Modes, optional
        The modes and lifts that may be named; those of `params/` by default.

    Raises
    ------
    ScheduleError
        Naming the field.

    Examples
    --------
    >>> parse_toml("[[meal]]\\ntime_h = 12.5\\ncarbs_g = 90").meals
    (Meal(time_h=12.5, carbs_g=90.0),)
    """
    if len(text) > MAX_TEXT:
        raise ScheduleError(f"{len(text)} characters", expected=f"at most {MAX_TEXT}", fix="split the plan")
    content = read(text, error=ScheduleError)
    return _schedule(validated(_ScheduleTable, content, error=ScheduleError), modes or known_modes())


def _schedule(table: _ScheduleTable, modes: Modes) -> Schedule:
    plan = Schedule(
        tuple(_session(session, f"session.{index}") for index, session in enumerate(table.session)),
        tuple(_event(Meal, meal, f"meal.{index}") for index, meal in enumerate(table.meal)),
        tuple(_event(Infusion, item, f"infusion.{index}") for index, item in enumerate(table.infusion)),
        name=table.name,
        first_weekday=table.first_weekday,
        modes=modes,
    )
    return plan if table.repeat is None else _repeated(plan, table.repeat)


def _repeated(plan: Schedule, table: _RepeatTable) -> Schedule:
    with _placed(field="repeat"):
        plan = repeat(plan, **table.model_dump(exclude={"deload", "taper"}))
        if len(table.deload) * size_of(plan) > MAX_EVENTS:
            raise ScheduleError("too much is changed", expected=f"at most {MAX_EVENTS} bouts", field="deload")
    for index, one in enumerate(table.deload):
        with _placed(field=f"repeat.deload.{index}"):
            plan = deload(plan, one.week, one.to_percent)
    if table.taper is not None:
        with _placed(field="repeat.taper"):
            plan = taper(plan, **table.taper.model_dump())
    return plan


def _event(kind: type[Event], table: _Table, field: str) -> Event:
    with _placed(field=field):
        return kind(**table.model_dump())


def _session(table: _SessionTable, field: str) -> Session:
    bouts = tuple(_bout(bout, f"{field}.bout.{index}") for index, bout in enumerate(table.bout))
    with _placed(field=field):
        return Session(bouts=bouts, **table.model_dump(exclude={"bout"}))


def _bout(table: _BoutTable, field: str) -> Bout:
    with _placed(field=field):
        return Bout(
            table.start_min,
            _duration_min(table),
            table.mode,
            parse_intensity(table.intensity),
            reps=table.reps,
            tempo_s=table.tempo_s,
        )


def _duration_min(table: _BoutTable) -> float:
    if table.duration_min is not None:
        return table.duration_min
    if table.reps is not None:
        return lifting_min(table.reps, table.tempo_s)
    raise ScheduleError(
        "neither duration_min nor reps", expected="one of them", fix="add 'duration_min = ...' in minutes"
    )


@contextmanager
def _placed(*, field: str) -> Iterator[None]:
    """Add the path of the field to whatever is refused within."""
    try:
        yield
    except ScheduleError as error:
        raise ScheduleError(
            error.given,
            expected=error.expected,
            fix=error.fix,
            file=error.file,
            line=error.line,
            field=".".join(filter(None, [field, error.field])),
        ) from None
