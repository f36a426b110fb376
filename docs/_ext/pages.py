"""Pages that follow from the model, written anew by each build: molecules, other numbers, sources."""

import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import dedent

from diagram import neighbours
from links import written
from sphinx.application import Sphinx

import exerkine_sim as xk
from exerkine_sim.bibliography import load_bibliography
from exerkine_sim.evidence import find_record
from exerkine_sim.parameters import Parameter, load_parameters, params_folder
from exerkine_sim.physiology import modules

DOCS = Path(__file__).parents[1]
REFERENCE = DOCS / "reference"
BASES = ("measured", "fitted", "derived", "assumed")
OTHER_NUMBERS = {
    "subject": "The person",
    "cohort": "People at large",
    "variability": "How much people differ",
    "uncertainty": "How wide a range is",
    "stimulus": "From a plan to load on the body",
    "intensity": "How hard",
    "modes": "Modes of exercise",
    "lifts": "Lifts",
    "rhythms": "The hour of the day",
    "injection": "Injection",
    "effects": "What molecules drive",
    "comparison": "Telling plans apart",
    "training_load": "Training load",
    "assays": "Assays",
    "reading": "Reading training files",
}


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))


def molecule_page(name: str, file: Path) -> str:
    """Return the page of a molecule or driver."""
    told = xk.dossier(name)
    title = told.name if told.name.lower().startswith(told.label.lower()) else f"{told.label}: {told.name}"
    facts = [("Id", f"`{name}`"), ("Unit", escaped(told.unit)), ("Evidence", told.grade)]
    facts += [("Contested", escaped(told.contested))]
    return "\n\n".join(
        [
            f"# {escaped(title)}",
            escaped(told.summary[:1].upper() + told.summary[1:].rstrip(".")) + ".",
            _table(("", ""), [(one, text) for one, text in facts if text]),
            "## What drives it, and what it drives",
            f"```{{raw}} html\n{neighbours(told)}\n```",
            "## In words",
            _prose(told.text),
            f"The equation file is [`{file.name}`]({_relative(file)}).",
            "## Equations",
            "Typeset from the expressions that are simulated. Upright names are parameters and the person's "
            "own quantities, italics change with time; an index *r* stands for each muscle region, lower and "
            "upper body. Time is in hours.",
            *_equations(told.equations),
            "## Numbers",
            _numbers(told.parameters),
            "## Where each number comes from",
            *map(_provenance, told.parameters),
            *_records(told.parameters),
        ]
    )


def numbers_page(title: str, parameters: Iterable[Parameter], file: Path) -> str:
    """Return the page of parameters that no equation file owns."""
    parameters = tuple(parameters)
    return "\n\n".join(
        [
            f"# {title}",
            f"From [`{file.name}`]({_relative(file)}).",
            _numbers(parameters),
            "## Where each number comes from",
            *map(_provenance, parameters),
            *_records(parameters),
        ]
    )


def index_page(names: Iterable[str]) -> str:
    """Return the table of molecules and drivers, and the list of the other pages."""
    told = [xk.dossier(name) for name in names]
    molecules = [one for one in told if one.grade]
    drivers = [one for one in told if not one.grade]
    everything = load_parameters()
    counts = Counter(one.basis for one in everything.values())
    rows = [
        (
            f"[{escaped(one.label)}]({one.exerkine}.md)",
            escaped(one.summary.rstrip(".")),
            one.grade,
            *_bases(one),
        )
        for one in told
    ]
    headings = ("", "what it does", "evidence", *BASES)
    toctree = "```{{toctree}}\n:hidden:\n:caption: {}\n\n{}\n```"
    return "\n\n".join(
        [
            "# The model, molecule by molecule",
            f"{len(molecules)} molecules (IGF-1 bound and free among them), {len(drivers)} drivers, "
            f"and {len(everything)} numbers: {', '.join(f'{counts[basis]} {basis}' for basis in BASES)}. "
            "How many of each stand behind a molecule is on the right.",
            "## Molecules",
            _table(headings, rows[: len(molecules)]),
            "## Drivers",
            _table(headings, rows[len(molecules) :]),
            "## Other numbers",
            "\n".join(f"- [{title}](numbers-{name}.md)" for name, title in OTHER_NUMBERS.items()),
            "## Sources",
            "Every publication that a number rests on: [bibliography](bibliography.md).",
            toctree.format("Molecules", "\n".join(one.exerkine for one in molecules)),
            toctree.format("Drivers", "\n".join(one.exerkine for one in drivers)),
            toctree.format(
                "Numbers", "\n".join([*(f"numbers-{name}" for name in OTHER_NUMBERS), "bibliography"])
            ),
        ]
    )


def bibliography_page() -> str:
    """Return every source, and the parameters that rest on it."""
    backed: dict[str, list[str]] = {}
    for name, one in load_parameters().items():
        backed.setdefault(one.source.key, []).append(name)
    sources = load_bibliography(params_folder() / "references.bib")
    paragraphs = [
        f"({_anchor(key)})=\n**{escaped(key)}** {_cited(one)}{_backs(backed.get(key, []))}"
        for key, one in sources.items()
    ]
    return "\n\n".join(
        [
            "# Bibliography",
            f"{len(sources)} sources; {len(backed)} of them stand behind parameters, the others behind "
            "published trials, claims and records of evidence. Where only a first author or no year is "
            "given, the page that was read showed no more.",
            *paragraphs,
        ]
    )


