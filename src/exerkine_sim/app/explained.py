"""What is known of a molecule, and why it is up or down, in words for the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..evidence.claims import Reading, written
from ..evidence.record import Record, records
from .body import LABELS
from .markup import Markup, Part, joined, link, tag

if TYPE_CHECKING:
    from ..dossier import Dossier
    from ..explanation import Explanation
    from ..model import Equation
    from ..parameters import Parameter

GRADES: Mapping[str, str] = MappingProxyType(
    {
        "high": "evidence: high, the strongest of three grades",
        "medium": "evidence: medium, the second of three grades",
        "low": "evidence: low, contested or thin",
    }
)
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "pool": "{name}: what the named tissues release fills it, what is lost drains it.",
        "state": "{name}: how fast it changes.",
        "signal": "{name}: handed on to other molecules.",
        "observable": "{name}: what a laboratory would find there.",
    }
)
SPREADS: Mapping[str, str] = MappingProxyType(
    {
        "range": "{low:g} to {high:g}",
        "sd": "SD {sd:g}",
        "se": "SE {se:g}",
        "cv": "varies by {cv:g} (coefficient of variation)",
        "sigma_ln": "log-normal, sigma {sigma:g}",
        "none": "no spread known",
    }
)
REGIONS = {"muscle r": "muscle, each region"}


def told(known: Dossier) -> Iterator[Markup]:
    """Yield name, grade, and what is agreed and not agreed on."""
    both = known.label if known.name == known.label else f"{known.label}: {known.name}"
    yield tag("h2", both)
    if known.grade:
        yield tag("p", tag("span", GRADES.get(known.grade, known.grade), class_="badge"))
    yield tag("p", known.summary[:1].upper() + known.summary[1:])
    if known.contested:
        yield tag("p", tag("strong", "Not agreed on: "), known.contested)


def pushes(found: Explanation, clock: str, label: str) -> Iterator[Markup]:
    """Yield what raises and what lowers a molecule at a moment, each beside its rate at rest."""
    yield tag("h3", f"What pushes it now: {clock}")
    fold = found.measured / found.rest if found.rest else float("nan")
    factor = 100 * (found.haemoconcentration - 1)
    shrunk = f"Plasma that has shrunk raises it by {factor:.0f} %. " if factor >= 1 else ""
    yield tag(
        "p",
        tag("strong", f"{label}: {found.measured:.3g} {found.unit}, {fold:.3g} times rest. "),
        f"{shrunk}{_balance(found)}",
    )
    terms = [term for term in found.terms.to_dict(orient="records") if term["rate"] or term["at_rest"]]
    most = max((term[name] for term in terms for name in ("rate", "at_rest")), default=1.0)
    yield tag("div", *_bars(terms, most), class_="bars")
    yield tag("p", "The upright stroke marks the rate at rest.", class_="quiet")


def _balance(found: Explanation) -> str:
    """Say whether release or loss is ahead."""
    rates = found.terms.to_dict(orient="records")
    release, loss = (sum(one["rate"] for one in rates if one["kind"] == kind) for kind in ("release", "loss"))
    if not release + loss or abs(release - loss) < 0.02 * (release + loss):
        return "Release and loss are even: it stays."
    ahead, way = ("Release", "rises") if release > loss else ("Loss", "falls")
    unit = str(found.terms["unit"].iloc[0])
    return f"{ahead} is ahead ({_rate(release, '')} in, {_rate(loss, unit)} out): it {way}."


def _bars(terms: Sequence[Mapping[Any, Any]], most: float) -> Iterator[Markup]:
    for kind, head in (("release", "What raises it"), ("loss", "What lowers it")):
        yield tag("div", head, class_="head")
        for term in terms:
            if term["kind"] == kind:
                share, rest = (100 * term[name] / most for name in ("rate", "at_rest"))
                fill = tag("i", style=f"width:{share:.1f}%")
                mark = tag("b", style=f"left:{rest:.1f}%")
                number = f"{_rate(term['rate'], term['unit'])} (rest {_rate(term['at_rest'], '')})"
                name = where(term["tissue"], term["trigger"])
                bar = tag("span", fill, mark, class_=f"bar {kind}", aria_hidden="true")
                yield tag("div", tag("span", name), bar, tag("span", number, class_="number"), class_="term")


def _rate(value: float, unit: str) -> str:
    return written(Reading(value, unit))


def where(tissue: str, trigger: str) -> str:
    """Return a term in words.

    Examples
    --------
    >>> where("muscle lower", "contraction"), where("clearance", "loss")
    ('leg muscle, contraction', 'clearance')
    """
    place = LABELS.get(tissue, REGIONS.get(tissue, tissue))
    return place if trigger in ("loss", tissue) else f"{place}, {trigger.replace('_', ' ')}"


def equations(known: Dossier) -> Iterator[Markup]:
    """Yield each equation under a line in words; what stands between dollars is drawn as mathematics."""
    yield tag("h3", "Equations")
    yield tag("p", "The region r stands for leg muscle and for upper-body muscle alike.", class_="quiet")
    for one in known.equations:
        name = known.label if one.name == "r" else one.name.removesuffix("_r").replace("_", " ")
        line = KINDS[one.kind].format(name=name[:1].upper() + name[1:])
        yield tag("div", tag("p", line, class_="quiet"), *_lines(one), class_="equation", tabindex="0")


def _lines(equation: Equation) -> Iterator[Markup]:
    if not equation.terms:
        yield _mathematics(f"{equation.left} = {equation.right}")
        return
    yield _mathematics(f"{equation.left} =")
    for term in equation.terms:
        yield tag("div", f"{where(term.tissue, term.trigger)}: ", class_="quiet")
        yield _mathematics(f"{term.sign}\\; {term.right}")


def _mathematics(latex: str) -> Markup:
    safe = latex.replace("<", r"\lt ").replace(">", r"\gt ")
    return tag("div", Markup(f"$${safe}$$"))


def parameters(known: Dossier) -> Iterator[Markup]:
    """Yield the numbers, each with a fold that opens its source."""
    yield tag("h3", "Numbers and where they come from")
    assumed = sum(one.basis == "assumed" for one in known.parameters)
    count = len(known.parameters)
    yield tag("p", f"{count} numbers, {assumed} of them assumed. Open one to see its source.")
    heads = ("number", "value", "spread", "basis", "evidence")
    yield tag("div", *(tag("span", one) for one in heads), class_="parameter head", aria_hidden="true")
    for one in known.parameters:
        yield _parameter(one)


def _parameter(one: Parameter) -> Markup:
    unit = "" if one.unit == "1" else f" {one.unit}"
    name = one.name.partition(".")[2].replace("_", " ").replace(".", ", ")
    row = (
        tag("span", name),
        tag("span", f"{one.value:g}{unit}"),
        tag("span", SPREADS[str(one.spread["kind"])].format(**one.spread)),
        tag("span", tag("span", one.basis, class_=f"badge {one.basis}")),
        tag("span", one.grade),
    )
    return tag("details", tag("summary", *row, class_="parameter"), *_source(one))


def _source(one: Parameter) -> Iterator[Markup]:
    """Yield the publication, the place in it, in whom, and the argument."""
    source = one.source
    cited = [f"{source.author or 'Unknown author'} ({source.year or 'n.d.'}). {source.title}. "]
    address = [link(f"doi:{source.doi}", f"https://doi.org/{source.doi}")] if source.doi else []
    facts: tuple[tuple[str, Part], ...] = (
        ("Source", joined([*cited, *address])),
        ("Place", source.where),
        ("In whom", one.population),
        ("Note", one.note),
        ("Read as", joined(_read(one))),
    )
    items = (part for name, fact in facts if fact for part in (tag("dt", name), tag("dd", fact)))
    yield tag("dl", *items)


def _read(one: Parameter) -> Iterator[Part]:
    """Yield the records that a number rests on."""
    for name in one.records:
        if name in records():
            yield tag("div", *published(records()[name]))


def published(record: Record) -> Iterator[Part]:
    """Yield a published number, who found it, and where it stands."""
    told = str(record).partition(": ")[2].replace("_", " ")
    did = " ".join(filter(None, [record.intensity, f"{record.duration_min} min" * bool(record.duration_min)]))
    who = " ".join(filter(None, [record.source_first_author, record.source_year]))
    yield "; ".join(filter(None, [told, did, f"{who}, {record.seen_in}. "]))
    if record.doi_or_pmid.startswith("10."):
        yield link(f"doi:{record.doi_or_pmid}", f"https://doi.org/{record.doi_or_pmid}")
    else:
        yield record.doi_or_pmid
