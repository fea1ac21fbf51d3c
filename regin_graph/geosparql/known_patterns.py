"""Patterns of a block that the index knows completely: they need not be asked of the store again."""

import numpy

from regin_graph.geosparql import entailment
from regin_graph.geosparql.geometry_sides import Side
from regin_graph.geosparql.inline_table import MOST_ROWS, Table
from regin_graph.geosparql.query_tree import Block, Expression, Term, Triple
from regin_graph.geosparql.rewriting_task import RewritingTask


def covered_table(
    task: RewritingTask, block: Block, sides: list[Side], nodes: list[numpy.ndarray], settled: list[Expression], in_graph: bool,
    carried: numpy.ndarray | None = None,
) -> Table | None:
    """Give a table in which patterns the index knows completely are left out of the block; none when none are.

    A pattern may leave when its variable is named nowhere else, so that only the number of rows counts, and that
    the index knows: each row of the index is one statement of the default graph. `carried` numbers go along with
    the rows, as a last column without a variable.
    """
    index = task.index
    if not task.is_plain or in_graph or task.has_star:
        return None
    gone, variables_of = [], []
    for side in sides:
        triple = side.triple
        uses = 1 + sum(name == side.variable for conjunct in settled for part in conjunct.parts for name in [getattr(part, "text", "")[1:]])
        if triple.predicate.kind != "iri" or task.uses(side.variable) != uses or side.variable in task.pinned:
            return None
        if not index.is_default[side.rows].all():
            return None
        gone.append(triple)
    columns: list[numpy.ndarray] = [*nodes, *([carried] if carried is not None else [])]
    rest = [triple for triple in block.triples if not any(triple is other for other in gone)]
    variables_of = [side.triple.subject.value for side in sides]
    if len(set(variables_of)) < len(variables_of):
        return None
    rest, columns = without_types(task, rest, variables_of, columns)
    for number, name in enumerate(variables_of):
        linking = [triple for triple in rest if triple.object.kind == "variable" and triple.object.value == name]
        touching = [triple for triple in rest if any(term.kind == "variable" and term.value == name for term in triple.terms)]
        if len(touching) != 1 or linking != touching or not is_of_block(task, block, name) or name in task.pinned:
            continue
        link = linking[0]
        if link.predicate.kind != "iri" or link.subject.kind != "variable" or link.subject.value in (*variables_of, name):
            continue
        places, features = index.features_of(columns[number], task.number(link.predicate))
        if index.any_blank(features):
            continue
        columns = [column[places] for column in columns]
        columns[number] = features
        variables_of[number] = link.subject.value
        rest = [triple for triple in rest if triple is not link]
    rest, columns = without_types(task, rest, variables_of, columns)
    if len(columns[0]) > MOST_ROWS or any(index.any_blank(column) for column in columns[:len(variables_of)]):
        return None
    block.triples = rest
    task.notes.append(f"index: {len(gone)} patterns of geometries are known to the index and left out")
    return Table(variables_of, columns)


def linked_table(task: RewritingTask, block: Block, geometry: Term, nodes: numpy.ndarray, in_graph: bool) -> Table:
    """Give the table of some geometries, with their features where the block has a pattern for that link. What the index
    knows of both, that link and their classes, is left out of the block; the geometries' literals are asked of the store."""
    index, names, columns = task.index, [geometry.value], [nodes]
    if not task.is_plain or in_graph:
        return Table(names, columns)
    rest = block.triples
    linking = [triple for triple in rest if triple.object == geometry and triple.subject.kind == "variable" and triple.subject != geometry]
    link = next((triple for triple in linking if triple.predicate.kind == "iri"), None)
    if link is not None:
        places, features = index.features_of(nodes, task.number(link.predicate))
        if len(features) <= MOST_ROWS and not index.any_blank(features):
            names, columns = [link.subject.value, geometry.value], [features, nodes[places]]
            rest = [triple for triple in rest if triple is not link]
    block.triples, columns = without_types(task, rest, names, columns)
    return Table(names, columns)


def is_of_block(task: RewritingTask, block: Block, name: str) -> bool:
    """Tell whether a variable is named in the triples of a block only. What shares a subject shares the term as it was read."""
    terms = {id(term) for triple in block.triples for term in triple.terms if term.kind == "variable" and term.value == name}
    return name.startswith(task.fresh_stem) or task.uses(name) == len(terms)


def without_types(task: RewritingTask, triples: list[Triple], names: list[str], columns: list[numpy.ndarray]) -> tuple[list[Triple], list[numpy.ndarray]]:
    """Give patterns without those that state the class of a table's nodes, and the columns with only the rows that are of it."""
    index, rest = task.index, []
    for triple in triples:
        is_known = index.typed_is_default is not None and triple.subject.kind == "variable" and triple.subject.value in names
        if is_known and triple.predicate.value == entailment.TYPE and triple.object.kind == "iri":
            kept = index.are_members(columns[names.index(triple.subject.value)], task.number(triple.object), is_default=True)
            columns = columns if kept.all() else [column[kept] for column in columns]
        else:
            rest.append(triple)
    return rest, columns
