"""Pairs of geometries that are related: a join of two sets of literals of the index."""

import numpy
import shapely

from regin_graph.geosparql.candidate_pairs import candidate_pairs, each_pair_once
from regin_graph.geosparql.index import SpatialIndex, ranges
from regin_graph.geosparql.relations import PATTERNS, PREDICATES

Pairs = tuple[numpy.ndarray, numpy.ndarray]
NOTHING: Pairs = (numpy.empty(0, dtype=int), numpy.empty(0, dtype=int))


def related_pairs(index: SpatialIndex, name: str, first: numpy.ndarray, second: numpy.ndarray, most: int, pattern: str | None = None) -> Pairs | None:
    """Give the pairs of literals (of the first and of the second set, each literal once in it) for which the relation holds.

    None when more than `most` envelopes meet, so that trying them all would cost too much.
    """
    (first_points, first_others), (second_points, second_others) = index.split(first), index.split(second)
    found = [equal_points(index, name, first_points, second_points, most, pattern)]
    for looked_from, among, is_first in ((first_others, second, True), (second_others, first_points, False)):
        found.append(looked_up(index, name, looked_from, among, is_first, most, pattern) if found[-1] is not None else None)
    if found[-1] is None:
        return None
    return numpy.concatenate([pair[0] for pair in found]), numpy.concatenate([pair[1] for pair in found])


def equal_points(index: SpatialIndex, name: str, first: numpy.ndarray, second: numpy.ndarray, most: int, pattern: str | None) -> Pairs | None:
    """Give the pairs of points for which the relation holds: points have contact only where they are equal."""
    if not len(first) or not len(second):
        return NOTHING
    sample = shapely.Point(0, 0)
    holds = shapely.relate_pattern(sample, sample, pattern or PATTERNS[name]) if pattern or name in PATTERNS else PREDICATES[name](sample, sample)
    if not holds:
        return NOTHING
    places = [index.x[side] + 1j * index.y[side] for side in (first, second)]
    order = numpy.argsort(places[1], kind="stable")
    ordered = places[1][order]
    begins, ends = numpy.searchsorted(ordered, places[0]), numpy.searchsorted(ordered, places[0], side="right")
    if (ends - begins).sum() > most:
        return None
    return numpy.repeat(first, ends - begins), second[order[ranges(begins, ends)]]


def looked_up(index: SpatialIndex, name: str, looked_from: numpy.ndarray, among: numpy.ndarray, is_first: bool, most: int, pattern: str | None) -> Pairs | None:
    """Give the pairs for which the relation holds, found from the lines and areas of one set among another."""
    if not len(looked_from) or not len(among):
        return NOTHING
    if name == "sfEquals" or name == ("sfWithin" if is_first else "sfContains"):  # a point holds nothing longer or wider than a point
        small = shapely.get_dimensions(index.shapes_of(looked_from)) == 0
        if not small.any():
            among = index.split(among)[1]
    is_looked_from = numpy.zeros(len(index), dtype=bool)
    is_looked_from[looked_from] = True
    parts = numpy.flatnonzero(is_looked_from[index.part_literal])
    owners = index.part_literal[parts]
    tried, ones, others = 0, [], []
    for box, candidates in candidate_pairs(index, index.part_bounds[:, parts], among):
        one = owners[box]
        if index.has_many_parts:
            one, candidates = each_pair_once(one, candidates, len(index))
        tried += len(one)
        if tried > most:
            return None
        if len(one):
            holds = hold(index, name, one, candidates, is_first, pattern)
            ones.append(one[holds])
            others.append(candidates[holds])
    if not ones:
        return NOTHING
    one, other = numpy.concatenate(ones), numpy.concatenate(others)
    if index.has_many_parts:
        one, other = each_pair_once(one, other, len(index))
    return (one, other) if is_first else (other, one)


def hold(index: SpatialIndex, name: str, one: numpy.ndarray, other: numpy.ndarray, is_first: bool, pattern: str | None) -> numpy.ndarray:
    """Tell pair by pair whether the relation holds; the shapes of the first column are prepared, as most come more than once."""
    if (one == one[0]).all():
        return index.tested(name, index.shapes_of(one[:1])[0], other, is_first, pattern)
    shapely.prepare(index.shapes_of(numpy.unique(one)))
    return index.tested(name, index.shapes_of(one), other, is_first, pattern)
