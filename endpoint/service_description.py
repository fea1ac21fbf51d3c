"""The service description: what this endpoint can do, stated from the formats, functions and settings that really work.
Source: SPARQL 1.1 Service Description; VoID; conformance tests of GeoSPARQL, which its own service description gives as features."""

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from endpoint.engine import Abilities, ReleaseFacts
from endpoint.media_types import (
    CSV_RESULTS,
    GRAPH_FORMS,
    JSON_RESULTS,
    RDF_BODY_FORMS,
    SOLUTION_FORMS,
    TSV_RESULTS,
    XML_RESULTS,
    Form,
)
from endpoint.settings import EndpointSettings

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
DCTERMS = "http://purl.org/dc/terms/"
RDFS_COMMENT = "http://www.w3.org/2000/01/rdf-schema#comment"
FORMATS = "http://www.w3.org/ns/formats/"
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
RDFS_COMMENT = "http://www.w3.org/2000/01/rdf-schema#comment"
XSD_INTEGER = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
PREFIXES = {"sd": SD, "void": VOID, "dcterms": DCTERMS, "formats": FORMATS}

GEOSPARQL_TESTS = "http://www.opengis.net/spec/geosparql/1.0/conf/"
GEOSPARQL_CLASSES = "http://www.opengis.net/spec/geosparql/1.1/conf/"
CLASSES = ("core", "topology-vocab-extension", "geometry-extension", "geometry-topology-extension")
LEFT_OUT = "All conformance classes of GeoSPARQL 1.1 but one: the Geometry Extension for Discrete Global Grid Systems (DGGS) is left out, so geo:asDGGS, geo:dggsLiteral and geof:asDGGS have no meaning here."
RDFS_TESTS = ("rdfs-entailment-extension/bgp-rdfs-ent", "rdfs-entailment-extension/wkt-geometry-types", "rdfs-entailment-extension/gml-geometry-types")
REWRITE_TESTS = ("query-rewrite-extension/sf-query-rewrite", "query-rewrite-extension/eh-query-rewrite", "query-rewrite-extension/rcc8-query-rewrite")

RESULT_FORMATS = {
    JSON_RESULTS: FORMATS + "SPARQL_Results_JSON", XML_RESULTS: FORMATS + "SPARQL_Results_XML",
    CSV_RESULTS: FORMATS + "SPARQL_Results_CSV", TSV_RESULTS: FORMATS + "SPARQL_Results_TSV",
}


def service_description(public_url: str, settings: EndpointSettings, release: ReleaseFacts, abilities: Abilities, form: Form) -> bytes:
    """Give the description of the service at this address in a form.
    Shape: one sd:Service with languages, formats, features, functions and the default dataset."""
    triples = sorted(_statements(public_url, settings, release, abilities), key=lambda triple: (str(triple.subject), str(triple.predicate)))
    return serialize(triples, format=RdfFormat.from_media_type(form.media_type), prefixes=PREFIXES) or b""


def spatial_features(settings: EndpointSettings, abilities: Abilities) -> tuple[str, ...]:
    """Give what queries mean beyond their functions where they do not say otherwise; nothing where an outside engine answers.
    RDFS is no sd:defaultEntailmentRegime: only patterns with GeoSPARQL's own terms are entailed."""
    if not abilities.functions or abilities.differences:
        return ()
    return (*(RDFS_TESTS if settings.spatial_rdfs else ()), *(REWRITE_TESTS if settings.spatial_rewrite else ()))


def conformance_classes(settings: EndpointSettings, abilities: Abilities) -> tuple[str, ...]:
    """Give the conformance classes of GeoSPARQL 1.1 that hold where a query does not say otherwise; DGGS is left out."""
    if not abilities.functions or abilities.differences:
        return ()
    return (*CLASSES, *(["rdfs-entailment-extension"] if settings.spatial_rdfs else []), *(["query-rewrite-extension"] if settings.spatial_rewrite else []))


def _statements(public_url: str, settings: EndpointSettings, release: ReleaseFacts, abilities: Abilities):
    service, dataset, graph = NamedNode(public_url + "/sparql"), BlankNode(), BlankNode()

    def say(subject: NamedNode | BlankNode, term: str, *values: NamedNode | BlankNode | Literal):
        return (Triple(subject, NamedNode(term) if term else RDF_TYPE, value) for value in values)

    yield from say(service, "", NamedNode(SD + "Service"))
    yield from say(service, SD + "endpoint", service)
    yield from say(service, DCTERMS + "title", Literal("REGIN Graph SPARQL endpoint", language="en"))
    languages = ["SPARQL10Query", "SPARQL11Query", *(["SPARQL11Update"] if settings.scratch else [])]
    yield from say(service, SD + "supportedLanguage", *(NamedNode(SD + name) for name in languages))
    yield from say(service, SD + "resultFormat", *(NamedNode(RESULT_FORMATS[form]) for form in SOLUTION_FORMS))
    yield from say(service, SD + "resultFormat", *(NamedNode(RdfFormat.from_media_type(form.media_type).iri) for form in GRAPH_FORMS))
    if settings.scratch:
        yield from say(service, SD + "inputFormat", *(NamedNode(RdfFormat.from_media_type(form.media_type).iri) for form in RDF_BODY_FORMS))
        yield from say(service, SD + "feature", NamedNode(SD + "EmptyGraphs"))
    if settings.service_hosts:
        yield from say(service, SD + "feature", NamedNode(SD + "BasicFederatedQuery"))
    yield from say(service, SD + "feature", *(NamedNode(GEOSPARQL_TESTS + name) for name in spatial_features(settings, abilities)))
    if classes := conformance_classes(settings, abilities):
        yield from say(service, DCTERMS + "conformsTo", *(NamedNode(GEOSPARQL_CLASSES + name) for name in classes))
        yield from say(service, RDFS_COMMENT, Literal(LEFT_OUT, language="en"))
    yield from say(service, RDFS_COMMENT, *(Literal(sentence, language="en") for sentence in abilities.differences))
    for iri in abilities.functions:
        yield from say(service, SD + "extensionFunction", NamedNode(iri))
        yield from say(NamedNode(iri), "", NamedNode(SD + "Function"))
    for iri in abilities.aggregates:
        yield from say(service, SD + "extensionAggregate", NamedNode(iri))
        yield from say(NamedNode(iri), "", NamedNode(SD + "Aggregate"))
    yield from say(service, SD + "defaultDataset", dataset)
    yield from say(dataset, "", NamedNode(SD + "Dataset"))
    if release.version:
        yield from say(dataset, "http://www.w3.org/2002/07/owl#versionInfo", Literal(release.version))
    yield from say(dataset, SD + "defaultGraph", graph)
    yield from say(graph, "", NamedNode(SD + "Graph"))
    # Of the default graph: the graphs of sources hold the same statements once more. Older releases do not tell.
    if "triples" in release.manifest and not settings.scratch:
        yield from say(graph, VOID + "triples", Literal(str(release.manifest["triples"]), datatype=XSD_INTEGER))
