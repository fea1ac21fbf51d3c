"""Nodes that a block's patterns single out by the terms they name: a name, a code, another node. The store tells which.

A spatial join that starts from the one municipality of a name has far less to do than one of all municipalities.
"""

from itertools import islice

import numpy
from pyoxigraph import BlankNode, Literal, NamedNode

from regin_graph.geosparql import entailment
from regin_graph.geosparql.block_patterns import Ends
from regin_graph.geosparql.query_tree import Block, Term, Triple
from regin_graph.geosparql.rewriting_task import RewritingTask

MANY_ROWS = 100  # rows of a side from which the store is asked
MOST_NAMED = 400  # statements of a pattern; one that has more singles nothing out


def narrowed(task: RewritingTask, block: Block, subject: Term, rows: numpy.ndarray) -> numpy.ndarray:
    """Give those of many rows whose geometry is among those the block's patterns single out; all where they do not."""
    if task.store is None or len(rows) < MANY_ROWS or subject.kind != "variable":
        return rows
    geometries = named_geometries(task, Ends(block), subject)
    return rows if geometries is None else rows[numpy.isin(task.index.subject[rows], geometries)]


def named_geometries(task: RewritingTask, ends: Ends, geometry: Term) -> numpy.ndarray | None:
    """Give the nodes that a geometry variable can stand for, singled out themselves or by what links to them; none where they are not."""
    found = named_nodes(task, ends, geometry)
    for link in ends.by_object[geometry]:
        if link.subject.kind in ("variable", "blank") and link.subject != geometry and link.predicate.kind in ("iri", "variable"):
            features = named_nodes(task, ends, link.subject)
            if features is not None:
                linked = task.index.linked(None, [link.predicate.value] if link.predicate.kind == "iri" else None, features)
                found = linked if found is None else numpy.intersect1d(found, linked)
    return found


def named_nodes(task: RewritingTask, ends: Ends, node: Term) -> numpy.ndarray | None:
    """Give the nodes that a variable can stand for, as the patterns with named terms allow of which the store has few statements; none where there are none."""
    found: set | None = None
    patterns = [(triple, triple.object) for triple in ends.by_subject[node] if triple.object.kind in ("iri", "literal")]
    patterns += [(triple, triple.subject) for triple in ends.by_object[node] if triple.subject.kind == "iri"]
    for triple, named in patterns:
        if triple.predicate.kind != "iri" or triple.predicate.value == entailment.TYPE:
            continue  # the index knows types
        nodes = few_nodes(task, triple, named)
        if nodes is not None:
            found = nodes if found is None else found & nodes
    if found is None:
        return None
    numbers = (task.index.nodes.number(str(term)) for term in found)
    return numpy.array([number for number in numbers if number is not None], dtype=int)


def few_nodes(task: RewritingTask, triple: Triple, named: Term) -> set | None:
    """Give what stands at the other end of a pattern than the term it names, in any graph; none where there is much."""
    term, predicate = stored_term(named), stored_term(triple.predicate)
    if term is None or predicate is None:
        return None
    is_object = named is triple.object
    quads = task.store.quads_for_pattern(None if is_object else term, predicate, term if is_object else None, None)
    quads = list(islice(quads, MOST_NAMED + 1))
    if len(quads) > MOST_NAMED:
        return None
    return {end for quad in quads if isinstance(end := quad.subject if is_object else quad.object, (NamedNode, BlankNode))}


def stored_term(term: Term) -> NamedNode | Literal | None:
    """Give a term as the store has it; none where that is not certain."""
    try:
        if term.kind == "iri":
            return NamedNode(term.value)
        if not term.datatype.endswith("#langString"):
            return Literal(term.value, datatype=NamedNode(term.datatype))
        language = term.text.rpartition("@")[2]
        return Literal(term.value, language=language) if "--" not in language else None  # a direction is part of such a tag
    except ValueError:  # no absolute IRI, no language
        return None
