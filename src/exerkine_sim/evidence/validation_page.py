"""The scoreboard as a page to read, in Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from .coverage import Coverage, Interval, Of, Share
from .markdown import table
from .prediction import ratio
from .rehearsal import PEOPLE, SEED, TRIALS, USUAL_SIZE
from .study import Study
from .validation import FAIR_FOLD_ERROR, GOOD_FOLD_ERROR, Score, Scoreboard, summarise

LABELS, USES = ("good", "fair", "miss"), ("fit", "check")
HEAD = f"""# Against published trials: hits and misses

Each published number below stands beside what the simulation says of the same trial: its plan, a person like
its group, the same sampling time. All numbers on this page are computed; none is typed in.

- **good**: within {GOOD_FOLD_ERROR:g}-fold; **fair**: within {FAIR_FOLD_ERROR:g}-fold; **miss**: beyond.
  Changes in percent are compared as ratios, so that -50 % is 0.5 of the baseline.
- **fit**: parameters were fitted to the trial, or may have been. **check**: no parameter was fitted to it.
  Only the checks say how well a new trial would be foretold, and they say it kindly: some of them were seen
  when the form of an equation was chosen.
- A small change is easily within 2-fold. Where observations lie near the baseline, look at the figures.
"""
KINDS: Mapping[str, Of] = {
    "people": "people",
    "people, numbers uncertain": "uncertain",
    "trials, numbers uncertain": "trials",
    "and off by an error": "reports",
}
IN_TRIALS = "in 5 to 95 % of trials"
BANDS = f"""Each trial was carried out {TRIALS} times on simulated people like its group (seed {SEED}),
as many as it had, {USUAL_SIZE} where its source does not say. They differ as far as
[`params/variability.toml`](../params/variability.toml) knows, and share one draw of the uncertain numbers of
the equations: as wide as the [calibration](calibration.md) leaves them, or as their own spread where no trial
tells anything about them. Were the model right and all spreads true, 90 of 100 published means should lie
between the 5 and 95 % of the simulated ones. Found: {{found}}; of trials to check {{checked}}.

The same for single people: {PEOPLE} with the numbers as they are, and each with a draw of them. A mean
scatters less than they do, so that more than 90 of 100 published ones should lie among them. And for trials
that are off, each molecule by a factor of its own, as far as the calibration expects of a trial even were
every number right (`trial_error` in [`params/uncertainty.toml`](../params/uncertainty.toml), assumed).
"""
NARROW = """
Outside 5 to 95 % of trials lie: {told}.

A prediction that is good and yet outside says that the band is too narrow. Numbers without a spread, what a
plan is taken to ask of the body (modes, lifts, active muscle), and what a trial leaves open are in no band;
nor are the assay, and that the equations may have the wrong form. The draws lie about the numbers in use.
The mean of people lies above the person in the middle, of whom the scoreboard tells, where people differ much
(IL-6): that alone puts some concentrations below the band. Trials to fit were used to make the bands, so that
only those to check test them. They are no limits of what is possible."""
FIGURES = """First predicted against observed, both axes logarithmic; the line is agreement. Then each trial
that was sampled at three times or more, its baseline counted.
"""
FOOT = """---

