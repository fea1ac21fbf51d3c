"""RDF documents: what is stated of an entity, and which graphs and sources say so, in any RDF form.
Forms with graphs keep each statement in the graph of the source that says it."""

from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from endpoint.engine.xml_forms import XmlPieces
from endpoint.media_types import N_QUADS, RDF_XML, TRIG, TURTLE, Form
from endpoint.queries import Term
from endpoint.visit import Visit

PREFIXES = {
    "cv": "http://data.europa.eu/m8g/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

WITH_GRAPHS = (TRIG, N_QUADS)


async def entity_document(visit: Visit, iri: NamedNode, form: Form) -> bytes:
    """Give the document of an entity: its statements and its parts', the graphs that hold them and their sources.
    Shape: facts about graphs and sources stand in the default graph; statements beside them, or in TriG and N-Quads each in
    the graph of its source.
    Raises: NotInXml."""
    rows = await visit.ask("statements_of_entity", entity=iri)
    things = {row[name].value for row in rows for name in ("graph", "source") if name in row}
    facts = await visit.ask("facts_about_sources", thing=[NamedNode(thing) for thing in sorted(things)])
    about = [(row["thing"], row["property"], row["value"]) for row in facts]
    if form in WITH_GRAPHS:
        quads = {Quad(*_triple(statement)) for statement in about}
        for row in rows:
            graph = [NamedNode(row["graph"].value)] if "graph" in row else []
            quads.add(Quad(*_triple((row["subject"], row["property"], row["value"])), *graph))
        return write_quads(quads, form, visit.base)
    return write_document([*((row["subject"], row["property"], row["value"]) for row in rows), *about], form, visit.base)


def write_quads(quads: Iterable[Quad], form: Form, base: str) -> bytes:
    """Give the statements with their graphs, sorted, the default graph first."""
    ordered = sorted(quads, key=lambda quad: (isinstance(quad.graph_name, NamedNode), str(quad.graph_name), str(quad.triple)))
    document = serialize(ordered, format=RdfFormat.from_media_type(form.media_type), prefixes=PREFIXES | {"regin": f"{base}def/"} if form is TRIG else None)
    return sort_prefixes(document) if form is TRIG else document


def write_document(statements: Iterable[tuple[Term, Term, Term]], form: Form, base: str) -> bytes:
    """Give the statements, each once and sorted, in an RDF form. Raises: NotInXml."""
    triples = sorted({_triple(statement) for statement in statements}, key=str)
    prefixes = PREFIXES | {"regin": f"{base}def/"}
    document = serialize(triples, format=RdfFormat.from_media_type(form.media_type), prefixes=prefixes)
    if form is RDF_XML:
        return XmlPieces(form.media_type).put_right(document)
    return sort_prefixes(document) if form is TURTLE else document


def _triple(statement: tuple[Term, Term, Term]) -> Triple:
    return Triple(*map(rdf_term, statement))


def sort_prefixes(turtle: bytes) -> bytes:
    """Give the Turtle with its prefixes sorted, so that equal graphs are equal bytes: the library writes them in any order."""
    lines = turtle.split(b"\n")
    head = [line for line in lines if line.startswith(b"@prefix ")]
    return b"\n".join(sorted(head) + lines[len(head) :])


def rdf_term(term: Term) -> NamedNode | BlankNode | Literal:
    """Give the term as the RDF library has it."""
    if term.kind == "iri":
        return NamedNode(term.value)
    if term.kind == "bnode":
        return BlankNode(term.value)
    if term.language:
        return Literal(term.value, language=term.language)
    return Literal(term.value, datatype=NamedNode(term.datatype)) if term.datatype else Literal(term.value)
