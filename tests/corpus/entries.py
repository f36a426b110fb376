"""The entry points: what is done with a case, and in one text what it came to.

An entry point takes a case and an empty folder. It raises what it refuses; all else it raises is a fault.
"""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import shutil
import warnings
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from unittest.mock import patch

import exerkine_sim as xk
from case import Case
from exerkine_sim.app.lesson import load_lab
from exerkine_sim.app.setting import Setting
from exerkine_sim.bibliography import load_bibliography
from exerkine_sim.calibration.logbook import Logbook
from exerkine_sim.calibration.recipe import load_recipe
from exerkine_sim.calibration.result import load_calibration
from exerkine_sim.cli import main
from exerkine_sim.engine.formula import Formulas
from exerkine_sim.errors import InputError
from exerkine_sim.evidence.claims import load_claims, parse_comparison
from exerkine_sim.files import CACHE_VARIABLE, kept
from exerkine_sim.fitting.checkpoint import Checkpoint
from exerkine_sim.fitting.measurements import read_measurements
from exerkine_sim.parameters import load_parameters, params_folder
from exerkine_sim.physiology import default_model
from exerkine_sim.schedule import parse_intensity, parse_schedule
from exerkine_sim.schedule.duration import parse_duration
from exerkine_sim.schedule.readers import Wishes
from exerkine_sim.schedule.readers.exercises import load_lift_names
from exerkine_sim.schedule.readers.gather import gather
from exerkine_sim.schedule.when import parse_moment
from exerkine_sim.table import GrowingTable
from exerkine_sim.uncertainty.posterior import load_posterior
from laboratory import MAN

Entry = Callable[[Case, Path], object]
MEASURED_PLAN = "Mon 07:00 run 60m 70% VO2max"


def caching(place: str) -> AbstractContextManager[None]:
    """Keep things elsewhere for a while, or nowhere."""
    return patch.dict(os.environ, {CACHE_VARIABLE: place})


def plan_text(case: Case, folder: Path) -> str:
    return xk.load_schedule(case.placed(folder, "plan.txt")).describe()


def plan_toml(case: Case, folder: Path) -> str:
    return xk.load_schedule(case.placed(folder, "plan.toml")).describe()


def subject(case: Case, folder: Path) -> str:
    return xk.load_subject(case.placed(folder, "me.toml")).describe()


def cohort(case: Case, folder: Path) -> str:
    return xk.load_cohort(case.placed(folder, "cohort.toml")).describe()


def study(case: Case, folder: Path) -> str:
    read = xk.load_study(case.placed(folder, "study.toml"))
    return f"{read.key}: {len(read.observations)} observed, {read.schedule().describe()}"


def claims(case: Case, folder: Path) -> str:
    return ", ".join(one.id for one in load_claims(case.placed(folder, "claims.toml")))


def lab(case: Case, folder: Path) -> str:
    return ", ".join(one.id for one in load_lab(case.placed(folder, "lab.toml")))


def design(case: Case, folder: Path) -> str:
    return f"{len(xk.load_design(case.placed(folder, 'design.toml')))} members"


def recipe(case: Case, folder: Path) -> str:
    read = load_recipe(case.placed(folder, "recipe.toml"))
    return f"{', '.join(read.free)} of {len(read.studies())} trials"


def lift_names(case: Case, folder: Path) -> str:
    names = load_lift_names(case.placed(folder, "lift-names.toml"))
    Wishes(lifts=names)
    return ", ".join(f"{name}: {lift}" for name, lift in names.items())


def measurements(case: Case, folder: Path) -> str:
    first = case.about.get("first_day")
    told = read_measurements(
        case.placed(folder, "samples.csv"),
        parse_schedule(MEASURED_PLAN),
        model=default_model(),
        parameters=load_parameters(),
        first_day=None if first is None else date.fromisoformat(first),
    )
    return "; ".join(f"{one.time_h:g} h {one.exerkine} {one.value:g} {one.unit}" for one in told)


def parameters(case: Case, folder: Path) -> str:
    """A folder of one's own equations' numbers, beside which a bibliography may lie."""
    case.placed(folder, "mine.toml")
    return ", ".join(f"{name} = {one.value:g} {one.unit}" for name, one in load_parameters(folder).items())


def bibliography(case: Case, folder: Path) -> str:
    return ", ".join(load_bibliography(case.placed(folder, "references.bib")))


def training_file(case: Case, folder: Path) -> str:
    """What a person drops on `exerkine-sim import`: a file, a folder, an archive."""
    wishes = Wishes(mode=case.about.get("mode", "cycle"), weight_unit=case.about.get("unit", "kg"))
    with caching(""):
        read = gather([case.placed(folder, case.about["name"])], wishes)
    notes = (
        [f"# {note}".replace(f"{folder}/", "") for note in read.notes()] if case.about.get("notes") else []
    )
    return "\n".join([replace(read.schedule, name="").describe(), *notes])


def fit(case: Case, folder: Path) -> str:
    return str(len(xk.load_fit(case.placed(folder, "fit.json")).samples))


def calibration(case: Case, folder: Path) -> str:
    return str(len(load_calibration(case.placed(folder, "calibration.json")).estimates))


def posterior(case: Case, folder: Path) -> str:
    return ", ".join(load_posterior(case.placed(folder, "calibration.json")).names)


def logbook(case: Case, folder: Path) -> str:
    return f"{len(Logbook(case.placed(folder, 'fit.log'), 'key'))} known"


