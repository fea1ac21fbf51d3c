"""Addresses: from an identifier to the page and documents that describe it, and the Link header that names them."""

from dataclasses import dataclass
from urllib.parse import urlencode

LICENSE = "http://creativecommons.org/licenses/by/4.0/"
SUFFIXES = {
    ".html": "text/html",
    ".ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml",
    ".jsonld": "application/ld+json",
    ".trig": "application/trig",
    ".nq": "application/n-quads",
}

# Classes whose HTML document has a friendly address of its own.
FRIENDLY = {"practice": "practices", "region": "regions"}


@dataclass(frozen=True)
class Place:
    """Where an identifier of ours is described: the record's path below the base, and the part of it that is meant."""

    record: str
    part: str = ""

    def document(self, suffix: str = "") -> str:
        """Address of the record's document; without a suffix the friendly or HTML one."""
        kind, _, rest = self.record.partition("/")
        noun, _, name = rest.partition("/")
        if kind == "id" and noun in FRIENDLY:
            return f"/{FRIENDLY[noun]}/{name}{'' if suffix == '.html' else suffix}"
        return f"/{self.record}{suffix or '.html'}"

    @property
    def page(self) -> str:
        """Address of the HTML document, at the part that is meant."""
        return self.document() + (f"#{self.part}" if self.part else "")


def place_of(path: str) -> Place:
    """Give the place of an identifier's path: parts of an entity stand in the document of their record.

    >>> place_of("id/practice/blinkbcn/budget-1").page
    '/practices/blinkbcn#budget-1'
    >>> place_of("scheme/topic/health").page
    '/scheme/topic/health.html'
    """
    parts = path.split("/")
    if parts[0] == "id" and len(parts) > 3:
        return Place("/".join(parts[:3]), "-".join(parts[3:]))
    return Place(path)


def page_of(iri: str, base: str) -> str:
    """Give the address of the page about an IRI: on this host when it is ours, else the IRI itself."""
    path = iri.removeprefix(base) if iri.startswith(base) else ""
    if path == "def" or path.startswith(("id/", "def/", "scheme/", "graph/")):
        return place_of(path).page
    # The catalogue's identifiers are the addresses of their documents, or lead to them.
    return f"/{path}" if path == "catalog" or path.startswith(("dataset/", "service/")) else iri


def with_parameters(path: str, **parameters: object) -> str:
    """Give the path with query parameters, empty ones left out."""
    path, _, fragment = path.partition("#")
    kept = {name: value for name, value in parameters.items() if value not in (None, "", [])}
    query = urlencode(kept, doseq=True)
    address = f"{path}{'&' if '?' in path else '?'}{query}" if query else path
    return f"{address}#{fragment}" if fragment else address


def document_links(place: Place, identifier: str, public_base: str = "") -> str:
    """Give the Link header of a document: its other forms, what it describes, and its address.
    Source: RFC 8288; relation types of the IANA registry (alternate, describedby, canonical, cite-as, license, type, collection)."""
    links = [
        f'<{place.document(suffix)}>; rel="alternate"; type="{media_type}"' for suffix, media_type in SUFFIXES.items()
    ]
    links.append(f'<{place.document(".ttl")}>; rel="describedby"; type="text/turtle"')
    links.append(f'<{public_base}{place.document()}>; rel="canonical"')
    links.append(f'<{identifier}>; rel="cite-as"')
    links.append(f'<{LICENSE}>; rel="license"')
    links.append('<https://schema.org/AboutPage>; rel="type"')
    links.append('</catalog>; rel="collection"')
    return ", ".join(links)


def split_suffix(path: str) -> tuple[str, str]:
    """Give a document's path without the suffix of its form, and that suffix.

    >>> split_suffix("id/actor/cpmr.ttl"), split_suffix("id/actor/cpmr")
    (('id/actor/cpmr', '.ttl'), ('id/actor/cpmr', ''))
    """
    for suffix in SUFFIXES:
        if path.endswith(suffix):
            return path.removesuffix(suffix), suffix
    return path, ""
