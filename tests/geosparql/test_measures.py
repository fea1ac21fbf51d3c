"""Metres, square metres and degrees are right: against Karney's solution, in the outermost regions and across ±180°."""

import math
import random

import numpy
import pytest
import shapely
from pyproj import Geod

from regin_graph.geosparql import constructions, geodesy, measures
from regin_graph.geosparql.literals import cache
from regin_graph.geosparql.metric_buffer import metric_buffer
from regin_graph.geosparql.problems import SpatialError, collect_warnings
from regin_graph.geosparql.units import METRES, SQUARE_METRES
from regin_graph.geosparql.vocabulary import UOM, WKT_LITERAL

KARNEY = Geod(ellps="WGS84")
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
PLACES = {"Azores": (-25.67, 37.74), "Canary Islands": (-15.41, 28.1), "Mayotte": (45.23, -12.78), "Guadeloupe": (-61.53, 16.24), "Réunion": (55.45, -20.88), "French Guiana": (-52.33, 4.94), "Skåne": (13.0, 55.6), "Fiji": (179.9, -17.0), "North Cape": (25.78, 71.17)}
UTM = {"Azores": "32626", "Canary Islands": "32628", "Mayotte": "32738", "Guadeloupe": "32620", "Réunion": "32740", "French Guiana": "32622", "Skåne": "32633", "North Cape": "32635"}


def read(text: str):
    return cache.get(text, WKT_LITERAL)


def brute_distance(point, shape) -> float:
    """Give the shortest of the geodesics to points every 10 m or so along the shape's edges."""
    rows = geodesy.segments(shape)
    return min(geodesy.inverse(point, row[:2] + numpy.linspace(0, 1, 20001)[:, None] * (row[2:] - row[:2])).min() for row in rows)


@pytest.mark.parametrize("seed", range(20))
def test_distance_of_points_is_karney_s(seed):
    pick = random.Random(seed)
    one, other = [(pick.uniform(-180, 180), pick.uniform(-90, 90)) for _ in range(2)]
    found = measures.metric_distance(read(f"POINT ({one[0]} {one[1]})"), read(f"POINT ({other[0]} {other[1]})"))
    assert found == pytest.approx(KARNEY.inv(*one, *other)[2], rel=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_distance_of_point_and_polygon_is_to_the_nearest_place_on_its_edge(seed):
    pick = random.Random(seed)
    lon, lat = pick.uniform(-170, 170), pick.uniform(-70, 70)
    polygon = shapely.box(lon, lat, lon + pick.uniform(0.1, 6), lat + pick.uniform(0.1, 6))
    point = shapely.Point(lon + pick.uniform(-9, 12), lat + pick.uniform(-9, 12))
    if not polygon.intersects(point):
        assert geodesy.distance_m(point, polygon) == pytest.approx(brute_distance((point.x, point.y), polygon), rel=5e-4)
        assert geodesy.distance_m(polygon, point) == geodesy.distance_m(point, polygon)


@pytest.mark.parametrize("seed", range(6))
def test_distance_of_polygons(seed):
    pick = random.Random(seed)
    lon, lat = pick.uniform(-30, 40), pick.uniform(30, 65)
    one = shapely.Point(lon, lat).buffer(pick.uniform(0.5, 2), quad_segs=3)
    other = shapely.Point(lon + pick.uniform(5, 9), lat + pick.uniform(-5, 5)).buffer(pick.uniform(0.5, 2), quad_segs=3)
    edge = [row[:2] + share * (row[2:] - row[:2]) for row in geodesy.segments(one) for share in numpy.linspace(0, 1, 40)]
    nearest = min(geodesy.nearest_to_point(tuple(place), geodesy.segments(other))[0] for place in edge)
    assert nearest * 0.999 < geodesy.distance_m(one, other) <= nearest * 1.0000001


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("east", "north"), [(0.9, 0.3), (-0.4, 0.7), (0.05, -1.1)])
def test_distance_of_a_place_and_a_region_is_karney_s_wherever_it_lies(place, east, north):
    lon, lat = PLACES[place]
    region = shapely.box(lon - 0.2, lat - 0.1, lon + 0.2, lat + 0.1)  # in Fiji across 180 degrees
    nearest = min(KARNEY.inv(lon + east, lat + north, *spot)[2] for row in geodesy.segments(region) for spot in row[:2] + numpy.linspace(0, 1, 4001)[:, None] * (row[2:] - row[:2]))
    for one, other in ((f"POINT ({lon + east} {lat + north})", region.wkt), (region.wkt, f"POINT ({lon + east} {lat + north})")):
        assert measures.metric_distance(read(one), read(other)) == pytest.approx(nearest, rel=5e-4)


