"""Every spatial function: its signature, meaning, units, clause and an example with its answer.

The functions handed to the engine, the documentation pages and the service description are made from these rows.
"""

from collections.abc import Callable
from dataclasses import dataclass

from regin_graph.geosparql import constructions, measures, relations
from regin_graph.geosparql.vocabulary import EGENHOFER, GEO, GEOF, RCC8, RELATIONS, SIMPLE_FEATURES, UOM

SQUARE = '"POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))"^^geo:wktLiteral'
SMALL_SQUARE = '"POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))"^^geo:wktLiteral'
INNER_SQUARE = '"POLYGON ((0.5 0.5, 1 0.5, 1 1, 0.5 1, 0.5 0.5))"^^geo:wktLiteral'
SHIFTED_SQUARE = '"POLYGON ((1 1, 3 1, 3 3, 1 3, 1 1))"^^geo:wktLiteral'
NEXT_SQUARE = '"POLYGON ((2 0, 4 0, 4 2, 2 2, 2 0))"^^geo:wktLiteral'
FAR_SQUARE = '"POLYGON ((5 5, 6 5, 6 6, 5 6, 5 5))"^^geo:wktLiteral'
LINE = '"LINESTRING (-1 1, 3 1)"^^geo:wktLiteral'
POINT = '"POINT (1 2)"^^geo:wktLiteral'
POINTS = '"MULTIPOINT ((0 0), (1 2))"^^geo:wktLiteral'
GROUP = '{ VALUES ?geometry { "POINT (0 0)"^^geo:wktLiteral "POINT (2 2)"^^geo:wktLiteral } }'
PREFIXES = {"geo": GEO, "geof": GEOF, "uom": UOM}


@dataclass(frozen=True)
class Argument:
    """One argument: its name, its kind (geometry, double, integer, iri, string), and whether it may be left out."""

    name: str
    kind: str
    is_optional: bool = False


@dataclass(frozen=True)
class Definition:
    """One function of the geof: namespace. `example` is an expression, `answer` the lexical form it gives (… where it goes on)."""

    name: str
    group: str
    arguments: tuple[Argument, ...]
    returns: str
    description: str
    units: str
    source: str
    example: str
    answer: str
    implementation: Callable | None

    @property
    def iri(self) -> str:
        """Give the function's IRI."""
        return GEOF + self.name

    @property
    def signature(self) -> str:
        """Give the function with its arguments, as the standard writes it."""
        listed = ", ".join(f"{argument.name}: {KIND_NAMES[argument.kind]}{'?' if argument.is_optional else ''}" for argument in self.arguments)
        return f"geof:{self.name}({listed}): {KIND_NAMES[self.returns]}"

    @property
    def query(self) -> str:
        """Give the example as a whole query, which any data answer alike."""
        prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items() if f"{name}:" in self.example + GROUP * (self.group == "aggregate"))
        return f"{prefixes}SELECT ({self.example} AS ?answer) {GROUP if self.group == 'aggregate' else '{}'}"


KIND_NAMES = {
    "geometry": "geomLiteral", "double": "xsd:double", "integer": "xsd:integer", "boolean": "xsd:boolean", "iri": "xsd:anyURI", "string": "xsd:string",
    "wkt": "geo:wktLiteral", "gml": "geo:gmlLiteral", "geojson": "geo:geoJSONLiteral", "kml": "geo:kmlLiteral",
}
GEOMETRY = Argument("geom", "geometry")
TWO = (Argument("geom1", "geometry"), Argument("geom2", "geometry"))
UNIT = Argument("units", "iri")
NO_UNIT = "none"
SAME_SYSTEM = "coordinates in the reference system of the first geometry"
CLAUSE_8 = "GeoSPARQL 1.1, non-topological query functions"

