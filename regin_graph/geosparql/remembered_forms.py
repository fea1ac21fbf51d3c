"""Forms of queries that came before: one with other constants needs no reading, only another look into the index.

A form is the text of a query without its strings. Remembered are forms that the index answers by one spatial condition
between a geometry of the data and a literal, in which nothing else depends on that literal: then the rows that can
match are laid by place once, with what the table has of each, and a new literal only picks among them.
"""

import re
from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy
import shapely

from regin_graph.geosparql.distance_bounds import decided, reach_of
from regin_graph.geosparql.geometry import Geometry
from regin_graph.geosparql.geometry_sides import Side, all_rows
from regin_graph.geosparql.index import SpatialIndex, grown
from regin_graph.geosparql.index_builder import BY_PLACE
from regin_graph.geosparql.inline_table import MOST_ROWS, Started, Table
from regin_graph.geosparql.known_patterns import covered_table
from regin_graph.geosparql.literals import cache
from regin_graph.geosparql.look_up import Kept, LookUp
from regin_graph.geosparql.prepared_query import PreparedQuery
from regin_graph.geosparql.problems import SpatialError
from regin_graph.geosparql.query_tokens import STRING, UnreadableQuery, tokens
from regin_graph.geosparql.query_tree import Block, Group
from regin_graph.geosparql.reference_systems import WGS84_LON_LAT
from regin_graph.geosparql.rewriting_task import RewritingTask
from regin_graph.geosparql.spatial_conditions import ConditionReader
from regin_graph.geosparql.term_reader import unescaped
from regin_graph.geosparql.vocabulary import GEOMETRY_DATATYPES

MOST_FORMS = 4  # ready ones; each holds some 30 bytes for every geometry its query can match
MOST_COUNTED = 64  # forms counted
WORTH_IT = 3  # times a form has to come before it is made ready
LONGEST = 200_000  # letters of a text whose form is looked for
# Where a string is one: not in a comment, an IRI or after the backslash of a name.
STRINGS = re.compile(rf"""\#[^\n\r]*|<[^<>"{{}}|^`\\\x00-\x20]*>|\\.|({STRING})""", re.DOTALL)


@dataclass(frozen=True)
class Cut:
    """A text cut at its strings: what stands between them, the strings, and where each begins."""

    between: tuple[str, ...]
    strings: tuple[str, ...]
    begins: tuple[int, ...]


def cut(text: str) -> Cut:
    """Give a text cut at its strings."""
    between, strings, begins, place = [], [], [], 0
    for match in STRINGS.finditer(text):
        if match[1] is not None:
            begin, end = match.span()
            between.append(text[place:begin])
            strings.append(match[1])
            begins.append(begin)
            place = end
    return Cut((*between, text[place:]), tuple(strings), tuple(begins))


class Places:
    """The rows a query form can match: points in order of x, others by literal. The columns of the table stay in their order."""

    def __init__(self, index: SpatialIndex, literals: numpy.ndarray, columns: list[numpy.ndarray]):
        self.index = index
        x = index.x[literals]
        points, others = (numpy.flatnonzero(which) for which in (~numpy.isnan(x), numpy.isnan(x)))
        points, others = points[numpy.argsort(x[points], kind="stable")], others[numpy.argsort(literals[others], kind="stable")]
        self.x, self.y = x[points], index.y[literals[points]]
        self.order, self.columns = numpy.concatenate([points, others]), columns
        self.literals, self.other_literals = literals[self.order], literals[others]

    def near(self, boxes: list) -> numpy.ndarray:
        """Give the rows whose envelope meets one of the boxes, each once."""
        found = []
        for west, south, east, north in boxes:
            begin, end = self.x.searchsorted(west), self.x.searchsorted(east, side="right")
            y = self.y[begin:end]
            found.append(((y >= south) & (y <= north)).nonzero()[0] + begin)
        if len(self.other_literals):
            met = numpy.zeros(len(self.index), dtype=bool)
            for box in boxes:
                met[self.index.parts_in(box)] = True
            found.append(met[self.other_literals].nonzero()[0] + len(self.x))
        return found[0] if len(found) == 1 else numpy.unique(numpy.concatenate(found)) if found else numpy.empty(0, dtype=int)


