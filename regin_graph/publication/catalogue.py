"""The DCAT-AP catalogue of a release and the releases before it, as triples, page by page."""

from collections.abc import Iterator, Sequence

from pyoxigraph import Literal, NamedNode, Triple

from regin_graph.publication.description import (
    Places,
    catalog_node,
    describe_dataset,
    describe_distribution,
    describe_resource,
    describe_service,
    typed,
)
from regin_graph.publication.namespaces import AUTHORITY, LANGUAGES, term
from regin_graph.publication.record import TYPE, Entry, dataset_iri, entry_statements, service_iri
from regin_graph.publication.surroundings import describe_surroundings
from regin_graph.publication.versions import WHOLE, Publication

# Datasets (each version counts) that one page of the catalogue describes at least; those of one kind stay together.
# A page of this size is 2 to 3 MB of Turtle, a tenth of it packed.
PAGE_SIZE = 40
PROFILE = NamedNode("http://data.europa.eu/r5r/")
RELATED = term("dct:relation")


def catalogue_pages(publications: Sequence[Publication], size: int = PAGE_SIZE) -> list[list[str]]:
    """Give the names of the datasets on each page."""
    pages: list[list[str]] = [[]]
    for name in publications[0].datasets:
        if len(pages[-1]) * len(publications) >= size:
            pages.append([])
        pages[-1].append(name)
    return pages


def catalogue_statements(publications: Sequence[Publication], places: Places, number: int = 1, size: int = PAGE_SIZE) -> set[Triple]:
    """Give a page of the catalogue. Raises: IndexError past the last page."""
    pages = catalogue_pages(publications, size)
    if not 1 <= number <= len(pages):
        raise IndexError(number)
    current, names = publications[0], pages[number - 1]
    statements = set(_catalog(publications, places))
    statements |= set(_view(len(pages), number, len(current.datasets), places))
    own = {dataset_iri(name, places.base) for name in names}
    for entry in current.record.datasets:
        described = set(dataset_statements(publications, entry, places))
        if entry.id in names:
            statements |= described | set(_record(publications, entry, places))
        else:
            statements |= {triple for triple in described if triple.object in own and triple.predicate != RELATED}
    for entry in current.record.services:
        if entry.serves and not set(entry.serves) & set(names):
            continue
        statements |= set(describe_service(entry, current, places))
        statements.add(Triple(catalog_node(places), term("dcat:service"), service_iri(entry.id, places.base)))
    # A page describes its own datasets only, and the services that serve one of them. That a service serves a dataset, or
    # that one is made from another, stands on the page that describes where it leads: a page must be valid by itself. What
    # is merely related need not be described.
    others = {dataset_iri(name, places.base) for name in current.datasets if name not in names}
    statements = {triple for triple in statements if triple.object not in others or triple.predicate == RELATED}
    return statements | set(describe_surroundings(statements, current, places))


def dataset_statements(publications: Sequence[Publication], entry: Entry, places: Places) -> Iterator[Triple]:
    """Give the description of a dataset as it is now, and of each version of it that is kept."""
    yield from describe_dataset(publications[0], entry, places)
    node = dataset_iri(entry.id, places.base)
    having = [(one, old) for one in publications for old in one.record.datasets if old.id == entry.id]
    for (publication, described), (former, _) in zip(having, [*having[1:], (None, None)], strict=True):
        version = dataset_iri(entry.id, places.base, publication.version)
        yield from describe_dataset(publication, described, places, publication.version)
        yield Triple(node, term("dcat:hasVersion"), version)
        yield Triple(version, term("dcat:isVersionOf"), node)
        if former:
            older = dataset_iri(entry.id, places.base, former.version)
            yield Triple(version, term("dcat:previousVersion"), older)
            yield Triple(older, term("adms:next"), version)
    yield Triple(node, term("dcat:hasCurrentVersion"), dataset_iri(entry.id, places.base, publications[0].version))


def _catalog(publications: Sequence[Publication], places: Places) -> Iterator[Triple]:
    node, current = catalog_node(places), publications[0]
    yield Triple(node, TYPE, term("dcat:Catalog"))
    yield from entry_statements(node, current.record.catalog)
    yield from describe_resource(node, current, {**current.content["graph"], "places": []}, places)
    yield Triple(node, term("dcat:themeTaxonomy"), NamedNode(f"{AUTHORITY}data-theme"))
    yield Triple(node, term("foaf:homepage"), places.address(""))
    yield Triple(node, term("dcat:landingPage"), places.address("catalog"))
    yield Triple(node, term("dct:conformsTo"), PROFILE)
    for way in ("ldes/", ".well-known/void"):
        yield Triple(node, term("rdfs:seeAlso"), places.address(way))
    # The whole graph in one file is a distribution of the catalogue itself.
    whole = NamedNode(f"{places.base}catalog/{current.version}/graph.nq")
    yield Triple(node, term("dcat:distribution"), whole)
    address = places.address(f"dumps/{current.version}/{WHOLE}")
    yield from describe_distribution(whole, address, current, current.record.catalog, current.content["whole"], places)


def _record(publications: Sequence[Publication], entry: Entry, places: Places) -> Iterator[Triple]:
    node, publication = NamedNode(f"{places.base}catalog/{entry.id}"), publications[0]
    first = min(one.issued for one in publications if entry.id in one.datasets)
    dataset = dataset_iri(entry.id, places.base)
    yield Triple(catalog_node(places), term("dcat:dataset"), dataset)
    yield Triple(catalog_node(places), term("dcat:record"), node)
    yield Triple(node, TYPE, term("dcat:CatalogRecord"))
    yield Triple(node, term("foaf:primaryTopic"), dataset)
    yield Triple(node, term("dct:issued"), typed(first, "dateTime"))
    yield Triple(node, term("dct:modified"), typed(publication.issued, "dateTime"))
    change = "created" if first == publication.issued else "modified"
    yield Triple(node, term("adms:status"), NamedNode(f"http://purl.org/adms/changetype/{change}"))
    yield Triple(node, term("dct:conformsTo"), PROFILE)
    yield Triple(node, term("dct:identifier"), Literal(node.value))
    for language in LANGUAGES:
        yield Triple(node, term("dct:title"), Literal(entry.title[language], language=language))
        yield Triple(node, term("dct:description"), Literal(entry.description[language], language=language))
    for code in ("ENG", "FRA", "DEU", "ITA", "SPA", "POR", "SWE", "ELL"):
        yield Triple(node, term("dct:language"), NamedNode(f"{AUTHORITY}language/{code}"))


def _view(pages: int, number: int, total: int, places: Places) -> Iterator[Triple]:
    """Give the place of this page among the others. Source: Hydra Core Vocabulary, PartialCollectionView."""
    def page(one: int) -> NamedNode:
        return places.address(f"catalog?page={one}")

    view = page(number)
    yield Triple(view, TYPE, term("hydra:PartialCollectionView"))
    yield Triple(view, term("hydra:totalItems"), typed(total, "integer"))
    yield Triple(view, term("hydra:first"), page(1))
    yield Triple(view, term("hydra:last"), page(pages))
    if number > 1:
        yield Triple(view, term("hydra:previous"), page(number - 1))
    if number < pages:
        yield Triple(view, term("hydra:next"), page(number + 1))
