"""What came of each session, as a table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import panel as pn
from bokeh.models import InlineStyleSheet

from ..plot.choice import default_sites
from ..plot.panel import grade_dots
from ..schedule.when import clock_text
from ..solution import Solution

MOST_ROWS = 400
COLUMNS = {
    "label": "molecule",
    "side": "side",
    "when": "session",
    "unit": "unit",
    "baseline": "at rest",
    "c_max": "highest",
    "t_max_h": "hours after its start",
    "fold": "fold",
    "c_min": "lowest",
    "evidence": "evidence",
}


def table_pane(sheet: InlineStyleSheet) -> pn.pane.HTML:
    """Return where the table stands; it scrolls by itself where the page is narrow."""
    return pn.pane.HTML("", name="table", stylesheets=[sheet.css], styles={"overflow-x": "auto"})


def table_html(solutions: Sequence[Solution], exerkines: Sequence[str]) -> str:
    """Return the metrics of the chosen molecules, one row a molecule, side and session, as escaped HTML."""
    parts = [_rows(one, exerkines).assign(side=side) for side, one in zip("AB", solutions, strict=False)]
    rows = pd.concat(parts).sort_values(["order", "start_h", "side"], kind="stable")
    left_out = f"<p>The first {MOST_ROWS} of {len(rows)} rows; all of them are in the exports.</p>"
    shown = rows.head(MOST_ROWS).filter(list(COLUMNS)).rename(columns=COLUMNS)
    if len(solutions) == 1:
        shown = shown.drop(columns="side")
    text = shown.to_html(index=False, escape=True, border=0, float_format=lambda value: f"{value:.4g}")
    return text + left_out * (len(rows) > MOST_ROWS)


def _rows(solution: Solution, exerkines: Sequence[str]) -> pd.DataFrame:
    names = dict(zip(solution.exerkines, solution.arrays["label"].tolist(), strict=True))
    shown = {(name, default_sites(solution, name)[0]): place for place, name in enumerate(exerkines)}
    rows = solution.metrics()
    keys = list(zip(rows["exerkine"], rows["site"], strict=True))
    rows = rows.assign(order=[shown.get(key, -1) for key in keys]).query("order >= 0")
    return rows.assign(
        label=[names[name] for name in rows["exerkine"]],
        evidence=[grade_dots(grade) for grade in rows["grade"]],
        when=[
            f"{clock_text(start)} {name}"
            for start, name in zip(rows["start_h"], rows["session"], strict=True)
        ],
    )
