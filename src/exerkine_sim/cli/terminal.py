"""What the commands share in talking to a terminal, a pipe or a file."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

SOME_FAILED = 2  # exit code
PIPE_WIDTH = 132
GAP, LEAST_LETTERS = 2, 5


def console(*, error: bool = False) -> Console:
    """Return the console of standard output or error; text is shown as it is, never as markup."""
    from rich.console import Console

    target = Console(stderr=error, markup=False, highlight=False, emoji=False)
    if not target.is_terminal and "COLUMNS" not in os.environ:
        target.width = PIPE_WIDTH  # nobody's window is too narrow for a file
    return target


def complain(message: str) -> None:
    """Write an error message to standard error."""
    from rich.text import Text

    console(error=True).print(Text.assemble(("error: ", "bold red"), message), soft_wrap=True)


@contextmanager
def step(description: str) -> Iterator[Callable[[float | str], None]]:
    """Show a step of the work on standard error while it lasts; silent unless that is a terminal.

    Yields what takes the fraction done, from 0 to 1, or where that cannot be known how far the work is, in
    words; before its first call only time is seen to pass.
    """
    from rich import progress

    columns = (
        progress.SpinnerColumn("line"),
        progress.TextColumn("{task.description}"),
        progress.BarColumn(20),
        progress.TaskProgressColumn(),
        progress.TimeElapsedColumn(),
    )
    target = console(error=True)
    with progress.Progress(*columns, console=target, transient=True, disable=not target.is_terminal) as bar:
        task = bar.add_task(description, total=None)

        def report(done: float | str) -> None:
            if isinstance(done, str):
                bar.update(task, description=f"{description}: {done}")
            else:
                bar.update(task, total=1.0, completed=done)

        yield report


@contextmanager
def counting(verb: str, noun: str, *, n: int) -> Iterator[Callable[[int], None]]:
    """Show on a terminal how many of `n` are done, how many a second, and how long the others will take.

    Yields what takes how many are done; its first call says how many were done before.
    """
    from rich import progress

    columns = (
        progress.TextColumn(verb),
        progress.BarColumn(20),
        progress.MofNCompleteColumn(),
        progress.TextColumn(f"{noun}, {{task.fields[rate]}}"),
        progress.TimeRemainingColumn(compact=True),
        progress.TextColumn("left"),
    )
    target, first, began = console(error=True), None, 0.0
    with progress.Progress(*columns, console=target, transient=True, disable=not target.is_terminal) as bar:
        task = bar.add_task("", total=n, rate="- a second")

        def report(done: int) -> None:
            nonlocal first, began
            if first is None:
                first, began = done, time.monotonic()
                bar.reset(task, total=n, completed=done, rate="- a second")
            else:
                rate = (done - first) / max(time.monotonic() - began, 1e-3)
                bar.update(task, completed=done, rate=f"{rate:.3g} a second")

        yield report


def table(
    headings: Mapping[str, str],
    rows: Sequence[Sequence[str]],
    *,
    expendable: Sequence[str] = (),
    elastic: tuple[str, int] | None = None,
) -> Table:
    """Return a table that fits standard output.

    Parameters
    ----------
    headings : mapping of str to str
        Heading to justification, ``"left"`` or ``"right"``.
    rows : sequence of sequences of str
        As long as `headings`.
    expendable : sequence of str
        Headings to leave out, in this order, as long as the table is too wide.
    elastic : (str, int), optional
        Heading whose texts are cut to the room that the others leave, and the letters it should have; the
        expendable ones go first, and it goes itself when hardly a letter would be left.
    """
    width, (supple, wanted) = console().width, elastic or (None, -GAP)
    cells = [dict(zip(headings, row, strict=True)) for row in rows]
    firm = [heading for heading in headings if heading != supple]
    for heading in expendable:
        if _width(firm, cells) + wanted + GAP <= width:
            break
        firm.remove(heading)
    room = width - _width(firm, cells) - GAP
    if supple is None or room < LEAST_LETTERS:
        return _built(headings, firm, cells)
    for row in cells:
        row[supple] = row[supple][:room].rstrip(" ,;")
    return _built(headings, [heading for heading in headings if heading in (*firm, supple)], cells)


def _built(headings: Mapping[str, str], shown: Sequence[str], rows: Sequence[Mapping[str, str]]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    built = Table(
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold"
    )
    for heading in shown:
        built.add_column(heading, justify="right" if headings[heading] == "right" else "left")
    for row in rows:
        built.add_row(*(Text(row[heading]) for heading in shown))
    return built


def _width(shown: Sequence[str], rows: Sequence[Mapping[str, str]]) -> int:
    """Return how wide a table is that nothing confines."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, (heading, *(row[heading] for row in rows)))) for heading in shown]
    return sum(widths) + GAP * (len(widths) - 1)


def print_json(value: Any) -> None:
    """Write JSON to standard output; what is no finite number becomes null."""
    print(json.dumps(_finite(value), indent=2, allow_nan=False))


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
