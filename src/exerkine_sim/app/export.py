"""What can be taken along: figures, data, the plan and the person; made when asked for, kept nowhere."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import panel as pn
from bokeh.models import InlineStyleSheet

from ..columns import csv_of
from ..comparison import compare
from ..errors import InputError
from ..plot.choice import default_sites
from ..plot.comparison import comparison
from ..plot.figure import overview
from ..plot.style import styled
from ..simulate import simulate
from ..solution import Solution
from ..subject import Population
from .curves import SIDES
from .setting import Setting

COMPARED, SEED = 50, 0
DIGITS = "%.6g"


class Shown(NamedTuple):
    """What stands on the page: the Settings of A and perhaps B, and the molecules."""

    settings: tuple[Setting, ...]
    exerkines: tuple[str, ...]


def figure_png(shown: Shown, side: int = 0) -> bytes:
    """Return the page's molecules of one side, drawn as on paper."""
    return _png(overview(_whole(shown.settings[side]), list(shown.exerkines)))


def comparison_png(shown: Shown) -> bytes:
    """Return how A and B differ in the same people.

    Raises
    ------
    InputError
        When there is no B, or it is another person.
    """
    people = {setting.subject for setting in shown.settings}
    if len(shown.settings) < 2 or len(people) > 1:
        raise InputError(
            "no two plans of one person",
            expected="A and B on the page, with the same person",
            fix="add B, and give both the same person",
        )
    plans = [setting.schedule for setting in shown.settings]
    return _png(comparison(compare(plans, Population(people.pop(), n=COMPARED, seed=SEED))))


def curves_csv(shown: Shown) -> bytes:
    """Return the curves of the page's molecules, a column each, every side on its own times."""
    parts = []
    for side, setting in zip(SIDES, shown.settings, strict=False):
        solution = _whole(setting)
        values = {}
        for name in shown.exerkines:
            course = solution.concentration(name, site=default_sites(solution, name)[0])
            values[f"{name} {course['site'].item()} ({course.attrs['units']})"] = course.values[0]
        parts.append(pd.DataFrame({"side": side, "time_h": np.round(solution.times_h, 6), **values}))
    return csv_of(pd.concat(parts), number=DIGITS)


def solution_nc(shown: Shown, side: int = 0) -> bytes:
    """Return the whole Solution of one side, as `exerkine-sim run` writes it."""
    from ..netcdf import netcdf

    return bytes(netcdf(_whole(shown.settings[side]).arrays).getbuffer())


def downloads(shown: Callable[[], Shown], *, sheet: InlineStyleSheet) -> pn.Column:
    """Return a button for each file.

    Parameters
    ----------
    shown : callable
        Returns what stands on the page when a button is pressed.
    sheet : InlineStyleSheet
    """
    kinds: Sequence[tuple[str, str, Callable[[Shown], bytes]]] = (
        ("Figure of A (PNG)", "a.png", figure_png),
        ("Figure of B (PNG)", "b.png", lambda now: figure_png(now, len(now.settings) - 1)),
        ("A beside B (PNG)", "comparison.png", comparison_png),
        ("Curves (CSV)", "curves.csv", curves_csv),
        ("Plan of A (TOML)", "plan-a.toml", lambda now: now.settings[0].schedule.to_toml().encode()),
        ("Plan of B (TOML)", "plan-b.toml", lambda now: now.settings[-1].schedule.to_toml().encode()),
        ("Person of A (TOML)", "person-a.toml", lambda now: now.settings[0].subject.to_toml().encode()),
        ("All of A (NetCDF)", "a.nc", solution_nc),
    )
    problem = pn.pane.Str("", name="export-problem", css_classes=["problem"], stylesheets=[sheet.css])

    def made(make: Callable[[Shown], bytes]) -> io.BytesIO | None:
        problem.object = ""
        try:
            return io.BytesIO(make(shown()))
        except InputError as error:
            problem.object = str(error)
            return None

    buttons = [
        pn.widgets.FileDownload(
            callback=lambda make=make: made(make),
            filename=f"exerkine-{file}",
            label=label,
            css_classes=[f"export-{file.replace('.', '-')}"],
            stylesheets=[sheet.css],
            sizing_mode="stretch_width",
            max_width=360,
        )
        for label, file, make in kinds
    ]
    return pn.Column(*buttons, problem, sizing_mode="stretch_width")


def _whole(setting: Setting) -> Solution:
    """Return the Solution on the usual fine grid."""
    return simulate(setting.schedule, setting.subject)


def _png(figure: object) -> bytes:
    buffer = io.BytesIO()
    with styled():
        figure.savefig(buffer, format="png")  # type: ignore[attr-defined]
    return buffer.getvalue()
