"""Relations as properties (?x geo:sfWithin ?y): stated triples united with what the geometries tell.

Each side is a geometry, or a feature with a default geometry. Source: GeoSPARQL 1.1 clause 11, rule template.
"""

import numpy

from regin_graph.geosparql.index import SpatialIndex, ranges
from regin_graph.geosparql.index_builder import BY_PLACE, ELSEWHERE, NOWHERE
from regin_graph.geosparql.query_tree import Term, Triple
from regin_graph.geosparql.related_pairs import related_pairs
from regin_graph.geosparql.relations import OF_EMPTY, WITHOUT_CONTACT
from regin_graph.geosparql.schema import Schema
from regin_graph.geosparql.vocabulary import GEO, GEOF, RELATIONS, SERIALISATION_PROPERTIES

RELATION_PROPERTIES = {GEO + name: name for name in RELATIONS}
DEFAULT_GEOMETRY = GEO + "hasDefaultGeometry"
MOST_PAIRS = 1_000_000  # pairs of envelopes tried for one pattern; beyond, the engine joins by itself


def relation_of(triple: Triple) -> str | None:
    """Give the relation a triple pattern asks for; none when it is another pattern."""
    if triple.predicate.kind != "iri" or "literal" in (triple.subject.kind, triple.object.kind):
        return None
    return RELATION_PROPERTIES.get(triple.predicate.value)


def properties(schema: Schema, iri: str, rdfs: bool) -> list[str]:
    """Give the property and, with entailment, those below it."""
    return schema.properties(iri) if rdfs else [iri]


def alternatives(iris: list[str]) -> str:
    """Give a path that matches any of the properties."""
    return "(" + "|".join(f"<{iri}>" for iri in iris) + ")" if len(iris) > 1 else f"<{iris[0]}>"


def serialisations(schema: Schema, rdfs: bool) -> list[str]:
    """Give the properties that link geometries of the data to their literals."""
    found = [iri for top in SERIALISATION_PROPERTIES for iri in properties(schema, top, rdfs) if schema.occurs(iri)]
    return found or [SERIALISATION_PROPERTIES[0]]


def pattern_text(schema: Schema, triple: Triple, rdfs: bool, fresh: list[str]) -> str:
    """Give the group that answers a property pattern from the graph alone; `fresh` are four unused variables."""
    one, other = triple.subject.text, triple.object.text
    literal = alternatives(serialisations(schema, rdfs))
    default = alternatives(properties(schema, DEFAULT_GEOMETRY, rdfs))
    stated = f"{{ {one} {alternatives(properties(schema, triple.predicate.value, rdfs))} {other} }}"
    sides = [
        f"{{ {{ {term} {literal} {wkt} }} UNION {{ {term} {default} {geometry} . {geometry} {literal} {wkt} }} }}"
        for term, wkt, geometry in ((one, fresh[0], fresh[1]), (other, fresh[2], fresh[3]))
    ]
    derived = f"{{ {sides[0]} {sides[1]} FILTER(<{GEOF}{relation_of(triple)}>({fresh[0]}, {fresh[2]})) }}"
    return f"{stated} UNION {derived}"


class SpatialObjects:
    """What the default graph of an index relates by property: nodes (geometries and features) with their literals."""

    def __init__(self, index: SpatialIndex, rdfs: bool):
        self.index = index
        numbers = [index.nodes.number(f"<{iri}>") for iri in serialisations(index.schema, rdfs)]
        rows = numpy.flatnonzero(index.is_default & numpy.isin(index.predicate, [number for number in numbers if number is not None]))
        numbers = [index.nodes.number(f"<{iri}>") for iri in properties(index.schema, DEFAULT_GEOMETRY, rdfs)]
        links = numpy.flatnonzero(index.link_is_default & numpy.isin(index.link_predicate, [number for number in numbers if number is not None]))
        by_subject = rows[numpy.argsort(index.subject[rows], kind="stable")]
        ordered = index.subject[by_subject]
        begins, ends = (numpy.searchsorted(ordered, index.link_geometry[links], side=side) for side in ("left", "right"))
        linked_rows = by_subject[ranges(begins, ends)]
        nodes = numpy.concatenate([index.subject[rows], numpy.repeat(index.link_feature[links], ends - begins)])
        literals = numpy.concatenate([index.literal[rows], index.literal[linked_rows]])
        self.has_other_systems, self.has_empty = (bool((index.state[literals] == state).any()) for state in (ELSEWHERE, NOWHERE))
        kept = index.state[literals] == BY_PLACE
        order = numpy.argsort(literals[kept], kind="stable")
        self.nodes, self.literals = nodes[kept][order], literals[kept][order]

    def literals_of(self, term: Term) -> numpy.ndarray:
        """Give the literals a constant node has; all when the term is a variable."""
        if term.kind == "variable":
            return numpy.unique(self.literals)
        number = self.index.nodes.number(f"<{term.value}>")
        return numpy.unique(self.literals[self.nodes == number]) if number is not None else self.literals[:0]

    def related(self, relation: str, subject: Term, object_: Term) -> tuple[numpy.ndarray, numpy.ndarray] | None:
        """Give the related pairs of nodes, each once; none when the index cannot tell or it would cost too much."""
        if relation in WITHOUT_CONTACT or self.has_other_systems or (relation in OF_EMPTY and self.has_empty):
            return None
        pairs = related_pairs(self.index, relation, self.literals_of(subject), self.literals_of(object_), MOST_PAIRS)
        if pairs is None:
            return None
        columns = []
        spans = [(numpy.searchsorted(self.literals, side), numpy.searchsorted(self.literals, side, side="right")) for side in pairs]
        counts = [ends - begins for begins, ends in spans]
        total = counts[0] * counts[1]
        if total.sum() > 2 * MOST_PAIRS:
            return None
        place = numpy.arange(int(total.sum())) - numpy.repeat(numpy.cumsum(total) - total, total)
        width = numpy.repeat(counts[1], total)
        columns = [self.nodes[numpy.repeat(spans[0][0], total) + place // width], self.nodes[numpy.repeat(spans[1][0], total) + place % width]]
        kept = numpy.ones(len(columns[0]), dtype=bool)
        for term, column in ((subject, columns[0]), (object_, columns[1])):
            if term.kind == "iri":
                kept &= column == self.index.nodes.number(f"<{term.value}>")
        if subject == object_:
            kept &= columns[0] == columns[1]
        keys = numpy.unique(columns[0][kept].astype(numpy.int64) * len(self.index.nodes) + columns[1][kept])
        return keys // len(self.index.nodes), keys % len(self.index.nodes)
