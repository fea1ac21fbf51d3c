"""Spatial relations as statements, for SPARQL servers that cannot compute them: `geo:sfWithin` and its kin between features.

They hold between the default geometries of two features of which one at least is an area. `geo:sfDisjoint` is not stated:
it is what remains, and the most of all. Source: GeoSPARQL 1.1, clause 7."""

from collections.abc import Iterable, Iterator

import shapely
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from regin_graph.geosparql.relations import PREDICATES

GEO = "http://www.opengis.net/ont/geosparql#"
RELATIONS = ("sfEquals", "sfIntersects", "sfTouches", "sfCrosses", "sfWithin", "sfContains", "sfOverlaps")
GRAPH = "graph/derived/spatial-relations"
# Whose outlines and places the relations follow from.
SOURCE = "id/source/natural-earth"
# Is answered with true by a server that computes relations between features itself.
RELATIONS_PROBE = f"ASK {{ ?feature <{GEO}hasDefaultGeometry> ?geometry ; <{GEO}sfIntersects> ?other . ?other <{GEO}hasDefaultGeometry> ?otherGeometry }}"


def related_features(quads: Iterable[Quad]) -> Iterator[Triple]:
    """Give the relations between the features of the default graph, in a fixed order."""
    features, texts = {}, {}
    for quad in quads:
        if isinstance(quad.graph_name, DefaultGraph):
            if quad.predicate.value == GEO + "hasDefaultGeometry":
                features[quad.subject] = quad.object
            elif quad.predicate.value == GEO + "asWKT" and isinstance(quad.object, Literal):
                texts[quad.subject] = quad.object.value
    names = sorted((feature for feature, geometry in features.items() if geometry in texts), key=str)
    shapes = [shapely.from_wkt(texts[features[name]], on_invalid="ignore") for name in names]
    tree = shapely.STRtree(shapes)
    for one, other in sorted(zip(*tree.query(shapes, predicate="intersects").tolist(), strict=True)):
        first, second = shapes[one], shapes[other]
        if shapely.get_dimensions(first) < 2 and shapely.get_dimensions(second) < 2:
            continue
        for relation in RELATIONS:
            if PREDICATES[relation](first, second):
                yield Triple(names[one], NamedNode(GEO + relation), names[other])


def facts_of_relations(base: str) -> Iterator[Triple]:
    """Give what is said of the graph of relations: that it is derived, and from what."""
    graph = NamedNode(base + GRAPH)
    yield Triple(graph, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), NamedNode(base + "def/SourceGraph"))
    yield Triple(graph, NamedNode(base + "def/assertionKind"), NamedNode(base + "scheme/assertion-kind/derived"))
    yield Triple(graph, NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom"), NamedNode(base + SOURCE))
