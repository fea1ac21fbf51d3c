"""Queries ordered by distance and limited: they start from the nearest geometries of the index."""

import numpy

from regin_graph.geosparql.block_patterns import binding, take_apart
from regin_graph.geosparql.index import each_once
from regin_graph.geosparql.inline_table import Table
from regin_graph.geosparql.query_tree import Block
from regin_graph.geosparql.reference_systems import WGS84_LON_LAT
from regin_graph.geosparql.rewriting_task import RewritingTask
from regin_graph.geosparql.spatial_conditions import Condition

NEAREST_START_M, NEAREST_START_DEG = 10_000.0, 0.1  # how far the nearest are looked for at first


def start_from_nearest(task: RewritingTask) -> dict[int, Table]:
    """Give by block the table of the nearest geometries, for a query ordered by distance and limited in which each gives a solution for certain.

    That is so when the query is of one pattern for the literal, and at most one more that links its geometry.
    A literal without a distance would come first, so there must be none.
    """
    query, index = task.query, task.index
    if index is None or not task.is_plain or query.form != "SELECT" or query.group is None or not index.is_all_by_place:
        return {}
    blocks = query.group.parts
    if len(blocks) != 1 or not isinstance(blocks[0], Block) or any(str(part).upper() in ("DISTINCT", "REDUCED", "(") for part in query.head.parts[2:]):
        return {}
    wanted = task.reader.nearest(query.tail.text)
    if task.substituted or wanted is None or len(wanted.variables) != 1 or (bound := binding(blocks[0], wanted.variables[0])) is None:
        return {}
    if bound.predicate.steps:
        bound = take_apart(task, blocks[0], bound)
    links = [triple for triple in blocks[0].triples if triple is not bound]
    subject = bound.subject
    if bound.predicate.kind != "iri" or subject.kind != "variable" or len(links) > 1:
        return {}
    if any(link.object != subject or link.predicate.kind != "iri" or link.subject.kind != "variable" or link.subject in (subject, bound.object) for link in links):
        return {}
    constant = wanted.second if isinstance(wanted.first, str) else wanted.first
    rows = nearest_rows(task, constant.shape_in(WGS84_LON_LAT), wanted, task.number(bound.predicate), [task.number(link.predicate) for link in links])
    if rows is None or index.any_blank(index.subject[rows]):
        return {}
    task.notes.append(f"index: the {len(rows)} geometries nearest to a constant")
    return {id(blocks[0]): Table([subject.value], [numpy.unique(index.subject[rows])])}


def nearest_rows(task: RewritingTask, shape, wanted: Condition, predicate: int, links: list[int]) -> numpy.ndarray | None:
    """Give the rows nearest to a shape, at least as many as wanted; none when there are not as many."""
    index = task.index
    reach = (NEAREST_START_M if wanted.is_metric else NEAREST_START_DEG)
    furthest = (20_100_000.0 if wanted.is_metric else 600.0)

    def matching(literals: numpy.ndarray) -> numpy.ndarray:
        rows = index.rows_of(literals)
        rows = rows[(index.predicate[rows] == predicate) & index.is_default[rows]]
        for link in links:
            rows = rows[each_once(index.features_of(index.subject[rows], link)[0])]
        return rows

    while True:
        literals, away = index.around(shape, reach, wanted.is_metric, lambda literals: numpy.isin(literals, index.literal[matching(literals)]))
        order = numpy.argsort(literals)
        literals, away = literals[order], away[order]
        rows = matching(literals)
        distances = away[numpy.searchsorted(literals, index.literal[rows])]
        inside = distances <= reach
        if inside.sum() >= wanted.limit:
            last = numpy.partition(distances[inside], int(wanted.limit) - 1)[int(wanted.limit) - 1]
            return rows[distances <= last * (1 + 1e-9) + 1e-9]
        if reach > furthest:
            return None
        reach *= 4
