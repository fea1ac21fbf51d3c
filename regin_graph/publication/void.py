"""Describe the graph in VoID: true counts by class and property, linksets, dumps, endpoint.
Source: Describing Linked Datasets with the VoID Vocabulary (https://www.w3.org/TR/void/)."""

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store, Triple

from regin_graph.publication.description import Places, typed
from regin_graph.publication.namespaces import EUROVOC, GEONAMES, LICENSE, term
from regin_graph.publication.record import TYPE, dataset_iri
from regin_graph.publication.versions import WHOLE, Publication

MATCHES = tuple(term(f"skos:{kind}Match") for kind in ("exact", "close", "broad", "narrow", "related"))
# Outside datasets that links lead to: namespace → home page.
OUTSIDE = {
    "http://data.europa.eu/nuts/code/": "http://data.europa.eu/nuts",
    GEONAMES: "https://www.geonames.org/",
    "http://www.wikidata.org/entity/": "https://www.wikidata.org/",
    EUROVOC: "http://eurovoc.europa.eu/",
    "http://publications.europa.eu/resource/authority/": "https://op.europa.eu/en/web/eu-vocabularies",
}
# Counts are those of the dump; a query service that reads GeoSPARQL's terms as its schema means them finds more.
COUNTED = (
    "Counts are of the statements as the dumps hold them. For terms of GeoSPARQL the query service also finds what follows from "
    "its schema: ask with rdfs=false and rewrite=false for what is counted here."
)
FORMATS = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "N-Quads", "TriG")


def void_facts(store: Store, base: str) -> dict:
    """Give the counts of the default graph. Shape: triples, subjects, objects, classes, properties, linksets, examples."""
    classes, properties, links = Counter(), Counter(), Counter()
    subjects, objects, examples = set(), set(), {}
    for quad in store.quads_for_pattern(None, None, None, DefaultGraph()):
        subjects.add(quad.subject)
        objects.add(quad.object)
        properties[quad.predicate.value] += 1
        if quad.predicate == TYPE:
            classes[quad.object.value] += 1
            if quad.object.value.startswith(base) and isinstance(quad.subject, NamedNode):
                examples[quad.object.value] = min(examples.get(quad.object.value, quad.subject.value), quad.subject.value)
        elif quad.predicate in MATCHES and not quad.object.value.startswith(base):
            target = next((one for one in OUTSIDE if quad.object.value.startswith(one)), "")
            links[(target or "{0.scheme}://{0.netloc}/".format(urlsplit(quad.object.value)), quad.predicate.value)] += 1
    return {
        "triples": sum(properties.values()), "subjects": len(subjects), "objects": len(objects),
        "classes": dict(sorted(classes.items())), "properties": dict(sorted(properties.items())),
        "linksets": [{"target": target, "predicate": predicate, "triples": count} for (target, predicate), count in sorted(links.items())],
        "examples": dict(sorted(examples.items())),
    }


def void_statements(publication: Publication, places: Places) -> set[Triple]:
    """Give the VoID description of a release."""
    return set(_described(publication, places))


