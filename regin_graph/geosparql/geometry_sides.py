"""A geometry variable of a block as one side of a spatial condition: the statements of the index it can match."""

from dataclasses import dataclass, field

import numpy

from regin_graph.geosparql import entailment
from regin_graph.geosparql.block_patterns import Ends, binding, take_apart
from regin_graph.geosparql.named_nodes import narrowed
from regin_graph.geosparql.query_tree import Block, Expression, Term, Triple
from regin_graph.geosparql.rewriting_task import RewritingTask


@dataclass
class Side:
    """A geometry variable that a triple binds, and what the index knows of its rows.

    `subjects` are the only nodes the triple can be about, where the block names them. `rows` are those that conditions
    left; none before the first. `settled` are the conditions the rows satisfy for certain.
    """

    variable: str
    triple: Triple
    predicate: int | None
    subjects: numpy.ndarray | None
    rows: numpy.ndarray | None = None
    settled: list[Expression] = field(default_factory=list)


def side_of(task: RewritingTask, block: Block, name: str) -> Side:
    """Give the rows of the index that a geometry variable can match; a path to it is taken apart."""
    triple = binding(block, name)
    if triple.predicate.steps:
        triple = take_apart(task, block, triple)
    return Side(name, triple, task.number(triple.predicate) if triple.predicate.kind == "iri" else None, named_subjects(task, block, triple.subject))


def named_subjects(task: RewritingTask, block: Block, subject: Term) -> numpy.ndarray | None:
    """Give the nodes that a block allows as a geometry because it names them or what links to them; none when it does not."""
    if subject.kind == "iri":
        return numpy.array([task.number(subject)])
    found = None
    for other in block.triples:
        if subject.kind == "variable" and other.object == subject and other.subject.kind == "iri" and other.predicate.kind in ("iri", "variable"):
            linked = task.index.linked(task.number(other.subject), [other.predicate.value] if other.predicate.kind == "iri" else None)
            found = linked if found is None else numpy.intersect1d(found, linked)
    return found


def rows_among(task: RewritingTask, side: Side, literals: numpy.ndarray) -> numpy.ndarray:
    """Give the rows of some literals that a side can match."""
    rows = task.index.rows_of(literals)
    if side.predicate is not None:
        rows = rows[task.index.predicate[rows] == side.predicate]
    return rows


def all_rows(task: RewritingTask, block: Block, side: Side, is_store_asked: bool = True) -> numpy.ndarray:
    """Give the rows a side can match: what conditions left, or all its block allows; what names single out when the store may be asked."""
    index = task.index
    if side.rows is not None:
        rows = narrowed(task, block, side.triple.subject, side.rows) if is_store_asked else side.rows
        return rows[are_allowed(task, block, side.triple.subject, index.subject[rows])]
    if side.subjects is not None:
        rows = numpy.sort(index.rows_of_subjects(side.subjects))
        return rows if side.predicate is None else rows[index.predicate[rows] == side.predicate]
    rows = numpy.arange(len(index.subject)) if side.predicate is None else numpy.flatnonzero(index.predicate == side.predicate)
    rows = narrowed(task, block, side.triple.subject, rows) if is_store_asked else rows
    return rows[are_allowed(task, block, side.triple.subject, index.subject[rows])]


def are_allowed(task: RewritingTask, block: Block, subject: Term, nodes: numpy.ndarray) -> numpy.ndarray:
    """Tell node by node whether the types and links a block states allow it as a geometry."""
    index, kept = task.index, numpy.ones(len(nodes), dtype=bool)
    if subject.kind != "variable":
        return kept
    ends = Ends(block)
    for class_ in classes_of(task, ends, subject):
        kept &= index.are_members(nodes, class_)
    for link in ends.by_object[subject]:
        if link.predicate.kind in ("iri", "variable") and link.subject.kind == "variable":
            places, features = index.features_of(nodes, task.number(link.predicate) if link.predicate.kind == "iri" else None, is_default=False)
            for class_ in classes_of(task, ends, link.subject):
                is_member = index.are_members(features, class_)
                places, features = places[is_member], features[is_member]
            is_linked = numpy.zeros(len(nodes), dtype=bool)
            is_linked[places] = True
            kept &= is_linked
    return kept


def classes_of(task: RewritingTask, ends: Ends, node: Term) -> list[int]:
    """Give the numbers of the classes that a block states of a variable."""
    return [task.number(triple.object) for triple in ends.by_subject[node] if triple.predicate.value == entailment.TYPE and triple.object.kind == "iri"]