MEANINGS = {
    "sfEquals": ("have the same points", SQUARE, SQUARE), "sfDisjoint": ("have no point in common", SQUARE, FAR_SQUARE),
    "sfIntersects": ("have a point in common", SQUARE, SHIFTED_SQUARE), "sfTouches": ("meet at their boundaries only", SQUARE, NEXT_SQUARE),
    "sfCrosses": ("cross: the common points are of lower dimension than the larger of the two, and inside both", LINE, SQUARE),
    "sfWithin": ("are the first within the second", INNER_SQUARE, SQUARE), "sfContains": ("are the first holding the second", SQUARE, INNER_SQUARE),
    "sfOverlaps": ("overlap: each has points the other has not, and the common part is of their dimension", SQUARE, SHIFTED_SQUARE),
    "ehEquals": ("have the same inside and boundary", SQUARE, SQUARE), "ehDisjoint": ("have no point in common", SQUARE, FAR_SQUARE),
    "ehMeet": ("meet at their boundaries only", SQUARE, NEXT_SQUARE), "ehOverlap": ("overlap", SQUARE, SHIFTED_SQUARE),
    "ehCovers": ("are the first holding the second, boundaries touching", SQUARE, SMALL_SQUARE), "ehCoveredBy": ("are the first within the second, boundaries touching", SMALL_SQUARE, SQUARE),
    "ehInside": ("are the first within the second, boundaries apart", INNER_SQUARE, SQUARE), "ehContains": ("are the first holding the second, boundaries apart", SQUARE, INNER_SQUARE),
    "rcc8eq": ("are the same region", SQUARE, SQUARE), "rcc8dc": ("are regions without contact", SQUARE, FAR_SQUARE), "rcc8ec": ("are regions that touch from outside", SQUARE, NEXT_SQUARE),
    "rcc8po": ("are regions that partly overlap", SQUARE, SHIFTED_SQUARE), "rcc8tppi": ("are the first a region holding the second, boundaries touching", SQUARE, SMALL_SQUARE),
    "rcc8tpp": ("are the first a region within the second, boundaries touching", SMALL_SQUARE, SQUARE),
    "rcc8ntpp": ("are the first a region within the second, boundaries apart", INNER_SQUARE, SQUARE),
    "rcc8ntppi": ("are the first a region holding the second, boundaries apart", SQUARE, INNER_SQUARE),
}
FAMILIES = {name: f"GeoSPARQL 1.1, {family} relation family" for names, family in ((SIMPLE_FEATURES, "Simple Features"), (EGENHOFER, "Egenhofer"), (RCC8, "RCC8")) for name in names}


def relation_definition(name: str) -> Definition:
    """Give the row of one of the 24 relations."""
    meaning, first, second = MEANINGS[name]
    return Definition(name, "relation", TWO, "boolean", f"Tells whether the two geometries {meaning}.{' Never of points and lines.' if name in RCC8 else ''}", NO_UNIT, FAMILIES[name], f"geof:{name}({first}, {second})", "true", relations.relation(name))


def row(name, group, arguments, returns, description, units, example, answer, implementation, source=CLAUSE_8) -> Definition:
    """Give the row of one function."""
    return Definition(name, group, arguments, returns, description, units, source, f"geof:{name}({example})", answer, implementation)


