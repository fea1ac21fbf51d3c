"""Patterns that mean more than they state: relations as properties, and what RDFS entailment adds."""

import numpy

from regin_graph.geosparql import entailment, property_patterns
from regin_graph.geosparql.block_patterns import name_blanks, take_apart, variables
from regin_graph.geosparql.inline_table import MOST_ROWS, Table
from regin_graph.geosparql.property_patterns import SpatialObjects
from regin_graph.geosparql.query_tree import Block, Opaque, Term, Triple
from regin_graph.geosparql.rewriting_task import RewritingTask
from regin_graph.geosparql.term_reader import TermReader
from regin_graph.geosparql.vocabulary import GEOF, MARK


class Widening:
    """Puts for such patterns of a task what answers them."""

    def __init__(self, task: RewritingTask):
        self.task = task
        self.objects: SpatialObjects | None = None

    def widen(self, block: Block, in_graph: bool) -> tuple[list[Table], list, list]:
        """Take from a block the patterns that mean more than they state; give tables, parts, and filters for them."""
        if not self.task.rewrite and not self.task.rdfs:
            return [], [], []
        for triple in [triple for triple in block.triples if triple.predicate.steps and self.is_widened(triple)]:
            take_apart(self.task, block, triple)
        taken = [triple for triple in block.triples if self.is_widened(triple)]
        if not taken:
            return [], [], []
        name_blanks(self.task, block, taken)
        tables, parts, extra = [], [], []
        taken = [triple for triple in block.triples if self.is_widened(triple)]
        block.triples = [triple for triple in block.triples if not self.is_widened(triple)]
        for triple in taken:
            self.task.pinned |= {term.value for term in triple.terms if term.kind == "variable"}
            if self.task.rewrite and property_patterns.relation_of(triple):
                self.widen_relation(triple, in_graph, tables, parts)
            elif triple.predicate.kind == "path":
                block.triples.append(Triple(triple.subject, Term("path", self.widened_path(triple), ""), triple.object))
                self.task.notes.append(f"entailment: the path {triple.predicate.text} also follows properties below those it names")
            elif triple.predicate.value == entailment.TYPE:
                self.widen_type(triple, block, parts, extra)
            else:
                patterns = entailment.property_patterns(self.task.schema, triple)
                parts.append(Opaque([entailment.each_once(patterns)], variables(triple)))
                self.task.notes.append(f"entailment: {triple.text} also matches {len(patterns) - 1} properties below")
        return tables, parts, extra

    def is_widened(self, triple: Triple) -> bool:
        """Tell whether a pattern means more than it states."""
        if self.task.rewrite and property_patterns.relation_of(triple):
            return True
        if not self.task.rdfs:
            return False
        if triple.predicate.kind == "path":
            return self.widened_path(triple) != triple.predicate.text
        return len(entailment.class_patterns(self.task.schema, triple, "?x")) > 1 or len(entailment.property_patterns(self.task.schema, triple)) > 1

    def widened_path(self, triple: Triple) -> str:
        """Give a path with the properties below those it names."""
        if not any(mark in triple.predicate.text for mark in self.spatial_marks()):
            return triple.predicate.text
        parser = TermReader(triple.predicate.text, self.task.query.prefixes)
        steps = [Term("iri", token.text, parser.resolved(token)) for token in parser.tokens if token.kind in ("iri", "name")]
        return entailment.widened_path(self.task.schema, triple.predicate.text, steps)

    def spatial_marks(self) -> list[str]:
        """Give the beginnings of names in the text that can be of spatial terms."""
        return [MARK, *(f"{prefix}:" for prefix, iri in self.task.query.prefixes.items() if iri.startswith(entailment.SPATIAL))]

    def widen_type(self, triple: Triple, block: Block, parts: list, extra: list) -> None:
        """Answer a type pattern with what entails it: as a filter where another pattern binds its subject."""
        patterns = entailment.class_patterns(self.task.schema, triple, self.task.fresh().text)
        bound = triple.subject.kind != "variable" or any(triple.subject in (other.subject, other.object) for other in block.triples)
        if bound:
            extra.append(Opaque([f"FILTER EXISTS {entailment.any_of(patterns)}"]))
        else:
            parts.append(Opaque([f"{{ SELECT DISTINCT {triple.subject.text} {entailment.any_of(patterns)} }}"], variables(triple)))
        self.task.notes.append(f"entailment: {triple.text} is entailed by {len(patterns) - 1} patterns more")

    def widen_relation(self, triple: Triple, in_graph: bool, tables: list[Table], parts: list) -> None:
        """Answer a relation as property: from the index where it knows all, otherwise from the graph."""
        names = variables(triple)
        pairs = self.related_nodes(triple, in_graph)
        iris = property_patterns.properties(self.task.schema, triple.predicate.value, self.task.rdfs)
        if pairs is not None and names and not any(self.task.schema.occurs(iri) for iri in iris):
            columns = [column for term, column in zip((triple.subject, triple.object), pairs) if term.kind == "variable"]
            tables.append(Table(list(names), columns[:len(names)]))
            self.task.notes.append(f"index: {triple.text} holds for {len(tables[-1])} pairs")
            return
        fresh = [self.task.fresh().text for _ in range(4)]
        if pairs is not None and names:
            columns = [column for term, column in zip((triple.subject, triple.object), pairs) if term.kind == "variable"]
            stated = f"{{ {triple.subject.text} {property_patterns.alternatives(iris)} {triple.object.text} }}"
            text = f"{stated} UNION {{ {Table(list(names), columns[:len(names)]).text(self.task.index)} }}"
            self.task.notes.append(f"index: {triple.text} holds for {len(columns[0])} pairs besides those stated")
        else:
            self.task.generated.add(GEOF + property_patterns.relation_of(triple))
            text = property_patterns.pattern_text(self.task.schema, triple, self.task.rdfs, fresh)
            self.task.notes.append(f"property: {triple.text} is answered from the geometries of the graph")
        if names:
            parts.append(Opaque([f"{{ SELECT DISTINCT {' '.join('?' + name for name in names)} {{ {text} }} }}"], names))
        else:
            parts.append(Opaque([f"FILTER EXISTS {{ {text} }}"]))

    def related_nodes(self, triple: Triple, in_graph: bool) -> tuple[numpy.ndarray, numpy.ndarray] | None:
        """Give the pairs of nodes a property pattern holds for; none when the index cannot tell."""
        if self.task.index is None or not self.task.is_plain or in_graph:
            return None
        self.objects = self.objects or SpatialObjects(self.task.index, self.task.rdfs)
        pairs = self.objects.related(property_patterns.relation_of(triple), triple.subject, triple.object)
        if pairs is None or len(pairs[0]) > MOST_ROWS or any(self.task.index.any_blank(column) for column in pairs):
            return None
        return pairs
