"""Plans, people and moments, as a command line names them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError, ScheduleError
from .terminal import SOME_FAILED, complain, console

if TYPE_CHECKING:
    from ..schedule import Schedule
    from ..subject import Population, Subject

PLAN_HELP = "Plan, .txt or .toml; or training files, folders and archives of them."
Plans = Annotated[list[Path], typer.Argument(metavar="PLAN", help=PLAN_HELP)]
SubjectFile = Annotated[
    Path | None,
    typer.Option("--subject", metavar="FILE", help="The person; the shipped example when left out."),
]
PopulationSize = Annotated[
    int | None,
    typer.Option(
        "--population", metavar="N", help="Simulate N people like this one, who differ as people do."
    ),
]
CohortFile = Annotated[
    Path | None,
    typer.Option("--cohort", metavar="FILE", help="Draw the people of --population from norms, as it says."),
]
Seed = Annotated[
    int | None,
    typer.Option("--seed", metavar="S", help="Which people: the same seed draws the same; 0 when left out."),
]
Uncertain = Annotated[
    bool,
    typer.Option(
        "--uncertain", help="Draw the uncertain numbers of the equations too, for each of the people anew."
    ),
]
Held = Annotated[
    list[str] | None,
    typer.Option(
        "--hold", metavar="NAME", help="Molecule that stays at rest: what would the others do? Repeatable."
    ),
]
Clock = Annotated[
    bool, typer.Option("--clock", help="Let release follow the hour of the day where its rhythm is known.")
]
Dark = Annotated[bool, typer.Option("--dark", help="Figures for a dark page.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON instead of tables.")]
MOST_NOTES = 30
_HOURS = re.compile(r"\d{1,6}(\.\d{1,6})?")


@dataclass(frozen=True)
class Case:
    """A plan and a person, and where they come from.

    ``notes`` say what was decided about training files, ``complaints`` which could not be read.
    """

    schedule: Schedule
    subject: Subject
    plan_file: Path
    is_example_subject: bool
    notes: Sequence[str] = ()
    complaints: Sequence[str] = ()

    @property
    def stem(self) -> str:
        """What is made from the plan is named after this; never the folder that the plan is."""
        stem = self.plan_file.resolve().stem
        return f"{stem}-result" if self.plan_file.is_dir() else stem

    def of(self, people: Subject | Population) -> Case:
        """Return this case with the person who stands for people: their own, where they are of a cohort."""
        from ..subject import Population

        if not isinstance(people, Population) or people.cohort is None:
            return self
        return replace(self, subject=people.subject, is_example_subject=False)

    def leave(self) -> None:
        """Leave with the code that says so where files of the plan could not be read."""
        if self.complaints:
            raise typer.Exit(SOME_FAILED)


def read_case(
    plan: Sequence[Path] | None, subject: Path | None, *, progress: Callable[[float], None] | None = None
) -> Case:
    """Read plan and person; shipped examples stand in for what is left out.

    The plan may be training files and folders; what was decided about them goes to standard error.
    """
    from ..parameters import params_folder
    from ..schedule.load import is_plan, load_plan
    from ..schedule.readers.gather import Gathered, gather
    from ..subject import load_subject

    examples = params_folder() / "examples"
    plans, subject_file = plan or [examples / "week.txt"], subject or examples / "subject.toml"
    person = load_subject(subject_file)
    gathered = Gathered(load_plan(plans[0])) if is_plan(plans) else gather(plans, progress=progress)
    case = Case(
        schedule=gathered.schedule,
        subject=person,
        plan_file=plans[0],
        is_example_subject=subject is None,
        notes=gathered.notes(),
        complaints=gathered.complaints(),
    )
    tell(case.notes, case.complaints)
    return case


def tell(notes: Sequence[str], complaints: Sequence[str]) -> None:
    """Write to standard error what was decided about training files, and which could not be read."""
    told = console(error=True)
    for note in notes[:MOST_NOTES]:
        told.print(note, soft_wrap=True)
    if len(notes) > MOST_NOTES:
        told.print(f"and {len(notes) - MOST_NOTES} more remarks", soft_wrap=True)
    for complaint in complaints:
        complain(complaint)


def check_people(subject: Path | None, cohort: Path | None) -> None:
    """Refuse both a person and a cohort."""
    if subject is not None and cohort is not None:
        raise InputError(
            "--subject and --cohort",
            expected="one of them",
            fix="--subject for people like that person, --cohort for people at large",
            field="--cohort",
        )


def read_population(
    subject: Subject,
    size: int | None,
    seed: int | None,
    *,
    uncertain: bool = False,
    cohort: Path | None = None,
) -> Subject | Population:
    """Return the person, or as many like this one, or of the cohort, as were asked for.

    Raises
    ------
    InputError
        Naming the option, for a number of people or a seed that cannot be.
    """
    from ..subject import Population, load_cohort

    if size is None:
        given = {"--seed": seed is not None, "--uncertain": uncertain, "--cohort": cohort is not None}
        options = " and ".join(option for option, is_given in given.items() if is_given)
        if options:
            raise InputError(
                f"{options} without --population",
                expected=f"{options} only with --population",
                fix="add --population N",
            )
        return subject
    of = None if cohort is None else load_cohort(cohort)
    options = {"n": size, "seed": 0 if seed is None else seed, "uncertain": uncertain}
    try:
        return Population(subject, **options) if of is None else Population.of(of, **options)
    except InputError as error:
        option = {"n": "--population", "seed": "--seed"}[str(error.field)]
        raise InputError(
            error.given, expected=error.expected, fix=f"give such a number after {option}", field=option
        ) from None


def read_moment(text: str, schedule: Schedule, *, option: str = "--at") -> float:
    """Return the hours of a moment: ``8.5``, ``Mon 08:30`` or ``day 2 07:00``, days as in the plan.

    `option` is what it was given after.

    Raises
    ------
    InputError
        For anything else, and for a weekday of a plan that names none.
    """
    from ..schedule.when import parse_moment

    if _HOURS.fullmatch(text.strip()):
        return float(text)
    try:
        return parse_moment(text, schedule.first_weekday)
    except ScheduleError as problem:
        raise InputError(
            f"'{text[:60]}' is no moment of this plan: {problem.given.partition(chr(10))[0]}",
            expected="hours, or day and time, for example 8.5, 'Mon 08:30' or 'day 2 07:00'",
            fix=f"write {option} 'day 1 08:30'",
            field=option,
        ) from None


def make_folder(path: Path) -> None:
    """Make a folder to write to, before the work, so that a wrong name costs nothing."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise InputError(
            f"cannot be made ({problem.strerror})",
            expected="a folder to write to",
            fix="name another one with --out",
            file=path,
        ) from None


def check_file(file: Path) -> None:
    """Refuse a folder in the place of a file to write, before the work."""
    if file.is_dir():
        raise InputError("a folder", expected="a file", fix="name a file within it", file=file)


def check_place(file: Path) -> None:
    """Refuse a file to write whose folder is not there, as well, before the work."""
    check_file(file)
    if not file.absolute().parent.is_dir():
        raise InputError("no such folder", expected="a place to write to", fix="make it", file=file.parent)
