"""Identifiers in answers: the part of an IRI below the base, so that a short text leads back to the thing."""

from dataclasses import dataclass

SKOS_CONCEPT = "http://www.w3.org/2004/02/skos/core#Concept"


@dataclass(frozen=True)
class Space:
    """The namespace of the identifiers."""

    base: str

    def short(self, iri: str) -> str:
        """Give the identifier of an IRI: the part below the base, or all of a foreign one.

        >>> Space("https://w3id.org/regin/").short("https://w3id.org/regin/id/region/azores")
        'id/region/azores'
        """
        return iri.removeprefix(self.base)

    def long(self, identifier: str) -> str:
        """Give the IRI of an identifier; an IRI stays what it is."""
        return identifier if "://" in identifier else self.base + identifier

    def type_iri(self, identifier: str) -> str:
        """Give the IRI of a type, which may also be named by its last word alone.

        >>> Space("https://w3id.org/regin/").type_iri("Region")
        'https://w3id.org/regin/def/Region'
        """
        if identifier == "Concept":
            return SKOS_CONCEPT
        if "/" not in identifier:
            return f"{self.base}def/{identifier}"
        return self.long(identifier)