Written by `exerkine-sim validate --out docs/validation.md`. The trials, with all that had to be assumed of
each, are in [`params/studies`](../params/studies).
"""


def page_of(
    board: Scoreboard,
    coverage: Coverage,
    studies: Sequence[Study],
    *,
    labels: Mapping[str, str],
    figures: Mapping[str, str],
    overview: str = "",
) -> str:
    """Return the scoreboard as a Markdown page.

    Parameters
    ----------
    board, coverage : Scoreboard, Coverage
        Of the same Studies.
    studies : sequence of Study
    labels : mapping of str to str
        Molecule id to the name people use.
    figures : mapping of str to str
        Molecule id to the place of its figure, as seen from the page.
    overview : str
        Place of the figure of all molecules; none when empty.

    Examples
    --------
    >>> page_of(Scoreboard(()), Coverage(()), [], labels={}, figures={}).splitlines()[0]
    '# Against published trials: hits and misses'
    """
    names = {name: labels.get(name, name) for name in board.by_exerkine()}
    parts = [
        HEAD,
        "## In all\n",
        *_in_all(board, coverage),
        *(
            [f"\n![Every published observation: predicted over observed, by molecule]({overview})"]
            if overview
            else []
        ),
        "\n## By molecule\n",
        *_by_molecule(board, coverage, names),
        "\n## How wide the answers are\n",
        *_widths(board, coverage),
        "\n## The misses\n",
        *_misses(board, {one.key: one for one in studies}, names),
        "\n## Figures\n",
        *_figures(names, figures),
        "## By trial\n",
        *_by_trial(board, coverage, names),
        "",
        FOOT,
    ]
    return "\n".join(parts)


def _in_all(board: Scoreboard, coverage: Coverage) -> Iterator[str]:
    headings = ["", "observations", *LABELS, "within 2-fold", "mean error", IN_TRIALS]
    rows = [
        [use, *_row([one for one in board.scores if one.use in uses], coverage)]
        for use, uses in (("check", ("check",)), ("fit", ("fit",)), ("all", USES))
    ]
    yield from table(headings, rows)
    missing = [score for score in board.scores if score.predicted is None]
    if missing:
        yield f"\nNot scored: {len(missing)}, in {', '.join(dict.fromkeys(one.study for one in missing))}."
    yield "\nThe mean error is the geometric mean of the larger of predicted over observed and its inverse."
    changes = [one for one in board.scores if one.observation.is_relative]
    if any(one.predicted is not None for one in changes):
        error, idle = _against_nothing(changes)
        yield (
            f"Of changes alone it is {error}. Who foretells that nothing ever changes is off by {idle}:\n"
            "that is what there was to explain."
        )


def _row(scores: Sequence[Score], coverage: Coverage) -> list[str]:
    summary, counts = summarise(scores), Counter(score.label for score in scores)
    share = "" if summary.within_2fold is None else f"{100 * summary.within_2fold:.0f} %"
    seen = {(score.study, score.observation) for score in scores}
    held = _share([one for one in coverage.intervals if (one.study, one.observation) in seen], "trials")
    return [str(summary.n), *(str(counts[label]) for label in LABELS), share, _error(scores), _written(held)]


def _by_molecule(board: Scoreboard, coverage: Coverage, names: Mapping[str, str]) -> Iterator[str]:
    headings = ["", *(f"{use}: good / fair / miss" for use in USES), "mean error"]
    headings += ["of changes", "had nothing changed", IN_TRIALS]
    rows = []
    for exerkine in names:
        scores = [one for one in board.scores if one.observation.exerkine == exerkine]
        cells = [_counts(score for score in scores if score.use == use) for use in USES]
        errors = [_error(scores), *_against_nothing(scores)]
        rows.append([names[exerkine], *cells, *errors, _written(coverage.share("trials", exerkine=exerkine))])
    yield from table(headings, rows)


def _error(scores: Iterable[Score]) -> str:
    gmfe = summarise(scores).gmfe
    return "" if gmfe is None else f"x {gmfe:.2f}"


def _against_nothing(scores: Iterable[Score]) -> tuple[str, str]:
    """Return the mean error of predicted changes, and that of foretelling that nothing changes."""
    changes = [one for one in scores if one.observation.is_relative and one.predicted is not None]
    unchanged = {"fold": 1.0, "percent_change": 0.0}
    return _error(changes), _error(replace(one, predicted=unchanged[one.observation.unit]) for one in changes)


def _widths(board: Scoreboard, coverage: Coverage) -> Iterator[str]:
    """Say what share of the published means lies where simulations do, and what that is worth."""
    every = coverage.intervals
    scores = {(score.study, score.observation): score for score in board.scores}
    checks = [one for one in every if scores[one.study, one.observation].use == "check"]
    yield BANDS.format(found=_written(_share(every, "trials")), checked=_written(_share(checks, "trials")))
    groups = {
        "all": every,
        "trials to check": checks,
        "molecules with a spread between people of their own": [
            one for one in every if one.observation.exerkine in coverage.varied
        ],
        "molecules without": [one for one in every if one.observation.exerkine not in coverage.varied],
        "changes against the baseline": [one for one in every if one.observation.is_relative],
        "concentrations": [one for one in every if not one.observation.is_relative],
    }
    rows = [
        [name, *(f"{_written(_share(group, of))}, x {_median_width(group, of):.2f}" for of in KINDS.values())]
        for name, group in groups.items()
        if group
    ]
    yield "Inside 5 to 95 %, and 95 % over 5 % (median):\n"
    yield from table(["", *KINDS], rows)
    outside = Counter(scores[one.study, one.observation].label for one in every if not one.holds("trials"))
    yield NARROW.format(told=", ".join(f"{outside[label]} {label}" for label in LABELS))


def _median_width(intervals: Iterable[Interval], of: Of) -> float:
    edges = [[ratio(edge, one.observation.unit) for edge in one.of(of)] for one in intervals]
    return float(np.median([high / low for low, high in edges if low > 0]))


def _misses(board: Scoreboard, studies: Mapping[str, Study], names: Mapping[str, str]) -> Iterator[str]:
    missed = [score for score in board.scores if score.label == "miss"]
    for score in sorted(missed, key=lambda one: -(one.fold_error or 0.0)):
        seen, study = score.observation, studies.get(score.study)
        site, unit = seen.site.replace("_", " "), seen.unit.replace("percent_change", "%")
        yield (
            f"- **{score.study}**, {score.use}: {names[seen.exerkine]} in {site}, {seen.counted_from}"
            f" {seen.time_min:+g} min: {seen.value:.4g} {unit} observed, {score.predicted:.4g} predicted"
            f" (x {score.fold_error:.1f})."
        )
        if study is not None:
            known = [study.why_use, seen.note, *study.assumptions]
            yield f"  Known: {'; '.join(filter(None, known))}."
    if not missed:
        yield "None."


def _figures(names: Mapping[str, str], figures: Mapping[str, str]) -> Iterator[str]:
    yield FIGURES
    for exerkine, place in figures.items():
        yield f"![{names[exerkine]}: predicted against observed]({place})\n"


def _by_trial(board: Scoreboard, coverage: Coverage, names: Mapping[str, str]) -> Iterator[str]:
    rows = []
    for study in dict.fromkeys(score.study for score in board.scores):
        scores = [score for score in board.scores if score.study == study]
        molecules = dict.fromkeys(names[score.observation.exerkine] for score in scores)
        held = _written(coverage.share("trials", study=study))
        rows.append([study, scores[0].use, ", ".join(molecules), _counts(scores), held])
    yield from table(["trial", "use", "molecules", "good / fair / miss", IN_TRIALS], rows)


def _counts(scores: Iterable[Score]) -> str:
    counts = Counter(score.label for score in scores)
    return " / ".join(str(counts[label]) for label in LABELS) if any(counts[one] for one in LABELS) else ""


def _share(intervals: Iterable[Interval], of: Of) -> Share:
    return Coverage(tuple(intervals)).share(of)


def _written(share: Share) -> str:
    return f"{share.holding} of {share.n}" if share.n else ""
