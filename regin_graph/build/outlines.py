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
WKT = NamedNode(GEO + "wktLiteral")


def state_outlines(data: Path, root: Path, statements: Statements) -> None:
    """State every outline below regions/outlines/. Units: degrees, lon lat, CRS84."""
    for path in sorted((data / "regions" / "outlines").glob("*.geojson")):
        place = Place(shown_path(path, root), 1, "geometry")
        try:
            feature = json.loads(path.read_text("utf-8"))
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
        elif problem := geometry_problem(geometry):
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