def checkpoint(case: Case, folder: Path) -> str:
    return f"{len(Checkpoint(case.placed(folder, 'posterior.partial'), 'key', {}).left())} walks"


def table(case: Case, folder: Path) -> str:
    case.placed(folder, "table.csv.partial.json")
    left = GrowingTable(folder / "table.csv").left()
    assert left is not None
    GrowingTable(folder / "table.csv").check(left, {"seed": 1})
    return left.people


@cache
def _solved() -> xk.Solution:
    return xk.simulate(parse_schedule("day 1 01:00 run 30m 70% VO2max"), MAN, times_h=[0, 1.5, 2], end_h=2)


@cache
def _solution() -> bytes:
    from exerkine_sim.netcdf import netcdf

    return netcdf(_solved().arrays).getvalue()


def solution(case: Case, folder: Path) -> str:
    """A solution with bytes or parts changed: `drop` and `without` leave out, `attrs` and `fill` replace."""
    import h5py
    import numpy as np

    place = folder / "solution.nc"
    if case.about.keys() & {"text", "times", "hex", "kind"}:
        case.placed(folder, place.name)
    else:
        content = bytearray(_solution())
        for share, length, value in case.about.get("spoil", ()):
            at = round(share * len(content))
            content[at : at + length] = bytes([value]) * length
        place.write_bytes(content[: round(case.about.get("keep", 1) * len(content))])
    if case.about.keys() & {"drop", "attrs", "fill", "shape"}:
        with h5py.File(place, "r+") as file:
            for name in case.about.get("drop", ()):
                del file[name]
            for name, value in case.about.get("attrs", {}).items():
                file.attrs[name] = value
            for name, value in case.about.get("fill", {}).items():
                file[name][...] = value
            for name, shape in case.about.get("shape", {}).items():
                del file[name]
                file[name] = np.zeros(shape)
    read = xk.load_solution(place)
    if "gives" in case.about:
        read.metrics(), read.explain("il6", at_h=1.25), xk.cite(read)
    peak = float(read.concentration("il6").max())
    return f"{read!r}, as it was: {peak == float(_solved().concentration('il6').max())}"


@cache
def _swept() -> Path:
    import tempfile

    from sweeping import small_design

    place = Path(tempfile.mkdtemp(prefix="corpus-")) / "sweep.zarr"
    xk.sweep(small_design(4), out=place)
    return place


def sweep(case: Case, folder: Path) -> str:
    """A store with a file changed: `file` holds the text, or is gone where that is left out."""
    place = folder / "sweep.zarr"
    if "kind" in case.about:
        case.placed(folder, place.name)
    else:
        shutil.copytree(_swept(), place)
        file = place / case.about["file"]
        assert file.is_file(), f"{case}: no {file.name} to be changed"
        file.unlink() if "gone" in case.about else file.write_bytes(case.content())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Zarr, about what it does not know
        read = xk.open_sweep(place)
        rows = sum(map(len, read.table()))
        return f"{rows} rows, {len(read.summary())} summarised, {len(read.ranges())} factors"


def prepare() -> None:
    """Make what cases damage."""
    _solution(), _swept()


def cache_entry(case: Case, folder: Path) -> str:
    """What lies in the cache where an answer is looked for: made again, whatever it is."""
    (folder / "corpus").mkdir()
    case.placed(folder, "corpus/answer")
    with caching(str(folder)):
        return kept("corpus/answer", lambda: b"42").decode()


def formula(case: Case, _folder: Path) -> str:
    return ", ".join(f"{one:g}" for one in Formulas([], [case.text()])([2.0]))


def comparison(case: Case, _folder: Path) -> str:
    read = parse_comparison(case.text())
    return str(read.holds(dict.fromkeys(read.quantities, 2.0)))


def moment(case: Case, _folder: Path) -> str:
    return f"{parse_moment(case.text(), 'Mon'):g}"


def intensity(case: Case, _folder: Path) -> str:
    return str(parse_intensity(case.text()))


def duration(case: Case, _folder: Path) -> str:
    return f"{parse_duration(case.text()):g}"


def plan_box(case: Case, _folder: Path) -> str:
    """What a visitor types into the teaching app."""
    return Setting(case.text(), MAN).schedule.describe()


def command(case: Case, folder: Path) -> str:
    """A command line, in a folder with a plan and a person: what it prints."""
    shutil.copy(params_folder() / "examples" / "subject.toml", folder / "me.toml")
    (folder / "plan.txt").write_text(MEASURED_PLAN)
    for name, text in case.about.get("with", ()):
        (folder / name).write_text(text, encoding="utf-8")
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(shlex.split(case.about["words"]))
        except SystemExit as end:
            code = end.code
    if code == 1:
        assert err.getvalue().startswith("error: "), err.getvalue()
        raise InputError(err.getvalue())
    assert code == case.about.get("code", 0), err.getvalue()
    return out.getvalue()


ENTRIES: Mapping[str, Entry] = {
    one.__name__: one
    for one in (
        *(
            plan_text,
            plan_toml,
            subject,
            cohort,
            study,
            claims,
            lab,
            design,
            recipe,
            lift_names,
            measurements,
        ),
        *(parameters, bibliography, training_file, fit, calibration, posterior, logbook, checkpoint, table),
        *(solution, sweep, cache_entry, formula, comparison, moment, intensity, duration, plan_box, command),
    )
}
