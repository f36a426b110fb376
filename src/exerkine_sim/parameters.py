"""Numbers with their provenance: no value without unit, spread, source, place and basis.

`params/` holds them as TOML; :func:`load_parameters` reads, validates and names them.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from . import units
from .bibliography import Source, load_bibliography
from .errors import ParameterError, nearest
from .files import validated
from .shipped import params_folder, shipped_tables, tables_in

Basis = Literal["measured", "fitted", "derived", "assumed"]
Grade = Literal["high", "medium", "low"]
SPREAD_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "range": ("low", "high"),
        "sd": ("sd",),
        "se": ("se",),
        "cv": ("cv",),
        "sigma_ln": ("sigma",),
        "none": (),
    }
)
NOTE_REQUIRED = ("derived", "assumed", "fitted")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of the model and everything that is known about where it comes from.

    Parameters
    ----------
    name : str
        Dotted name, for example ``"il6.clearance"``.
    value : float
        In `unit`.
    unit : str
        Any unit pint can read; ``"1"`` when dimensionless.
    spread : mapping
        ``{"kind": "range", "low": .., "high": ..}`` or kind ``sd``, ``se``, ``cv``, ``sigma_ln``, ``none``.
    source : Source
        Bibliography entry and the place in it.
    basis : {"measured", "fitted", "derived", "assumed"}
        How the value follows from the source.
    population : str
        In whom it was found.
    grade : {"high", "medium", "low"}
        Strength of the evidence.
    records : tuple of str
        Ids of the evidence records behind it.
    note : str
        Compulsory unless measured: the arithmetic, or the argument.

    Raises
    ------
    ParameterError
        When source, note or a sensible value is missing.
    """

    name: str
    value: float
    unit: str
    spread: Mapping[str, Any]
    source: Source
    basis: Basis
    population: str = ""
    grade: Grade = "low"
    records: tuple[str, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.source, Source):
            self._refuse(
                "no source", expected="a Source (key in references.bib and place in it)", fix="cite it"
            )
        if not math.isfinite(self.value):
            self._refuse(f"value = {self.value}", expected="a finite number", fix="write the number")
        if self.basis not in get_args(Basis):
            self._refuse(f"basis = {self.basis!r}", expected=", ".join(get_args(Basis)), fix="choose one")
        if self.basis in NOTE_REQUIRED and not self.note.strip():
            self._refuse(
                f"basis = '{self.basis}' without a note",
                expected="a note with the arithmetic or the argument",
                fix='add note = "..."',
            )
        self._check_spread()
        object.__setattr__(self, "spread", MappingProxyType(dict(self.spread)))

    def _check_spread(self) -> None:
        kind = str(self.spread.get("kind"))
        if kind not in SPREAD_FIELDS:
            self._refuse(
                f"spread kind = {kind!r}",
                expected=", ".join(SPREAD_FIELDS),
                fix=nearest(str(kind), SPREAD_FIELDS),
            )
        wanted = SPREAD_FIELDS[kind]
        for name in wanted:
            number = self.spread.get(name, 0.0)
            if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
                self._refuse(
                    f"spread {name} = {number!r}"[:80], expected="a finite number", fix="write the number"
                )
            if kind != "range" and number < 0:
                self._refuse(f"spread {name} = {number!r}", expected="0 or more", fix="mend it")
        if set(self.spread) != {"kind", *wanted}:
            given = ", ".join(sorted(set(self.spread) - {"kind"})) or "nothing"
            self._refuse(
                f"spread of kind '{kind}' with {given}",
                expected=", ".join(wanted) or "no further field",
                fix='spread = { kind = "range", low = 1, high = 2 } is the commonest form',
            )
        if kind == "range" and not self.spread["low"] <= self.value <= self.spread["high"]:
            self._refuse(
                f"value {self.value} outside its range {self.spread['low']} to {self.spread['high']}",
                expected="low <= value <= high",
                fix="mend the value or the range",
            )
        if kind == "none" and not self.note.strip():
            self._refuse(
                "spread kind = 'none' without a note",
                expected="a note saying why none is known",
                fix="add one",
            )

    def _refuse(self, given: str, *, expected: str, fix: str) -> None:
        raise ParameterError(given, expected=expected, fix=fix, field=self.name)

    @property
    def spread_text(self) -> str:
        """The spread in words: ``range 0.6 to 1.5``."""
        kind, *numbers = self.spread.values()
        if kind == "range":
            return f"range {self.spread['low']:g} to {self.spread['high']:g}"
        return f"{kind} {numbers[0]:g}" if numbers else "no spread known"

    def to(self, unit: str) -> float:
        """Return the value in `unit`; a unit of another dimension raises UnitError.

        Examples
        --------
        >>> clearance = load_parameters()["il6.clearance"]
        >>> clearance.to("L/h") == 60 * clearance.to("L/min")
        True
        """
        return units.convert(self.value, self.unit, unit, field=self.name)


