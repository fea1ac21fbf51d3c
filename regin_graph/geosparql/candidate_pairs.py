"""Pairs of boxes and geometries that may meet: what a join of two sets of geometries has to look at."""

from collections.abc import Iterator

import numpy
import shapely

from regin_graph.geosparql.index import SpatialIndex, ranges

MOST_AT_ONCE = 200_000  # candidates in one batch
MANY_IN_A_STRIP = 1000  # points as far east as a box, from which they are looked through box by box
FEW_BOXES = 4  # as many are compared with all envelopes one by one; for more a tree pays off


def candidate_pairs(index: SpatialIndex, boxes: numpy.ndarray, among: numpy.ndarray) -> Iterator[tuple[numpy.ndarray, numpy.ndarray]]:
    """Give, in batches, the numbers of boxes with the literals (of some, each once) whose envelope meets them.

    A literal of several parts may come several times with a box. Shape: boxes in columns, rows west, south, east, north.
    """
    is_wanted = numpy.zeros(len(index), dtype=bool)
    is_wanted[among] = True
    yield from with_points(index, boxes, among[~numpy.isnan(index.x[among])], is_wanted)
    yield from with_parts(index, boxes, numpy.flatnonzero(is_wanted[index.part_literal]))


def with_points(index: SpatialIndex, boxes: numpy.ndarray, points: numpy.ndarray, is_wanted: numpy.ndarray) -> Iterator[tuple[numpy.ndarray, numpy.ndarray]]:
    """Give the boxes with the points in them. Points lie in order of x, so few are looked at."""
    if not len(points):
        return
    if 16 * len(points) < len(index.point_x):
        points = points[numpy.argsort(index.x[points], kind="stable")]
        x, y = index.x[points], index.y[points]
    else:
        places = numpy.flatnonzero(is_wanted[index.point_literal])
        points, x, y = index.point_literal[places], index.point_x[places], index.point_y[places]
    west, south, east, north = boxes
    begins, ends = numpy.searchsorted(x, west), numpy.searchsorted(x, east, side="right")
    counts = ends - begins
    for numbers in batches(counts):
        if counts[numbers[0]] > MANY_IN_A_STRIP:
            one = numbers[0]
            strip = y[begins[one]:ends[one]]
            found = numpy.flatnonzero((strip >= south[one]) & (strip <= north[one]))
            yield numpy.full(len(found), one), points[begins[one]:ends[one]][found]
            continue
        places, box = ranges(begins[numbers], ends[numbers]), numpy.repeat(numbers, counts[numbers])
        kept = (y[places] >= south[box]) & (y[places] <= north[box])
        yield box[kept], points[places[kept]]


def batches(counts: numpy.ndarray) -> Iterator[numpy.ndarray]:
    """Give the numbers of boxes that have candidates, in order: those of many alone, others as many together as make a batch."""
    waiting: list[int] = []
    total = 0
    for number in numpy.flatnonzero(counts).tolist():
        count = int(counts[number])
        is_alone = count > MANY_IN_A_STRIP
        if waiting and (is_alone or total + count > MOST_AT_ONCE):
            yield numpy.array(waiting)
            waiting, total = [], 0
        if is_alone:
            yield numpy.array([number])
        else:
            waiting.append(number)
            total += count
    if waiting:
        yield numpy.array(waiting)


def with_parts(index: SpatialIndex, boxes: numpy.ndarray, parts: numpy.ndarray) -> Iterator[tuple[numpy.ndarray, numpy.ndarray]]:
    """Give the boxes with the lines and areas of which a part's envelope meets them."""
    if not len(parts) or not boxes.size:
        return
    # All but those near to any of the other side are ruled out first.
    numbers = those_meeting(boxes, whole(index.part_bounds[:, parts]))
    parts = parts[those_meeting(index.part_bounds[:, parts], whole(boxes))]
    boxes, bounds, literals = boxes[:, numbers], index.part_bounds[:, parts], index.part_literal[parts]
    if len(parts) <= FEW_BOXES:
        for literal, bound in zip(literals, bounds.T.tolist()):
            found = those_meeting(boxes, bound)
            yield numbers[found], numpy.full(len(found), literal)
    elif len(numbers) <= FEW_BOXES:
        for number, box in zip(numbers, boxes.T.tolist()):
            found = those_meeting(bounds, box)
            yield numpy.full(len(found), number), literals[found]
    else:
        tree = shapely.STRtree(shapely.box(*bounds))
        step = max(1, 20 * MOST_AT_ONCE // len(parts))  # as if every envelope met every box
        for begin in range(0, len(numbers), step):
            box, part = tree.query(shapely.box(*boxes[:, begin:begin + step]))
            yield numbers[box + begin], literals[part]


def those_meeting(boxes: numpy.ndarray, box) -> numpy.ndarray:
    """Give the numbers of the boxes that meet another."""
    west, south, east, north = box
    return numpy.flatnonzero((boxes[0] <= east) & (boxes[2] >= west) & (boxes[1] <= north) & (boxes[3] >= south))


def whole(boxes: numpy.ndarray) -> tuple[float, float, float, float]:
    """Give the box round boxes."""
    return boxes[0].min(), boxes[1].min(), boxes[2].max(), boxes[3].max()


def each_pair_once(one: numpy.ndarray, other: numpy.ndarray, total: int) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Give the different pairs of numbers below a total."""
    keys = numpy.unique(one.astype(numpy.int64) * total + other)
    return keys // total, keys % total
