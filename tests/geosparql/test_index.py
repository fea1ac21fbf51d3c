"""The index is saved and opened as it was built, quickly, and finds what each literal by itself would."""

import math
import random
import time

import numpy
import pytest
import shapely
from pyoxigraph import Literal, NamedNode, Quad, Store

from regin_graph.geosparql import SpatialIndex, candidate_pairs, geodesy, prepare
from regin_graph.geosparql.index import grown, transposed
from regin_graph.geosparql.literals import cache
from regin_graph.geosparql.near_pairs import near_pairs
from regin_graph.geosparql.related_pairs import related_pairs
from regin_graph.geosparql.relations import CONVERSES, PATTERNS, relation
from regin_graph.geosparql.spatial_conditions import Condition
from regin_graph.geosparql.vocabulary import GEO, WKT_LITERAL

WKT = NamedNode(WKT_LITERAL)


def quad(number: int, text: str) -> Quad:
    return Quad(NamedNode(f"https://example.org/{number}"), NamedNode(GEO + "asWKT"), Literal(text, datatype=WKT))


@pytest.fixture(scope="module")
def texts() -> list[str]:
    pick = random.Random(4)
    points = [f"POINT ({pick.uniform(-10, 30):.3f} {pick.uniform(35, 70):.3f})" for _ in range(400)]
    shapes = [shapely.Point(pick.uniform(-10, 30), pick.uniform(35, 70)).buffer(pick.uniform(0.5, 4), quad_segs=3) for _ in range(40)]
    return [*points, *(shape.wkt for shape in shapes), shapely.union(shapes[0], shapely.box(100, 0, 101, 1)).wkt, "POINT (12 48)", "POINT (12 48)", "LINESTRING (0 40, 20 60)", "POINT Z (5 50 1)", "POLYGON ((179 50, 181 50, 181 52, 179 52, 179 50))"]


@pytest.fixture(scope="module")
def index(texts, tmp_path_factory) -> SpatialIndex:
    store = Store()
    store.extend(quad(number, text) for number, text in enumerate(texts))
    folder = tmp_path_factory.mktemp("index")
    SpatialIndex.build(store).save(folder)
    return SpatialIndex.open(folder)


@pytest.mark.parametrize("name", ["sfIntersects", "sfWithin", "sfContains", "sfTouches", "sfEquals", "sfCrosses", "ehInside", "rcc8po"])
@pytest.mark.parametrize("constant", ["POLYGON ((0 40, 20 40, 20 60, 0 60, 0 40))", "POINT (12 48)", "LINESTRING (0 40, 20 60)"])
@pytest.mark.parametrize("is_second", [True, False])
def test_related_are_those_the_function_says(name, constant, is_second, index, texts):
    wanted = cache.get(constant, WKT_LITERAL)
    test = relation(name)
    expected = {f"<https://example.org/{number}>" for number, text in enumerate(texts) if (test(cache.get(text, WKT_LITERAL), wanted) if is_second else test(wanted, cache.get(text, WKT_LITERAL)))}
    found = index.rows_of(numpy.sort(index.related(name, wanted.shape, is_second)))
    assert set(index.nodes.take(index.subject[found])) == expected


@pytest.mark.parametrize("name", ["sfIntersects", "sfWithin", "sfContains", "sfEquals", "ehCovers"])
def test_pairs_are_those_the_function_says(name, index):
    literals = index.by_place
    shapes = index.shapes_of(literals)
    one, other = related_pairs(index, name, literals, literals, 10**6)
    test = relation(name)
    expected = {(a, b) for a, first in zip(literals, shapes) for b, second in zip(literals, shapes) if first.distance(second) == 0 and test(cache.get(first.wkt, WKT_LITERAL).with_shape(first), cache.get(second.wkt, WKT_LITERAL).with_shape(second))}
    assert set(zip(one.tolist(), other.tolist())) == expected
    assert len(one) == len(expected)
    assert related_pairs(index, "sfIntersects", literals, literals, 10) is None


