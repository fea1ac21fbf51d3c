"""Times, boxes and filters of the feature service, without a server."""

import json
from datetime import date

import pytest
import shapely

from endpoint.errors import BadRequest
from endpoint.features.collections import PRACTICES, REGIONS
from endpoint.features.filters import fulfils, read_filter
from endpoint.features.reference_systems import CRS84, read_box
from endpoint.features.register import Feature
from endpoint.features.times import first_day, last_day, read_interval

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


@pytest.fixture(scope="module")
def practice():
    """Give a practice with two topics, no end and a point."""
    feature = Feature("urn:x/practice/one", shapely.Point(13.5, 55.9))
    feature.values |= {"topic": {"health", "housing"}, "country": {"SWE", "SE"}, "start": {date(2013, 1, 1)}, "name": {"A 100% shared_home", "Ett delat hem"}}
    return feature


@pytest.mark.parametrize(("text", "expected"), [
    ("topic = 'health'", True), ("topic = 'language'", False), ("topic <> 'health'", False), ("topic <> 'language'", True),
    ("country = 'SE' AND topic IN ('housing', 'language')", True), ("country IN ('PRT') OR topic = 'housing'", True), ("NOT (country = 'SWE')", False),
    ("name LIKE 'Ett%'", True), ("name LIKE '%delat%'", True), ("name LIKE 'delat'", False), ("name LIKE '%100\\% shared\\_home'", True), ("name LIKE 'Ett_delat_hem'", True),
    ("end IS NULL", True), ("start IS NOT NULL", True), ("start >= DATE('2013-01-01')", True), ("start > '2013-01-01'", False), ("end > DATE('2000-01-01')", False),
    ("start BETWEEN DATE('2012-01-01') AND DATE('2014-01-01')", True), ("S_INTERSECTS(geometry, POLYGON((13 55, 14 55, 14 56, 13 56, 13 55)))", True),
    ("S_INTERSECTS(geometry, BBOX(0, 0, 1, 1))", False), ("region = 'skane'", False), ("region <> 'skane'", False),
])
def test_a_filter_is_weighed_against_the_values(practice, text, expected):
    assert fulfils(read_filter(text, "cql2-text", PRACTICES), practice, PRACTICES) is expected


def test_the_same_filter_as_json(practice):
    text = '{"op": "and", "args": [{"op": "=", "args": [{"property": "topic"}, "health"]}, {"op": "in", "args": [{"property": "country"}, ["SWE", "PRT"]]}]}'
    assert fulfils(read_filter(text, "cql2-json", PRACTICES), practice, PRACTICES)


AREA = {"type": "Polygon", "coordinates": [[[13, 55], [14, 55], [14, 56], [13, 56], [13, 55]]]}


def operation(name: str, key: str, *values) -> dict:
    """Give a filter as JSON."""
    return {"op": name, "args": [{"property": key}, *values]}


@pytest.mark.parametrize(("text", "as_json"), [
    ("topic = 'health'", operation("=", "topic", "health")), ("topic <> 'language'", operation("<>", "topic", "language")),
    ("start > DATE('2012-12-31')", operation(">", "start", {"date": "2012-12-31"})), ("start <= DATE('2012-12-31')", operation("<=", "start", {"date": "2012-12-31"})),
    ("topic IN ('housing', 'language')", operation("in", "topic", ["housing", "language"])), ("name LIKE 'Ett%'", operation("like", "name", "Ett%")),
    ("end IS NULL", operation("isNull", "end")), ("NOT (country = 'SWE')", {"op": "not", "args": [operation("=", "country", "SWE")]}),
    ("start BETWEEN DATE('2012-01-01') AND DATE('2014-01-01')", operation("between", "start", {"date": "2012-01-01"}, {"date": "2014-01-01"})),
    ("start BETWEEN DATE('2014-01-01') AND DATE('2015-01-01')", operation("between", "start", {"date": "2014-01-01"}, {"date": "2015-01-01"})),
    ("topic = 'language' OR country = 'SE'", {"op": "or", "args": [operation("=", "topic", "language"), operation("=", "country", "SE")]}),
    ("S_INTERSECTS(geometry, BBOX(13, 55, 14, 56))", operation("s_intersects", "geometry", {"bbox": [13, 55, 14, 56]})),
    ("S_INTERSECTS(geometry, BBOX(14, 55, 15, 56))", operation("s_intersects", "geometry", {"bbox": [14, 55, 0, 15, 56, 9]})),
    ("S_INTERSECTS(geometry, POINT(13.5 55.9))", operation("s_intersects", "geometry", {"type": "Point", "coordinates": [13.5, 55.9]})),
    ("S_INTERSECTS(geometry, POLYGON((13 55, 14 55, 14 56, 13 56, 13 55)))", operation("s_intersects", "geometry", AREA)),
])
def test_text_and_json_mean_the_same(practice, text, as_json):
    answers = [fulfils(read_filter(words, language, PRACTICES), practice, PRACTICES) for words, language in ((text, "cql2-text"), (json.dumps(as_json), "cql2-json"))]
    assert answers[0] is answers[1]


