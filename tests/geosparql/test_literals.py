"""Literals of every serialisation are read and written: axis orders, namespaces, empty ones, white space."""

import json

import pytest
import shapely

from regin_graph.geosparql.geometry import Geometry
from regin_graph.geosparql.literals import GeometryCache, cache, write_literal
from regin_graph.geosparql.problems import BrokenLiteral, UnknownReferenceSystem
from regin_graph.geosparql.reference_systems import reference_system
from regin_graph.geosparql.vocabulary import GEOJSON_LITERAL, GML_LITERAL, KML_LITERAL, WKT_LITERAL

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
GML_NAMESPACES = ("http://www.opengis.net/gml", "http://www.opengis.net/gml/3.2", "http://www.opengis.net/gml/3.3/ce", "http://www.opengis.net/ont/gml")
RING = "<gml:LinearRing><gml:posList>0 0 4 0 4 4 0 4 0 0</gml:posList></gml:LinearRing>"
HOLE = "<gml:LinearRing><gml:posList>1 1 1 2 2 2 2 1 1 1</gml:posList></gml:LinearRing>"


def wkt(text: str) -> Geometry:
    return cache.get(text, WKT_LITERAL)


def gml(text: str) -> Geometry:
    return cache.get(text.replace(">", ' xmlns:gml="http://www.opengis.net/gml/3.2">', 1), GML_LITERAL)


@pytest.mark.parametrize("srs", [EPSG + "4326", "urn:ogc:def:crs:EPSG::4326", "http://www.opengis.net/def/crs/EPSG/4326", "https://www.opengis.net/def/crs/EPSG/0/4326", "EPSG:4326", "urn:x-ogc:def:crs:EPSG:4326", "http://www.opengis.net/gml/srs/epsg.xml#4326", "urn:ogc:def:crs:EPSG:6.9:4326"])
def test_4326_is_latitude_longitude_however_it_is_named(srs):
    geometry = wkt(f"<{srs}> POINT (33.95 -83.38)")
    assert (geometry.written.x, geometry.written.y) == (-83.38, 33.95)
    assert write_literal(geometry.with_shape(geometry.written)).value == f"<{srs}> POINT (33.95 -83.38)"


