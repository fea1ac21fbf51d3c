"""Patterns of one block: which one binds a geometry variable, and how paths and blank nodes are taken apart."""

from collections import defaultdict

from regin_graph.geosparql.query_tree import Block, Term, Triple
from regin_graph.geosparql.rewriting_task import RewritingTask


class Ends:
    """The patterns of a block by their subject and by their object, grouped once: a block may have thousands."""

    def __init__(self, block: Block):
        self.by_subject: defaultdict[Term, list[Triple]] = defaultdict(list)
        self.by_object: defaultdict[Term, list[Triple]] = defaultdict(list)
        for triple in block.triples:
            self.by_subject[triple.subject].append(triple)
            self.by_object[triple.object].append(triple)


def variables(triple: Triple) -> tuple[str, ...]:
    """Give the variables at a pattern's ends, each once."""
    return tuple(dict.fromkeys(term.value for term in (triple.subject, triple.object) if term.kind == "variable"))


def binding(block: Block, name: str) -> Triple | None:
    """Give the triple of a block that binds a variable as its object, by an IRI, a variable or a sequence of IRIs."""
    for triple in block.triples:
        if triple.object.kind == "variable" and triple.object.value == name and triple.subject.value != name and (triple.predicate.kind in ("iri", "variable") or triple.predicate.steps):
            return triple
    return None


def take_apart(task: RewritingTask, block: Block, triple: Triple) -> Triple:
    """Put a chain of patterns for a path that is a sequence of IRIs; give the last of them."""
    subject, chain = triple.subject, []
    for step in triple.predicate.steps[:-1]:
        between = task.fresh(True)
        chain.append(Triple(subject, step, between))
        subject = between
    chain.append(Triple(subject, triple.predicate.steps[-1], triple.object))
    place = next(number for number, other in enumerate(block.triples) if other is triple)
    block.triples[place:place + 1] = chain
    return chain[-1]


def name_blanks(task: RewritingTask, block: Block, taken: list[Triple]) -> None:
    """Make variables of the blank nodes of patterns that leave the block, in all of the block."""
    names = {term.text: task.fresh(True) for triple in taken for term in (triple.subject, triple.object) if term.kind == "blank"}
    if names:
        block.triples = [Triple(names.get(triple.subject.text, triple.subject), triple.predicate, names.get(triple.object.text, triple.object)) for triple in block.triples]
