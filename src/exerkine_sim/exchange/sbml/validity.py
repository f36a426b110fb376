"""What the consistency check of libSBML says about a document."""

from __future__ import annotations

from dataclasses import dataclass

from ...extra import needs


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark of libSBML: ``Error``, ``Warning`` ..., its number, line and text."""

    severity: str
    number: int
    line: int
    text: str


def remarks_on(document: str) -> list[Remark]:
    """Return all that libSBML's consistency check, with that of units, has to say about a document.

    Raises
    ------
    InputError
        When python-libsbml is not installed.

    Examples
    --------
    >>> remarks_on("<sbml/>")[0].severity
    'Error'
    """
    libsbml = needs("libsbml", "exchange")
    read = libsbml.readSBMLFromString(document)
    read.checkConsistency()
    errors = (read.getError(index) for index in range(read.getNumErrors()))
    return [
        Remark(one.getSeverityAsString(), one.getErrorId(), one.getLine(), one.getMessage().strip())
        for one in errors
    ]