class ParameterSet(Mapping[str, Parameter]):
    """A read-only mapping from dotted name to :class:`Parameter`, with metadata per molecule.

    Two sets join with ``|``; the right one wins, which is how a user adds an exerkine of their own.
    """

    def __init__(
        self, parameters: Mapping[str, Parameter], about: Mapping[str, Mapping[str, Any]] | None = None
    ):
        self._parameters = MappingProxyType(dict(parameters))
        self.about: Mapping[str, Mapping[str, Any]] = MappingProxyType(dict(about or {}))

    def __getitem__(self, name: str) -> Parameter:
        try:
            return self._parameters[name]
        except KeyError:
            raise ParameterError(f"unknown parameter '{name}'", fix=nearest(name, self._parameters)) from None

    def __contains__(self, name: object) -> bool:
        return name in self._parameters

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __len__(self) -> int:
        return len(self._parameters)

    def __or__(self, other: ParameterSet) -> ParameterSet:
        return ParameterSet({**self._parameters, **other._parameters}, {**self.about, **other.about})

    def with_values(self, values: Mapping[str, float], *, note: str) -> ParameterSet:
        """Return a set in which some values (in each parameter's own unit) are replaced.

        The replaced ones become ``assumed`` with `note`, so that no table shows them as published.
        """
        changed = {
            name: replace(
                self[name],
                value=float(value),
                basis="assumed",
                spread={"kind": "none"},
                note=f"{note} (was {self[name].value})",
            )
            for name, value in values.items()
        }
        return ParameterSet({**self._parameters, **changed}, self.about)

    def digest(self) -> str:
        """Return a hash of every name, value and unit, for manifests."""
        rows = sorted((name, repr(p.value), p.unit) for name, p in self._parameters.items())
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


@cache
def load_parameters(folder: str | Path | None = None) -> ParameterSet:
    """Read every parameter file of `folder` (the shipped `params/` by default).

    Parameters
    ----------
    folder : path, optional
        Holds ``exerkines/*.toml``, ``*.toml`` and, if it cites sources of its own, ``references.bib``;
        the shipped bibliography is always known.

    Returns
    -------
    ParameterSet

    Raises
    ------
    ParameterError
        Naming file and field, for anything missing, misspelt or uncited.

    Examples
    --------
    >>> load_parameters()["il6.clearance"].source.key
    'Steensberg2000'
    """
    root = params_folder() if folder is None else Path(folder)
    trees = shipped_tables() if folder is None else tables_in(root)
    sources = load_bibliography(params_folder() / "references.bib")
    if (root / "references.bib").is_file():
        sources = {**sources, **load_bibliography(root / "references.bib")}
    parameters: dict[str, Parameter] = {}
    about: dict[str, Mapping[str, Any]] = {}
    for path, tree in trees.items():
        prefix = () if path.stem == "drivers" else (path.stem,)
        for name, table in _tables(tree, prefix):
            if name.endswith("about"):
                about[name.removesuffix(".about")] = MappingProxyType(table)
            else:
                parameters[name] = _parameter(name, table, sources, path)
    return ParameterSet(parameters, about)


def _tables(tree: Mapping[str, Any], prefix: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (dotted name, table) for each parameter and each [about] table of a file."""
    for key, item in tree.items():
        path = (*prefix, key)
        if not isinstance(item, dict):
            raise ParameterError(
                f"'{key}' stands outside a parameter table", fix="move it into [about]", field=".".join(path)
            )
        if key == "about" or not all(isinstance(inner, dict) for inner in item.values()):
            yield ".".join(path), item
        else:
            yield from _tables(item, path)


class _ParameterTable(BaseModel):
    """One parameter as a TOML table; the fields of :class:`Parameter` but for the name."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    value: Annotated[float, Field(strict=True)]
    unit: str
    spread: dict[str, Any]
    source: str
    where: str
    basis: Basis
    population: str
    grade: Grade
    records: tuple[str, ...] = ()
    note: str = ""


def _parameter(name: str, table: Mapping[str, Any], sources: Mapping[str, Source], path: Path) -> Parameter:
    entry = validated(_ParameterTable, table, error=ParameterError, file=path, prefix=name)
    if entry.source not in sources:
        raise ParameterError(
            f"source = '{entry.source}' is not in references.bib",
            expected="a key of references.bib",
            fix=nearest(entry.source, sources),
            file=path,
            field=name,
        )
    source = replace(sources[entry.source], where=entry.where)
    try:
        return Parameter(name=name, source=source, **entry.model_dump(exclude={"source", "where"}))
    except ParameterError as error:
        raise error.located(file=path) from None
