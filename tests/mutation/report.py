"""What became of the mutants, as ``docs/mutation.md``; why one may survive stands in ``survivors.toml``."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mutants import Mutant
from scipy.stats import binomtest

EXPLAINED = Path(__file__).with_name("survivors.toml")
MISSING = "**not explained yet**"
WANTED = 0.1  # of the mutants tried, at most
INTERRUPTED = """
The run was interrupted. Modules are tried in turn, so that what was tried is no sample and gives no share:
"""
TEMPLATE = Path(__file__).with_name("page.md")


class Area(NamedTuple):
    """How many mutants an area has, and how many of them a sample holds."""

    mutants: int
    sampled: int


class Tried(NamedTuple):
    """What became of a mutant: ``killed``, ``stopped`` or ``survived``."""

    area: str
    mutant: Mutant
    ended: str


def explained() -> dict[Mutant, str]:
    """Return why each known survivor may survive."""
    entries = tomllib.loads(EXPLAINED.read_text()).get("survivor", [])
    return {Mutant(*(one[name] for name in Mutant._fields)): one["because"] for one in entries}


def page(tried: Sequence[Tried], areas: Mapping[str, Area], *, seed: int) -> str:
    """Return the page.

    Parameters
    ----------
    tried : sequence of Tried
    areas : mapping of str to Area
    seed : int
        Of the sample.
    """
    rows = [_row(name, one, [two.ended for two in tried if two.area == name]) for name, one in areas.items()]
    whole = Area(*map(sum, zip(*areas.values(), strict=True)))
    rows.append(_row("all", whole, [one.ended for one in tried]))
    survivors = sorted({one.mutant for one in tried if one.ended == "survived"})
    survived = sum(one.ended == "survived" for one in tried)
    reached = "" if survived < WANTED * len(tried) else ": **it is not reached yet**"
    parts = {
        "reached": reached,
        "rows": "\n".join(rows),
        "survivors": "\n".join(_listed(survivors)),
        "so_far": "",
    }
    if len(tried) < whole.sampled:
        files = Counter(one.mutant.file for one in tried)
        parts["so_far"] = (
            INTERRUPTED + ", ".join(f"{n} in `{file}`" for file, n in sorted(files.items())) + ".\n"
        )
    return TEMPLATE.read_text().format(seed=seed, **parts)


def unexplained(tried: Sequence[Tried]) -> list[Mutant]:
    """Return survivors without a reason."""
    known = explained()
    return [one.mutant for one in tried if one.ended == "survived" and one.mutant not in known]


def _row(name: str, area: Area, ends: Sequence[str]) -> str:
    killed, stopped, survived = (ends.count(end) for end in ("killed", "stopped", "survived"))
    share = "not known: interrupted"
    if ends and len(ends) == area.sampled:
        low, high = binomtest(survived, len(ends)).proportion_ci(method="wilson")
        share = f"{survived / len(ends):.1%} ({low:.1%} to {high:.1%})"
    cells = (name, area.mutants, area.sampled, len(ends), killed, stopped, survived, share)
    return f"| {' | '.join(map(str, cells))} |"


def _listed(survivors: Sequence[Mutant]) -> Iterator[str]:
    known = explained()
    for one in survivors:
        becomes = f"`{one.becomes}`" if one.becomes else "left out"
        within = f", in `{one.within}`" if one.within else ""
        yield f"- `{one.file}`{within}: `{one.line}` becomes {becomes}. {known.get(one, MISSING)}"
