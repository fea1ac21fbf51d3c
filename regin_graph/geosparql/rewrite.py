"""Rewrite a query so that a spatial index answers its spatial parts; the answer stays the same.

`prepare` gives the text to hand to the engine and an explanation. Queries that name no GeoSPARQL IRI, and queries
whose text is not understood for certain, are given back as they are.
Method: conditions that are conjuncts of a filter are looked up in the index, and the group's triples are started
from what was found (VALUES … LATERAL). That is done only for variables the same basic graph pattern certainly binds,
because a row without a value must stay an error. A condition leaves the filter only when the index tells exactly.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

import numpy

from regin_graph.geosparql import entailment, property_patterns
from regin_graph.geosparql.functions import CUSTOM_AGGREGATES, DISTINCT_MARK
from regin_graph.geosparql.index import BY_PLACE, ELSEWHERE, SpatialIndex, each_once
from regin_graph.geosparql.problems import SpatialError
from regin_graph.geosparql.property_patterns import SpatialObjects, Table
from regin_graph.geosparql.query_parser import Parser, parse
from regin_graph.geosparql.query_tokens import UnreadableQuery
from regin_graph.geosparql.query_tree import (
    Block,
    Expression,
    Filter,
    Group,
    Nested,
    Opaque,
    Query,
    Select,
    Term,
    Triple,
    Union,
    visible,
)
from regin_graph.geosparql.reference_systems import WGS84_LON_LAT
from regin_graph.geosparql.schema import Schema
from regin_graph.geosparql.spatial_conditions import Condition, ConditionReader
from regin_graph.geosparql.vocabulary import RDF, RDFS, XSD

DEFAULT_PREFIXES = {"rdf": RDF, "rdfs": RDFS, "xsd": XSD}
MARK = "opengis.net/"  # every IRI of GeoSPARQL has it
DISTINCT_OF_ALL = re.compile(r"\(\s*DISTINCT\s*\*", re.IGNORECASE)
DISTINCT_AGGREGATE = re.compile(r"agg\w*>?\s*\(\s*DISTINCT\b", re.IGNORECASE)
FEW_ROWS = 500  # as many literals are tested one by one rather than looked up by place
MOST_ROWS = 300_000  # of an inline table
MOST_PAIRS = 1_500_000  # pairs of envelopes tried for one join
NEAREST_START_M, NEAREST_START_DEG = 10_000.0, 0.1  # how far the nearest are looked for at first
MOST_STARTS = 2000  # literals from which a distance join looks for others


@dataclass(frozen=True)
class PreparedQuery:
    """A query ready for the engine, and how it was prepared."""

    text: str
    explanation: str
    is_rewritten: bool = False


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


def prepare(text: str, index: SpatialIndex | Schema | None = None, *, rdfs: bool = True, rewrite: bool = True, plain_dataset: bool = False, prefixes: dict[str, str] | None = None, substitutions: dict[str, object] | None = None) -> PreparedQuery:
    """Give the query to hand to the engine; with a schema in place of an index, only its meaning is rewritten.

    `rdfs` switches RDFS entailment of spatial terms, `rewrite` the relations as properties. `plain_dataset` tells that the
    query runs over the store's own default graph (no graphs named in the request): then parts the index knows
    completely are not asked of the store again. `prefixes` are those the engine is given besides the query's own,
    `substitutions` the terms it will put in for variables, by name: a geometry among them is looked up as a constant.
    """
    if MARK not in text and not any(MARK in iri for iri in (prefixes or {}).values()):
        return PreparedQuery(text, "The query names no GeoSPARQL IRI: it goes to the engine as it is.")
    known = DEFAULT_PREFIXES | (prefixes or {})
    try:
        if DISTINCT_AGGREGATE.search(text):
            text = with_distinct_aggregates(text, known)
        if DISTINCT_OF_ALL.search(text):
            raise UnreadableQuery("DISTINCT of all variables")
        query = parse(text, known)
        rewriter = Rewriter(text, query, index, rdfs=rdfs, rewrite=rewrite, is_plain=plain_dataset and not query.has_dataset, substitutions=substitutions)
        rewriter.rewrite_query()
    except UnreadableQuery as reason:
        return PreparedQuery(text, f"The query goes to the engine as it is: {reason}.")
    except RecursionError:
        return PreparedQuery(text, "The query goes to the engine as it is: its groups lie too deep in each other.")
    if not rewriter.notes:
        return PreparedQuery(text, "No part of the query is for the spatial index: it goes to the engine as it is.")
    rewritten = query.text
    return PreparedQuery(rewritten, "\n".join([*(f"# {note}" for note in rewriter.notes), rewritten]), True)


def explain(text: str, index: SpatialIndex | None = None, **switches) -> str:
    """Give the rewritten query with, as comments, which look-ups in the index it used."""
    return prepare(text, index, **switches).explanation


def with_distinct_aggregates(text: str, prefixes: dict[str, str]) -> str:
    """Give the query with `agg(DISTINCT ?x)` of spatial aggregates as calls of the aggregate over different values."""
    parser = Parser(text, prefixes)
    parser.prologue()
    names = {name.value for name in CUSTOM_AGGREGATES}
    pieces, place, found = [], 0, parser.tokens
    for token, opening, word in zip(found, found[1:], found[2:]):
        if token.kind in ("iri", "name") and opening.word == "(" and word.word == "DISTINCT" and (iri := parser.resolved(token)) in names:
            pieces += [text[place:token.begin], f"<{iri}{DISTINCT_MARK}>(", " "]
            place = word.end
    return "".join([*pieces, text[place:]])


class Rewriter:
    """Rewrites the tree of one query."""

    def __init__(self, text: str, query: Query, index: SpatialIndex | Schema | None, *, rdfs: bool, rewrite: bool, is_plain: bool, substitutions: dict[str, object] | None = None):
        self.query, self.rdfs, self.rewrite, self.is_plain = query, rdfs, rewrite, is_plain
        self.index = index if isinstance(index, SpatialIndex) else None
        self.schema = index.schema if isinstance(index, SpatialIndex) else index or Schema()
        self.substituted = set(substitutions or ())
        self.reader = ConditionReader(query.prefixes, substitutions=substitutions)
        self.mentions = Counter(re.findall(r"[?$](\w+)", text))
        self.pinned: set[str] = set()  # variables that generated text names: they stay
        self.notes: list[str] = []
        self.fresh_stem = "regin"
        while f"?{self.fresh_stem}" in text or f"${self.fresh_stem}" in text:
            self.fresh_stem += "_"
        self.fresh_count = self.exposed_count = 0
        self.has_star = query.has_star or any_star(query.group)
        self.objects: SpatialObjects | None = None
        self.ready: dict[int, Table] = {}  # tables found before the blocks are walked, by block

    def fresh(self, is_exposed: bool = False) -> Term:
        """Give a variable the query does not have; exposed when `SELECT *` would show it."""
        self.fresh_count += 1
        self.exposed_count += is_exposed
        name = f"{self.fresh_stem}{self.fresh_count}"
        return Term("variable", f"?{name}", name)

    # walking

    def rewrite_query(self) -> None:
        """Rewrite all groups, and put the visible variables for * where new ones came into its scope."""
        shown = visible(self.query.group) if self.query.has_star and self.query.group else []
        self.start_from_nearest()
        for part in self.query.head.parts:
            if isinstance(part, Group):
                self.walk(part, False)
        if self.query.group is not None:
            self.walk(self.query.group, False)
        if self.exposed_count and self.query.has_star:
            self.query.head = unstarred(self.query.head, shown)

    def start_from_nearest(self) -> None:
        """Start a query ordered by distance and limited from the nearest geometries, where each gives a solution for certain.

        That is so when the query is of one pattern for the literal, and at most one more that links its geometry.
        A literal without a distance would come first, so there must be none.
        """
        query, index = self.query, self.index
        if index is None or not self.is_plain or query.form != "SELECT" or query.group is None or not index.is_all_by_place:
            return
        blocks = query.group.parts
        if len(blocks) != 1 or not isinstance(blocks[0], Block) or any(str(part).upper() in ("DISTINCT", "REDUCED", "(") for part in query.head.parts[2:]):
            return
        wanted = self.reader.nearest(query.tail.text)
        if self.substituted or wanted is None or len(wanted.variables) != 1 or (binding := self.binding(blocks[0], wanted.variables[0])) is None:
            return
        if binding.predicate.steps:
            binding = self.take_apart(blocks[0], binding)
        links = [triple for triple in blocks[0].triples if triple is not binding]
        subject = binding.subject
        if binding.predicate.kind != "iri" or subject.kind != "variable" or len(links) > 1:
            return
        if any(link.object != subject or link.predicate.kind != "iri" or link.subject.kind != "variable" or link.subject in (subject, binding.object) for link in links):
            return
        constant = wanted.second if isinstance(wanted.first, str) else wanted.first
        rows = self.nearest_rows(constant.shape_in(WGS84_LON_LAT), wanted, self.number(binding.predicate), [self.number(link.predicate) for link in links])
        if rows is not None and not index.any_blank(index.subject[rows]):
            self.notes.append(f"index: the {len(rows)} geometries nearest to a constant")
            self.ready[id(blocks[0])] = Table([subject.value], [numpy.unique(index.subject[rows])])

    def nearest_rows(self, shape, wanted: Condition, predicate: int, links: list[int]) -> numpy.ndarray | None:
        """Give the rows nearest to a shape, at least as many as wanted; none when there are not as many."""
        index = self.index
        reach = (NEAREST_START_M if wanted.is_metric else NEAREST_START_DEG)
        furthest = (20_100_000.0 if wanted.is_metric else 600.0)
        while True:
            literals, away = index.around(shape, reach, wanted.is_metric)
            order = numpy.argsort(literals)
            literals, away = literals[order], away[order]
            rows = index.rows_of(literals)
            rows = rows[(index.predicate[rows] == predicate) & index.is_default[rows]]
            for link in links:
                rows = rows[numpy.isin(index.subject[rows], index.link_geometry[(index.link_predicate == link) & index.link_is_default])]
            distances = away[numpy.searchsorted(literals, index.literal[rows])]
            inside = distances <= reach
            if inside.sum() >= wanted.limit:
                last = numpy.partition(distances[inside], int(wanted.limit) - 1)[int(wanted.limit) - 1]
                return rows[distances <= last * (1 + 1e-9) + 1e-9]
            if reach > furthest:
                return None
            reach *= 4

    def walk(self, group: Group, in_graph: bool) -> None:
        """Rewrite a group and all groups within it."""
        for part in group.parts:
            if isinstance(part, Nested):
                self.walk(part.group, in_graph or part.keyword == "GRAPH")
            elif isinstance(part, Union):
                for inner in part.groups:
                    self.walk(inner, in_graph)
            elif isinstance(part, Select):
                before, shown = self.exposed_count, visible(part.group)
                for inner in part.head.parts:
                    if isinstance(inner, Group):
                        self.walk(inner, in_graph)
                self.walk(part.group, in_graph)
                if part.has_star and self.exposed_count > before:
                    part.head, part.has_star, part.selected = unstarred(part.head, shown), False, tuple(shown)
            elif isinstance(part, Opaque):
                for inner in part.parts:
                    if isinstance(inner, Group):
                        self.walk(inner, in_graph)
            elif isinstance(part, Filter):
                for conjunct in part.conjuncts:
                    for inner in conjunct.parts:
                        if isinstance(inner, Group):
                            self.walk(inner, in_graph)
        for block in [part for part in group.parts if isinstance(part, Block)]:
            self.rewrite_block(group, block, in_graph)

    # one block

    def rewrite_block(self, group: Group, block: Block, in_graph: bool) -> None:
        """Rewrite a basic graph pattern of a group with the group's filters."""
        ready = self.ready.pop(id(block), None)
        tables, others, extra = self.widen(block, in_graph)
        tables += [ready] if ready is not None else []
        settled: list[Expression] = []
        if self.index is not None and not self.substituted & {term.value for triple in block.triples for term in triple.terms if term.kind == "variable"}:
            table, settled = self.looked_up(group, block, in_graph)
            if table is not None:
                tables.append(table)
        if not tables and not others and not extra:
            return
        for part in group.parts:
            if isinstance(part, Filter):
                part.conjuncts = [conjunct for conjunct in part.conjuncts if conjunct not in settled]
        place = group.parts.index(block)
        group.parts[place:place + 1] = [*others, *self.started(tables, block), *extra]

    def started(self, tables: list[Table], block: Block) -> list:
        """Give the block begun from tables: the smallest first, with those that share its variables; the rest joined within."""
        if not tables:
            return [block] if block.triples else []
        tables = sorted(tables, key=len)
        first, known, inside = [tables[0]], set(tables[0].variables), []
        for table in tables[1:]:
            if known & set(table.variables):
                first.append(table)
                known |= set(table.variables)
            else:
                inside.append(table)
        begin = " ".join(table.text(self.index) for table in first)
        within = " ".join([*(table.text(self.index) for table in inside), block.text])
        return [Opaque([f"{{ {begin} LATERAL {{ {within} }} }}" if within.strip() else f"{{ {begin} }}"])]

    # meaning: relations as properties, entailment

    def widen(self, block: Block, in_graph: bool) -> tuple[list[Table], list, list]:
        """Take from a block the patterns that mean more than they state; give tables, parts, and filters for them."""
        if not self.rewrite and not self.rdfs:
            return [], [], []
        for triple in [triple for triple in block.triples if triple.predicate.steps and self.is_widened(triple)]:
            self.take_apart(block, triple)
        taken = [triple for triple in block.triples if self.is_widened(triple)]
        if not taken:
            return [], [], []
        self.name_blanks(block, taken)
        tables, parts, extra = [], [], []
        taken = [triple for triple in block.triples if self.is_widened(triple)]
        block.triples = [triple for triple in block.triples if not self.is_widened(triple)]
        for triple in taken:
            self.pinned |= {term.value for term in triple.terms if term.kind == "variable"}
            if self.rewrite and property_patterns.relation_of(triple):
                self.widen_relation(triple, in_graph, tables, parts)
            elif triple.predicate.kind == "path":
                block.triples.append(Triple(triple.subject, Term("path", self.widened_path(triple), ""), triple.object))
                self.notes.append(f"entailment: the path {triple.predicate.text} also follows properties below those it names")
            elif triple.predicate.value == entailment.TYPE:
                self.widen_type(triple, block, parts, extra)
            else:
                patterns = entailment.property_patterns(self.schema, triple)
                parts.append(Opaque([entailment.each_once(patterns)], variables(triple)))
                self.notes.append(f"entailment: {triple.text} also matches {len(patterns) - 1} properties below")
        return tables, parts, extra

    def is_widened(self, triple: Triple) -> bool:
        """Tell whether a pattern means more than it states."""
        if self.rewrite and property_patterns.relation_of(triple):
            return True
        if not self.rdfs:
            return False
        if triple.predicate.kind == "path":
            return self.widened_path(triple) != triple.predicate.text
        return len(entailment.class_patterns(self.schema, triple, "?x")) > 1 or len(entailment.property_patterns(self.schema, triple)) > 1

    def widened_path(self, triple: Triple) -> str:
        """Give a path with the properties below those it names."""
        if not any(mark in triple.predicate.text for mark in self.spatial_marks()):
            return triple.predicate.text
        parser = Parser(triple.predicate.text, self.query.prefixes)
        steps = [Term("iri", token.text, parser.resolved(token)) for token in parser.tokens if token.kind in ("iri", "name")]
        return entailment.widened_path(self.schema, triple.predicate.text, steps)

    def spatial_marks(self) -> list[str]:
        """Give the beginnings of names in the text that can be of spatial terms."""
        return [MARK, *(f"{prefix}:" for prefix, iri in self.query.prefixes.items() if iri.startswith(entailment.SPATIAL))]

    def name_blanks(self, block: Block, taken: list[Triple]) -> None:
        """Make variables of the blank nodes of patterns that leave the block, in all of the block."""
        names = {term.text: self.fresh(True) for triple in taken for term in (triple.subject, triple.object) if term.kind == "blank"}
        if names:
            block.triples = [Triple(names.get(triple.subject.text, triple.subject), triple.predicate, names.get(triple.object.text, triple.object)) for triple in block.triples]

    def widen_type(self, triple: Triple, block: Block, parts: list, extra: list) -> None:
        """Answer a type pattern with what entails it: as a filter where another pattern binds its subject."""
        patterns = entailment.class_patterns(self.schema, triple, self.fresh().text)
        bound = triple.subject.kind != "variable" or any(triple.subject in (other.subject, other.object) for other in block.triples)
        if bound:
            extra.append(Opaque([f"FILTER EXISTS {entailment.any_of(patterns)}"]))
        else:
            parts.append(Opaque([f"{{ SELECT DISTINCT {triple.subject.text} {entailment.any_of(patterns)} }}"], variables(triple)))
        self.notes.append(f"entailment: {triple.text} is entailed by {len(patterns) - 1} patterns more")

    def widen_relation(self, triple: Triple, in_graph: bool, tables: list[Table], parts: list) -> None:
        """Answer a relation as property: from the index where it knows all, otherwise from the graph."""
        names = variables(triple)
        pairs = self.related_nodes(triple, in_graph)
        iris = property_patterns.properties(self.schema, triple.predicate.value, self.rdfs)
        if pairs is not None and names and not any(self.schema.occurs(iri) for iri in iris):
            columns = [column for term, column in zip((triple.subject, triple.object), pairs) if term.kind == "variable"]
            tables.append(Table(list(names), columns[:len(names)]))
            self.notes.append(f"index: {triple.text} holds for {len(tables[-1])} pairs")
            return
        fresh = [self.fresh().text for _ in range(4)]
        if pairs is not None and names:
            columns = [column for term, column in zip((triple.subject, triple.object), pairs) if term.kind == "variable"]
            stated = f"{{ {triple.subject.text} {property_patterns.alternatives(iris)} {triple.object.text} }}"
            text = f"{stated} UNION {{ {Table(list(names), columns[:len(names)]).text(self.index)} }}"
            self.notes.append(f"index: {triple.text} holds for {len(columns[0])} pairs besides those stated")
        else:
            text = property_patterns.pattern_text(self.schema, triple, self.rdfs, fresh)
            self.notes.append(f"property: {triple.text} is answered from the geometries of the graph")
        if names:
            parts.append(Opaque([f"{{ SELECT DISTINCT {' '.join('?' + name for name in names)} {{ {text} }} }}"], names))
        else:
            parts.append(Opaque([f"FILTER EXISTS {{ {text} }}"]))

    def related_nodes(self, triple: Triple, in_graph: bool) -> tuple[numpy.ndarray, numpy.ndarray] | None:
        """Give the pairs of nodes a property pattern holds for; none when the index cannot tell."""
        if self.index is None or not self.is_plain or in_graph:
            return None
        self.objects = self.objects or SpatialObjects(self.index, self.rdfs)
        pairs = self.objects.related(property_patterns.relation_of(triple), triple.subject, triple.object)
        if pairs is None or len(pairs[0]) > MOST_ROWS or any(self.index.any_blank(column) for column in pairs):
            return None
        return pairs

    # filters

    def looked_up(self, group: Group, block: Block, in_graph: bool) -> tuple[Table | None, list[Expression]]:
        """Give the table that the group's filters allow a block to start from, and the conditions it settles."""
        conditions = [(condition, conjunct) for part in group.parts if isinstance(part, Filter) for conjunct in part.conjuncts if (condition := self.reader.read(conjunct))]
        conditions = [(condition, conjunct) for condition, conjunct in conditions if not self.substituted & set(condition.variables) and all(self.binding(block, name) for name in condition.variables)]
        if not conditions:
            return None, []
        sides = {name: self.side(block, name) for condition, _ in conditions for name in condition.variables}
        limited = []
        for condition, conjunct in conditions:
            if len(condition.variables) == 1 and self.limit(sides[condition.variables[0]], condition, conjunct):
                limited.append(condition.variables[0])
        for condition, conjunct in conditions:
            if len(condition.variables) == 2:
                joined = self.joined(block, sides, condition, conjunct, in_graph)
                if joined is not None:
                    return joined
        if not limited:
            return None, []
        side = min((sides[name] for name in limited), key=lambda side: len(side.rows))
        return self.table_of(block, side, in_graph)

    def binding(self, block: Block, name: str) -> Triple | None:
        """Give the triple of a block that binds a variable as its object, by an IRI, a variable or a sequence of IRIs."""
        for triple in block.triples:
            if triple.object.kind == "variable" and triple.object.value == name and triple.subject.value != name and (triple.predicate.kind in ("iri", "variable") or triple.predicate.steps):
                return triple
        return None

    def side(self, block: Block, name: str) -> Side:
        """Give the rows of the index that a geometry variable can match; a path to it is taken apart."""
        triple = self.binding(block, name)
        if triple.predicate.steps:
            triple = self.take_apart(block, triple)
        return Side(name, triple, self.number(triple.predicate) if triple.predicate.kind == "iri" else None, self.named_subjects(block, triple.subject))

    def take_apart(self, block: Block, triple: Triple) -> Triple:
        """Put a chain of patterns for a path that is a sequence of IRIs; give the last of them."""
        subject, chain = triple.subject, []
        for step in triple.predicate.steps[:-1]:
            between = self.fresh(True)
            chain.append(Triple(subject, step, between))
            subject = between
        chain.append(Triple(subject, triple.predicate.steps[-1], triple.object))
        place = next(number for number, other in enumerate(block.triples) if other is triple)
        block.triples[place:place + 1] = chain
        return chain[-1]

    def named_subjects(self, block: Block, subject: Term) -> numpy.ndarray | None:
        """Give the nodes that a block allows as a geometry because it names them or what links to them; none when it does not."""
        if subject.kind == "iri":
            return numpy.array([self.number(subject)])
        found = None
        for other in block.triples:
            if subject.kind == "variable" and other.object == subject and other.subject.kind == "iri" and other.predicate.kind in ("iri", "variable"):
                linked = self.index.linked(self.number(other.subject), [other.predicate.value] if other.predicate.kind == "iri" else None)
                found = linked if found is None else numpy.intersect1d(found, linked)
        return found

    def rows_among(self, side: Side, literals: numpy.ndarray) -> numpy.ndarray:
        """Give the rows of some literals that a side can match."""
        rows = self.index.rows_of(literals)
        if side.predicate is not None:
            rows = rows[self.index.predicate[rows] == side.predicate]
        return rows

    def all_rows(self, block: Block, side: Side) -> numpy.ndarray:
        """Give the rows a side can match: what conditions left, or all its block allows."""
        if side.rows is not None:
            return side.rows
        index = self.index
        if side.subjects is not None:
            rows = numpy.sort(index.rows_of_subjects(side.subjects))
            return rows if side.predicate is None else rows[index.predicate[rows] == side.predicate]
        rows = numpy.arange(len(index.subject)) if side.predicate is None else numpy.flatnonzero(index.predicate == side.predicate)
        if side.triple.subject.kind == "variable":
            allowed = self.subjects_allowed(block, side.triple.subject)
            rows = rows if allowed is None else rows[allowed[index.subject[rows]]]
        return rows

    def subjects_allowed(self, block: Block, subject: Term) -> numpy.ndarray | None:
        """Tell node by node whether the types and links a block states allow it as a geometry; none when it states none."""
        kept = []
        for other in block.triples:
            if other.subject == subject and other.predicate.value == entailment.TYPE and other.object.kind == "iri":
                kept.append(self.chosen(self.index.members([other.object.value])))
            if other.object == subject and other.predicate.kind == "iri" and other.object.kind == "variable":
                kept.append(self.chosen(self.index.linked(None, [other.predicate.value])))
            if other.object == subject and other.predicate.kind in ("iri", "variable") and other.subject.kind == "variable":
                classes = [typed.object.value for typed in block.triples if typed.subject == other.subject and typed.predicate.value == entailment.TYPE and typed.object.kind == "iri"]
                if classes:
                    predicates = [other.predicate.value] if other.predicate.kind == "iri" else None
                    kept.append(self.chosen(self.index.linked(None, predicates, self.index.members(classes[:1]))))
        return numpy.logical_and.reduce(kept) if kept else None

    def chosen(self, nodes: numpy.ndarray) -> numpy.ndarray:
        """Give a mark for each node that is among some."""
        marks = numpy.zeros(len(self.index.nodes), dtype=bool)
        marks[nodes] = True
        return marks

    def number(self, term: Term) -> int:
        """Give the number of an IRI in the index; one that no row has when it is not there."""
        found = self.index.nodes.number(f"<{term.value}>")
        return -1 if found is None else found

    def limit(self, side: Side, condition: Condition, conjunct: Expression) -> bool:
        """Keep of a side's rows those a condition with a constant allows. Tells whether the index could do it."""
        index = self.index
        is_second = not isinstance(condition.second, str)
        constant = condition.second if is_second else condition.first
        try:
            shape = constant.shape_in(WGS84_LON_LAT)
        except SpatialError:
            return False
        named = side.rows
        if named is None and side.subjects is not None:
            named = numpy.sort(index.rows_of_subjects(side.subjects))
            named = named if side.predicate is None else named[index.predicate[named] == side.predicate]
        exact, is_few = True, named is not None and len(named) <= FEW_ROWS
        placed = None
        if is_few:
            literals = numpy.unique(index.literal[named])
            placed, unsure = literals[index.state[literals] == BY_PLACE], literals[index.state[literals] == ELSEWHERE]
        else:
            unsure = index.elsewhere
        if condition.limit is not None:
            found, exact = self.near(shape, condition, placed)
        elif is_few:
            found = placed[index.tested(condition.relation, shape, placed, not is_second, condition.pattern)]
        else:
            found = index.related(condition.relation, shape, is_second, condition.pattern)
        rows = self.rows_among(side, numpy.union1d(found, unsure) if len(unsure) else found)
        side.rows = rows if named is None else numpy.intersect1d(rows, named)
        if len(side.rows) > MOST_ROWS:
            return False
        if exact and not len(unsure) and not conjunct.mentions & self.substituted:  # the engine wants the variable to stay
            side.settled.append(conjunct)
        self.notes.append(f"index: {condition.text} of ?{side.variable} and a constant keeps {len(side.rows)} of {len(index)} geometries")
        return True

    def near(self, shape, condition: Condition, placed: numpy.ndarray | None) -> tuple[numpy.ndarray, bool]:
        """Give the literals (of some, or of all) within a condition's distance of a shape, and whether none is too near the limit to tell."""
        index = self.index
        limit = condition.limit * condition.unit_size
        reach = (limit if condition.is_metric else float(numpy.degrees(limit))) * (1 + 1e-9)
        if placed is not None:
            candidates = placed
            away = index.distances(shape, candidates, condition.is_metric)
        else:
            candidates, away = index.around(shape, reach, condition.is_metric)
        margin = abs(reach) * 1e-9 + 1e-12
        kept = away <= reach + margin
        return candidates[kept], bool((away[kept] < reach - 3 * margin).all())

    def table_of(self, block: Block, side: Side, in_graph: bool) -> tuple[Table | None, list[Expression]]:
        """Give the table of a limited side, and the conditions it settles."""
        index, subject = self.index, side.triple.subject
        if subject.kind != "variable" or index.any_blank(index.subject[side.rows]):
            if not len(index.texts) or subject.kind == "iri":
                return None, []
            return Table([side.variable], [numpy.unique(index.literal[side.rows])], is_literal=True) if self.has_texts() else None, side.settled if self.has_texts() else []
        is_only = bool(index.is_only[side.rows].all())
        settled = side.settled if is_only else []
        nodes = [numpy.unique(index.subject[side.rows])]
        if is_only and len(settled):
            covered = self.covered(block, [side], [index.subject[side.rows]], settled, in_graph)
            if covered is not None:
                return covered, settled
        return Table([subject.value], nodes), settled

    def has_texts(self) -> bool:
        """Tell whether the index knows the text of literals."""
        return len(self.index.texts.data) > 0

    def joined(self, block: Block, sides: dict[str, Side], condition: Condition, conjunct: Expression, in_graph: bool) -> tuple[Table, list[Expression]] | None:
        """Give the table of pairs for a condition between two variables; none when the index cannot tell or it costs too much."""
        index = self.index
        first, second = sides[condition.first], sides[condition.second]
        subjects = (first.triple.subject, second.triple.subject)
        if any(subject.kind != "variable" for subject in subjects) or subjects[0] == subjects[1]:
            return None
        for side in (first, second):
            side.rows = self.all_rows(block, side)
        literals = [each_once(index.literal[side.rows]) for side in (first, second)]
        if any((index.state[side] == ELSEWHERE).any() for side in literals):
            return None
        literals = [side[index.state[side] == BY_PLACE] for side in literals]
        pairs = self.near_pairs(condition, *literals) if condition.limit is not None else index.pairs(condition.relation, *literals, MOST_PAIRS, condition.pattern)
        if pairs is None:
            return None
        is_exact = True
        if condition.limit is not None:
            *pairs, is_exact = pairs
        rows = self.paired_rows(first, second, *pairs)
        if rows is None or len(rows[0]) > MOST_ROWS or any(index.any_blank(index.subject[side]) for side in rows):
            return None
        is_only = bool(index.is_only[rows[0]].all() and index.is_only[rows[1]].all())
        settled = [*([conjunct] if is_exact and not conjunct.mentions & self.substituted else []), *first.settled, *second.settled] if is_only else []
        self.notes.append(f"index: {condition.text} of ?{condition.first} and ?{condition.second} holds for {len(rows[0])} pairs")
        nodes = [index.subject[side] for side in rows]
        if is_only and len(settled):
            covered = self.covered(block, [first, second], nodes, settled, in_graph)
            if covered is not None:
                return covered, settled
        if not is_only:
            keys = numpy.unique(nodes[0].astype(numpy.int64) * len(index.nodes) + nodes[1])
            nodes = [keys // len(index.nodes), keys % len(index.nodes)]
        return Table([subject.value for subject in subjects], nodes), settled

    def near_pairs(self, condition: Condition, first: numpy.ndarray, second: numpy.ndarray):
        """Give the pairs of literals within a distance, and whether none is too near the limit to tell."""
        few, many, few_is_first = (first, second, True) if len(first) <= len(second) else (second, first, False)
        if len(few) > MOST_STARTS:
            return None
        wanted = numpy.zeros(len(self.index), dtype=bool)
        wanted[many] = True
        ones, others, exact, total = [], [], True, 0
        for literal, shape in zip(few.tolist(), self.index.shapes_of(few)):
            found, is_exact = self.near(shape, condition, many if len(many) <= FEW_ROWS else None)
            found = found[wanted[found]]
            ones.append(numpy.full(len(found), literal))
            others.append(found)
            exact, total = exact and is_exact, total + len(found)
            if total > MOST_ROWS:
                return None
        one, other = (numpy.concatenate(found) if found else numpy.empty(0, dtype=int) for found in (ones, others))
        return (one, other, exact) if few_is_first else (other, one, exact)

    def paired_rows(self, first: Side, second: Side, one: numpy.ndarray, other: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray] | None:
        """Give the pairs of rows for pairs of literals."""
        index = self.index
        spans = []
        for side, literals in ((first, one), (second, other)):
            own = index.literal[side.rows]
            spans.append((numpy.searchsorted(own, literals), numpy.searchsorted(own, literals, side="right")))
        counts = [ends - begins for begins, ends in spans]
        total = counts[0] * counts[1]
        if total.sum() > 2 * MOST_ROWS:
            return None
        place = numpy.arange(int(total.sum())) - numpy.repeat(numpy.cumsum(total) - total, total)
        width = numpy.repeat(counts[1], total)
        return first.rows[numpy.repeat(spans[0][0], total) + place // width], second.rows[numpy.repeat(spans[1][0], total) + place % width]

    # patterns the index knows completely

    def covered(self, block: Block, sides: list[Side], nodes: list[numpy.ndarray], settled: list[Expression], in_graph: bool) -> Table | None:
        """Give a table in which patterns the index knows completely are left out of the block; none when none are.

        A pattern may leave when its variable is named nowhere else, so that only the number of rows counts, and that
        the index knows: each row of the index is one statement of the default graph.
        """
        index = self.index
        if not self.is_plain or in_graph or self.has_star:
            return None
        gone, variables_of = [], []
        for side in sides:
            triple = side.triple
            uses = 1 + sum(name == side.variable for conjunct in settled for part in conjunct.parts for name in [getattr(part, "text", "")[1:]])
            if triple.predicate.kind != "iri" or self.uses(side.variable) != uses or side.variable in self.pinned:
                return None
            if not index.is_default[side.rows].all():
                return None
            gone.append(triple)
        columns: list[numpy.ndarray] = list(nodes)
        rest = [triple for triple in block.triples if not any(triple is other for other in gone)]
        variables_of = [side.triple.subject.value for side in sides]
        if len(set(variables_of)) < len(variables_of):
            return None
        for number, name in enumerate(variables_of):
            linking = [triple for triple in rest if triple.object.kind == "variable" and triple.object.value == name]
            touching = [triple for triple in rest if any(term.kind == "variable" and term.value == name for term in triple.terms)]
            uses = 2 if name.startswith(self.fresh_stem) else self.uses(name)
            if len(touching) != 1 or linking != touching or uses != 2 or name in self.pinned:
                continue
            link = linking[0]
            if link.predicate.kind != "iri" or link.subject.kind != "variable" or link.subject.value in (*variables_of, name):
                continue
            expanded = self.features(columns[number], link)
            if expanded is None:
                continue
            places, features = expanded
            columns = [column[places] for column in columns]
            columns[number] = features
            variables_of[number] = link.subject.value
            rest = [triple for triple in rest if triple is not link]
        if len(columns[0]) > MOST_ROWS or any(index.any_blank(column) for column in columns):
            return None
        block.triples = rest
        self.notes.append(f"index: {len(gone)} patterns of geometries are known to the index and left out")
        return Table(variables_of, columns)

    def uses(self, name: str) -> int:
        """Give how often the query names a variable; new variables are named by the pattern alone."""
        return 1 if name.startswith(self.fresh_stem) else self.mentions[name]

    def features(self, geometries: numpy.ndarray, link: Triple) -> tuple[numpy.ndarray, numpy.ndarray] | None:
        """Give for a column of geometries the places repeated by link, and the linked features."""
        index = self.index
        kept = numpy.flatnonzero(index.link_is_default & (index.link_predicate == self.number(link.predicate)))
        own = index.link_geometry[kept]
        begins, ends = numpy.searchsorted(own, geometries), numpy.searchsorted(own, geometries, side="right")
        counts = ends - begins
        places = numpy.repeat(numpy.arange(len(geometries)), counts)
        within = numpy.arange(int(counts.sum())) - numpy.repeat(numpy.cumsum(counts) - counts, counts)
        features = index.link_feature[kept[numpy.repeat(begins, counts) + within]]
        return None if index.any_blank(features) else (places, features)


def variables(triple: Triple) -> tuple[str, ...]:
    """Give the variables at a pattern's ends, each once."""
    return tuple(dict.fromkeys(term.value for term in (triple.subject, triple.object) if term.kind == "variable"))


def any_star(part) -> bool:
    """Tell whether a sub-select within a part selects all variables."""
    if isinstance(part, Select):
        return part.has_star or any_star(part.group)
    if isinstance(part, (Nested, Group, Union, Opaque)):
        inner = [part.group] if isinstance(part, Nested) else part.groups if isinstance(part, Union) else part.parts
        return any(any_star(one) for one in inner)
    if isinstance(part, Filter):
        return any(any_star(one) for conjunct in part.conjuncts for one in conjunct.parts)
    return False


def unstarred(head: Opaque, names: list[str]) -> Opaque:
    """Give a SELECT head with variables in place of the star. Raises: UnreadableQuery when there are none."""
    if not names:
        raise UnreadableQuery("a selection of all variables that has none")
    return Opaque([" ".join("?" + name for name in names) if part == "*" else part for part in head.parts])
