"""Pairs of geometries within a distance: a join of two sets of literals of the index."""

import numpy
import shapely

from regin_graph.geosparql import geodesy
from regin_graph.geosparql.candidate_pairs import candidate_pairs, each_pair_once
from regin_graph.geosparql.distance_bounds import decided, reach_of
from regin_graph.geosparql.index import SpatialIndex, grown
from regin_graph.geosparql.inline_table import MOST_ROWS
from regin_graph.geosparql.spatial_conditions import Condition

MOST_STARTS = 20_000  # literals from which others are looked for
MOST_TRIED = 1_500_000  # pairs whose distance is found out
MOST_MEASURED = 20_000  # of which so many from or to a line or area: each takes as long as some thousand between points


def near_pairs(index: SpatialIndex, condition: Condition, first: numpy.ndarray, second: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray, bool] | None:
    """Give the pairs of literals within a condition's distance, and whether none is too near the limit to tell. None where it would cost too much."""
    few, many, few_is_first = (first, second, True) if len(first) <= len(second) else (second, first, False)
    reach = reach_of(condition)
    if len(few) > MOST_STARTS:
        return None
    grown_boxes = [grown(bounds, reach, condition.is_metric) if reach >= 0 else [] for bounds in shapely.bounds(index.shapes_of(few)).tolist()]
    owners = numpy.repeat(few, [len(boxes) for boxes in grown_boxes])
    boxes = numpy.array([box for boxes in grown_boxes for box in boxes], dtype=float).reshape(-1, 4).T
    comes_again = index.has_many_parts or len(owners) > len(few)  # a pair, for each part and each box
    ones, others, exact, tried, measured, total = [], [], True, 0, 0, 0
    for box, other in candidate_pairs(index, boxes, many):
        one = owners[box]
        if condition.is_metric:
            met = index.meet(other, boxes[:, box])
            one, other = one[met], other[met]
        if comes_again:  # in one batch: no distance is found out twice
            one, other = each_pair_once(one, other, len(index))
        are_points = ~numpy.isnan(index.x[one]) & ~numpy.isnan(index.x[other])
        tried, measured = tried + len(one), measured + condition.is_metric * int((~are_points).sum())
        if tried > MOST_TRIED or measured > MOST_MEASURED:
            return None
        kept, is_exact = decided(distances(index, one, other, are_points, condition.is_metric), reach)
        ones.append(one[kept])
        others.append(other[kept])
        exact, total = exact and is_exact, total + len(ones[-1])
        if total > MOST_ROWS:
            return None
    one, other = (numpy.concatenate(found) if found else numpy.empty(0, dtype=int) for found in (ones, others))
    if comes_again:  # in several batches
        one, other = each_pair_once(one, other, len(index))
    return (one, other, exact) if few_is_first else (other, one, exact)


def distances(index: SpatialIndex, one: numpy.ndarray, other: numpy.ndarray, are_points: numpy.ndarray, is_metric: bool) -> numpy.ndarray:
    """Give the distances of pairs of literals. Units: metres, or degrees in the plane."""
    if not is_metric:
        return shapely.distance(index.shapes_of(one), index.shapes_of(other))
    away = numpy.empty(len(one))
    if are_points.any():
        places = (numpy.column_stack([index.x[side[are_points]], index.y[side[are_points]]]) for side in (one, other))
        away[are_points] = geodesy.inverse_of_pairs(*places)
    away[~are_points] = [geodesy.distance_m(*pair) for pair in zip(index.shapes_of(one[~are_points]), index.shapes_of(other[~are_points]))]
    return away