DEFINITIONS: tuple[Definition, ...] = (
    *(relation_definition(name) for name in RELATIONS),
    row("relate", "relation", (*TWO, Argument("pattern-matrix", "string")), "boolean", "Tells whether the two geometries are related as a DE-9IM pattern says.", NO_UNIT,
        f'{SQUARE}, {INNER_SQUARE}, "T*****FF*"', "true", relations.relate, "GeoSPARQL 1.1, common query functions"),
    row("distance", "measure", (*TWO, UNIT), "double", "Gives the shortest distance between the two geometries.", "the unit named; lengths between geographic coordinates follow the ellipsoid, angles are planar",
        f'{POINT}, "POINT (1 5)"^^geo:wktLiteral, uom:degree', "3", measures.distance),
    row("metricDistance", "measure", TWO, "double", "Gives the shortest distance between the two geometries.", "metres; on the ellipsoid for geographic coordinates",
        '"POINT (0 0)"^^geo:wktLiteral, "POINT (1 0)"^^geo:wktLiteral', "111319.49079327357", measures.metric_distance),
    row("buffer", "construction", (GEOMETRY, Argument("radius", "double"), UNIT), "geometry", "Gives all points within the radius of the geometry.", f"the unit named for the radius; {SAME_SYSTEM}",
        f"{SQUARE}, 0, uom:degree", "POLYGON ((0 0, 0 2, 2 2, 2 0, 0 0))", constructions.buffer),
    row("metricBuffer", "construction", (GEOMETRY, Argument("radius", "double")), "geometry", "Gives all points within the radius of the geometry.", f"metres for the radius; {SAME_SYSTEM}",
        f"{SQUARE}, 0", "POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))", constructions.metric_buffer),
    row("convexHull", "construction", (GEOMETRY,), "geometry", "Gives the smallest convex geometry that holds the geometry.", SAME_SYSTEM, POINTS, "LINESTRING (0 0, 1 2)", constructions.convex_hull),
    row("concaveHull", "construction", (GEOMETRY, Argument("targetPercent", "double", True)), "geometry", "Gives a hull that follows the points: 0 the tightest, 1 (or 100) the convex hull.", SAME_SYSTEM,
        f"{POINTS}, 1.0", "LINESTRING (0 0, 1 2)", constructions.concave_hull),
    row("boundingCircle", "construction", (GEOMETRY,), "geometry", "Gives the smallest circle that holds the geometry, as a polygon.", SAME_SYSTEM, POINT, "POINT (1 2)", constructions.bounding_circle),
    row("intersection", "construction", TWO, "geometry", "Gives the points both geometries have.", SAME_SYSTEM, f"{SQUARE}, {SHIFTED_SQUARE}", "POLYGON ((1 2, 2 2, 2 1, 1 1, 1 2))", constructions.intersection),
    row("union", "construction", TWO, "geometry", "Gives the points either geometry has.", SAME_SYSTEM, f"{POINT}, {POINT}", "POINT (1 2)", constructions.union),
    row("difference", "construction", TWO, "geometry", "Gives the points of the first geometry that the second has not.", SAME_SYSTEM, f"{POINTS}, {POINT}", "POINT (0 0)", constructions.difference),
    row("symDifference", "construction", TWO, "geometry", "Gives the points that exactly one of the geometries has.", SAME_SYSTEM, f"{POINTS}, {POINT}", "POINT (0 0)", constructions.sym_difference),
    row("envelope", "construction", (GEOMETRY,), "geometry", "Gives the smallest rectangle along the axes that holds the geometry.", SAME_SYSTEM, SQUARE, "POLYGON ((0 0, 0 2, 2 2, 2 0, 0 0))", constructions.envelope),
    row("boundary", "construction", (GEOMETRY,), "geometry", "Gives the boundary of the geometry.", SAME_SYSTEM, SQUARE, "LINESTRING (0 0, 2 0, 2 2, 0 2, 0 0)", constructions.boundary),
    row("centroid", "construction", (GEOMETRY,), "geometry", "Gives the centre of mass of the geometry.", SAME_SYSTEM, SQUARE, "POINT (1 1)", constructions.centroid),
    row("geometryN", "construction", (GEOMETRY, Argument("geomindex", "integer")), "geometry", "Gives one part of a collection, counted from 1.", SAME_SYSTEM, f"{POINTS}, 2", "POINT (1 2)", constructions.geometry_n),
    row("transform", "construction", (GEOMETRY, Argument("srsIRI", "iri")), "geometry", "Gives the geometry in another reference system.", "coordinates in the reference system named",
        f"{POINT}, <http://www.opengis.net/def/crs/EPSG/0/4326>", "<http://www.opengis.net/def/crs/EPSG/0/4326> POINT (2 1)", constructions.transform),
    row("area", "measure", (GEOMETRY, UNIT), "double", "Gives the area of the geometry.", "the unit named; on the ellipsoid for geographic coordinates", f"{POINT}, uom:squareMetre", "0", measures.area),
    row("metricArea", "measure", (GEOMETRY,), "double", "Gives the area of the geometry.", "square metres; on the ellipsoid for geographic coordinates", LINE, "0", measures.metric_area),
    row("length", "measure", (GEOMETRY, UNIT), "double", "Gives the length of the geometry's lines, or of its polygons' rings.", "the unit named; lengths on geographic coordinates follow the ellipsoid",
        f"{LINE}, uom:degree", "4", measures.length),
    row("metricLength", "measure", (GEOMETRY,), "double", "Gives the length of the geometry's lines, or of its polygons' rings.", "metres; on the ellipsoid for geographic coordinates", POINT, "0", measures.metric_length),
    row("perimeter", "measure", (GEOMETRY, UNIT), "double", "Gives the length of the rings of the geometry's polygons.", "the unit named; lengths on geographic coordinates follow the ellipsoid",
        f"{SQUARE}, uom:degree", "8", measures.perimeter),
    row("metricPerimeter", "measure", (GEOMETRY,), "double", "Gives the length of the rings of the geometry's polygons.", "metres; on the ellipsoid for geographic coordinates", LINE, "0", measures.metric_perimeter),
    row("dimension", "fact", (GEOMETRY,), "integer", "Gives 0 for points, 1 for lines, 2 for polygons; of a collection the largest.", NO_UNIT, SQUARE, "2", measures.dimension),
    row("coordinateDimension", "fact", (GEOMETRY,), "integer", "Gives the number of coordinates of a position, measures counted.", NO_UNIT, '"POINT ZM (1 2 3 4)"^^geo:wktLiteral', "4", measures.coordinate_dimension),
    row("spatialDimension", "fact", (GEOMETRY,), "integer", "Gives the number of coordinates of a position, measures not counted.", NO_UNIT, '"POINT ZM (1 2 3 4)"^^geo:wktLiteral', "3", measures.spatial_dimension),
    row("is3D", "fact", (GEOMETRY,), "boolean", "Tells whether positions have a z.", NO_UNIT, POINT, "false", measures.is_3d),
    row("isMeasured", "fact", (GEOMETRY,), "boolean", "Tells whether positions have a measure.", NO_UNIT, '"POINT M (1 2 3)"^^geo:wktLiteral', "true", measures.is_measured),
    row("isEmpty", "fact", (GEOMETRY,), "boolean", "Tells whether the geometry has no points.", NO_UNIT, '""^^geo:wktLiteral', "true", measures.is_empty),
    row("isSimple", "fact", (GEOMETRY,), "boolean", "Tells whether the geometry does not cross or touch itself.", NO_UNIT, '"LINESTRING (0 0, 1 1, 0 1, 1 0)"^^geo:wktLiteral', "false", measures.is_simple),
    row("numGeometries", "fact", (GEOMETRY,), "integer", "Gives the number of parts of a collection; 1 for a single geometry.", NO_UNIT, POINTS, "2", measures.num_geometries),
    row("geometryType", "fact", (GEOMETRY,), "iri", "Gives the IRI of the Simple Features class of the geometry.", NO_UNIT, POINT, "http://www.opengis.net/ont/sf#Point", measures.geometry_type),
    *(
        row(f"{word}{'XYZ'[axis]}", "measure", (GEOMETRY,), "double", f"Gives the {kind} {'xyz'[axis]} of the geometry{(' (easting or longitude)', ' (northing or latitude)', '')[axis]}.", "the reference system's own",
            '"LINESTRING Z (1 2 3, 4 5 6)"^^geo:wktLiteral', str((1, 2, 3)[axis] + (3 if word == "max" else 0)), lambda geometry, axis=axis, largest=word == "max": measures.extent(geometry, axis, largest))
        for word, kind in (("min", "smallest"), ("max", "largest")) for axis in range(3)
    ),
    row("getSRID", "fact", (GEOMETRY,), "iri", "Gives the IRI of the geometry's reference system.", NO_UNIT, POINT, "http://www.opengis.net/def/crs/OGC/1.3/CRS84", measures.srid),
    row("asWKT", "serialiser", (GEOMETRY,), "wkt", "Gives the geometry as a WKT literal.", "coordinates in the geometry's reference system",
        '\'{"type": "Point", "coordinates": [1, 2]}\'^^geo:geoJSONLiteral', "POINT (1 2)", None, "GeoSPARQL 1.1, requirement 19"),
    row("asGML", "serialiser", (GEOMETRY, Argument("gmlProfile", "string", True)), "gml", 'Gives the geometry as a GML literal; the profile is "3.2" (when left out) or "3.1".', "coordinates in the geometry's reference system",
        f'{POINT}, "3.1"', '<gml:Point srsName="http://www.opengis.net/def/crs/OGC/1.3/CRS84" xmlns:gml="http://www.opengis.net/gml"><gml:pos>1.0 2.0</gml:pos></gml:Point>', None, "GeoSPARQL 1.1, requirement 24"),
    row("asGeoJSON", "serialiser", (GEOMETRY,), "geojson", "Gives the geometry as a GeoJSON literal.", "degrees, lon lat (CRS84)", POINT, '{"type":"Point","coordinates":[1.0,2.0]}', None, "GeoSPARQL 1.1, requirement 29"),
    row("asKML", "serialiser", (GEOMETRY,), "kml", "Gives the geometry as a KML literal.", "degrees, lon lat (CRS84)", POINT,
        '<Point xmlns="http://www.opengis.net/kml/2.2"><coordinates>1,2</coordinates></Point>', None, "GeoSPARQL 1.1, requirement 34"),
    row("aggBoundingBox", "aggregate", (GEOMETRY,), "geometry", "Gives the smallest rectangle along the axes that holds all geometries of the group.", SAME_SYSTEM, "?geometry", "POLYGON ((0 0, 0 2, 2 2, 2 0, 0 0))", None),
    row("aggBoundingCircle", "aggregate", (GEOMETRY,), "geometry", "Gives the smallest circle that holds all geometries of the group, as a polygon.", SAME_SYSTEM, "?geometry", "POLYGON ((2.414213562373095 1, …", None),
    row("aggCentroid", "aggregate", (GEOMETRY,), "geometry", "Gives the centre of mass of all geometries of the group.", SAME_SYSTEM, "?geometry", "POINT (1 1)", None),
    row("aggConcaveHull", "aggregate", (GEOMETRY,), "geometry", "Gives a hull that follows the points of all geometries of the group.", SAME_SYSTEM, "?geometry", "LINESTRING (0 0, 2 2)", None),
    row("aggConvexHull", "aggregate", (GEOMETRY,), "geometry", "Gives the smallest convex geometry that holds all geometries of the group.", SAME_SYSTEM, "?geometry", "LINESTRING (0 0, 2 2)", None),
    row("aggUnion", "aggregate", (GEOMETRY,), "geometry", "Gives the points any geometry of the group has.", SAME_SYSTEM, "?geometry", "MULTIPOINT ((0 0), (2 2))", None),
)
