"""KML literals: Point, LineString, LinearRing, Polygon and MultiGeometry, always lon lat (CRS84).

Source: GeoSPARQL 1.1 requirements 30 to 34; OGC KML 2.3.
"""

import shapely

from regin_graph.geosparql.geography_markup import local_name, parsed_element
from regin_graph.geosparql.geometry import Geometry
from regin_graph.geosparql.problems import BrokenLiteral
from regin_graph.geosparql.reference_systems import WGS84_LON_LAT, transform
from regin_graph.geosparql.vocabulary import KML_LITERAL

KML = "http://www.opengis.net/kml/2.2"
MULTI = {"Point": shapely.MultiPoint, "LineString": shapely.MultiLineString, "Polygon": shapely.MultiPolygon}


def read_kml(text: str) -> Geometry:
    """Give the geometry of a KML literal. Raises: BrokenLiteral."""
    if not text.strip():
        return Geometry(shapely.GeometryCollection(), WGS84_LON_LAT, None, KML_LITERAL, lexical=text)
    root = parsed_element(text, "kml")
    try:
        shape = shape_of(root)
    except (ValueError, IndexError, shapely.errors.GEOSException) as error:
        raise BrokenLiteral(f"The KML element {local_name(root)} cannot be read: {error}.") from error
    return Geometry(shape, WGS84_LON_LAT, None, KML_LITERAL, lexical=text)


def shape_of(element):
    """Give the shape of one KML geometry element."""
    name = local_name(element)
    if name == "Point":
        points = coordinates(element)
        return shapely.Point(points[0]) if points else shapely.Point()
    if name == "LineString":
        return shapely.LineString(coordinates(element))
    if name == "LinearRing":
        return shapely.LinearRing(coordinates(element))
    if name == "Polygon":
        outer = [ring for holder in element if local_name(holder) == "outerBoundaryIs" for ring in holder]
        inner = [ring for holder in element if local_name(holder) == "innerBoundaryIs" for ring in holder]
        return shapely.Polygon(coordinates(outer[0]), [coordinates(ring) for ring in inner]) if outer else shapely.Polygon()
    if name == "MultiGeometry":
        parts = [shape_of(part) for part in element]
        kinds = {part.geom_type for part in parts}
        return MULTI[kinds.pop()](parts) if len(kinds) == 1 and kinds <= MULTI.keys() else shapely.GeometryCollection(parts)
    raise BrokenLiteral(f"The KML element {name} is not supported.")


def coordinates(element) -> list[list[float]]:
    """Give the tuples of the coordinates element."""
    text = next((child.text or "" for child in element if local_name(child) == "coordinates"), "")
    return [[float(number) for number in part.split(",")] for part in text.split()]


def write_kml(geometry: Geometry) -> str:
    """Give a KML element for a geometry, moved to CRS84."""
    return element_text(transform(geometry.written, geometry.system, WGS84_LON_LAT), f' xmlns="{KML}"')


def element_text(shape, attributes: str = "") -> str:
    """Give one KML geometry element."""
    kind = shape.geom_type
    if kind == "Polygon":
        rings = [("outerBoundaryIs", shape.exterior), *(("innerBoundaryIs", ring) for ring in shape.interiors)] if not shape.is_empty else []
        return f"<Polygon{attributes}>" + "".join(f"<{role}>{element_text(ring)}</{role}>" for role, ring in rings) + "</Polygon>"
    if kind in ("Point", "LineString", "LinearRing"):
        tuples = " ".join(",".join(short(value) for value in point) for point in shapely.get_coordinates(shape, include_z=bool(shape.has_z)))
        return f"<{kind}{attributes}><coordinates>{tuples}</coordinates></{kind}>"
    return f"<MultiGeometry{attributes}>" + "".join(element_text(part) for part in shape.geoms) + "</MultiGeometry>"


def short(value: float) -> str:
    """Give the shortest decimal text of a number."""
    text = repr(float(value))
    return text.removesuffix(".0")
