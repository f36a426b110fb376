"""The ledger as a page to read, in Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from ..markdown import table
from .claim import Arm, Measure
from .comparison import Quantity
from .ledger import Ledger, Ruling
from .reading import SHARE, Reading

GRADES: Mapping[str, str] = MappingProxyType(
    {
        "human": "shown in people",
        "mixed": "studies in people disagree",
        "animal": "shown in animals only",
        "none": "no support found in people",
        "index": "a derived index, not a measured effect",
    }
)
HEAD = """# What is said about exerkines, and what the simulation makes of it

Popular articles say a good deal about what training does to the body's signalling molecules. Here each
statement is turned into a contrast between simulated people: the plan that is praised beside another one, the
fasted runner beside the fed one, the week before beside the week after. The numbers below are computed; none
is typed in.

Read two things together. The **verdict** says whether the simulator behaves as the statement says. The
**evidence** says how well the statement stands in studies of people. A statement can be reproduced and still
be poorly supported, for the simulator was built from the same literature, gaps included; and one that is not
reproduced may be wrong, or show where the simulator is. A *fold* is a value divided by the same person's
value at rest, before anything happened.
"""
NOTHING, MINUTES_BELOW_H = 1e-6, 2.0
FOOT = """---

Written by `exerkine-sim claims --out docs/claims.md`. One statement alone: `exerkine-sim claims --only ID`.
The contrasts stand in [`params/claims.toml`](../params/claims.toml), and can be changed there.
"""


def page_of(ledger: Ledger, *, figure: str = "") -> str:
    """Return the ledger as a Markdown page.

    Parameters
    ----------
    ledger : Ledger
    figure : str
        Place of the figure of all claims, as seen from the page; none when empty.

    Examples
    --------
    >>> print(page_of(Ledger(())).splitlines()[0])
    # What is said about exerkines, and what the simulation makes of it
    """
    shown = [f"![By how much the simulation agrees, beside the evidence]({figure})\n"] if figure else []
    parts = [
        HEAD,
        _summary(ledger),
        *shown,
        *(_section(at, one) for at, one in enumerate(ledger.rulings, 1)),
        FOOT,
    ]
    return "\n".join(parts)


def written(reading: Reading) -> str:
    """Return a number as people write it.

    Examples
    --------
    >>> [written(Reading(value, unit)) for value, unit in ((0.934, "share"), (0.9, "h"), (30, "h"), (11, ""))]
    ['93 %', '54 min', '30.0 h', '11']
    >>> written(Reading(12.31, "fold")), written(Reading(1520.2, "pg/mL"))
    ('12.3-fold', '1520 pg/mL')
    """
    value, unit = reading.value, reading.unit
    if not math.isfinite(value):
        return "none"
    if unit == SHARE:
        return f"{100 * value:.0f} %"
    if unit == "h" and abs(value) < MINUTES_BELOW_H:
        return f"{60 * value:.0f} min"
    number = _digits(value) if unit or value != round(value) else f"{value:.0f}"
    return f"{number}-fold" if unit == "fold" else f"{number} {unit}".strip()


def _digits(value: float) -> str:
    if abs(value) < NOTHING:
        return "0"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:#.3g}"


def _summary(ledger: Ledger) -> str:
    counts = ledger.counts()
    told = ", ".join(f"{number} {verdict}" for verdict, number in counts.items() if number)
    rows = [
        [f"[{at}](#{at})", one.claim.statement, GRADES[one.claim.grade], one.told]
        for at, one in enumerate(ledger.rulings, 1)
    ]
    heading = f"Of {len(ledger.rulings)} statements: {told}.\n" if rows else ""
    return "\n".join([heading, *table(["", "statement", "evidence", "simulation"], rows), ""])


def _section(at: int, ruling: Ruling) -> str:
    claim = ruling.claim
    heading = f'## <a id="{at}"></a>{at}. {claim.statement}'
    return "\n".join([heading, "", f"*{claim.source}; `{claim.id}`*", "", account_of(ruling)])


def account_of(ruling: Ruling) -> str:
    """Return a ruling as Markdown: what was simulated, what came out, the evidence, and the verdict.

    Examples
    --------
    >>> from exerkine_sim.evidence.claims import check_claims, find_claim
    >>> account = account_of(check_claims([find_claim("fgf21-fasting")]).rulings[0])
    >>> print(account.splitlines()[-1])
    **Verdict: reproduced.**
    """
    claim = ruling.claim
    lines = [
        f"**Simulated.** {claim.simulated}",
        "",
        *_numbers(ruling),
        *_findings(ruling),
        "",
        f"**Evidence: {GRADES[claim.grade]}.** {claim.evidence}{_records(claim.records)}",
        "",
        f"**Verdict: {ruling.told}.**{' ' + _sentence(ruling.reason) if ruling.reason else ''}",
        "",
    ]
    return "\n".join(lines)


def _records(records: Sequence[str]) -> str:
    return f" Records: {', '.join(records)}." if records else ""


def _numbers(ruling: Ruling) -> Iterator[str]:
    """Yield the table of what was read: the longer of arms and measures goes down the page."""
    claim, readings = ruling.claim, ruling.readings
    measures = [one for one in claim.measures if any(where.measure == one.id for where in readings)]
    arms = [one for one in claim.arms if any(where.arm == one.id for where in readings)]
    if not measures or not arms:
        return
    down, across = (measures, arms) if len(measures) >= len(arms) else (arms, measures)
    rows = [[one.label, *(_cell(ruling, one, other) for other in across)] for one in down]
    yield from table(["", *(one.label for one in across)], rows)
    yield ""


def _cell(ruling: Ruling, one: Arm | Measure, other: Arm | Measure) -> str:
    measure, arm = (one, other) if isinstance(one, Measure) else (other, one)
    reading = ruling.readings.get(Quantity(measure.id, arm.id))
    return "" if reading is None else written(reading)


def _findings(ruling: Ruling) -> Iterator[str]:
    answers = {True: "yes", False: "**no**", None: "cannot be told"}
    yield "Expected, and found:"
    yield ""
    for one in ruling.findings:
        numbers = ", ".join(_digits(value) for value in one.found.values())
        detail = f" (found {numbers})" if one.holds is False else ""
        yield f"- {one.expectation.that}: {answers[one.holds]}{detail}"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
