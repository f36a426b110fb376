"""What the journal says, in numbers, as a page and as a figure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from exerkine_sim.plot import save
from exerkine_sim.plot.style import BLUE, GREEN, ORANGE, QUIET_COLOUR, SESSION_COLOUR, styled

from .checks import AGREES, ORACLE_TOLERANCE
from .job import REPEAT_EVERY
from .watch import MINUTE_S, MOST_GROWTH, WARM_UP, Growth, growth

DOCS = Path(__file__).parents[2] / "docs"
TEMPLATE = Path(__file__).with_name("page.md")
PAGE, FIGURE = DOCS / "soak.md", DOCS / "images" / "soak.png"
WAYS = {"api": ("Python", BLUE), "cli": ("command line", ORANGE), "app": ("teaching app, its server", GREEN)}


class Journal(NamedTuple):
    """What was done, and what was held meanwhile: an entry a run, and a sample every few seconds."""

    runs: Sequence[dict[str, Any]]
    samples: Sequence[dict[str, Any]]

    @property
    def start(self) -> float:
        """When it began, in seconds."""
        return self.samples[0]["at"]

    def of(self, way: str) -> list[dict[str, Any]]:
        """Return the runs of one way in."""
        return [one for one in self.runs if one["worker"] == way]

    def held(self, way: str, what: str) -> tuple[np.ndarray, np.ndarray]:
        """Return when one of the processes was looked at, in seconds, and what it held."""
        rows = [(one["at"] - self.start, one["holding"][way]) for one in self.samples]
        there = [(at, holding[what]) for at, holding in rows if holding]
        at, values = zip(*there, strict=True)
        return np.array(at), np.array(values, dtype=float)

    def growth(self, way: str) -> Growth:
        """Return how much the memory of one of the processes grew."""
        return growth(*map(list, self.held(way, "memory_mb")))


def journal_of(folder: Path) -> Journal:
    """Read what a soak left in its folder."""
    files = [folder / f"{way}.jsonl" for way in WAYS]
    runs = [one for file in files if file.exists() for one in _lines(file)]
    return Journal(runs, list(_lines(folder / "memory.jsonl")))


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def faults(journal: Journal) -> list[str]:
    """Return what was wrong, each with the command that repeats it; and whose memory grew."""
    wrong = [f"{one['fault']}\n  {one['repeat']}" for one in journal.runs if "fault" in one]
    grown = {way: journal.growth(way).share for way in WAYS}
    return wrong + [f"{way} grew by {share:.1%}" for way, share in grown.items() if share > MOST_GROWTH]


def tables(journal: Journal) -> str:
    """Return the numbers as tables of a page."""
    head = "| | " + " | ".join(name for name, _ in WAYS.values()) + " |\n|---|" + "---|" * len(WAYS)
    rows = [_row(label, [told(journal, way) for way in WAYS]) for label, told in _NUMBERS.items()]
    cache = [one["cache_mb"] for one in journal.samples]
    kept = f"The cache folder held {cache[0]:.0f} MB at the start and {cache[-1]:.0f} MB at the end."
    return "\n".join([head, *rows, "", kept])


def _row(label: str, cells: Sequence[str]) -> str:
    return f"| {label} | " + " | ".join(cells) + " |"


def _count(journal: Journal, way: str, **wanted: Any) -> str:
    rows = [one for one in journal.of(way) if all(one.get(name) == value for name, value in wanted.items())]
    return f"{sum(one.get('runs', 1) for one in rows):,}"


def _differences(journal: Journal, way: str) -> np.ndarray:
    return np.array([one["difference"] for one in journal.of(way) if one.get("difference") is not None])


def _from_reference(journal: Journal, way: str) -> str:
    found = _differences(journal, way)
    return f"{len(found)}, at most {found.max():.1g} off" if len(found) else "none"


def _memory(journal: Journal, way: str) -> str:
    found = journal.growth(way)
    return f"{found.start:.0f} to {found.end:.0f} MB"


def _grown(journal: Journal, way: str) -> str:
    found = journal.growth(way)
    return f"{found.share:+.1%} ({found.low:+.1%} to {found.high:+.1%})"


def _span(journal: Journal, way: str, what: str) -> str:
    values = journal.held(way, what)[1]
    warm = values[int(WARM_UP * len(values)) :]
    return f"{warm.min():.0f} to {warm.max():.0f}"


_NUMBERS = {
    "runs": _count,
    "of them repeats of an earlier one": lambda journal, way: _count(journal, way, repeated=True),
    "of them refused, as they should be": lambda journal, way: _count(journal, way, refused=True),
    "held against the reference engine": _from_reference,
    "wrong": lambda journal, way: f"{sum('fault' in one for one in journal.of(way))}",
    "memory after the warm-up and at the end": _memory,
    "growth, and its interval": _grown,
    "open files": lambda journal, way: _span(journal, way, "files"),
    "threads": lambda journal, way: _span(journal, way, "threads"),
}


def figure(journal: Journal) -> Any:
    """Draw memory, runs a minute and differences from the reference over time."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import StrMethodFormatter

    with styled():
        drawn = Figure(figsize=(9, 8.4), layout="constrained")
        above, middle, below = drawn.subplots(3, sharex=True, height_ratios=(3, 2, 2))
        for way, (name, colour) in WAYS.items():
            _draw_memory(above, journal, way, name=name, colour=colour)
            _draw_rate(middle, journal, way, colour=colour)
            entries = [one for one in journal.of(way) if one.get("difference")]
            minutes = [(one["at"] - journal.start) / MINUTE_S for one in entries]
            below.plot(minutes, [one["difference"] for one in entries], ".", color=colour, markersize=7)
        end = max(journal.held(way, "files")[0][-1] for way in WAYS) / MINUTE_S
        for ax in (above, middle, below):
            ax.axvspan(0, WARM_UP * end, color=SESSION_COLOUR, alpha=0.5, linewidth=0)
        above.text(WARM_UP * end / 2, 0, "warm-up", va="bottom", ha="center", color=QUIET_COLOUR)
        above.legend(loc="lower right")
        above.set(
            ylabel="MB", ylim=(0, None), xlim=(0, end), title="Memory held (resident set), and its trend"
        )
        middle.set(ylabel="a minute", yscale="log", ylim=(0.8, None), title="Runs")
        middle.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        below.axhline(AGREES, color=QUIET_COLOUR, linestyle="--", linewidth=1.2)
        below.text(end, AGREES, "allowed ", va="top", ha="right", color=QUIET_COLOUR)
        below.set(yscale="log", ylim=(None, 3 * AGREES), ylabel="of a state's scale", xlabel="minutes")
        below.set_title("Largest difference from the reference engine, of every hundredth run")
    return drawn


