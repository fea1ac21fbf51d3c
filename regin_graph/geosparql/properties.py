"""State what the standard wants known of geometries, calculated from their literals.

Of each geometry: dimension, coordinate and spatial dimension, whether it is empty or simple, its serialisation.
Of each feature with a default geometry: its centroid and bounding box as geometries, and for outlines the area and
the length of the edge. Outlines are generalised, so areas and lengths are marked as computed from them.
Source: GeoSPARQL 1.1 clauses 6.4, 6.5 and 8.4.
"""

from collections.abc import Iterable, Iterator

import shapely
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from regin_graph.geosparql import constructions, measures
from regin_graph.geosparql.functions import write_double
from regin_graph.geosparql.geometry import Geometry
from regin_graph.geosparql.literals import read_literal, write_literal
from regin_graph.geosparql.problems import SpatialError
from regin_graph.geosparql.vocabulary import GEO, RDF, RDFS, SERIALISATION_PROPERTIES, SF, XSD_BOOLEAN, XSD_INTEGER

DEFAULT_GEOMETRY = NamedNode(GEO + "hasDefaultGeometry")
SERIALISATIONS = {NamedNode(iri) for iri in SERIALISATION_PROPERTIES}
TYPE = NamedNode(RDF + "type")
COMMENT = NamedNode(RDFS + "comment")
AREA_PRECISION_M2, LENGTH_PRECISION_M = -4, -2  # digits: hectares, hundred metres; a generalised outline tells no more
CENTROID_DIGITS = 6
QUANTITY = NamedNode("http://schema.org/QuantitativeValue")
MARK = "Computed from a generalised outline."


def state(quads: Iterable[Quad | Triple]) -> Iterator[Triple]:
    """Give the triples that follow from the geometry literals among some statements.

    Shape: ?geometry geo:asWKT ?literal in (or another serialisation), ?feature geo:hasDefaultGeometry ?geometry.
    Units: metres and square metres on the ellipsoid. Geometries that are blank nodes, and literals that cannot be read, are passed over.
    """
    serialised: dict[NamedNode, Literal] = {}
    features: dict[NamedNode, NamedNode] = {}
    for quad in quads:
        if isinstance(quad.subject, BlankNode):
            continue
        if quad.predicate in SERIALISATIONS and isinstance(quad.object, Literal):
            serialised.setdefault(quad.subject, quad.object)
        elif quad.predicate == DEFAULT_GEOMETRY and isinstance(quad.object, NamedNode):
            features.setdefault(quad.subject, quad.object)
    geometries: dict[NamedNode, Geometry] = {}
    for node in sorted(serialised, key=str):
        try:
            geometries[node] = read_literal(serialised[node])
        except (SpatialError, shapely.errors.ShapelyError):
            continue
        yield from state_geometry(node, geometries[node], serialised[node])
    for feature in sorted(features, key=str):
        if features[feature] in geometries:
            yield from state_feature(feature, geometries[features[feature]])


def state_geometry(node: NamedNode, geometry: Geometry, literal: Literal) -> Iterator[Triple]:
    """State the dimensions, emptiness, simplicity and serialisation of a geometry."""
    for name, number in (("dimension", measures.dimension(geometry)), ("coordinateDimension", measures.coordinate_dimension(geometry)), ("spatialDimension", measures.spatial_dimension(geometry))):
        yield Triple(node, NamedNode(GEO + name), Literal(str(number), datatype=XSD_INTEGER))
    for name, holds in (("isEmpty", measures.is_empty(geometry)), ("isSimple", measures.is_simple(geometry))):
        yield Triple(node, NamedNode(GEO + name), Literal(str(holds).lower(), datatype=XSD_BOOLEAN))
    yield Triple(node, NamedNode(GEO + "hasSerialization"), literal)


def state_feature(feature: NamedNode, geometry: Geometry) -> Iterator[Triple]:
    """State the centroid, bounding box and sizes of a feature with an outline; of a point nothing new follows."""
    if measures.is_empty(geometry) or measures.dimension(geometry) < 2:
        return
    centroid = constructions.centroid(geometry)
    centroid.written = shapely.set_precision(centroid.written, 10**-CENTROID_DIGITS)
    for name, kind, made in (("hasCentroid", "centroid", centroid), ("hasBoundingBox", "bounding-box", constructions.envelope(geometry))):
        node = NamedNode(f"{feature.value}/{kind}")
        yield Triple(feature, NamedNode(GEO + name), node)
        yield Triple(node, TYPE, NamedNode(GEO + "Geometry"))
        yield Triple(node, TYPE, NamedNode(SF + made.written.geom_type))
        yield Triple(node, NamedNode(GEO + "asWKT"), write_literal(made))
        yield Triple(node, COMMENT, Literal(MARK, language="en"))
    for kind, name, amount in (
        ("area", "Area", round(measures.metric_area(geometry), AREA_PRECISION_M2)),
        ("perimeter", "PerimeterLength", round(measures.metric_perimeter(geometry), LENGTH_PRECISION_M)),
    ):
        node = NamedNode(f"{feature.value}/{kind}")
        yield Triple(feature, NamedNode(f"{GEO}hasMetric{name}"), write_double(amount))
        yield Triple(feature, NamedNode(f"{GEO}has{name}"), node)
        yield Triple(node, TYPE, QUANTITY)
        yield Triple(node, NamedNode(RDF + "value"), write_double(amount))
        yield Triple(node, COMMENT, Literal(MARK, language="en"))
