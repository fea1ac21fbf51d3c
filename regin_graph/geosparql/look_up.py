"""Spatial conditions of a group's filters, looked up in the index: the table a block can start from."""

from dataclasses import dataclass, replace

import numpy

from regin_graph.geosparql.block_patterns import binding
from regin_graph.geosparql.distance_bounds import near
from regin_graph.geosparql.geometry_sides import Side, are_allowed, rows_among, side_of
from regin_graph.geosparql.index_builder import BY_PLACE, ELSEWHERE
from regin_graph.geosparql.inline_table import MOST_ROWS, Table
from regin_graph.geosparql.known_patterns import covered_table, linked_table
from regin_graph.geosparql.literals import cache
from regin_graph.geosparql.named_nodes import narrowed
from regin_graph.geosparql.problems import SpatialError
from regin_graph.geosparql.query_tree import Block, Expression, Filter, Group, Triple, Values
from regin_graph.geosparql.reference_systems import WGS84_LON_LAT
from regin_graph.geosparql.rewriting_task import RewritingTask
from regin_graph.geosparql.spatial_conditions import Condition
from regin_graph.geosparql.spatial_joins import FEW_ROWS, joined_table
from regin_graph.geosparql.vocabulary import GEOMETRY_DATATYPES


@dataclass(frozen=True)
class LookUp:
    """The only look-up of a query in which nothing but the rows found depends on the condition's constant: where it was made."""

    condition: Condition
    conjunct: Expression
    variable: str
    triple: Triple
    predicate: int | None
    triples: tuple[Triple, ...]  # of the block, before any was left out
    in_graph: bool


@dataclass(frozen=True)
class Kept:
    """The note of what a condition with a constant keeps; counted when somebody reads it."""

    condition: str
    variable: str
    literals: numpy.ndarray
    total: int

    def __str__(self) -> str:
        return f"index: {self.condition} of ?{self.variable} and a constant keeps {len(numpy.unique(self.literals))} of {self.total} geometries"


MOST_LISTED = 200  # geometries of an inline table that are looked up one by one


def looked_up(task: RewritingTask, group: Group, block: Block, in_graph: bool) -> tuple[Table | None, list[Expression]]:
    """Give the table that the group's filters allow a block to start from, and the conditions it settles."""
    conditions = [(condition, conjunct) for part in group.parts if isinstance(part, Filter) for conjunct in part.conjuncts if (condition := task.reader.read(conjunct))]
    conditions = [(condition, conjunct) for condition, conjunct in conditions if not task.substituted & set(condition.variables)]
    listed = [one for condition, _ in conditions if (one := with_listed(task, group, block, condition))]
    conditions = [(condition, conjunct) for condition, conjunct in conditions if all(binding(block, name) for name in condition.variables)]
    if not conditions and not listed:
        return None, []
    sides = {name: side_of(task, block, name) for name in [*(name for condition, _ in conditions for name in condition.variables), *(name for name, _ in listed)]}
    limited = [name for name, versions in listed if limit_to_any(task, block, sides[name], versions)]
    for condition, conjunct in conditions:
        if len(condition.variables) == 1 and limit_side(task, block, sides[condition.variables[0]], condition, conjunct):
            limited.append(condition.variables[0])
    for condition, conjunct in conditions:
        if len(condition.variables) == 2:
            joined = joined_table(task, block, sides, condition, conjunct, in_graph)
            if joined is not None:
                return joined
    if not limited:
        return None, []
    side = min((sides[name] for name in limited), key=lambda side: len(side.rows))
    triples = tuple(block.triples)
    table, settled = table_of(task, block, side, in_graph)
    if len(conditions) == 1 and not listed and side.subjects is None and block.triples != list(triples) and conditions[0][1] in settled:
        task.look_ups.append(LookUp(*conditions[0], side.variable, side.triple, side.predicate, triples, in_graph))
    return table, settled