@pytest.mark.parametrize(("strip", "few", "at_once"), [(1, 0, 1), (1, 0, 200_000), (10**9, 0, 50), (10**9, 0, 200_000), (1000, 10**9, 200_000)])
@pytest.mark.parametrize("some", [slice(None), slice(0, None, 40), slice(400, 403), slice(400, None), slice(0, 0)])
def test_candidates_are_those_whose_envelope_meets_a_box(strip, few, at_once, some, index, monkeypatch):
    """However they are looked for: box by box or many at once, through a tree or one by one."""
    for name, number in (("MANY_IN_A_STRIP", strip), ("FEW_BOXES", few), ("MOST_AT_ONCE", at_once)):
        monkeypatch.setattr(candidate_pairs, name, number)
    among = index.by_place[some]
    boxes = numpy.array([*(index.bounds_of(index.by_place[[place]]) for place in (0, 7, 401, 405, 440, 444)), (-180, -90, 180, 90), (200, 0, 201, 1), (12, 40, 14, 60)]).T
    found = [pair for ones, others in candidate_pairs.candidate_pairs(index, boxes, among) for pair in zip(ones.tolist(), others.tolist())]
    expected = {(number, literal) for number, box in enumerate(boxes.T) for literal in among.tolist() for part in shapely.get_parts(index.shapes_of(numpy.array([literal]))[0]) if shapely.intersects(shapely.box(*part.bounds), shapely.box(*box))}
    assert set(found) == expected


@pytest.mark.parametrize(("limit", "is_metric"), [(80_000, True), (0, True), (-1, True), (0.02, False)])
def test_pairs_within_a_distance_are_those_the_function_says(limit, is_metric, index):
    literals = index.by_place
    first, second = literals[[*range(0, 400, 9), 401, 440, 442, 444]], literals[200:]
    one, other, _ = near_pairs(index, Condition("a", "b", limit=float(limit), is_metric=is_metric), first, second)
    measure = geodesy.distance_m if is_metric else shapely.distance
    most = limit if is_metric else math.degrees(limit)
    expected = {(a, b) for a, shape in zip(first.tolist(), index.shapes_of(first)) for b, away in zip(second.tolist(), (measure(shape, it) for it in index.shapes_of(second))) if away <= most}
    assert set(zip(one.tolist(), other.tolist())) == expected and len(one) == len(expected)


@pytest.mark.parametrize("limit", [100, 50_000, 400_000])
@pytest.mark.parametrize("place", [(12, 48), (179.99, 51), (-179.99, 51), (10, 71)])
def test_around_finds_all_within_metres(limit, place, index):
    shape = shapely.Point(place)
    literals, away = index.around(shape, limit, True)
    everything = index.distances(shape, index.by_place, True)
    assert set(literals[away <= limit]) == set(index.by_place[everything <= limit])


def test_boxes_grow_over_180_degrees_and_poles():
    assert len(grown((179.9, 0, 179.9, 0), 50_000, True)) == 2
    assert grown((0, 89, 0, 89), 200_000, True)[0][0] == -180
    assert transposed("TFFTFFTTT") == "TTTFFTFFT"


@pytest.mark.parametrize("name", PATTERNS)
def test_patterns_of_converses_are_transposed(name):
    if CONVERSES[name] in PATTERNS and "*" not in PATTERNS[name]:
        assert transposed(PATTERNS[name]) == PATTERNS[CONVERSES[name]]


def test_an_index_of_another_format_is_refused(index, tmp_path):
    index.save(tmp_path)
    (tmp_path / "index.json").write_text('{"format": 0}', "utf-8")
    with pytest.raises(ValueError, match="Build the release again"):
        SpatialIndex.open(tmp_path)


def test_a_store_without_geometries_has_an_index(tmp_path):
    SpatialIndex.build(Store()).save(tmp_path)
    index = SpatialIndex.open(tmp_path)
    query = 'PREFIX geo: <http://www.opengis.net/ont/geosparql#> SELECT ?g { ?g geo:asWKT ?w FILTER(<http://www.opengis.net/def/function/geosparql/sfWithin>(?w, "POINT (0 0)"^^geo:wktLiteral)) }'
    assert len(index) == 0 and list(Store().query(prepare(query, index, plain_dataset=True).text)) == []


def test_opening_and_looking_up_takes_less_than_a_tenth_of_a_second(tmp_path):
    store = Store()
    store.bulk_extend(quad(number, f"POINT ({number % 400 / 10} {number // 400 / 10})") for number in range(20_000))
    SpatialIndex.build(store).save(tmp_path)
    took = []
    for _ in range(3):
        began = time.process_time()
        opened = SpatialIndex.open(tmp_path)
        assert len(opened.related("sfWithin", shapely.box(10, 1, 11, 2), True)) > 0
        took.append(time.process_time() - began)
    assert min(took) < 0.1
