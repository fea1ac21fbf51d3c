"""Set operations of polygons are those of the geometry library, whatever the order in which rings are written."""

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from regin_graph.geosparql import constructions
from regin_graph.geosparql.literals import cache
from regin_graph.geosparql.vocabulary import WKT_LITERAL

OPERATIONS = {
    constructions.intersection: shapely.intersection, constructions.union: shapely.union,
    constructions.difference: shapely.difference, constructions.sym_difference: shapely.symmetric_difference,
}
SQUARE = "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0))"
HOLED = "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (3 3, 6 3, 6 6, 3 6, 3 3))"
TWO = "MULTIPOLYGON (((1 1, 2 1, 2 2, 1 2, 1 1)), ((4 4, 5 4, 5 5, 4 5, 4 4)))"


def laid_over(operation, one: str, other: str):
    return operation(cache.get(one, WKT_LITERAL), cache.get(other, WKT_LITERAL)).written


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.__name__)
@pytest.mark.parametrize(("one", "other"), [
    (SQUARE, "POLYGON ((1 1, 2 1, 2 2, 1 2, 1 1))"), (SQUARE, "POLYGON ((19 1, 20 1, 20 2, 19 2, 19 1))"), (SQUARE, SQUARE), (SQUARE, HOLED), (HOLED, "POLYGON ((4 4, 5 4, 5 5, 4 5, 4 4))"),
    (SQUARE, "POLYGON ((9 0, 18 0, 18 9, 9 9, 9 0))"), (SQUARE, "POLYGON ((9 9, 18 9, 18 18, 9 18, 9 9))"), (HOLED, TWO), (TWO, HOLED), (SQUARE, "POLYGON EMPTY"), (SQUARE, "LINESTRING (1 1, 20 20)"), ("POINT (1 1)", SQUARE),
])
def test_set_operations_of_every_kind_of_neighbours(operation, one, other):
    assert shapely.equals(laid_over(operation, one, other), OPERATIONS[operation](shapely.from_wkt(one), shapely.from_wkt(other)))


BOX = st.tuples(*(st.integers(0, 12) for _ in range(2)), *(st.integers(1, 8) for _ in range(2))).map(lambda box: shapely.box(box[0], box[1], box[0] + box[2], box[1] + box[3]))
AREA = st.lists(BOX, min_size=1, max_size=4).map(shapely.union_all)


@settings(deadline=None)
@given(AREA, AREA)
def test_set_operations_of_areas_made_at_random(one, other):
    for operation, plain in OPERATIONS.items():
        assert shapely.equals(laid_over(operation, one.wkt, other.wkt), plain(one, other))