def with_listed(task: RewritingTask, group: Group, block: Block, condition: Condition) -> tuple[str, list[Condition]] | None:
    """Give, for a condition with a variable that the group's inline table lists geometries for, the other variable and the condition with each of them."""
    if len(condition.variables) != 2:
        return None
    for name, other in (condition.variables, condition.variables[::-1]):
        table = next((part for part in group.parts if isinstance(part, Values) and other in part.binds), None)
        if table is None or binding(block, name) is None or len(table.rows) > MOST_LISTED or any(len(row) != len(table.binds) for row in table.rows):
            continue
        terms = {row[table.binds.index(other)] for row in table.rows}
        if any(term is None or term.kind != "literal" or term.datatype not in GEOMETRY_DATATYPES for term in terms):
            continue
        try:
            shapes = [cache.get(term.value, term.datatype) for term in terms]
        except SpatialError:
            continue
        is_first = condition.first == other
        versions = [task.reader.checked(replace(condition, **{"first" if is_first else "second": shape})) for shape in shapes]
        if versions and all(versions):
            return name, versions
    return None


def limit_to_any(task: RewritingTask, block: Block, side: Side, versions: list[Condition]) -> bool:
    """Keep of a side's rows those that one of the conditions allows; the filter stays. Tells whether the index could do it."""
    notes, found = len(task.notes), []
    for condition in versions:
        alone = replace(side, settled=[])
        if not limit_side(task, block, alone, condition, Expression([])):
            return False
        found.append(alone.rows)
    del task.notes[notes:]
    rows = numpy.unique(numpy.concatenate(found))
    if len(rows) > MOST_ROWS:
        return False
    side.rows = rows
    task.notes.append(f"index: {versions[0].text} of ?{side.variable} and {len(versions)} listed geometries keeps {kept(task, rows)}")
    return True


def limit_side(task: RewritingTask, block: Block, side: Side, condition: Condition, conjunct: Expression) -> bool:
    """Keep of a side's rows those a condition with a constant allows. Tells whether the index could do it."""
    index = task.index
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
        found, exact = near(task, shape, condition, placed, lambda literals: literals_allowed(task, block, side, literals))
    elif is_few:
        found = placed[index.tested(condition.relation, shape, placed, not is_second, condition.pattern)]
    else:
        found = index.related(condition.relation, shape, is_second, condition.pattern)
    rows = rows_among(task, side, numpy.union1d(found, unsure) if len(unsure) else found)
    side.rows = narrowed(task, block, side.triple.subject, rows) if named is None else numpy.intersect1d(rows, named)
    if len(side.rows) > MOST_ROWS:
        return False
    if exact and not len(unsure) and not conjunct.mentions & task.substituted:  # the engine wants the variable to stay
        side.settled.append(conjunct)
    task.notes.append(Kept(condition.text, side.variable, index.literal[side.rows], len(index)))
    return True


def literals_allowed(task: RewritingTask, block: Block, side: Side, literals: numpy.ndarray) -> numpy.ndarray:
    """Tell of literals whether a side can match them."""
    rows = rows_among(task, side, literals)
    rows = rows[are_allowed(task, block, side.triple.subject, task.index.subject[rows])]
    return numpy.isin(literals, task.index.literal[rows])


def kept(task: RewritingTask, rows: numpy.ndarray) -> str:
    """Tell how many geometries some rows have, and how many there are."""
    return f"{len(numpy.unique(task.index.literal[rows]))} of {len(task.index)} geometries"


def table_of(task: RewritingTask, block: Block, side: Side, in_graph: bool) -> tuple[Table | None, list[Expression]]:
    """Give the table of a limited side, and the conditions it settles."""
    index, subject = task.index, side.triple.subject
    if subject.kind != "variable" or index.any_blank(index.subject[side.rows]):
        if not len(index.texts) or subject.kind == "iri":
            return None, []
        return Table([side.variable], [numpy.unique(index.literal[side.rows])], is_literal=True) if has_texts(task) else None, side.settled if has_texts(task) else []
    is_only = bool(index.is_only[side.rows].all())
    settled = side.settled if is_only else []
    if is_only and len(settled):
        covered = covered_table(task, block, [side], [index.subject[side.rows]], settled, in_graph)
        if covered is not None:
            return covered, settled
    return linked_table(task, block, subject, numpy.unique(index.subject[side.rows]), in_graph), settled


def has_texts(task: RewritingTask) -> bool:
    """Tell whether the index knows the text of literals."""
    return len(task.index.texts.data) > 0