def _backs(names: list[str]) -> str:
    return f"<br>Backs {', '.join(f'`{name}`' for name in names)}." if names else ""


def _cited(one: xk.Source) -> str:
    link = f" [{escaped(one.doi)}](https://doi.org/{one.doi})" if one.doi else ""
    author, year = one.author or "Unknown author", one.year or "n.d."
    return f"{escaped(author)} ({escaped(year)}). {escaped(one.title)}.{link}"


def _prose(text: str) -> str:
    """Return the docstring of an equation file: what is indented there are formulas in words."""
    paragraphs = re.split(r"\n\s*\n", text)
    return "\n\n".join(
        f"```text\n{dedent(one)}\n```" if one.startswith("    ") else escaped(one) for one in paragraphs
    )


def _equations(equations: Iterable[xk.model.Equation]) -> Iterator[str]:
    words = {"pool": "balance of ", "state": "", "signal": "offered to others: ", "observable": "measured: "}
    for one in equations:
        unit = "" if one.unit in ("", "1") else f", {escaped(one.unit)}"
        yield f"{words[one.kind]}**{escaped(one.name)}**{unit}"
        if not one.terms:
            yield f"```{{math}}\n{one.latex}\n```"
            continue
        yield f"```{{math}}\n{one.left} = \\text{{the sum of}}\n```"
        rows = [
            (escaped(row.tissue), row.trigger, f"{{math}}`{row.sign}\\; {row.right}`") for row in one.terms
        ]
        yield _table(("tissue", "why", "term"), rows)


def _numbers(parameters: Iterable[Parameter]) -> str:
    rows = [
        (
            f"[{escaped(_own(one))}](#{_anchor(one.name)})",
            f"{one.value:g}",
            "" if one.unit == "1" else escaped(one.unit),
            escaped(_spread(one)),
            one.basis,
            one.grade,
            f"[{escaped(one.source.key)}](#{_anchor(one.source.key)})",
        )
        for one in parameters
    ]
    return _table(("", "value", "unit", "spread", "basis", "evidence", "source"), rows)


def _provenance(one: Parameter) -> str:
    unit = "" if one.unit == "1" else f" {escaped(one.unit)}"
    lines = [
        f"({_anchor(one.name)})=",
        f"**{escaped(_own(one))}** {one.value:g}{unit}; {one.basis}, evidence {one.grade}.",
    ]
    lines += [f"[{escaped(one.source.key)}](#{_anchor(one.source.key)}), {escaped(one.source.where)}."]
    lines += [f"In {escaped(one.population)}."] * bool(one.population)
    lines += [escaped(one.note)] * bool(one.note)
    lines += [f"Records: {', '.join(one.records)}."] * bool(one.records)
    return "\n".join(lines)


def _records(parameters: Iterable[Parameter]) -> list[str]:
    ids = dict.fromkeys(record for one in parameters for record in one.records)
    if not ids:
        return []
    rows = [find_record(record) for record in ids]
    cells = [
        (
            escaped(one.record_id),
            escaped(str(one).partition(": ")[2]),
            f"{escaped(one.source_first_author)} {escaped(one.source_year)}",
            escaped(one.seen_in),
        )
        for one in rows
    ]
    return ["## Records of the evidence", _table(("record", "what was found", "by", "read in"), cells)]


def _bases(told: xk.Dossier) -> list[str]:
    counts = Counter(one.basis for one in told.parameters)
    return [str(counts[basis] or "") for basis in BASES]


def _spread(one: Parameter) -> str:
    spread = dict(one.spread)
    kind = spread.pop("kind")
    if kind == "range":
        return f"{spread['low']:g} to {spread['high']:g}"
    return "not known" if kind == "none" else f"{kind} {next(iter(spread.values())):g}"


def _own(one: Parameter) -> str:
    return one.name.partition(".")[2] or one.name


def _anchor(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower())


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    headings = tuple(headings)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (headings, ["---"] * len(headings), *rows))


def _relative(file: Path) -> str:
    return Path(os.path.relpath(file, REFERENCE)).as_posix()


def _write(name: str, text: str) -> None:
    written(REFERENCE / f"{name}.md", f"{text}\n")


def _pages(_app: Sphinx, _config: object) -> None:
    own = {one.name: Path(sys.modules[one.equations.__module__].__file__) for one in modules()}
    for name, file in own.items():
        _write(name, molecule_page(name, file))
    for name, title in OTHER_NUMBERS.items():
        chosen = [one for key, one in load_parameters().items() if key.startswith(f"{name}.")]
        _write(f"numbers-{name}", numbers_page(title, chosen, params_folder() / f"{name}.toml"))
    _write("index", index_page(own))
    _write("bibliography", bibliography_page())


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("config-inited", _pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
