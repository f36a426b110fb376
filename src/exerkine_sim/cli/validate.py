"""`exerkine-sim validate`: the scoreboard against published trials, hits and misses alike."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .inputs import AsJson, check_file, make_folder
from .terminal import SOME_FAILED, complain, console, print_json, step, table

if TYPE_CHECKING:
    from ..evidence import Score, Scoreboard, Study, Summary

LABELS = ("miss", "fair", "good", "")
ALL = "all-molecules"  # the figure that shows every one


def validate(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="STUDY.toml", help="Studies; all shipped ones by default.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.md", help="Also write it as a page to read, with figures."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare with published trials, hits and misses alike.

    \b
    Example:
      exerkine-sim validate my_trial.toml --json
      exerkine-sim validate --out validation.md
    """
    from ..evidence import load_study, studies
    from ..evidence import validate as score

    if out is not None:
        check_file(out)
        make_folder(out.parent / "images" / out.stem)
    with step("simulating trials") as report:
        chosen = tuple(load_study(file) for file in files) if files else studies()
        board = score(chosen, progress=lambda index: report((index + 1) / len(chosen)))
    print_json(board.to_json_dict()) if as_json else _show(board)
    if out is not None:
        n_figures = _write(out, board, chosen)
        console(error=as_json).print(f"wrote {out}, figures beside it: {n_figures}", soft_wrap=True)
    failed = board.failed_studies()
    if failed:
        complain(f"{len(failed)} trials could not be simulated: {', '.join(failed)}")
        raise typer.Exit(SOME_FAILED)


def _write(out: Path, board: Scoreboard, studies: Sequence[Study]) -> int:
    """Write the page, and its figures into ``images/``; return how many."""
    from ..evidence.coverage import cover
    from ..evidence.validation_page import page_of
    from ..files import whole
    from ..parameters import load_parameters
    from ..plot import save, scoreboard
    from ..plot.validation import validation as figure_of

    with step("simulating people like those of the trials") as report:
        coverage = cover(studies, progress=lambda index: report((index + 1) / len(studies)))
    about = load_parameters().about
    labels = {name: str(about.get(name, {}).get("label", name)) for name in board.by_exerkine()}
    scored = [name for name, part in board.by_exerkine().items() if part.n]
    figures = {name: f"images/{out.stem}/{name}.png" for name in scored}
    overview = f"images/{out.stem}/{ALL}.png"
    with whole(out) as partial:
        page = page_of(board, coverage, studies, labels=labels, figures=figures, overview=overview)
        partial.write_text(page, encoding="utf-8")
    with step("drawing") as report:
        save(scoreboard(board, labels=labels), out.parent / overview)
        for index, (name, place) in enumerate(figures.items()):
            save(figure_of(name, board, coverage, label=labels[name]), out.parent / place)
            report((index + 1) / len(figures))
    return len(figures) + 1


def _show(board: Scoreboard) -> None:
    out = console()
    headings = {"study": "left", "molecule": "left", "site": "left", "minutes": "right"}
    headings |= dict.fromkeys(("observed", "predicted"), "right") | {"unit": "left", "error": "right"}
    headings |= {"verdict": "left", "use": "left"}
    ranked = sorted(board.scores, key=lambda s: (LABELS.index(s.label), -(s.fold_error or 0.0)))
    scored = [_score_row(score) for score in ranked if score.predicted is not None]
    out.print(table(headings, scored, expendable=["site", "verdict", "use"], elastic=("study", 24)))
    for reason in dict.fromkeys(score.reason for score in ranked if score.predicted is None):
        names = [score.study for score in ranked if score.predicted is None and score.reason == reason]
        out.print(f"no prediction, {reason}: {len(names)} in {', '.join(dict.fromkeys(names))}")
    parts = {**board.by_exerkine(), **{f"all for {use}": part for use, part in board.by_use().items()}}
    headings = {"molecule": "left"} | dict.fromkeys(
        ("scored", "within 2-fold", "mean error", "not scored"), "right"
    )
    out.print(table(headings, [_summary_row(name, part) for name, part in parts.items()]))
    out.print(_summary_line(board.summary), style="bold", soft_wrap=True)
    if "high" in board.by_grade():
        out.print(f"high-grade evidence: {_summary_line(board.by_grade()['high'])}", soft_wrap=True)
    if "check" in board.by_use():
        out.print(f"never fitted to: {_summary_line(board.by_use()['check'])}", style="bold", soft_wrap=True)


def _score_row(score: Score) -> list[str]:
    seen = score.observation
    error = score.fold_error
    return [
        score.study,
        seen.exerkine,
        seen.site.replace("_", " "),
        f"{seen.counted_from} {seen.time_min:+g}",
        f"{seen.value:.4g}",
        f"{score.predicted:.4g}",
        seen.unit.replace("percent_change", "% change"),
        "-" if error is None else f"x {error:.2f}",
        score.label,
        score.use,
    ]


def _summary_row(name: str, part: Summary) -> list[str]:
    share = "-" if part.within_2fold is None else f"{100 * part.within_2fold:.0f} %"
    error = "-" if part.gmfe is None else f"x {part.gmfe:.2f}"
    return [name, str(part.n), share, error, str(part.not_scored)]


def _summary_line(summary: Summary) -> str:
    _, n, share, error, missing = _summary_row("", summary)
    return f"{n} scored: {share} within 2-fold, geometric mean fold error {error}; {missing} not scored"