@dataclass(frozen=True)
class Form:
    """A form that is ready: which string is the literal, what the others are, and a prepared query to take the rest from."""

    slot: int
    others: tuple[str, ...]
    datatype: str
    look_up: LookUp
    example: PreparedQuery
    places: Places

    def prepared(self, text: str, strings: tuple[str, ...]) -> PreparedQuery | None:
        """Give the query of this form with other strings; none where it has to be read after all."""
        if strings[:self.slot] + strings[self.slot + 1:] != self.others:
            return None
        try:
            geometry = cache.get(unescaped(strings[self.slot]), self.datatype)
            side = "first" if isinstance(self.look_up.condition.first, Geometry) else "second"
            condition = ConditionReader.checked(replace(self.look_up.condition, **{side: geometry}))
            if condition is None:
                return None
            rows = self.rows(condition, geometry.shape_in(WGS84_LON_LAT), side == "second")
        except (SpatialError, UnreadableQuery):
            return None
        if rows is None or len(rows) > MOST_ROWS:
            return None
        in_order = numpy.sort(self.places.order[rows])  # that of a query which is read, so that pages of both fit together
        table = Table(self.example_table.variables, [column[in_order] for column in self.places.columns])
        tree = self.example.tree
        parts = [replace(part, tables=[table]) if isinstance(part, Started) else part for part in tree.group.parts]
        notes = (Kept(condition.text, self.look_up.variable, self.places.literals[rows], len(self.places.index)), *self.example.notes[1:])
        known = self.example.known and replace(self.example.known, table=table)
        return replace(self.example, source=text, notes=notes, tree=replace(tree, group=Group(parts)), known=known)

    @property
    def example_table(self) -> Table:
        """Give the table of the example."""
        return next(part for part in self.example.tree.group.parts if isinstance(part, Started)).tables[0]

    def rows(self, condition, shape, shape_is_second: bool) -> numpy.ndarray | None:
        """Give the rows for which a condition holds; none where one is too near a limit to tell."""
        index, places = self.places.index, self.places
        if condition.limit is None:
            rows = places.near([part.bounds for part in shapely.get_parts(shape) if not part.is_empty])
            return rows[index.tested(condition.relation, shape, places.literals[rows], not shape_is_second, condition.pattern)]
        reach = reach_of(condition)
        if reach < 0:
            return numpy.empty(0, dtype=int)
        rows = places.near(grown(shape.bounds, reach, condition.is_metric))
        kept, is_exact = decided(index.distances(shape, places.literals[rows], condition.is_metric), reach)
        return rows[kept] if is_exact else None


class RememberedForms:
    """The forms of queries asked of one index: how often each came, and those that are ready."""

    def __init__(self):
        self.counts: OrderedDict[tuple, int] = OrderedDict()
        self.ready: OrderedDict[tuple, Form] = OrderedDict()

    def prepared(self, text: str, key: tuple, strings: tuple[str, ...]) -> PreparedQuery | None:
        """Give the prepared query when its form is ready; none otherwise."""
        form = self.ready.get(key)
        if form is None:
            return None
        self.ready.move_to_end(key)
        return form.prepared(text, strings)

    def comes_again(self, key: tuple, task: RewritingTask) -> bool:
        """Count the form of a query that was read. Tells whether it just came often enough to be made ready."""
        if key in self.ready or len(task.look_ups) != 1 or len(task.notes) != 2:
            return False
        self.counts[key] = self.counts.pop(key, 0) + 1
        if len(self.counts) > MOST_COUNTED:
            self.counts.popitem(last=False)
        return self.counts[key] == WORTH_IT and not any("SERVICE" in piece.upper() for piece in key[0])  # which making ready would ask

    def learn(self, key: tuple, pieces: Cut, task: RewritingTask, prepared: PreparedQuery) -> None:
        """Make the form of a query ready, if it can be. The query has to be one that the engine reads: of those that come,
        nothing but the literal is read."""
        if form := form_of(pieces, task, prepared):
            self.ready[key] = form
            if len(self.ready) > MOST_FORMS:
                self.ready.popitem(last=False)


def form_of(pieces: Cut, task: RewritingTask, prepared: PreparedQuery) -> Form | None:
    """Give the form of a query that was read; none when more than the rows of its table depends on the literal."""
    look_up, index = task.look_ups[0], task.index
    started = [part for part in task.query.group.parts if isinstance(part, Started)]
    if len(started) != 1 or len(started[0].tables) != 1 or started[0].within or len(index.elsewhere):
        return None
    if pieces.begins != tuple(token.begin for token in tokens(prepared.source) if token.kind == "string"):
        return None
    constant = next(one for one in (look_up.condition.first, look_up.condition.second) if isinstance(one, Geometry))
    written = [token for token in look_up.conjunct.parts if token.kind == "string"]
    held = [token for token in written if any(cache.by_datatype[kind].get(unescaped(token.text)) is constant for kind in GEOMETRY_DATATYPES)]
    if len(held) != 1 or held[0].begin not in pieces.begins:
        return None
    block, side = Block(list(look_up.triples)), Side(look_up.variable, look_up.triple, look_up.predicate, None)
    side.rows = all_rows(task, block, side)
    side.rows = side.rows[index.state[index.literal[side.rows]] == BY_PLACE]
    if not index.is_only[side.rows].all():
        return None
    literals = index.literal[side.rows]
    table = covered_table(task, block, [side], [index.subject[side.rows]], [look_up.conjunct], look_up.in_graph, literals)
    example = started[0].tables[0]
    if table is None or table.variables != example.variables or block.triples != started[0].block.triples:
        return None
    slot = pieces.begins.index(held[0].begin)
    others = pieces.strings[:slot] + pieces.strings[slot + 1:]
    return Form(slot, others, constant.datatype, look_up, prepared, Places(index, table.columns[-1], table.columns[:-1]))