def _draw_memory(ax: Any, journal: Journal, way: str, *, name: str, colour: str) -> None:
    at, values = journal.held(way, "memory_mb")
    found = journal.growth(way)
    ax.plot(at / MINUTE_S, values, color=colour, linewidth=1.0, alpha=0.6)
    ends = np.array([at[0] + WARM_UP * (at[-1] - at[0]), at[-1]]) / MINUTE_S
    ax.plot(ends, [found.start, found.end], color=colour, linewidth=2.2, label=f"{name}: {found.share:+.1%}")


def _draw_rate(ax: Any, journal: Journal, way: str, *, colour: str) -> None:
    entries = journal.of(way)
    minutes = np.array([int((one["at"] - journal.start) // MINUTE_S) for one in entries])
    runs = np.bincount(minutes, weights=[one.get("runs", 1) for one in entries])
    ax.step(np.arange(len(runs)) + 1, np.maximum(runs, 0.5), where="pre", color=colour, linewidth=1.4)


def report(journal: Journal) -> str:
    """Return what to tell at the end."""
    wrong = faults(journal)
    return "\n".join([tables(journal), "", *wrong, f"{len(wrong)} faults"])


def write_page(journal: Journal, *, remark: str = "") -> None:
    """Write page and figure into docs, with what a person remarks on what was wrong."""
    save(figure(journal), FIGURE)
    minutes = (journal.samples[-1]["at"] - journal.start) / MINUTE_S
    seed, loads = journal.runs[0]["seed"], [one["load"] for one in journal.samples]
    text = TEMPLATE.read_text(encoding="utf-8").format(
        minutes=minutes,
        seed=seed,
        tables=tables(journal),
        agrees=AGREES,
        oracle=ORACLE_TOLERANCE,
        every=REPEAT_EVERY,
        load=float(np.median(loads)),
        told="\n\n".join(filter(None, (_told(faults(journal)), remark))),
    )
    PAGE.write_text(text, encoding="utf-8")


def _told(wrong: Sequence[str]) -> str:
    if not wrong:
        return "Nothing was wrong, and the memory of none of them grew by a twentieth."
    return "What was wrong:\n\n" + "\n".join(f"- {one}" for one in wrong)
