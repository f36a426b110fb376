"""Names of the model as identifiers of SBML and back, and the namespaces of a document."""

from __future__ import annotations

from ...errors import ModelError
from ...model import Observable, Term

LEVEL, VERSION = 3, 2
CORE = "http://www.sbml.org/sbml/level3/version2/core"
MATHML = "http://www.w3.org/1998/Math/MathML"
XHTML = "http://www.w3.org/1999/xhtml"
OWN = "urn:exerkine-sim:model:1"  # of what the core of SBML has no place for

INPUT, SUBJECT = "input.", "subject."
OBSERVED, FLUX, VOLUME = "observed.", "flux.", "volume."


def identifier(name: str) -> str:
    """Return the SBML identifier of a dotted name.

    Raises
    ------
    ModelError
        For a name that would not come back.

    Examples
    --------
    >>> identifier("il6.pool_lower")
    'il6__pool_lower'
    """
    written = name.replace(".", "__")
    if not (written.isascii() and written.isidentifier()) or original(written) != name:
        raise ModelError(
            f"'{name}' has no SBML identifier",
            expected="letters, digits and single underscores, joined by dots",
            fix="rename it",
        )
    return written


def original(identifier: str) -> str:
    """Return the dotted name behind an identifier that :func:`identifier` made.

    Examples
    --------
    >>> original("il6__pool_lower")
    'il6.pool_lower'
    """
    return identifier.replace("__", ".")


def observed_name(one: Observable) -> str:
    """Return the dotted name of an observable: ``observed.il6.plasma``."""
    return f"{OBSERVED}{one.exerkine}.{one.site}"


def flux_name(term: Term) -> str:
    """Return the dotted name of a flux: ``flux.il6.plasma.release.muscle_lower.contraction``."""
    words = (term.kind, term.tissue, term.trigger)
    return f"{FLUX}{term.pool}." + ".".join(word.replace(" ", "_") for word in words)


def volume_name(pool: str) -> str:
    """Return the dotted name of a pool's volume: ``volume.il6.plasma``."""
    return VOLUME + pool
