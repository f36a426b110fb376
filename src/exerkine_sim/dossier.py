"""All that is known of one molecule or driver: what it is, how sure, its equations, its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from .errors import InputError, nearest
from .model import Equation, equations_of
from .parameters import Parameter, ParameterSet, load_parameters
from .structure import parts

if TYPE_CHECKING:
    from .model import Model, Module


@dataclass(frozen=True, slots=True)
class Dossier:
    """One module of the model, for people to read.

    Parameters
    ----------
    exerkine : str
        Id of the molecule or driver.
    label, name : str
        Short and full name.
    unit : str
        In which people see it; empty for what is not measured.
    grade : str
        ``high``, ``medium`` or ``low``; empty for a driver, whose numbers have one each.
    summary, contested : str
        What it does, and what is not agreed on; in a sentence each.
    text : str
        What its equation file says about structure, sources and misses.
    equations : tuple of Equation
        In LaTeX.
    parameters : tuple of Parameter
        Each with its source.
    driven_by, drives : tuple of str
        Modules that stand in its rates, and those in whose rates it stands.
    """

    exerkine: str
    label: str
    name: str
    unit: str
    grade: str
    summary: str
    contested: str
    text: str
    equations: tuple[Equation, ...]
    parameters: tuple[Parameter, ...]
    driven_by: tuple[str, ...]
    drives: tuple[str, ...]


def dossier(
    exerkine: str, *, module: Module | None = None, parameters: ParameterSet | None = None
) -> Dossier:
    r"""Return all that is known of a molecule or driver.

    Parameters
    ----------
    exerkine : str
        Its id, as ``exerkine-sim model`` lists them.
    module : Module, optional
        Its equations, when they are your own.
    parameters : ParameterSet, optional
        The shipped ones when left out.

    Raises
    ------
    InputError
        For an unknown name, with the nearest.

    Examples
    --------
    >>> il6 = dossier("il6")
    >>> il6.label, il6.unit, il6.grade, il6.driven_by
    ('IL-6', 'pg/mL', 'high', ('glucose', 'vo2', 'glycogen', 'damage', 'adaptation'))
    >>> print(next(one.latex for one in il6.equations if one.name == "transcript_r"))
    \frac{d\,\mathit{transcript}_{\text{r}}}{dt} = ...
    """
    from .physiology import default_model, modules

    known = {one.name: one for one in (modules() if module is None else (module,))}
    if exerkine not in known:
        raise InputError(f"unknown molecule '{exerkine}'", fix=nearest(exerkine, known), field="exerkine")
    parameters = load_parameters() if parameters is None else parameters
    about = parameters.about.get(exerkine, {})
    own = known[exerkine]
    driven_by, drives = _drivers(default_model()).get(exerkine, ((), ()))
    return Dossier(
        exerkine=exerkine,
        label=about.get("label", exerkine),
        name=about.get("name", exerkine.replace("_", " ")),
        unit=about.get("unit", ""),
        grade=about.get("grade", ""),
        summary=about.get("summary", own.doc.partition("\n")[0]),
        contested=about.get("contested", ""),
        text=own.doc,
        equations=equations_of(own),
        parameters=tuple(parameters[f"{exerkine}.{name}"] for name in own.parameters),
        driven_by=driven_by,
        drives=drives,
    )


@lru_cache(maxsize=4)
def _drivers(model: Model) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    return {part.name: (part.driven_by, part.drives) for part in parts(model)}