@pytest.mark.parametrize("text", [
    "", "topic =", "topic", "colour = 'red'", "topic = 3", "start > 'soon'", "'a' = 'a'", "topic = 'x' AND", "geometry = 'x'", "(" * 50, "topic = '" + "a" * 20_000 + "'",
    "S_INTERSECTS(geometry, POLYGON((0 0)))", "S_WITHIN(geometry, POINT(1 1))", "topic + 1 = 2", "foo(topic) = 'x'",
])
def test_a_filter_that_is_not_understood_is_told(text):
    with pytest.raises(BadRequest):
        read_filter(text, "cql2-text", PRACTICES)


@pytest.mark.parametrize("text", ["{", "[]", "1", '{"op": "="}', '{"op": "delete", "args": []}', '{"op": "=", "args": [1, 2]}', '{"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": [1, 2, 3]}]}', '{"op": "between", "args": [1, 2, 3]}'])
def test_a_json_filter_that_is_not_understood_is_told(text):
    with pytest.raises(BadRequest):
        read_filter(text, "cql2-json", REGIONS)


def test_no_pattern_takes_long(practice):
    practice.values["name"] = {"a" * 2000}
    assert not fulfils(read_filter("name LIKE '" + "%a" * 200 + "%b'", "cql2-text", PRACTICES), practice, PRACTICES)


@pytest.mark.parametrize(("text", "expected"), [
    ("2019-02-03", (date(2019, 2, 3), date(2019, 2, 3))), ("../2019-02-03", (date.min, date(2019, 2, 3))), ("2019-02-03/", (date(2019, 2, 3), date.max)),
    ("2019-02-03T10:00:00Z/2020-01-01T00:00:00+01:00", (date(2019, 2, 3), date(2020, 1, 1))),
])
def test_an_interval_is_read(text, expected):
    assert read_interval(text) == expected


@pytest.mark.parametrize("text", ["", "..", "../..", "/", "2019", "2019-13-01", "2019-02-30", "2020-01-01/2019-01-01", "yesterday", "2019-01-01/2019-02-01/2019-03-01"])
def test_an_interval_that_is_none_is_told(text):
    with pytest.raises(BadRequest):
        read_interval(text)


def test_partial_dates_span_their_days():
    assert (first_day("2021"), last_day("2021"), last_day("2021-04")) == (date(2021, 1, 1), date(2021, 12, 31), date(2021, 4, 30))


def test_boxes_are_read_in_their_system():
    assert read_box("1,2,3,4", CRS84).bounds == read_box("1,2,0,3,4,9", CRS84).bounds == (1, 2, 3, 4)
    assert read_box("2,1,4,3", EPSG + "4326").bounds == pytest.approx((1, 2, 3, 4))
    assert len(read_box("170,0,-170,10", CRS84).geoms) == 2
    # The middle of ETRS89-LAEA is 10°E 52°N.
    assert read_box("3209000,4320000,3211000,4322000", EPSG + "3035").contains(shapely.Point(10, 52))


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "1,2,3,nan", "0,0,200,1", "0,5,1,4", "1,2,3,4,5", "inf,0,1,1"])
def test_a_box_that_is_none_is_told(text):
    with pytest.raises(BadRequest):
        read_box(text, CRS84)
