"""Describe what a catalogue refers to: places, licence, languages, formats, themes, publisher, contact."""

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Triple

from regin_graph.publication.description import Places
from regin_graph.publication.namespaces import (
    AUTHORITY,
    GEONAMES,
    IANA,
    LANGUAGES,
    LICENSE,
    PUBLISHER_TYPE,
    THEMES,
    term,
)
from regin_graph.publication.record import TYPE
from regin_graph.publication.versions import Publication

# What the values of these properties are. A reader of the catalogue alone cannot know it.
CLASSES = {
    "dct:language": "dct:LinguisticSystem", "dct:format": "dct:MediaTypeOrExtent", "dcat:mediaType": "dct:MediaType",
    "dcat:compressFormat": "dct:MediaType", "dct:accrualPeriodicity": "dct:Frequency", "dct:accessRights": "dct:RightsStatement",
    "spdx:algorithm": "spdx:ChecksumAlgorithm", "foaf:page": "foaf:Document", "dcat:landingPage": "foaf:Document", "foaf:homepage": "foaf:Document",
    "dcat:endpointURL": "rdfs:Resource", "dcat:endpointDescription": "rdfs:Resource",
    "dct:conformsTo": "dct:Standard", "adms:status": "skos:Concept", "dct:type": "skos:Concept", "dcatap:availability": "skos:Concept",
}
FORMATS = {term("dct:MediaType"), term("dct:MediaTypeOrExtent")}
NAMED = {"dct:type", "adms:status", "dcatap:availability"}
WKT = NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral")


def describe_surroundings(statements: Iterable[Triple], publication: Publication, places: Places) -> Iterator[Triple]:
    """Give what must be known of the things that these statements refer to."""
    record = publication.record
    by_property = {term(name): term(kind) for name, kind in CLASSES.items()}
    named = {term(name) for name in NAMED}
    seen = set()
    for triple in statements:
        node, kind = triple.object, by_property.get(triple.predicate)
        if kind and (node, kind) not in seen:
            seen.add((node, kind))
            yield Triple(node, TYPE, kind)
            if triple.predicate in named:
                yield Triple(node, term("skos:prefLabel"), Literal(node.value.rpartition("/")[2].replace("_", " ").lower(), language="en"))
            elif kind in FORMATS:
                yield Triple(node, term("rdfs:label"), Literal(node.value.removeprefix(IANA).removeprefix(f"{AUTHORITY}file-type/")))
            elif kind == term("dct:Standard"):
                yield Triple(node, term("dct:title"), Literal(node.value))
        elif triple.predicate == term("dct:spatial") and node not in seen:
            seen.add(node)
            yield from _place(node, publication)
    yield from _themes()
    yield from _agents(record, publication, places)
    yield from _statements_of_rights(record, places)


def _place(node: NamedNode, publication: Publication) -> Iterator[Triple]:
    known = publication.content["places"].get(node.value.removeprefix(GEONAMES).strip("/")) or _whole_area(publication.record)
    yield Triple(node, TYPE, term("dct:Location"))
    for language, name in known["names"].items():
        yield Triple(node, term("skos:prefLabel"), Literal(name, language=language))
    for match in known["matches"]:
        yield Triple(node, term("skos:exactMatch"), NamedNode(match))
    for name in ("bbox", "centroid"):
        if name in known:
            yield Triple(node, term(f"dcat:{name}"), Literal(known[name], datatype=WKT))


def _whole_area(record) -> dict:
    """Give the place that stands for everything: its extent is typed in the record, its middle follows."""
    if not record.place_box:
        return {"names": {"en": record.place_name or record.place}, "matches": []}
    west, south, east, north = map(float, record.place_box.split())
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    ring = ", ".join(f"{lon:g} {lat:g}" for lon, lat in corners)
    middle = f"POINT ({(west + east) / 2:g} {(south + north) / 2:g})"
    return {"names": {"en": record.place_name}, "matches": [], "bbox": f"POLYGON (({ring}))", "centroid": middle}


def _themes() -> Iterator[Triple]:
    scheme = NamedNode(f"{AUTHORITY}data-theme")
    yield Triple(scheme, TYPE, term("skos:ConceptScheme"))
    yield Triple(scheme, term("dct:title"), Literal("Data theme", language="en"))
    for code, label in THEMES.items():
        node = NamedNode(f"{AUTHORITY}data-theme/{code}")
        yield Triple(node, TYPE, term("skos:Concept"))
        yield Triple(node, term("skos:prefLabel"), Literal(label, language="en"))
        yield Triple(node, term("skos:inScheme"), scheme)


def _agents(record, publication: Publication, places: Places) -> Iterator[Triple]:
    editors, contact = NamedNode(f"{places.base}def/editors"), places.shared("contact")
    kind, mail = NamedNode(PUBLISHER_TYPE + record.publisher_type), NamedNode(f"mailto:{places.contact or record.contact}")
    yield Triple(editors, TYPE, term("foaf:Agent"))
    yield Triple(editors, term("dct:type"), kind)
    yield Triple(kind, TYPE, term("skos:Concept"))
    yield Triple(kind, term("skos:inScheme"), NamedNode(f"{PUBLISHER_TYPE}1.0"))
    yield Triple(kind, term("skos:prefLabel"), Literal(record.publisher_type, language="en"))
    yield Triple(editors, term("foaf:homepage"), places.address(""))
    yield Triple(editors, term("foaf:mbox"), mail)
    yield Triple(editors, term("dct:identifier"), Literal(editors.value))
    yield Triple(contact, TYPE, term("vcard:Kind"))
    yield Triple(contact, TYPE, term("vcard:Organization"))
    yield Triple(contact, term("vcard:hasEmail"), mail)
    yield Triple(contact, term("vcard:hasURL"), places.address("about"))
    yield Triple(contact, term("vcard:hasUID"), contact)
    if is_reserved(places.contact or record.contact):
        yield Triple(contact, term("vcard:note"), Literal("A reserved address: the operator of this installation has not given one yet.", language="en"))
    for language, name in publication.content["editors"].items():
        yield Triple(editors, term("foaf:name"), Literal(name, language=language))
        yield Triple(contact, term("vcard:fn"), Literal(name, language=language))


def is_reserved(address: str) -> bool:
    """Tell whether nobody can ever read what is sent to an address. Source: RFC 2606, 2 and 3.

    >>> is_reserved("editors@regin-graph.example"), is_reserved("editors@region.eu")
    (True, False)
    """
    domain = address.rpartition("@")[2].lower()
    return domain.rpartition(".")[2] in ("example", "invalid", "test", "localhost") or domain in ("example.org", "example.com", "example.net")


def _statements_of_rights(record, places: Places) -> Iterator[Triple]:
    for name, kind in (("rights", "dct:RightsStatement"), ("provenance", "dct:ProvenanceStatement")):
        yield Triple(places.shared(name), TYPE, term(kind))
        for language in LANGUAGES:
            yield Triple(places.shared(name), term("rdfs:label"), Literal(record.texts[name][language], language=language))
    licence = NamedNode(LICENSE)
    yield Triple(licence, TYPE, term("dct:LicenseDocument"))
    yield Triple(licence, term("dct:title"), Literal("Creative Commons Attribution", language="en"))
    yield Triple(licence, term("dct:identifier"), Literal("CC-BY-4.0"))
    attribution = NamedNode("http://purl.org/adms/licencetype/Attribution")
    yield Triple(licence, term("dct:type"), attribution)
    yield Triple(attribution, TYPE, term("skos:Concept"))
    yield Triple(attribution, term("skos:prefLabel"), Literal("Attribution", language="en"))

