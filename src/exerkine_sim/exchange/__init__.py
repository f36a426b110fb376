"""The model in the formats of other programs."""

from .combine import to_omex
from .member import Member, member_of
from .sbml import Remark, from_sbml, identifier, original, remarks_on, sbml_of, to_sbml

__all__ = [
    "Member",
    "Remark",
    "from_sbml",
    "identifier",
    "member_of",
    "original",
    "remarks_on",
    "sbml_of",
    "to_omex",
    "to_sbml",
]
