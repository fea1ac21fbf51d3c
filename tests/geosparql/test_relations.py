"""The 24 relations against the tables of the standard, for regions, lines and points, mixed serialisations and systems."""

import pytest

from regin_graph.geosparql.literals import cache
from regin_graph.geosparql.reference_systems import swapped
from regin_graph.geosparql.relations import CONVERSES, relation
from regin_graph.geosparql.vocabulary import EGENHOFER, RCC8, RELATIONS, SIMPLE_FEATURES, WKT_LITERAL

A = "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))"
SITUATIONS = {  # how a second region lies to A, and which relations then hold, by family
    "equal": ("POLYGON ((4 4, 0 4, 0 0, 4 0, 4 4))", "Equals Intersects Within Contains", "Equals", "eq"),
    "apart": ("POLYGON ((5 5, 6 5, 6 6, 5 6, 5 5))", "Disjoint", "Disjoint", "dc"),
    "edges touch": ("POLYGON ((4 0, 8 0, 8 4, 4 4, 4 0))", "Intersects Touches", "Meet", "ec"),
    "overlapping": ("POLYGON ((2 2, 6 2, 6 6, 2 6, 2 2))", "Intersects Overlaps", "Overlap", "po"),
    "inside": ("POLYGON ((1 1, 2 1, 2 2, 1 2, 1 1))", "Intersects Contains", "Contains", "ntppi"),
    "inside, touching": ("POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))", "Intersects Contains", "Covers", "tppi"),
    "round it": ("POLYGON ((-1 -1, 5 -1, 5 5, -1 5, -1 -1))", "Intersects Within", "Inside", "ntpp"),
    "round it, touching": ("POLYGON ((0 0, 5 0, 5 5, 0 5, 0 0))", "Intersects Within", "CoveredBy", "tpp"),
}
OTHER_KINDS = [
    ("POINT (1 1)", A, "Intersects Within"), (A, "POINT (1 1)", "Intersects Contains"), ("POINT (0 0)", A, "Intersects Touches"), ("POINT (9 9)", A, "Disjoint"),
    ("POINT (1 1)", "POINT (1 1)", "Equals Intersects Within Contains"), ("MULTIPOINT ((1 1), (9 9))", A, "Intersects Crosses"),
    ("LINESTRING (-1 1, 5 1)", A, "Intersects Crosses"), ("LINESTRING (1 1, 2 2)", A, "Intersects Within"), ("LINESTRING (0 0, 4 0)", A, "Intersects Touches"),
    ("LINESTRING (0 0, 2 2)", "LINESTRING (0 2, 2 0)", "Intersects Crosses"), ("LINESTRING (0 0, 2 0)", "LINESTRING (1 0, 3 0)", "Intersects Overlaps"),
    ("LINESTRING (0 0, 1 1)", "LINESTRING (1 1, 0 0)", "Equals Intersects Within Contains"), ("POINT EMPTY", A, "Disjoint"), ("POINT EMPTY", "POLYGON EMPTY", "Equals Disjoint"), ("", "LINESTRING EMPTY", "Equals Disjoint"),
]
NO_REGIONS = ["LINESTRING (9 9, 8 8)", "LINESTRING (0 0, 4 0, 4 4, 0 4, 0 0)", "POINT (9 9)", "POINT EMPTY"]


def read(text: str):
    return cache.get(text, WKT_LITERAL)


def holding(names, one, other) -> set[str]:
    return {name for name in names if relation(name)(read(one), read(other))}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_regions(situation):
    other, simple, egenhofer, rcc8 = SITUATIONS[situation]
    assert holding(SIMPLE_FEATURES, A, other) == {"sf" + name for name in simple.split()}
    assert holding(EGENHOFER, A, other) == {"eh" + name for name in egenhofer.split()}
    assert holding(RCC8, A, other) == {"rcc8" + rcc8}


@pytest.mark.parametrize(("one", "other", "simple"), OTHER_KINDS)
def test_points_and_lines(one, other, simple):
    assert holding(SIMPLE_FEATURES, one, other) == {"sf" + name for name in simple.split()}


@pytest.mark.parametrize("other", NO_REGIONS)
def test_rcc8_holds_between_regions_only(other):
    """GeoSPARQL 1.0 table 3 and 1.1 table 9: the eight relations apply to pairs of areas."""
    assert not holding(RCC8, A, other) | holding(RCC8, other, A) | holding(RCC8, other, other)


@pytest.mark.parametrize("name", RELATIONS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_converse_holds_the_other_way_round(name, situation):
    other = SITUATIONS[situation][0]
    for _ in range(3):  # prepared geometries take another path
        assert relation(name)(read(A), read(other)) == relation(CONVERSES[name])(read(other), read(A))


@pytest.mark.parametrize("name", RELATIONS)
@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("datatype", ["wkt in latitude longitude", "gml", "geojson", "kml"])
def test_the_serialisation_and_axis_order_make_no_difference(name, situation, datatype, value):
    other = SITUATIONS[situation][0]
    second = {
        "wkt in latitude longitude": f'"<http://www.opengis.net/def/crs/EPSG/0/4326> {swapped(read(other).written).wkt}"^^geo:wktLiteral',
        "gml": f'geof:asGML("{other}"^^geo:wktLiteral)', "geojson": f'geof:asGeoJSON("{other}"^^geo:wktLiteral)', "kml": f'geof:asKML("{other}"^^geo:wktLiteral)',
    }[datatype]
    expected = relation(name)(read(A), read(other))
    assert value(f'geof:{name}("{A}"^^geo:wktLiteral, {second})').value == str(expected).lower()


def test_the_second_geometry_is_moved_to_the_system_of_the_first(value):
    lisbon = '"<http://www.opengis.net/def/crs/EPSG/0/3763> POINT (-87000 -105000)"^^geo:wktLiteral'
    box = '"POLYGON ((-9.5 38.5, -9 38.5, -9 39, -9.5 39, -9.5 38.5))"^^geo:wktLiteral'
    assert value(f"geof:sfWithin({lisbon}, {box})").value == "true"
    assert value(f"geof:sfContains({box}, {lisbon})").value == "true"


@pytest.mark.parametrize(("pattern", "holds"), [("T*****FF*", True), ("TTTFFTFFT", True), ("212FF1FF2", True), ("FF*FF****", False), ("*********", True)])
def test_relate_takes_a_pattern(pattern, holds, value):
    assert value(f'geof:relate("{A}"^^geo:wktLiteral, "{SITUATIONS["inside"][0]}"^^geo:wktLiteral, "{pattern}")').value == str(holds).lower()
