"""Literals within the distance that a condition allows, and the nearest of them."""

from collections.abc import Callable

import numpy

from regin_graph.geosparql.rewriting_task import RewritingTask
from regin_graph.geosparql.spatial_conditions import Condition


def near(task: RewritingTask, shape, condition: Condition, placed: numpy.ndarray | None, among: Callable[[numpy.ndarray], numpy.ndarray] | None = None) -> tuple[numpy.ndarray, bool]:
    """Give the literals (of some, or of all) within a condition's distance of a shape, and whether none is too near the limit to tell.

    `among` tells of literals which of them count: others may be left out.
    """
    index = task.index
    limit = condition.limit * condition.unit_size
    reach = (limit if condition.is_metric else float(numpy.degrees(limit))) * (1 + 1e-9)
    if placed is not None:
        candidates = placed
        away = index.distances(shape, candidates, condition.is_metric)
    else:
        candidates, away = index.around(shape, reach, condition.is_metric, among)
    margin = abs(reach) * 1e-9 + 1e-12
    kept = away <= reach + margin
    return candidates[kept], bool((away[kept] < reach - 3 * margin).all())