def test_distance_to_a_place_inside_is_zero():
    assert measures.metric_distance(read("POINT (1 1)"), read("POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))")) == 0


@pytest.mark.parametrize("measure", [
    lambda: measures.metric_distance(read("POINT (0 95)"), read("POINT (0 5)")), lambda: measures.distance(read("POINT (0 5)"), read("LINESTRING (0 5, 1 -91)"), UOM + "metre"),
    lambda: measures.metric_length(read("LINESTRING (0 5, 1 -91)")), lambda: measures.metric_area(read("POLYGON ((0 0, 1 0, 1 91, 0 0))")),
    lambda: constructions.metric_buffer(read("POINT (0 95)"), 10),
])
def test_nothing_is_measured_beyond_the_poles(measure):
    with pytest.raises(SpatialError, match="on no globe"):
        measure()


def test_distance_across_180_degrees_is_short():
    assert measures.metric_distance(read("POINT (179.9 0)"), read("POINT (-179.9 0)")) == pytest.approx(KARNEY.inv(179.9, 0, 180.1, 0)[2])
    assert measures.metric_distance(read("POINT (179.9 0.5)"), read("POLYGON ((-179.9 0, -179 0, -179 1, -179.9 1, -179.9 0))")) == pytest.approx(KARNEY.inv(179.9, 0.5, -179.9, 0.5)[2], rel=1e-6)
    assert measures.metric_distance(read("POINT (-179.5 0.5)"), read("POLYGON ((179 0, 181 0, 181 1, 179 1, 179 0))")) == 0


def test_degrees_are_planar_and_projected_metres_too():
    assert measures.distance(read("POINT (0 60)"), read("POINT (3 64)"), UOM + "degree") == pytest.approx(5)
    assert measures.distance(read(f"<{EPSG}3035> POINT (3210000 4321000)"), read(f"<{EPSG}3035> POINT (3210000 4324000)"), UOM + "kilometre") == pytest.approx(3)
    assert measures.distance(read("POINT (0 60)"), read("POINT (3 64)"), UOM + "radian") == pytest.approx(math.radians(5))


@pytest.mark.parametrize("place", PLACES)
def test_metric_buffer_is_round(place):
    lon, lat = PLACES[place]
    circle = constructions.metric_buffer(read(f"POINT ({lon} {lat})"), 50_000).shape
    assert circle.is_valid
    assert geodesy.area_m2(circle) == pytest.approx(math.pi * 50_000**2, rel=1e-3)
    for edge in shapely.get_coordinates(circle.boundary):
        if abs(edge[0]) < 179.9999:
            assert KARNEY.inv(lon, lat, *edge)[2] == pytest.approx(50_000, rel=1e-4)


@pytest.mark.parametrize("place", UTM)
def test_metric_buffer_agrees_with_the_local_projection(place):
    lon, lat = PLACES[place]
    line = read(f"LINESTRING ({lon} {lat}, {lon + 0.4} {lat + 0.2})")
    local = constructions.transform(line, EPSG + UTM[place])
    ours = constructions.transform(constructions.metric_buffer(line, 10_000), EPSG + UTM[place]).shape
    planar = local.shape.buffer(10_000, quad_segs=32)
    assert ours.symmetric_difference(planar).area < 0.01 * planar.area


def test_metric_buffer_of_something_large_keeps_its_distance():
    france = shapely.box(-5, 42, 8, 51)
    for radius in (100_000, -100_000):
        around = metric_buffer(france, radius)
        edge = [tuple(point) for point in shapely.get_coordinates(around.boundary)[::5]]
        away = [geodesy.nearest_to_point(point, geodesy.segments(france))[0] for point in edge]
        assert min(away) > 99_900 and max(away) < 100_100


def test_metric_buffer_across_180_degrees_and_round_a_pole():
    fiji = metric_buffer(shapely.Point(179.9, -17), 50_000)
    assert fiji.geom_type == "MultiPolygon" and fiji.bounds[0] == -180 and fiji.bounds[2] == 180
    pole = metric_buffer(shapely.Point(10, 89.8), 50_000)
    assert pole.is_valid and pole.bounds[3] == 90 and geodesy.area_m2(pole) == pytest.approx(math.pi * 50_000**2, rel=2e-3)
    crossing = metric_buffer(shapely.from_wkt("LINESTRING (179.5 -16, 180.5 -16.2)"), 20_000)
    assert crossing.is_valid and crossing.bounds[0] == -180


