"""`exerkine-sim explain`: why a molecule is up or down at a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .inputs import AsJson, Clock, Plans, SubjectFile, read_case, read_moment
from .terminal import console, print_json, step, table

if TYPE_CHECKING:
    from ..explanation import Explanation


def explain(
    plan: Plans,
    exerkine: Annotated[str, typer.Argument(metavar="EXERKINE", help="Molecule, for example il6.")],
    at: Annotated[
        str,
        typer.Option("--at", metavar="TIME", help="Hours, or day and time: 8.5, 'Mon 08:30', 'day 2 07:00'."),
    ],
    subject: SubjectFile = None,
    clock: Clock = False,
    as_json: AsJson = False,
) -> None:
    """Say why a molecule is up or down at a moment.

    Release by tissue and trigger, clearance, and the shrinking of plasma.

    \b
    Example:
      exerkine-sim explain plan.txt il6 --at "Mon 08:00"
    """
    with step("simulating") as report:
        case = read_case(plan, subject)
        at_h = read_moment(at, case.schedule)
        from ..simulate import simulate

        solution = simulate(case.schedule, case.subject, clock=clock, progress=report)
        found = solution.explain(exerkine, at_h=at_h)
    if as_json:
        print_json(
            {
                "exerkine": found.exerkine,
                "site": found.site,
                "at_h": found.at_h,
                "unit": found.unit,
                "measured": found.measured,
                "corrected": found.corrected,
                "rest": found.rest,
                "haemoconcentration": found.haemoconcentration,
                "terms": found.terms.to_dict(orient="records"),
            }
        )
    else:
        _show(found, case.schedule.first_weekday)
    case.leave()


def _show(found: Explanation, first_weekday: str | None) -> None:
    from ..schedule.when import clock_text

    out = console()
    out.print(
        f"{found.exerkine} in {found.site}, {clock_text(found.at_h, first_weekday)}", style="bold", end=""
    )
    out.print(
        f": {found.measured:.4g} {found.unit}, {found.measured / found.rest:.3g} times its resting value\n"
        f"haemoconcentration alone: x {found.haemoconcentration:.3f}"
    )
    headings = dict.fromkeys(("kind", "tissue", "trigger"), "left")
    headings |= dict.fromkeys(("now", "share", "at rest"), "right") | {"unit": "left"}
    rows = [
        [
            str(term["kind"]),
            str(term["tissue"]),
            str(term["trigger"]),
            f"{term['rate']:.4g}",
            f"{100 * term['share']:.0f} %",
            f"{term['at_rest']:.4g}",
            str(term["unit"]),
        ]
        for term in found.terms.query("rate != 0 or at_rest != 0").to_dict(orient="records")
    ]
    out.print(table(headings, rows))