@pytest.mark.parametrize("srs", ["http://www.opengis.net/def/crs/OGC/1.3/CRS84", "urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "http://www.opengis.net/def/crs/OGC/0/CRS84", "CRS:84"])
def test_crs84_is_longitude_latitude(srs):
    assert wkt(f"<{srs}> POINT (-83.38 33.95)").written.x == -83.38


@pytest.mark.parametrize(("code", "is_yx"), [("3035", True), ("4258", True), ("3857", False), ("25832", False), ("2154", False), ("27700", False), ("31467", True), ("5041", False), ("32661", True)])
def test_axis_order_is_the_register_s(code, is_yx):
    assert reference_system(EPSG + code).is_yx is is_yx


@pytest.mark.parametrize("srs", ["https://example.org/crs", EPSG + "0", "EPSG:none", "moon"])
def test_an_unknown_system_is_named(srs):
    with pytest.raises(UnknownReferenceSystem, match=srs.replace(":", ".")):
        wkt(f"<{srs}> POINT (0 0)")


@pytest.mark.parametrize("text", ["POINT(1 2)", "Point ( 1 2 )", "  \n point(1 2)\n", "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>POINT(1 2)", "\t<http://www.opengis.net/def/crs/OGC/1.3/CRS84>\n  POINT(1 2)"])
def test_white_space_and_case_do_not_matter(text):
    assert wkt(text).written.equals(shapely.Point(1, 2))


@pytest.mark.parametrize("text", ["", "   ", "POINT EMPTY", "POLYGON EMPTY", "GEOMETRYCOLLECTION EMPTY", "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"])
def test_empty_wkt_is_an_empty_geometry(text):
    assert wkt(text).written.is_empty


@pytest.mark.parametrize(("datatype", "text"), [(GML_LITERAL, ""), (KML_LITERAL, " "), (GEOJSON_LITERAL, ""), (GEOJSON_LITERAL, "null"), (GEOJSON_LITERAL, '{"geometry": null}'), (GEOJSON_LITERAL, '{"type": "Point", "coordinates": []}'), (GML_LITERAL, '<gml:Point xmlns:gml="http://www.opengis.net/gml"/>'), (KML_LITERAL, "<MultiGeometry/>")])
def test_empty_literals_of_other_serialisations_are_empty_geometries(datatype, text):
    assert cache.get(text, datatype).written.is_empty


@pytest.mark.parametrize("kind", ["TRIANGLE ((0 0, 1 0, 1 1, 0 0))", "TIN (((0 0, 1 0, 1 1, 0 0)))", "PolyhedralSurface (((0 0, 1 0, 1 1, 0 0)))"])
def test_surfaces_of_simple_features_are_read_as_polygons(kind):
    assert wkt(kind).written.area == 0.5


@pytest.mark.parametrize("namespace", GML_NAMESPACES)
def test_gml_of_any_namespace_is_read_and_written_back_in_it(namespace):
    text = f'\n <gml:Point srsName="{EPSG}4326" xmlns:gml="{namespace}"><gml:pos>33.95 -83.38</gml:pos></gml:Point> '
    geometry = cache.get(text, GML_LITERAL)
    assert geometry.written.x == -83.38
    assert f'xmlns:gml="{namespace}"' in write_literal(geometry.with_shape(geometry.written)).value


@pytest.mark.parametrize(("text", "expected"), [
    ("<gml:Point><gml:pos>1 2</gml:pos></gml:Point>", "POINT (1 2)"),
    ("<gml:Point><gml:coordinates>1,2</gml:coordinates></gml:Point>", "POINT (1 2)"),
    ('<gml:Point><gml:coordinates decimal="," cs=" " ts=";">1,5 2</gml:coordinates></gml:Point>', "POINT (1.5 2)"),
    ("<gml:Point><gml:coord><gml:X>1</gml:X><gml:Y>2</gml:Y></gml:coord></gml:Point>", "POINT (1 2)"),
    ('<gml:Point srsDimension="3"><gml:pos>1 2 3</gml:pos></gml:Point>', "POINT Z (1 2 3)"),
    ("<gml:LineString><gml:posList>0 0 1 1</gml:posList></gml:LineString>", "LINESTRING (0 0, 1 1)"),
    ("<gml:LineString><gml:pos>0 0</gml:pos><gml:pos>1 1</gml:pos></gml:LineString>", "LINESTRING (0 0, 1 1)"),
    ('<gml:LineString><gml:posList srsDimension="3">0 0 5 1 1 6</gml:posList></gml:LineString>', "LINESTRING Z (0 0 5, 1 1 6)"),
    ("<gml:LineString><gml:pointProperty><gml:Point><gml:pos>0 0</gml:pos></gml:Point></gml:pointProperty><gml:pointProperty><gml:Point><gml:pos>1 1</gml:pos></gml:Point></gml:pointProperty></gml:LineString>", "LINESTRING (0 0, 1 1)"),
    ("<gml:Curve><gml:segments><gml:LineStringSegment><gml:posList>0 0 1 1</gml:posList></gml:LineStringSegment><gml:LineStringSegment><gml:posList>1 1 2 0</gml:posList></gml:LineStringSegment></gml:segments></gml:Curve>", "LINESTRING (0 0, 1 1, 2 0)"),
    (f"<gml:Polygon><gml:exterior>{RING}</gml:exterior><gml:interior>{HOLE}</gml:interior></gml:Polygon>", "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 1 2, 2 2, 2 1, 1 1))"),
    (f"<gml:Polygon><gml:outerBoundaryIs>{RING}</gml:outerBoundaryIs><gml:innerBoundaryIs>{HOLE}</gml:innerBoundaryIs></gml:Polygon>", "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 1 2, 2 2, 2 1, 1 1))"),
    (f"<gml:Surface><gml:patches><gml:PolygonPatch><gml:exterior>{RING}</gml:exterior></gml:PolygonPatch></gml:patches></gml:Surface>", "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))"),
    (f"<gml:MultiSurface><gml:surfaceMember><gml:Polygon><gml:exterior>{RING}</gml:exterior></gml:Polygon></gml:surfaceMember></gml:MultiSurface>", "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)))"),
    ("<gml:MultiPoint><gml:pointMembers><gml:Point><gml:pos>0 0</gml:pos></gml:Point><gml:Point><gml:pos>1 1</gml:pos></gml:Point></gml:pointMembers></gml:MultiPoint>", "MULTIPOINT ((0 0), (1 1))"),
    ("<gml:MultiLineString><gml:lineStringMember><gml:LineString><gml:posList>0 0 1 1</gml:posList></gml:LineString></gml:lineStringMember></gml:MultiLineString>", "MULTILINESTRING ((0 0, 1 1))"),
    ("<gml:MultiGeometry><gml:geometryMember><gml:Point><gml:pos>0 0</gml:pos></gml:Point></gml:geometryMember></gml:MultiGeometry>", "GEOMETRYCOLLECTION (POINT (0 0))"),
    ("<gml:Envelope><gml:lowerCorner>0 0</gml:lowerCorner><gml:upperCorner>2 1</gml:upperCorner></gml:Envelope>", "POLYGON ((2 0, 2 1, 0 1, 0 0, 2 0))"),
])
def test_gml_elements(text, expected):
    assert gml(text).written.equals(shapely.from_wkt(expected))
    assert gml(text).written.geom_type == shapely.from_wkt(expected).geom_type
    assert gml(text).written.has_z == shapely.from_wkt(expected).has_z


@pytest.mark.parametrize("text", ["POINT (1 2)", "POINT Z (1 2 3)", "LINESTRING (0 0, 1 1.5)", "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 1 2, 2 2, 2 1, 1 1))", "MULTIPOINT ((0 0), (1 1))",
                                  "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))", "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))", "GEOMETRYCOLLECTION (POINT (1 1), LINESTRING (0 0, 1 1))", "POINT EMPTY", "POLYGON EMPTY"])
@pytest.mark.parametrize("datatype", [WKT_LITERAL, GML_LITERAL, GEOJSON_LITERAL, KML_LITERAL])
def test_what_is_written_is_read_the_same(text, datatype):
    written = write_literal(wkt(text), datatype)
    assert written.datatype.value == datatype
    again = cache.get(written.value, datatype).written
    assert again.equals_exact(wkt(text).written) or (again.is_empty and wkt(text).written.is_empty)


def test_geojson_and_kml_are_lon_lat_whatever_the_system():
    lisbon = wkt(f"<{EPSG}3763> POINT (-87000 -105000)")
    assert json.loads(write_literal(lisbon, GEOJSON_LITERAL).value)["coordinates"] == pytest.approx([-9.133, 38.718], abs=0.001)
    assert cache.get(write_literal(lisbon, KML_LITERAL).value, KML_LITERAL).written.y == pytest.approx(38.718, abs=0.001)


@pytest.mark.parametrize(("datatype", "text"), [
    (WKT_LITERAL, "PINT (0 0)"), (WKT_LITERAL, "POLYGON ((0 0, 1 0, 1 1, 0 1))"), (GML_LITERAL, "<gml:Point"), (GML_LITERAL, "<gml:Arc xmlns:gml='x'/>"), (GML_LITERAL, "<!DOCTYPE x [<!ENTITY a 'b'>]><Point/>"),
    (GML_LITERAL, "<Point xmlns='http://www.opengis.net/gml'><pos>one two</pos></Point>"), (GEOJSON_LITERAL, "{"), (GEOJSON_LITERAL, '{"type": "Blob"}'), (KML_LITERAL, "<Model/>"), (KML_LITERAL, "<Point><coordinates>x</coordinates></Point>"),
])
def test_a_broken_literal_is_refused(datatype, text):
    with pytest.raises(BrokenLiteral):
        cache.get(text, datatype)


def test_a_fragment_without_its_namespace_declaration_is_read():
    assert cache.get("<gml:Point><gml:pos>1 2</gml:pos></gml:Point>", GML_LITERAL).written.x == 1


def test_what_lies_beyond_180_degrees_is_moved_to_the_other_side():
    assert wkt("POLYGON ((179 0, 181 0, 181 1, 179 1, 179 0))").shape.bounds == (-180, 0, 180, 1)
    assert wkt("POINT (190 5)").shape.x == -170
    assert wkt("LINESTRING (179 0, 181 0)").shape.length == pytest.approx(2)
    assert wkt("POLYGON ((-180 -90, 180 -90, 180 90, -180 90, -180 -90))").shape.geom_type == "Polygon"


def test_the_cache_forgets_when_it_holds_too_much_text():
    small = GeometryCache(limit_bytes=1000)
    for number in range(20):
        small.get(f"POINT ({number} 0)", WKT_LITERAL)
    assert small.held_bytes <= 1000 and 0 < len(small.by_datatype[WKT_LITERAL]) < 6
    assert small.get("POINT (19 0)", WKT_LITERAL) is small.get("POINT (19 0)", WKT_LITERAL)
