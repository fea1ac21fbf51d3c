"""Geometry literals in RDF: reading one into a geometry, writing a geometry as one.

Parsed geometries are kept by literal, because reading costs ten times more than comparing.
"""

from pyoxigraph import Literal, NamedNode

from regin_graph.geosparql.geography_markup import read_gml, write_gml
from regin_graph.geosparql.geojson import read_geojson, write_geojson
from regin_graph.geosparql.geometry import Geometry
from regin_graph.geosparql.keyhole_markup import read_kml, write_kml
from regin_graph.geosparql.problems import WrongArguments
from regin_graph.geosparql.vocabulary import GEOJSON_LITERAL, GML_LITERAL, KML_LITERAL, WKT_LITERAL
from regin_graph.geosparql.well_known_text import read_wkt, write_wkt

READERS = {WKT_LITERAL: read_wkt, GML_LITERAL: read_gml, GEOJSON_LITERAL: read_geojson, KML_LITERAL: read_kml}
WRITERS = {WKT_LITERAL: write_wkt, GML_LITERAL: write_gml, GEOJSON_LITERAL: write_geojson, KML_LITERAL: write_kml}
DATATYPES = {iri: NamedNode(iri) for iri in READERS}
LARGEST_CACHE_BYTES = 64_000_000  # of literal text held by the cache of one process


class GeometryCache:
    """Parsed geometries by datatype and text; the oldest leave when the text held grows beyond the limit."""

    def __init__(self, limit_bytes: int = LARGEST_CACHE_BYTES):
        self.limit_bytes, self.held_bytes = limit_bytes, 0
        self.by_datatype: dict[str, dict[str, Geometry]] = {iri: {} for iri in READERS}

    def get(self, text: str, datatype: str) -> Geometry:
        """Give the geometry of a literal, parsed at most once. Raises: SpatialError."""
        known = self.by_datatype.get(datatype)
        if known is None:
            raise WrongArguments(f"A geometry literal is wanted, not one of datatype <{datatype}>.")
        geometry = known.get(text)
        if geometry is None:
            geometry = READERS[datatype](text)
            self.held_bytes += 200 + len(text)
            while self.held_bytes > self.limit_bytes and (oldest := next(iter(known), None)) is not None:
                del known[oldest]
                self.held_bytes -= 200 + len(oldest)
            known[text] = geometry
        return geometry


cache = GeometryCache()


def read_literal(term) -> Geometry:
    """Give the geometry of an RDF literal. Raises: SpatialError with the reason."""
    if not isinstance(term, Literal):
        raise WrongArguments(f"A geometry literal is wanted, not {str(term)[:80]}.")
    return cache.get(term.value, term.datatype.value)


def write_literal(geometry: Geometry, datatype: str | None = None) -> Literal:
    """Give the literal of a geometry, in its own serialisation unless another is named."""
    datatype = datatype or geometry.datatype
    text = geometry.lexical if geometry.lexical is not None and datatype == geometry.datatype else WRITERS[datatype](geometry)
    return Literal(text, datatype=DATATYPES[datatype])
