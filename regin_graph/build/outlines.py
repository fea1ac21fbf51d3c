"""Read the outlines of regions: one GeoJSON feature each, stated as the region's default geometry."""

import json
from pathlib import Path

import shapely
from pyoxigraph import Literal, NamedNode, Triple

from regin_graph.build.records import shown_path
from regin_graph.build.report import Finding, Place
from regin_graph.build.statements import RDF_TYPE, Statements

GEO = "http://www.opengis.net/ont/geosparql#"
SF = "http://www.opengis.net/ont/sf#"
NEAR_DEGREES = 1.0
WKT = NamedNode(GEO + "wktLiteral")


def state_outlines(data: Path, root: Path, statements: Statements) -> None:
    """State every outline below regions/outlines/. Units: degrees, lon lat, CRS84."""
    regions = region_coordinates(statements)
    for path in sorted((data / "regions" / "outlines").glob("*.geojson")):
        place = Place(shown_path(path, root), 1, "geometry")
        try:
            text = path.read_text("utf-8")
            place = Place(place.file, text.count("\n", 0, max(0, text.find('"geometry"'))) + 1, "geometry")
            feature = json.loads(text)
            properties, geometry = feature["properties"], shapely.from_geojson(json.dumps(feature["geometry"]))
            name, sources = properties["id"], properties["source"]
        except json.JSONDecodeError as error:
            found(statements, Place(place.file, error.lineno), "unreadable-file", f"the file is not valid JSON: {error.msg}.", "Check commas and brackets.")
            continue
        except (KeyError, TypeError, UnicodeDecodeError, shapely.errors.GEOSException) as error:
            found(statements, place, "broken-geometry", f"the feature cannot be read ({error}).", "Give properties id and source (a list), and a geometry of closed rings.")
            continue
        if name != path.stem:
            found(statements, place, "id-and-file-name", f'the id "{name}" is not the file\'s name.', f"Write {path.stem}.")
        elif f"{statements.base}id/region/{name}" not in regions:
            found(statements, place, "outline-of-nothing", f'there is no region "{name}".', "Name the file and its id after a region of data/regions/regions.csv.")
        elif geometry.geom_type not in ("Polygon", "MultiPolygon"):
            found(statements, place, "broken-geometry", f"the outline is a {geometry.geom_type}, not an area.", "Give a Polygon or MultiPolygon.")
        elif (problem := geometry_problem(geometry)) or (problem := far_from(geometry, regions[f"{statements.base}id/region/{name}"])):
            found(statements, place, "broken-geometry", f"the outline is broken: {problem}.", "Repair the ring in a map editor and save it again.")
        else:
            state_geometry(statements, f"{statements.base}id/region/{name}", "outline", geometry, sources, place)


def geometry_problem(geometry) -> str:
    """Tell what is wrong with a geometry in lon lat degrees; an empty text when nothing is."""
    if geometry is None or geometry.is_empty:
        return "it is empty"
    if not geometry.is_valid:
        return shapely.is_valid_reason(geometry)
    west, south, east, north = geometry.bounds
    if not (-180 <= west and east <= 180 and -90 <= south and north <= 90):
        return "coordinates lie outside lon -180..180, lat -90..90 (is it lon lat?)"
    return ""


def region_coordinates(statements: Statements) -> dict[str, dict[str, float]]:
    """Give the stated longitude and latitude of each region, as far as known. Units: degrees."""
    prefix, regions = statements.base + "def/", {}
    for quad in statements.quads:
        if quad.predicate == RDF_TYPE and quad.object.value == prefix + "Region":
            regions.setdefault(quad.subject.value, {})
        elif quad.predicate.value in (prefix + "longitude", prefix + "latitude"):
            regions.setdefault(quad.subject.value, {})[quad.predicate.value.removeprefix(prefix)] = float(quad.object.value)
    return regions


def far_from(geometry, coordinates: dict[str, float]) -> str:
    """Tell that an outline does not lie round the region's stated coordinates; an empty text when it does."""
    if len(coordinates) < 2:
        return ""
    point = shapely.Point(coordinates["longitude"], coordinates["latitude"])
    if shapely.box(*geometry.bounds).distance(point) <= NEAR_DEGREES:
        return ""
    return f"it lies far from the region's coordinates, lon {point.x:g} lat {point.y:g} (is it lon lat?)"


def state_geometry(statements: Statements, feature: str, part: str, geometry, sources, place: Place) -> str:
    """State a feature's default geometry below its IRI and give the geometry's IRI."""
    node = NamedNode(f"{feature}/{part}")
    subject = NamedNode(feature)
    for triple in (
        Triple(subject, NamedNode(GEO + "hasGeometry"), node),
        Triple(subject, NamedNode(GEO + "hasDefaultGeometry"), node),
        Triple(node, RDF_TYPE, NamedNode(GEO + "Geometry")),
        Triple(node, RDF_TYPE, NamedNode(SF + geometry.geom_type)),
        Triple(node, NamedNode(GEO + "asWKT"), Literal(shapely.to_wkt(geometry, rounding_precision=6), datatype=WKT)),
    ):
        statements.add(triple, feature, sources, place)
    return node.value


def found(statements: Statements, place: Place, rule: str, problem: str, repair: str) -> None:
    """Note a violation."""
    statements.findings.append(Finding(place, "Violation", rule, problem, repair))
