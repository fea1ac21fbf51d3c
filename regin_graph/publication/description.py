"""Describe datasets, their versions, files and services in DCAT-AP terms."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from pyoxigraph import Literal, NamedNode, Triple

from regin_graph.publication.namespaces import AUTHORITY, GEONAMES, IANA, LANGUAGES, LICENSE, PREFIXES, term
from regin_graph.publication.record import TYPE, Entry, catalog_iri, dataset_iri, entry_statements, service_iri
from regin_graph.publication.versions import Publication

XSD = PREFIXES["xsd"]
# Who "accepts accountability and responsibility for the data and ensures appropriate care and maintenance".
CUSTODIAN = "http://inspire.ec.europa.eu/metadata-codelist/ResponsiblePartyRole/custodian"
# The services that give the content of a file as well; all others than these are asked by queries only.
SERVED_BY = {"application/geo+json": ("sparql", "features")}


@dataclass(frozen=True)
class Places:
    """Where things stand. Shape: base of identifiers; root of addresses on the host that serves, without a slash;
    the operator's e-mail address, when there is one other than the catalogue record's."""

    base: str
    root: str
    contact: str = ""

    def address(self, path: str) -> NamedNode:
        """Give the address of a path on the host."""
        return NamedNode(f"{self.root}/{path}")

    def shared(self, name: str) -> NamedNode:
        """Give the identifier of a node that all datasets share."""
        return NamedNode(f"{self.base}catalog/{name}")


def typed(value: object, datatype: str) -> Literal:
    """Give a literal of an XSD datatype."""
    return Literal(str(value), datatype=NamedNode(XSD + datatype))


def describe_dataset(publication: Publication, entry: Entry, places: Places, version: str = "") -> Iterator[Triple]:
    """Give the description of a dataset in a release; with `version`, of that version of it.

    A version shares its files with the dataset while it is the newest.
    """
    facts = publication.datasets[entry.id]
    node = dataset_iri(entry.id, places.base, version)
    yield Triple(node, TYPE, term("dcat:Dataset"))
    yield from entry_statements(node, entry)
    yield from describe_resource(node, publication, facts, places)
    yield Triple(node, term("dcat:landingPage"), places.address(str(PurePosixPath("dataset", entry.id, version))))
    yield Triple(node, term("dct:conformsTo"), NamedNode(f"{places.base}def"))
    for name, other in (("dct:relation", "vocabulary" if entry.id != "vocabulary" else "links"), ("dct:source", "sources")):
        if other in publication.datasets and other != entry.id:
            yield Triple(node, term(name), dataset_iri(other, places.base))
    if entry.type:
        yield Triple(node, term("dct:type"), NamedNode(f"{AUTHORITY}dataset-type/{entry.type}"))
    yield from describe_origin(node, publication, places)
    yield from _short_name(node, str(PurePosixPath(entry.id, version)))
    yield Triple(node, term("foaf:homepage"), places.address(str(PurePosixPath("dataset", entry.id, version))))
    yield Triple(node, term("dct:isReferencedBy"), places.address(".well-known/void"))
    yield from _resolution(node, publication, facts)
    for cube in facts.get("cubes", {}).values():
        for name, key in (("stat:dimension", "dimensions"), ("stat:attribute", "attributes")):
            for component in cube[key]:
                yield Triple(node, term(name), NamedNode(component))
        yield Triple(node, term("stat:numSeries"), typed(cube["observations"], "integer"))
    files = [describe_file(publication, entry, file, places) for file in facts["files"]]
    for statements in files:
        for triple in statements:
            if triple.predicate == TYPE and triple.object == term("dcat:Distribution"):
                yield Triple(node, term("dcat:distribution"), triple.subject)
            yield triple
    yield Triple(node, term("adms:sample"), file_iri(publication, entry.id, facts["files"][0]["name"], places))


def _short_name(node: NamedNode, name: str) -> Iterator[Triple]:
    """Give the name under which the dataset is known here, beside its IRI."""
    other = NamedNode(f"{node.value}/name")
    yield Triple(node, term("adms:identifier"), other)
    yield Triple(other, TYPE, term("adms:Identifier"))
    yield Triple(other, term("skos:notation"), Literal(name))
    yield Triple(other, term("adms:schemaAgency"), Literal("REGIN Graph"))


def _resolution(node: NamedNode, publication: Publication, facts: dict) -> Iterator[Triple]:
    """Give the shortest time, and for outlines the shortest way, that the data tell apart. Source: DCAT 3, 6.4.15 and 6.4.16."""
    shortest = facts.get("resolution") or publication.content["graph"].get("resolution", "")
    if shortest:
        yield Triple(node, term("dcat:temporalResolution"), typed(shortest, "duration"))
    if facts.get("resolution_m"):
        yield Triple(node, term("dcat:spatialResolutionInMeters"), typed(facts["resolution_m"], "decimal"))


def describe_origin(node: NamedNode, publication: Publication, places: Places) -> Iterator[Triple]:
    """Give how a dataset came about: the build that made it, and who answers for it."""
    record, editors = publication.record, NamedNode(f"{places.base}def/editors")
    build, share = places.shared(f"{publication.version}/build"), places.shared("editors-share")
    yield Triple(node, term("prov:wasGeneratedBy"), build)
    yield Triple(build, TYPE, term("prov:Activity"))
    for language in LANGUAGES:
        text = record.texts["version"][language].format(version=publication.version, date=publication.issued[:10])
        yield Triple(build, term("rdfs:label"), Literal(text, language=language))
    yield Triple(build, term("rdfs:seeAlso"), places.address(f"releases/{publication.version}"))
    yield Triple(build, term("dct:type"), term("prov:Create"))
    yield Triple(build, term("prov:startedAtTime"), typed(publication.issued, "dateTime"))
    yield Triple(build, term("prov:wasAssociatedWith"), editors)
    yield Triple(node, term("prov:qualifiedAttribution"), share)
    yield Triple(share, TYPE, term("prov:Attribution"))
    yield Triple(share, term("prov:agent"), editors)
    yield Triple(share, term("dcat:hadRole"), NamedNode(CUSTODIAN))
    yield Triple(NamedNode(CUSTODIAN), TYPE, term("dcat:Role"))
    yield Triple(NamedNode(CUSTODIAN), term("skos:prefLabel"), Literal("custodian", language="en"))


def describe_resource(node: NamedNode, publication: Publication, facts: dict, places: Places) -> Iterator[Triple]:
    """Give what is said in the same way of the catalogue, its datasets and their versions."""
    record, day = publication.record, publication.issued
    yield Triple(node, term("dct:identifier"), Literal(node.value))
    yield Triple(node, term("dcat:version"), Literal(publication.version))
    for language in LANGUAGES:
        text = record.texts["version"][language].format(version=publication.version, date=day[:10])
        yield Triple(node, term("adms:versionNotes"), Literal(text, language=language))
    yield Triple(node, term("dct:publisher"), NamedNode(f"{places.base}def/editors"))
    yield Triple(node, term("dct:creator"), NamedNode(f"{places.base}def/editors"))
    yield Triple(node, term("dcat:contactPoint"), places.shared("contact"))
    yield Triple(node, term("dct:issued"), typed(day, "dateTime"))
    yield Triple(node, term("dct:modified"), typed(day, "dateTime"))
    yield Triple(node, term("dct:license"), NamedNode(LICENSE))
    yield Triple(node, term("dct:rights"), places.shared("rights"))
    yield Triple(node, term("dct:accessRights"), NamedNode(f"{AUTHORITY}access-right/PUBLIC"))
    yield Triple(node, term("dct:accrualPeriodicity"), NamedNode(f"{AUTHORITY}frequency/{record.frequency}"))
    yield Triple(node, term("dct:provenance"), places.shared("provenance"))
    yield Triple(node, term("foaf:page"), places.address("about"))
    # A dataset of links holds no text: the languages are then those of the whole.
    for code in facts["languages"] or publication.content["graph"]["languages"]:
        yield Triple(node, term("dct:language"), NamedNode(f"{AUTHORITY}language/{code}"))
    # Portals draw the places: those of which the extent is known are named, or else the one of the catalogue.
    drawn = [number for number in facts["places"] if "bbox" in publication.content["places"][number]]
    for number in drawn or [record.place]:
        yield Triple(node, term("dct:spatial"), NamedNode(f"{GEONAMES}{number}/"))
    period = facts if facts["start"] else publication.content["graph"]
    span = NamedNode(f"{node.value}/period")
    yield Triple(node, term("dct:temporal"), span)
    yield Triple(span, TYPE, term("dct:PeriodOfTime"))
    yield Triple(span, term("dcat:startDate"), typed(period["start"], "date"))
    yield Triple(span, term("dcat:endDate"), typed(period["end"], "date"))


def file_iri(publication: Publication, dataset: str, name: str, places: Places) -> NamedNode:
    """Give the identifier of a file as a distribution of one version of a dataset."""
    return NamedNode(f"{places.base}dataset/{dataset}/{publication.version}/{name}")


def describe_file(publication: Publication, entry: Entry, file: dict, places: Places) -> Iterator[Triple]:
    """Give the description of a file as a distribution."""
    node = file_iri(publication, entry.id, file["name"], places)
    address = places.address(f"dumps/{publication.version}/{entry.id}/{file['name']}")
    yield from describe_distribution(node, address, publication, entry, file, places)
    if file["metadata"]:
        page = places.address(f"dumps/{publication.version}/{entry.id}/{file['metadata']}")
        yield Triple(node, term("foaf:page"), page)
        yield Triple(page, TYPE, term("foaf:Document"))


def describe_distribution(node: NamedNode, address: NamedNode, publication: Publication, entry: Entry, file: dict, places: Places) -> Iterator[Triple]:
    """Give the description of a file that lies at an address."""
    record, stem = publication.record, PurePosixPath(file["name"]).stem
    form = file["format"]
    yield Triple(node, TYPE, term("dcat:Distribution"))
    for language in LANGUAGES:
        title = entry.title[language] + ("" if stem in (entry.id, "graph.nq") else f": {stem}")
        text = record.texts["file"][language].format(title=title, format=form)
        yield Triple(node, term("dct:title"), Literal(f"{title} ({form})", language=language))
        yield Triple(node, term("dct:description"), Literal(text, language=language))
    yield Triple(node, term("dct:identifier"), Literal(node.value))
    yield Triple(node, term("dcat:accessURL"), address)
    yield Triple(node, term("dcat:downloadURL"), address)
    yield Triple(node, term("dcat:mediaType"), NamedNode(IANA + file["media_type"]))
    yield Triple(node, term("dct:format"), NamedNode(file["file_type"]))
    yield Triple(node, term("dcat:byteSize"), typed(file["bytes"], "nonNegativeInteger"))
    yield Triple(node, term("dct:license"), NamedNode(LICENSE))
    yield Triple(node, term("dct:rights"), places.shared("rights"))
    yield Triple(node, term("dct:issued"), typed(publication.issued, "dateTime"))
    yield Triple(node, term("dct:modified"), typed(publication.issued, "dateTime"))
    yield Triple(node, term("dct:conformsTo"), NamedNode(file["conforms_to"]))
    yield Triple(node, term("dcatap:availability"), NamedNode(f"{AUTHORITY}planned-availability/STABLE"))
    whole = publication.content["graph"]
    for code in publication.datasets.get(entry.id, whole)["languages"] or whole["languages"]:
        yield Triple(node, term("dct:language"), NamedNode(f"{AUTHORITY}language/{code}"))
    yield Triple(node, term("foaf:page"), places.address("about"))
    for service in record.services:
        if service.id in SERVED_BY.get(file["media_type"], ("sparql",)) and (not service.serves or entry.id in service.serves):
            yield Triple(node, term("dcat:accessService"), service_iri(service.id, places.base))
    yield from _resolution(node, publication, publication.datasets.get(entry.id, publication.content["graph"]))
    if "compress" in file:
        yield Triple(node, term("dcat:compressFormat"), NamedNode(IANA + file["compress"]))
    checksum = NamedNode(f"{node.value}/checksum")
    yield Triple(node, term("spdx:checksum"), checksum)
    yield Triple(checksum, TYPE, term("spdx:Checksum"))
    yield Triple(checksum, term("spdx:algorithm"), term("spdx:checksumAlgorithm_sha256"))
    yield Triple(checksum, term("spdx:checksumValue"), typed(file["sha256"], "hexBinary"))


def describe_service(entry: Entry, publication: Publication, places: Places) -> Iterator[Triple]:
    """Give the description of a data service."""
    node = service_iri(entry.id, places.base)
    yield Triple(node, TYPE, term("dcat:DataService"))
    yield from entry_statements(node, entry)
    yield Triple(node, term("dct:identifier"), Literal(node.value))
    yield Triple(node, term("dcat:endpointURL"), places.address(entry.path))
    yield Triple(node, term("dcat:endpointDescription"), places.address(entry.path))
    yield Triple(node, term("dcat:landingPage"), places.address("about"))
    yield Triple(node, term("foaf:page"), places.address("about"))
    yield Triple(node, term("dct:conformsTo"), NamedNode(entry.conforms_to))
    yield Triple(node, term("dct:format"), NamedNode(f"{AUTHORITY}file-type/{entry.format}"))
    for name in ("dct:publisher", "dct:creator"):
        yield Triple(node, term(name), NamedNode(f"{places.base}def/editors"))
    yield Triple(node, term("dcat:contactPoint"), places.shared("contact"))
    yield Triple(node, term("dct:license"), NamedNode(LICENSE))
    yield Triple(node, term("dct:rights"), places.shared("rights"))
    yield Triple(node, term("dct:accessRights"), NamedNode(f"{AUTHORITY}access-right/PUBLIC"))
    yield Triple(node, term("dcatap:availability"), NamedNode(f"{AUTHORITY}planned-availability/STABLE"))
    yield Triple(node, term("dct:issued"), typed(publication.issued, "dateTime"))
    yield Triple(node, term("dct:modified"), typed(publication.issued, "dateTime"))
    for code in publication.content["graph"]["languages"]:
        yield Triple(node, term("dct:language"), NamedNode(f"{AUTHORITY}language/{code}"))
    for name in entry.serves or publication.datasets:
        yield Triple(node, term("dcat:servesDataset"), dataset_iri(name, places.base))


def catalog_node(places: Places) -> NamedNode:
    """Give the identifier of the catalogue."""
    return catalog_iri(places.base)
