"""The model as an SBML document, and back."""

from .document import sbml_of, to_sbml
from .names import identifier, original
from .reading import from_sbml
from .validity import Remark, remarks_on

__all__ = ["Remark", "from_sbml", "identifier", "original", "remarks_on", "sbml_of", "to_sbml"]
