"""Conditions between two geometry variables: the pairs of statements for which they hold, found in the index."""

import numpy

from regin_graph.geosparql import named_nodes
from regin_graph.geosparql.geometry_sides import Side, all_rows
from regin_graph.geosparql.index import each_once, spans
from regin_graph.geosparql.index_builder import BY_PLACE, ELSEWHERE, NOWHERE
from regin_graph.geosparql.inline_table import MOST_ROWS, Table
from regin_graph.geosparql.known_patterns import covered_table
from regin_graph.geosparql.near_pairs import near_pairs
from regin_graph.geosparql.query_tree import Block, Expression
from regin_graph.geosparql.related_pairs import related_pairs
from regin_graph.geosparql.relations import OF_EMPTY
from regin_graph.geosparql.rewriting_task import RewritingTask
from regin_graph.geosparql.spatial_conditions import Condition

MOST_PAIRS = 1_500_000  # pairs of envelopes tried for one join
FEW_ROWS = 500  # as many literals are tested one by one rather than looked up by place


def joined_table(task: RewritingTask, block: Block, sides: dict[str, Side], condition: Condition, conjunct: Expression, in_graph: bool) -> tuple[Table, list[Expression]] | None:
    """Give the table of pairs for a condition between two variables; none when the index cannot tell or it costs too much."""
    index = task.index
    first, second = sides[condition.first], sides[condition.second]
    subjects = (first.triple.subject, second.triple.subject)
    if any(subject.kind != "variable" for subject in subjects) or subjects[0] == subjects[1]:
        return None
    # The store is asked of a side only where the other one, limited by a place, is not small already.
    for side, other in ((first, second), (second, first)) if first.rows is not None else ((second, first), (first, second)):
        side.rows = all_rows(task, block, side, other.rows is None or len(other.rows) >= named_nodes.MANY_ROWS)
    literals = [each_once(index.literal[side.rows]) for side in (first, second)]
    if any((index.state[side] == ELSEWHERE).any() for side in literals):
        return None
    if condition.relation in OF_EMPTY and all((index.state[side] == NOWHERE).any() for side in literals):
        return None
    literals = [side[index.state[side] == BY_PLACE] for side in literals]
    pairs = near_pairs(index, condition, *literals) if condition.limit is not None else related_pairs(index, condition.relation, *literals, MOST_PAIRS, condition.pattern)
    if pairs is None:
        return None
    is_exact = True
    if condition.limit is not None:
        *pairs, is_exact = pairs
    rows = paired_rows(task, first, second, *pairs)
    if rows is None or len(rows[0]) > MOST_ROWS or any(index.any_blank(index.subject[side]) for side in rows):
        return None
    is_only = bool(index.is_only[rows[0]].all() and index.is_only[rows[1]].all())
    settled = [*([conjunct] if is_exact and not conjunct.mentions & task.substituted else []), *first.settled, *second.settled] if is_only else []
    task.notes.append(f"index: {condition.text} of ?{condition.first} and ?{condition.second} holds for {len(rows[0])} pairs")
    nodes = [index.subject[side] for side in rows]
    if is_only and len(settled):
        covered = covered_table(task, block, [first, second], nodes, settled, in_graph)
        if covered is not None:
            return covered, settled
    if not is_only:
        keys = numpy.unique(nodes[0].astype(numpy.int64) * len(index.nodes) + nodes[1])
        nodes = [keys // len(index.nodes), keys % len(index.nodes)]
    return Table([subject.value for subject in subjects], nodes), settled


def paired_rows(task: RewritingTask, first: Side, second: Side, one: numpy.ndarray, other: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray] | None:
    """Give the pairs of rows for pairs of literals."""
    index = task.index
    found = []
    for side, literals in ((first, one), (second, other)):
        found.append(spans(index.literal[side.rows], literals))
    counts = [ends - begins for begins, ends in found]
    total = counts[0] * counts[1]
    if (total == 1).all():
        return first.rows[found[0][0]], second.rows[found[1][0]]
    if total.sum() > 2 * MOST_ROWS:
        return None
    place = numpy.arange(int(total.sum())) - numpy.repeat(numpy.cumsum(total) - total, total)
    width = numpy.repeat(counts[1], total)
    return first.rows[numpy.repeat(found[0][0], total) + place // width], second.rows[numpy.repeat(found[1][0], total) + place % width]
