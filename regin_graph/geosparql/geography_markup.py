"""GML literals: geometry elements of any GML version's namespace.

Read: Point, LineString, LinearRing, Ring, Curve (of line segments), Polygon, Surface and its kinds (of plane patches),
the Multi- and Composite- elements, Envelope and Box. Written: GML 3.1 and 3.2 elements of Simple Features, level 0.
Source: GeoSPARQL 1.1 requirements 20 to 24; OGC 07-036.
"""

import re
from xml.etree import ElementTree

import numpy
import shapely

from regin_graph.geosparql.geometry import Geometry
from regin_graph.geosparql.problems import BrokenLiteral, WrongArguments
from regin_graph.geosparql.reference_systems import WGS84_LON_LAT, reference_system, swapped
from regin_graph.geosparql.vocabulary import GML_LITERAL

GML_3_2 = "http://www.opengis.net/gml/3.2"
GML_3_1 = "http://www.opengis.net/gml"
PROFILES = {GML_3_2: GML_3_2, "3.2": GML_3_2, "3.2.1": GML_3_2, "3.2.2": GML_3_2, "GML3.2": GML_3_2, "GML 3.2": GML_3_2, "": GML_3_2,
            GML_3_1: GML_3_1, "3.1": GML_3_1, "3.1.1": GML_3_1, "3": GML_3_2, "GML3": GML_3_2, "GML3.1": GML_3_1,
            "http://www.opengis.net/ont/gml": "http://www.opengis.net/ont/gml"}
COLLECTIONS = {
    "MultiPoint": shapely.MultiPoint, "MultiLineString": shapely.MultiLineString, "MultiCurve": shapely.MultiLineString, "CompositeCurve": shapely.MultiLineString,
    "MultiPolygon": shapely.MultiPolygon, "MultiSurface": shapely.MultiPolygon, "CompositeSurface": shapely.MultiPolygon, "MultiGeometry": shapely.GeometryCollection,
    "GeometricComplex": shapely.GeometryCollection, "Surface": shapely.MultiPolygon, "PolyhedralSurface": shapely.MultiPolygon,
    "TriangulatedSurface": shapely.MultiPolygon, "Tin": shapely.MultiPolygon,
}
HOLDERS = ("member", "members", "patches", "polygonpatches", "trianglepatches")


def read_gml(text: str) -> Geometry:
    """Give the geometry of a GML literal. Raises: BrokenLiteral, UnknownReferenceSystem."""
    if not text.strip():
        return Geometry(shapely.GeometryCollection(), WGS84_LON_LAT, None, GML_LITERAL, GML_3_2, text)
    root = parsed_element(text, "gml")
    srs = next((element.get("srsName") for element in root.iter() if element.get("srsName")), None)
    system = reference_system(srs) if srs else WGS84_LON_LAT
    try:
        shape = shape_of(root, dimension_of(root, 2))
    except (ValueError, IndexError, shapely.errors.GEOSException) as error:
        raise BrokenLiteral(f"The GML element {local_name(root)} cannot be read: {error}.") from error
    namespace = root.tag[1:].split("}")[0] if root.tag.startswith("{") else ""
    return Geometry(swapped(shape) if system.is_yx else shape, system, srs, GML_LITERAL, namespace, text)


def parsed_element(text: str, prefix: str) -> ElementTree.Element:
    """Give the root element; declarations of entities are refused. Raises: BrokenLiteral."""
    if "<!" in text:
        raise BrokenLiteral("A geometry literal must not hold XML declarations (<!…).")
    text = text.strip()
    if f"<{prefix}:" in text and f"xmlns:{prefix}" not in text:  # a fragment cut out of its document
        text = re.sub(rf"<{prefix}:(\w+)", rf'<{prefix}:\1 xmlns:{prefix}="{GML_3_2}"', text, count=1)
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise BrokenLiteral(f"The XML of the geometry literal cannot be read: {error}.") from error


