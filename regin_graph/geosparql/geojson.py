"""GeoJSON literals: geometry objects, always lon lat (CRS84).

Source: GeoSPARQL 1.1 requirements 25 to 29; RFC 7946.
"""

import json

import shapely

from regin_graph.geosparql.geometry import Geometry
from regin_graph.geosparql.problems import BrokenLiteral
from regin_graph.geosparql.reference_systems import WGS84_LON_LAT, transform
from regin_graph.geosparql.vocabulary import GEOJSON_LITERAL


def read_geojson(text: str) -> Geometry:
    """Give the geometry of a GeoJSON literal. Raises: BrokenLiteral."""
    try:
        value = json.loads(text) if text.strip() else None
        if isinstance(value, dict) and "geometry" in value and "coordinates" not in value:
            value = value["geometry"]
        shape = shapely.GeometryCollection() if value is None else shapely.from_geojson(json.dumps(value))
    except (ValueError, shapely.errors.GEOSException) as error:
        raise BrokenLiteral(f"The GeoJSON literal cannot be read: {error}.") from error
    return Geometry(shape, WGS84_LON_LAT, None, GEOJSON_LITERAL, lexical=text)


def write_geojson(geometry: Geometry) -> str:
    """Give the GeoJSON geometry object of a geometry, moved to CRS84."""
    return shapely.to_geojson(transform(geometry.written, geometry.system, WGS84_LON_LAT))
