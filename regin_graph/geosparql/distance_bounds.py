"""Literals within the distance that a condition allows, and the nearest of them."""

import math
from collections.abc import Callable

import numpy

from regin_graph.geosparql.rewriting_task import RewritingTask
from regin_graph.geosparql.spatial_conditions import Condition


def near(task: RewritingTask, shape, condition: Condition, placed: numpy.ndarray | None, among: Callable[[numpy.ndarray], numpy.ndarray] | None = None) -> tuple[numpy.ndarray, bool]:
    """Give the literals (of some, or of all) within a condition's distance of a shape, and whether none is too near the limit to tell.

    `among` tells of literals which of them count: others may be left out.
    """
    index, reach = task.index, reach_of(condition)
    if placed is not None:
        candidates = placed
        away = index.distances(shape, candidates, condition.is_metric)
    else:
        candidates, away = index.around(shape, reach, condition.is_metric, among)
    kept, is_exact = decided(away, reach)
    return candidates[kept], is_exact


def reach_of(condition: Condition) -> float:
    """Give how far a condition's distance reaches. Units: metres, or degrees in the plane."""
    limit = condition.limit * condition.unit_size
    return (limit if condition.is_metric else math.degrees(limit)) * (1 + 1e-9)


def decided(away: numpy.ndarray, reach: float) -> tuple[numpy.ndarray, bool]:
    """Tell of distances which are within reach, and whether none is too near the limit to tell."""
    margin = abs(reach) * 1e-9 + 1e-12
    kept = away <= reach + margin
    return kept, bool((away[kept] < reach - 3 * margin).all())
