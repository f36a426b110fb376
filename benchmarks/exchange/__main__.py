"""Do other programs find what we find?  ``python -m benchmarks.exchange``, or ``make exchange``.

Prints a table: tool, case, what was found and what is allowed. Leaves with 1 when a line misses, or a tool is
not there. A tool is added by a function that takes a :class:`Case` and yields rows, named in `CHECKS`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from . import copasi, document, roadrunner
from .cases import PLANS, Case, build
from .row import Check, Row

CHECKS: tuple[Check, ...] = (
    document.remarks,
    document.reimport,
    roadrunner.inputs_set,
    roadrunner.events,
    copasi.events,
)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.exchange", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--cases", default=",".join(PLANS), help="some of them, joined by commas")
    wanted = parser.parse_args().cases.split(",")
    unknown = sorted(set(wanted) - set(PLANS))
    if unknown:
        parser.error(f"no case '{unknown[0]}'; known: {', '.join(PLANS)}")
    print("| tool | case | found | | at most | holds |\n|---|---|---:|---|---:|---|")
    missed = [row for name in wanted for row in _printed(build(name)) if not row.holds]
    print(f"\n{len(missed)} of them missed" if missed else "\nall hold", file=sys.stderr)
    return int(bool(missed))


def _printed(case: Case) -> Iterator[Row]:
    for check in CHECKS:
        for row in _rows(check, case):
            print(f"| {row.tool} | {row.case} | {row.found:.2g} | {row.of} | {row.limit:g} | {_word(row)} |")
            sys.stdout.flush()
            yield row


def _rows(check: Check, case: Case) -> Iterator[Row]:
    """Yield the rows of a check; one that could not be made proves nothing, and says why."""
    try:
        yield from check(case)
    except (ImportError, RuntimeError) as problem:
        reason = f"{type(problem).__name__}: {problem}".replace("\n", " ")[:100]
        yield Row(check.__module__.rpartition(".")[2], case.name, float("nan"), of=reason)


def _word(row: Row) -> str:
    return "yes" if row.holds else "NO"


if __name__ == "__main__":
    sys.exit(main())