def test_a_buffer_wider_than_a_quarter_of_the_earth_is_refused():
    with pytest.raises(SpatialError, match="wider"):
        metric_buffer(shapely.Point(0, 0), 2e7)


def test_buffer_of_degrees_is_the_planar_one_of_eight_segments():
    assert constructions.buffer(read("POINT (0 0)"), 1, UOM + "degree").shape.equals_exact(shapely.Point(0, 0).buffer(1, quad_segs=8))


@pytest.mark.parametrize("place", UTM)
def test_area_and_length_agree_with_the_local_projection(place):
    lon, lat = PLACES[place]
    box = read(f"POLYGON (({lon} {lat}, {lon + 0.1} {lat}, {lon + 0.1} {lat + 0.1}, {lon} {lat + 0.1}, {lon} {lat}))")
    assert measures.metric_area(box) == pytest.approx(measures.metric_area(constructions.transform(box, EPSG + UTM[place])), rel=2e-3)
    assert measures.metric_perimeter(box) == pytest.approx(measures.metric_perimeter(constructions.transform(box, EPSG + UTM[place])), rel=1e-3)
    assert measures.metric_length(read(f"LINESTRING ({lon} {lat}, {lon + 1} {lat + 1})")) == pytest.approx(KARNEY.inv(lon, lat, lon + 1, lat + 1)[2])


def test_area_across_180_degrees_and_with_a_hole():
    near, across = read("POLYGON ((9 0, 11 0, 11 1, 9 1, 9 0))"), read("POLYGON ((179 0, 181 0, 181 1, 179 1, 179 0))")
    assert measures.metric_area(across) == pytest.approx(measures.metric_area(near))
    whole, holed = read("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))"), read("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1))")
    assert measures.metric_area(holed) == pytest.approx(measures.metric_area(whole) - measures.metric_area(read("POLYGON ((1 1, 2 1, 2 2, 1 2, 1 1))")))


def test_units():
    square = read(f"<{EPSG}3035> POLYGON ((3000000 4000000, 3000000 4001000, 3001000 4001000, 3001000 4000000, 3000000 4000000))")
    assert measures.area(square, UOM + "squareKilometre") == pytest.approx(1)
    assert measures.area(square, UOM + "hectare") == pytest.approx(100)
    assert measures.area(square, UOM + "metre") == pytest.approx(1e6)
    assert measures.perimeter(square, UOM + "kilometre") == pytest.approx(4)
    assert measures.length(square, "http://qudt.org/vocab/unit/KiloM") == pytest.approx(4)
    assert measures.length(square, UOM + "unity") == pytest.approx(4000)
    assert METRES["urn:ogc:def:uom:EPSG::9001"] == 1 and SQUARE_METRES[UOM + "squareMetre"] == 1
    assert measures.area(read("POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))"), UOM + "degree") == pytest.approx(4)


def test_extent_is_by_longitude_whatever_the_axis_order():
    turned = read(f"<{EPSG}4326> LINESTRING (40 5, 50 9)")
    assert [measures.extent(turned, 0, largest) for largest in (False, True)] == [5, 9]
    assert [measures.extent(turned, 1, largest) for largest in (False, True)] == [40, 50]


def test_transform_says_where_a_system_is_not_defined():
    with pytest.raises(SpatialError):
        constructions.transform(read("POINT (0 91)"), EPSG + "3857")


def test_transform_warns_outside_the_area_of_a_system():
    with collect_warnings() as warnings:
        constructions.transform(read("POINT (45.2 -12.8)"), EPSG + "3035")
    assert list(warnings) == ["EPSG:3035 (ETRS89-extended / LAEA Europe) is meant for -35.58..44.83 east, 24.6..84.73 north only."]


def test_transform_and_back():
    there = constructions.transform(read("POINT (13 55.6)"), EPSG + "3035")
    assert (there.written.y, there.written.x) == pytest.approx((3612000, 4510000), rel=1e-2)
    back = constructions.transform(there, "http://www.opengis.net/def/crs/OGC/1.3/CRS84").written
    assert (back.x, back.y) == pytest.approx((13, 55.6))
