"""Walk through the groups of a query and put for each block what the index and the schema give."""

from regin_graph.geosparql.inline_table import Started, Table
from regin_graph.geosparql.look_up import looked_up
from regin_graph.geosparql.nearest import start_from_nearest
from regin_graph.geosparql.query_tokens import UnreadableQuery
from regin_graph.geosparql.query_tree import Block, Expression, Filter, Group, Nested, Opaque, Select, Union, visible
from regin_graph.geosparql.rewriting_task import RewritingTask, counts_all
from regin_graph.geosparql.widening import Widening


class Rewriter:
    """Rewrites the tree of one query. `ready` are tables found before the blocks are walked, by block."""

    def __init__(self, task: RewritingTask):
        self.task, self.widening = task, Widening(task)
        self.ready: dict[int, Table] = {}

    def rewrite_query(self) -> None:
        """Rewrite all groups, and put the visible variables for * where new ones came into its scope."""
        query = self.task.query
        counted = counts_all(query)
        shown = visible(query.group) if (query.has_star or counted) and query.group else []
        self.ready = start_from_nearest(self.task)
        for part in query.head.parts:
            if isinstance(part, Group):
                self.walk(part, False)
        if query.group is not None:
            self.walk(query.group, False)
        if self.task.exposed_count and query.has_star:
            query.head = unstarred(query.head, shown)
        if self.task.exposed_count and counted:
            query.group = only(query.group, shown)

    def walk(self, group: Group, in_graph: bool) -> None:
        """Rewrite a group and all groups within it."""
        for part in group.parts:
            if isinstance(part, Nested):
                self.walk(part.group, in_graph or part.keyword == "GRAPH")
            elif isinstance(part, Union):
                for inner in part.groups:
                    self.walk(inner, in_graph)
            elif isinstance(part, Select):
                before, shown, counted = self.task.exposed_count, visible(part.group), counts_all(part)
                for inner in part.head.parts:
                    if isinstance(inner, Group):
                        self.walk(inner, in_graph)
                self.walk(part.group, in_graph)
                if part.has_star and self.task.exposed_count > before:
                    part.head, part.has_star, part.selected = unstarred(part.head, shown), False, tuple(shown)
                if counted and self.task.exposed_count > before:
                    part.group = only(part.group, shown)
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

    def rewrite_block(self, group: Group, block: Block, in_graph: bool) -> None:
        """Rewrite a basic graph pattern of a group with the group's filters."""
        ready = self.ready.pop(id(block), None)
        tables, others, extra = self.widening.widen(block, in_graph)
        tables += [ready] if ready is not None else []
        settled: list[Expression] = []
        if self.task.index is not None and not self.task.substituted & {term.value for triple in block.triples for term in triple.terms if term.kind == "variable"}:
            table, settled = looked_up(self.task, group, block, in_graph)
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
        first, known, inside = [], set(), sorted(tables, key=len)
        place: int | None = 0
        while place is not None:  # each table may bring the variable that another one, passed over before, shares
            first.append(inside.pop(place))
            known |= set(first[-1].variables)
            place = next((number for number, table in enumerate(inside) if known & set(table.variables)), None)
        return [Started(first, inside, block, self.task.index)]


def unstarred(head: Opaque, names: list[str]) -> Opaque:
    """Give a SELECT head with variables in place of the star. Raises: UnreadableQuery when there are none."""
    if not names:
        raise UnreadableQuery("a selection of all variables that has none")
    return Opaque([" ".join("?" + name for name in names) if part == "*" else part for part in head.parts])


def only(group: Group, names: list[str]) -> Group:
    """Give a group in which no other variables are to be seen. Raises: UnreadableQuery when there are none."""
    if not names:
        raise UnreadableQuery("a count of all variables that has none")
    return Group([Group([Select(Opaque(["SELECT", *(f"?{name}" for name in names)]), group, Opaque([]), False, tuple(names))])])