def local_name(element) -> str:
    """Give an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def dimension_of(element, inherited: int) -> int:
    """Give the number of coordinates of a position."""
    return int(element.get("srsDimension") or inherited)


def shape_of(element, dimension: int):
    """Give the shape of one geometry element, coordinates as written."""
    dimension = dimension_of(element, dimension)
    name = local_name(element)
    if name == "Point":
        points = positions(element, dimension)
        return shapely.Point(points[0]) if len(points) else shapely.Point()
    if name in ("LineString", "LineStringSegment"):
        return shapely.LineString(positions(element, dimension))
    if name == "LinearRing":
        return shapely.LinearRing(positions(element, dimension))
    if name == "Ring":
        return shapely.LinearRing(joined([shape_of(part, dimension) for part in members(element)]))
    if name == "Curve":
        parts = [shape_of(segment, dimension) for holder in element for segment in holder]
        return shapely.LineString(joined(parts)) if parts else shapely.LineString()
    if name in ("Polygon", "PolygonPatch", "Triangle", "Rectangle"):
        return polygon(element, dimension)
    if name in ("Envelope", "Box"):
        points = positions(element, dimension)
        return shapely.box(points[0][0], points[0][1], points[1][0], points[1][1])
    if name in COLLECTIONS:
        parts = [shape_of(part, dimension) for part in members(element)]
        if name == "Surface" and len(parts) == 1:
            return parts[0]
        flat = [single for part in parts for single in (shapely.get_parts(part) if COLLECTIONS[name] is not shapely.GeometryCollection else [part])]
        return COLLECTIONS[name](flat)
    raise BrokenLiteral(f"The GML element {name} is not supported.")


def members(element) -> list:
    """Give the geometry elements one holder below the element (pointMember, surfaceMembers, patches …)."""
    return [part for holder in element if local_name(holder).lower().endswith(HOLDERS) for part in holder]


def polygon(element, dimension: int):
    """Give the polygon of an exterior and interior rings, of GML 2 or 3."""
    rings = {"exterior": [], "interior": []}
    for holder in element:
        kind = {"exterior": "exterior", "outerBoundaryIs": "exterior", "interior": "interior", "innerBoundaryIs": "interior"}.get(local_name(holder))
        if kind:
            rings[kind] += [shape_of(ring, dimension) for ring in holder]
    if not rings["exterior"]:
        return shapely.Polygon()
    return shapely.Polygon(rings["exterior"][0], rings["interior"])


def joined(lines: list) -> numpy.ndarray:
    """Give the points of lines laid end to end."""
    arrays = [shapely.get_coordinates(line, include_z=bool(line.has_z)) for line in lines]
    return numpy.vstack([arrays[0], *[points[1:] if numpy.array_equal(before[-1], points[0]) else points for before, points in zip(arrays, arrays[1:])]])


def positions(element, dimension: int) -> numpy.ndarray:
    """Give the positions below an element: pos, posList, coordinates, coord, corners or points."""
    rows: list = []
    for child in element:
        name, text = local_name(child), child.text or ""
        if name in ("pos", "lowerCorner", "upperCorner"):
            rows += [[float(number) for number in text.split()]] if text.strip() else []
        elif name == "posList":
            numbers = numpy.array(text.split(), dtype=float)
            rows += numbers.reshape(-1, dimension_of(child, dimension)).tolist()
        elif name == "coordinates":
            rows += coordinate_tuples(child, text)
        elif name == "coord":
            rows.append([float(part.text) for part in child])
        elif name in ("pointProperty", "pointRep"):
            rows += [row for point in child for row in positions(point, dimension).tolist()]
    return numpy.array(rows, dtype=float)


def coordinate_tuples(element, text: str) -> list:
    """Give the positions of a GML 2 coordinates element with its own separators."""
    between, after, decimal = element.get("cs", ","), element.get("ts", " "), element.get("decimal", ".")
    text = re.sub(rf"\s*{re.escape(between)}\s*", between, text.strip())
    tuples = text.split() if after.isspace() else text.split(after)
    return [[float(number.replace(decimal, ".")) for number in part.strip().split(between)] for part in tuples if part.strip()]


def profile_namespace(profile: str) -> str:
    """Give the namespace of a GML profile. Raises: WrongArguments for a profile that is not written."""
    name = profile.strip()
    if name not in PROFILES:
        raise WrongArguments(f'The GML profile "{profile}" is not supported. Use "3.2" or "3.1".')
    return PROFILES[name]


def write_gml(geometry: Geometry) -> str:
    """Give a GML element for a geometry in its own reference system, axis order and namespace."""
    shape = swapped(geometry.written) if geometry.system.is_yx else geometry.written
    namespace = geometry.namespace or GML_3_2
    declaration = f' srsName="{geometry.srs_iri}" xmlns:gml="{namespace}"'
    return element_text(shape, declaration, [0] if namespace == GML_3_2 else None)


def element_text(shape, attributes: str, ids: list | None) -> str:
    """Give one geometry element; `ids` counts the gml:id values, which GML 3.2 wants. Members take the system of the whole."""
    own = ""
    if ids is not None:
        ids[0] += 1
        own = f' gml:id="g{ids[0]}"'
    kind = shape.geom_type
    depth = ' srsDimension="3"' if shape.has_z else ""
    if kind == "Point":
        content = "" if shape.is_empty else f"<gml:pos{depth}>{numbers(shape)}</gml:pos>"
        return f"<gml:Point{own}{attributes}>{content}</gml:Point>"
    if kind in ("LineString", "LinearRing"):
        return f"<gml:LineString{own}{attributes}><gml:posList{depth}>{numbers(shape)}</gml:posList></gml:LineString>"
    if kind == "Polygon":
        rings = [("exterior", shape.exterior), *(("interior", ring) for ring in shape.interiors)] if not shape.is_empty else []
        content = "".join(f"<gml:{role}><gml:LinearRing><gml:posList{depth}>{numbers(ring)}</gml:posList></gml:LinearRing></gml:{role}>" for role, ring in rings)
        return f"<gml:Polygon{own}{attributes}>{content}</gml:Polygon>"
    name, member = {
        "MultiPoint": ("MultiPoint", "pointMember"), "MultiLineString": ("MultiCurve", "curveMember"), "MultiPolygon": ("MultiSurface", "surfaceMember"),
    }.get(kind, ("MultiGeometry", "geometryMember"))
    content = "".join(f"<gml:{member}>{element_text(part, '', ids)}</gml:{member}>" for part in shape.geoms)
    return f"<gml:{name}{own}{attributes}>{content}</gml:{name}>"


def numbers(shape) -> str:
    """Give a shape's coordinates, each as an xsd:double that is read back exactly."""
    return " ".join(repr(float(value)) for point in shapely.get_coordinates(shape, include_z=bool(shape.has_z)) for value in point)
