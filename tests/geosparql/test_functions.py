"""Every function does what its definition shows, in the engine, and refuses what it cannot take."""

import re
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Store

from regin_graph.geosparql.definitions import DEFINITIONS, KIND_NAMES
from regin_graph.geosparql.functions import CUSTOM_AGGREGATES, CUSTOM_FUNCTIONS
from regin_graph.geosparql.problems import collect_warnings
from regin_graph.geosparql.vocabulary import GEO, GEOF, RELATIONS, XSD

NON_TOPOLOGICAL = """area metricArea boundary boundingCircle buffer metricBuffer centroid concaveHull convexHull coordinateDimension difference dimension
distance metricDistance envelope geometryN geometryType intersection is3D isEmpty isMeasured isSimple length metricLength numGeometries perimeter metricPerimeter
spatialDimension symDifference transform union minX maxX minY maxY minZ maxZ getSRID asWKT asGML asGeoJSON asKML relate""".split()
AGGREGATES = "aggBoundingBox aggBoundingCircle aggCentroid aggConcaveHull aggConvexHull aggUnion".split()
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "functions.md"


def answered(query: str):
    """Give the one value of a query over nothing, with no prefix but its own."""
    return next(iter(Store().query(query, custom_functions=CUSTOM_FUNCTIONS, custom_aggregate_functions=CUSTOM_AGGREGATES)))[0]


def test_every_example_of_the_documentation_runs_and_gives_what_it_says():
    blocks = re.findall(r"^### (\w+)\n.*?```sparql\n(.*?)\n# ([^\n]*)\n```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert {name for name, _, _ in blocks} == {definition.name for definition in DEFINITIONS}
    for name, query, answer in blocks:
        found = answered(query).value
        assert found.startswith(answer[:-1]) if answer.endswith("…") else found == answer, name


def test_every_function_of_the_standard_is_defined():
    assert {definition.name for definition in DEFINITIONS} == {*RELATIONS, *NON_TOPOLOGICAL, *AGGREGATES}


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.name)
def test_example_gives_the_answer_shown(definition):
    found = answered(definition.query)
    if definition.answer.endswith("…"):
        assert found.value.startswith(definition.answer[:-1])
    else:
        assert found.value == definition.answer
    if definition.returns != "geometry":
        assert found.datatype.value == KIND_NAMES[definition.returns].replace("xsd:", XSD).replace("geo:", GEO)


@pytest.mark.parametrize("definition", [row for row in DEFINITIONS if row.group != "aggregate"], ids=lambda definition: definition.name)
def test_wrong_number_of_arguments_is_unbound_and_noted(definition, value):
    with collect_warnings() as warnings:
        assert value(f"geof:{definition.name}(1, 2, 3, 4, 5)") is None
    assert list(warnings) == [f"geof:{definition.name}: 5 arguments given, wanted: {definition.signature}."]


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.name)
def test_every_function_is_described(definition):
    assert definition.description.endswith(".") and definition.units and definition.source
    assert all(argument.name in definition.signature for argument in definition.arguments)


def test_names_are_known_in_lower_case():
    assert NamedNode(GEOF + "sfwithin") in CUSTOM_FUNCTIONS
    assert NamedNode(GEOF + "aggBoundingbox") not in CUSTOM_FUNCTIONS
    assert NamedNode(GEOF + "aggboundingbox") in CUSTOM_AGGREGATES
    assert NamedNode(GEOF + "aggBoundingbox") in CUSTOM_AGGREGATES


@pytest.mark.parametrize(("expression", "message"), [
    ('geof:distance("POINT (0 0)"^^geo:wktLiteral, "POINT (1 1)"^^geo:wktLiteral, <https://example.org/ell>)', "The unit <https://example.org/ell> is not a known unit of length or angle."),
    ('geof:transform("POINT (0 0)"^^geo:wktLiteral, <https://example.org/moon>)', "The reference system <https://example.org/moon> is not known."),
    ('geof:transform("POINT (0 0)"^^geo:wktLiteral, <http://www.opengis.net/def/crs/EPSG/0/99999>)', "The reference system <http://www.opengis.net/def/crs/EPSG/0/99999> is not known."),
    ('geof:area("<http://www.opengis.net/def/crs/EPSG/0/12> POINT (0 0)"^^geo:wktLiteral, uom:squareMetre)', "The reference system <http://www.opengis.net/def/crs/EPSG/0/12> is not known."),
    ('geof:dimension("POINT (0"^^geo:wktLiteral)', 'The WKT literal "POINT (0" cannot be read'),
    ('geof:dimension("POINT (0 0)")', "A geometry literal is wanted, not one of datatype"),
    ("geof:dimension(<https://example.org/place>)", "A geometry literal is wanted"),
    ('geof:relate("POINT (0 0)"^^geo:wktLiteral, "POINT (0 0)"^^geo:wktLiteral, "TT")', '"TT" is not a DE-9IM pattern'),
    ('geof:buffer("POINT (0 0)"^^geo:wktLiteral, "wide", uom:metre)', "A finite number is wanted"),
    ('geof:buffer("<http://www.opengis.net/def/crs/EPSG/0/3035> POINT (3210000 4321000)"^^geo:wktLiteral, 1, uom:degree)', "EPSG:3035 measures lengths"),
    ('geof:geometryN("POINT (0 0)"^^geo:wktLiteral, 2)', "There is no part 2"),
    ('geof:geometryN("POINT (0 0)"^^geo:wktLiteral, 1.5)', "A whole number is wanted"),
    ('geof:distance("POINT EMPTY"^^geo:wktLiteral, "POINT (1 1)"^^geo:wktLiteral, uom:metre)', "An empty geometry has no distance"),
    ('geof:minX("POLYGON EMPTY"^^geo:wktLiteral)', "An empty geometry has no extent"),
    ('geof:minZ("POINT (1 2)"^^geo:wktLiteral)', "no z coordinates"),
    ('geof:asGML("POINT (1 2)"^^geo:wktLiteral, "9.9")', 'The GML profile "9.9" is not supported'),
])
def test_errors_are_unbound_and_say_why(expression, message, value):
    with collect_warnings() as warnings:
        assert value(expression) is None
    assert message in next(iter(warnings))


def test_an_error_in_a_filter_is_false(ask):
    assert ask(Store(), 'SELECT ?x { VALUES ?x { 1 } FILTER(geof:sfWithin("no geometry"^^geo:wktLiteral, "POINT (0 0)"^^geo:wktLiteral)) }') == []


def test_repeated_warnings_are_counted(ask):
    with collect_warnings() as warnings:
        ask(Store(), "SELECT (geof:dimension(?x) AS ?y) { VALUES ?x { 1 2 3 } }")
    assert [message[-9:] for message in warnings] == ["(3 times)"]


def test_union_of_the_group_takes_all_reference_systems(ask):
    values = '"POINT (1 2)"^^geo:wktLiteral "<http://www.opengis.net/def/crs/EPSG/0/4326> POINT (4 3)"^^geo:wktLiteral'
    assert ask(Store(), f"SELECT (geof:aggUnion(?g) AS ?u) {{ VALUES ?g {{ {values} }} }}")[0][0].value == "MULTIPOINT ((1 2), (3 4))"


@pytest.mark.parametrize("values", ["", '"POINT (1 2)"^^geo:wktLiteral "broken"^^geo:wktLiteral'])
def test_aggregate_of_nothing_or_of_an_error_is_unbound(values, ask):
    assert ask(Store(), f"SELECT (geof:aggUnion(?g) AS ?u) {{ VALUES ?g {{ {values} }} }}") == [(None,)]
