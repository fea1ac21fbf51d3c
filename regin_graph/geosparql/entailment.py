"""RDFS entailment by rewriting: patterns of spatial classes and properties also match what follows from the schema.

Only terms of GeoSPARQL (geo:, sf:, gml:) are widened; patterns whose class or predicate is a variable are answered as stated.
Source: GeoSPARQL 1.1 clause 10; SPARQL 1.1 Entailment Regimes, RDFS (rules rdfs2, 3, 5, 7, 9 and 11).
"""

from regin_graph.geosparql.query_tree import Term, Triple
from regin_graph.geosparql.schema import Schema
from regin_graph.geosparql.vocabulary import GEO, GML, RDF, SF

SPATIAL = (GEO, SF, GML)
TYPE = RDF + "type"


def class_patterns(schema: Schema, triple: Triple, fresh: str) -> list[str]:
    """Give the patterns that state or entail a type pattern; one when nothing widens it."""
    if triple.predicate.value != TYPE or triple.object.kind != "iri" or not triple.object.value.startswith(SPATIAL):
        return [triple.text]
    subject, wanted = triple.subject.text, triple.object.value
    return [
        *(f"{subject} <{TYPE}> <{iri}> ." for iri in schema.classes(wanted)),
        *(f"{subject} <{iri}> {fresh} ." for iri in schema.having(wanted, schema.domains)),
        *(f"{fresh} <{iri}> {subject} ." for iri in schema.having(wanted, schema.ranges)),
    ]


def property_patterns(schema: Schema, triple: Triple) -> list[str]:
    """Give the patterns that state or entail a pattern; one when nothing widens it."""
    if triple.predicate.kind != "iri" or not triple.predicate.value.startswith(SPATIAL):
        return [triple.text]
    return [f"{triple.subject.text} <{iri}> {triple.object.text} ." for iri in schema.properties(triple.predicate.value)]


def each_once(patterns: list[str]) -> str:
    """Give a union in which a solution of several patterns comes once: as from the one graph that entailment gives."""
    parts = []
    for number, pattern in enumerate(patterns):
        earlier = " ".join(f"FILTER NOT EXISTS {{ {before} }}" for before in patterns[:number])
        parts.append(f"{{ {pattern} {earlier} }}")
    return " UNION ".join(parts)


def any_of(patterns: list[str]) -> str:
    """Give a group that has a solution when any of the patterns has."""
    return "{ " + " UNION ".join(f"{{ {pattern} }}" for pattern in patterns) + " }"


def widened_path(schema: Schema, text: str, steps: list[Term]) -> str:
    """Give a property path in which spatial properties also match those below them."""
    for step in {step.text: step for step in steps}.values():
        below = schema.properties(step.value) if step.value.startswith(SPATIAL) else []
        if len(below) > 1:
            text = text.replace(step.text, "(" + "|".join(f"<{iri}>" for iri in below) + ")")
    return text
