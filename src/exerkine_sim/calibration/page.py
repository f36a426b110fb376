"""A calibration to read: what the data tell of each molecule's numbers, and what they leave as it was."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

from ..evidence import Summary
from ..evidence.markdown import table
from ..files import whole
from .result import Calibration, Estimate, Verdict

HEADINGS = ("parameter", "prior", "fitted", "1 SE", "unit", "bounds", "from data", "verdict")
TALLY = ("", "observations", "free", "identified", "only together", "partly", "stay with their priors")
HEAD = """# {name}: what the trials say of these numbers

{observations} observations of {trials} trials took part; {free} numbers were free, each with a spread of
its own and a say in one of these observations. Half the sum of squares is {before:.4g} with the priors and
{after:.4g} with the fit. Nothing of it is taken over by itself.
"""
KNOWN = """
## Combinations

What the data know better than the priors do, by how many times, in units of each prior's width; shares below
0.2 are left out.
"""
QUIET = """
## What stays with its prior

Of these the data take away less than a quarter of the prior's variance. Some moved all the same, carried
along by others; `{name}.json` holds their values.
"""
FOOT = """
Written by `exerkine-sim calibrate` beside `{name}.json`, which holds all of it.
"""


def save(found: Calibration, path: str | Path) -> Path:
    """Write a calibration as JSON and, beside that, as a page; a file appears whole or not at all."""
    path = Path(path)
    pages = {path: found.to_json() + "\n", path.with_suffix(".md"): page_of(found, path.stem)}
    for file, text in pages.items():
        with whole(file) as partial:
            partial.write_text(text, encoding="utf-8")
    return path


def page_of(found: Calibration, name: str) -> str:
    """Return a calibration as a Markdown page."""
    head = HEAD.format(
        name=name,
        observations=len(found.witnesses),
        trials=len({one.study for one in found.witnesses}),
        free=len(found.estimates),
        before=found.cost_prior,
        after=found.cost,
    )
    scores = [[use, words_of(before), words_of(after)] for use, (before, after) in found.scores.items()]
    parts = [
        head,
        *table(["trials to", "before", "after"], scores),
        "\n## By module\n",
        *table(TALLY, tally(found)),
        "\n## The numbers\n",
        *table(HEADINGS, rows_of(found.shown)),
        KNOWN,
        *(f"- {one.text}" for one in found.combinations),
        *_quiet(found, name),
        "\n## What was held\n",
        *_held(found),
        FOOT.format(name=name),
    ]
    return "\n".join(parts)


def tally(found: Calibration) -> list[list[str]]:
    """Return for each module, under :data:`TALLY`, what was seen of it and what that tells."""
    seen = Counter(one.exerkine for one in found.witnesses)
    verdicts = Counter((one.name.partition(".")[0], one.verdict) for one in found.estimates)
    modules = dict.fromkeys(module for module, _ in verdicts)
    counted = {module: [verdicts[module, verdict] for verdict in get_args(Verdict)] for module in modules}
    return [[module, *map(str, (seen[module], sum(row), *row))] for module, row in counted.items()]


def rows_of(estimates: Sequence[Estimate]) -> list[list[str]]:
    """Return estimates as text, under :data:`HEADINGS`."""
    return [
        [
            one.name,
            f"{one.prior:.4g}",
            f"{one.fitted:.4g}",
            f"x/ {math.exp(one.se):.2f}" if one.scale == "log" else f"+/- {one.se:.2g}",
            one.unit,
            f"{one.low:.3g} to {one.high:.3g}",
            f"{100 * one.share:.0f} %",
            one.remark,
        ]
        for one in estimates
    ]


def words_of(summary: Summary) -> str:
    """Return in words how a set of trials is met."""
    if summary.within_2fold is None or summary.gmfe is None:
        return "none scored"
    return f"{100 * summary.within_2fold:.0f} % within 2-fold, mean error x {summary.gmfe:.3f}"


def _quiet(found: Calibration, name: str) -> Iterator[str]:
    if found.quiet:
        yield QUIET.format(name=name)
    for module, names in found.quiet.items():
        yield f"- {module}: {', '.join(names)}"


def _held(found: Calibration) -> Iterator[str]:
    for reason in dict.fromkeys(found.held.values()):
        names = [name for name, why in found.held.items() if why == reason]
        yield f"- {reason}: {', '.join(names)}"
    if not found.held:
        yield "Nothing."