def _described(publication: Publication, places: Places) -> Iterator[Triple]:
    facts, base = publication.content["void"], places.base
    document, node = places.address(".well-known/void"), NamedNode(f"{base}void")
    yield Triple(document, TYPE, term("void:DatasetDescription"))
    yield Triple(document, term("foaf:primaryTopic"), node)
    yield Triple(document, term("dct:creator"), NamedNode(f"{base}def/editors"))
    yield Triple(node, TYPE, term("void:Dataset"))
    entry = publication.record.catalog
    for language, title in entry.title.items():
        yield Triple(node, term("dct:title"), Literal(title, language=language))
        yield Triple(node, term("dct:description"), Literal(entry.description[language], language=language))
    yield Triple(node, term("dct:license"), NamedNode(LICENSE))
    yield Triple(node, term("dct:publisher"), NamedNode(f"{base}def/editors"))
    yield Triple(node, term("dct:modified"), typed(publication.issued, "dateTime"))
    yield Triple(node, term("foaf:homepage"), places.address(""))
    yield Triple(node, term("void:sparqlEndpoint"), places.address("sparql"))
    yield Triple(node, term("rdfs:comment"), Literal(COUNTED, language="en"))
    yield Triple(node, term("void:uriSpace"), Literal(base))
    yield Triple(node, term("void:dataDump"), places.address(f"dumps/{publication.version}/{WHOLE}"))
    for name in FORMATS:
        yield Triple(node, term("void:feature"), NamedNode(f"http://www.w3.org/ns/formats/{name}"))
    for name, key in (("triples", "triples"), ("distinctSubjects", "subjects"), ("distinctObjects", "objects")):
        yield Triple(node, term(f"void:{name}"), typed(facts[key], "integer"))
    yield Triple(node, term("void:entities"), typed(publication.content["graph"]["entities"], "integer"))
    yield Triple(node, term("void:classes"), typed(len(facts["classes"]), "integer"))
    yield Triple(node, term("void:properties"), typed(len(facts["properties"]), "integer"))
    for example in facts["examples"].values():
        yield Triple(node, term("void:exampleResource"), NamedNode(example))
    for vocabulary in sorted({_namespace(iri) for iri in (*facts["classes"], *facts["properties"])}):
        yield Triple(node, term("void:vocabulary"), NamedNode(vocabulary))
    yield from _partitions(node, facts, base)
    yield from _subsets(node, publication, places)
    yield from _linksets(node, facts, base)


def _partitions(node: NamedNode, facts: dict, base: str) -> Iterator[Triple]:
    for kind, count_of, key in (("class", "void:entities", "classes"), ("property", "void:triples", "properties")):
        for number, (iri, count) in enumerate(facts[key].items(), 1):
            part = NamedNode(f"{base}void/{kind}/{number}")
            yield Triple(node, term(f"void:{kind}Partition"), part)
            yield Triple(part, term(f"void:{kind}"), NamedNode(iri))
            yield Triple(part, term(count_of), typed(count, "integer"))


def _subsets(node: NamedNode, publication: Publication, places: Places) -> Iterator[Triple]:
    for name, facts in publication.datasets.items():
        subset = dataset_iri(name, places.base)
        yield Triple(node, term("void:subset"), subset)
        yield Triple(subset, TYPE, term("void:Dataset"))
        yield Triple(subset, term("void:triples"), typed(facts["triples"], "integer"))
        for file in facts["files"]:
            if file["conforms_to"].startswith("http://www.w3.org/ns/formats/"):
                yield Triple(subset, term("void:dataDump"), places.address(f"dumps/{publication.version}/{name}/{file['name']}"))


def _linksets(node: NamedNode, facts: dict, base: str) -> Iterator[Triple]:
    for number, link in enumerate(facts["linksets"], 1):
        linkset, target = NamedNode(f"{base}void/linkset/{number}"), NamedNode(f"{base}void/target/{_slug(link['target'])}")
        yield Triple(node, term("void:subset"), linkset)
        yield Triple(linkset, TYPE, term("void:Linkset"))
        yield Triple(linkset, term("void:linkPredicate"), NamedNode(link["predicate"]))
        yield Triple(linkset, term("void:triples"), typed(link["triples"], "integer"))
        yield Triple(linkset, term("void:subjectsTarget"), node)
        yield Triple(linkset, term("void:objectsTarget"), target)
        yield Triple(target, TYPE, term("void:Dataset"))
        yield Triple(target, term("void:uriSpace"), Literal(link["target"]))
        yield Triple(target, term("foaf:homepage"), NamedNode(OUTSIDE.get(link["target"], link["target"])))


def _slug(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path}".strip("/").replace("/", "-").replace(".", "-")


def _namespace(iri: str) -> str:
    head, mark, _ = iri.rpartition("#" if "#" in iri else "/")
    return head + mark
