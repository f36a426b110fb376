"""What databases call the molecules and places of the model: `params/identifiers.toml`."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, ConfigDict

from ...errors import ParameterError
from ...files import read_toml, validated
from ...shipped import params_folder

RESOLVER = "https://identifiers.org/"
TRANSCRIPTS = ("_mrna", "_mgf")  # what such a site has of a molecule codes for it
OTHERS = (("glucose", "liver_glycogen"),)  # named after what it is made from


class Catalogue(BaseModel):
    """Compact identifiers of an organism, of molecules and of places."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    organism: str
    molecules: dict[str, str]
    places: dict[str, str]

    def place(self, words: str) -> str | None:
        """Return the identifier of a site or tissue by its first word; None when it has none."""
        return self.places.get(words.replace("_", " ").partition(" ")[0])

    def observable(self, exerkine: str, site: str) -> list[tuple[str, str]]:
        """Return how a molecule at a site is related to entries of databases: qualifiers and addresses.

        Examples
        --------
        >>> catalogue().observable("il6", "plasma")[0]
        ('isPropertyOf', 'https://identifiers.org/uniprot:P05231')
        """
        molecule = None if (exerkine, site) in OTHERS else self.molecules.get(exerkine)
        relation = "encodes" if any(one in site for one in TRANSCRIPTS) else "isPropertyOf"
        found = [(relation, molecule), ("occursIn", self.place(site))]
        return [(qualifier, RESOLVER + one) for qualifier, one in found if one is not None]


@cache
def catalogue() -> Catalogue:
    """Return the shipped catalogue."""
    path = params_folder() / "identifiers.toml"
    return validated(Catalogue, read_toml(path, error=ParameterError), error=ParameterError, file=path)
