"""Answers that the index knows completely: the query is left with one table, so its rows need not go through the engine.

Reading the rows of a table as results takes a quarter of the time in which the engine reads and evaluates them as VALUES.
"""

from dataclasses import dataclass

import numpy

from regin_graph.geosparql.index import SpatialIndex
from regin_graph.geosparql.inline_table import Started, Table
from regin_graph.geosparql.query_tree import Filter
from regin_graph.geosparql.rewriting_task import RewritingTask


@dataclass(frozen=True)
class KnownAnswer:
    """The answer of a selection: the columns of a table that it selects, in its order; each row once when `is_distinct`."""

    names: tuple[str, ...]
    table: Table
    index: SpatialIndex
    is_distinct: bool = False

    def rows(self) -> bytes:
        """Give the answer as tab-separated values of SPARQL results."""
        columns = [self.table.columns[self.table.variables.index(name)] for name in self.names]
        if self.is_distinct:
            columns = list(numpy.unique(numpy.column_stack(columns), axis=0).T) if len(columns) > 1 else [numpy.unique(columns[0])]
        head = "\t".join(f"?{name}" for name in self.names)
        return "\n".join([head, *Table(list(self.names), columns).rows(self.index, "", "\t", "", "\n"), ""]).encode()


def known_answer(task: RewritingTask) -> KnownAnswer | None:
    """Give the answer of a rewritten query that selects variables of a table and asks nothing else; none for another."""
    query = task.query
    if task.index is None or not task.is_plain or task.substituted or query.form != "SELECT" or query.group is None or query.tail.parts:
        return None
    parts = [part for part in query.group.parts if not (isinstance(part, Filter) and not part.conjuncts)]
    if len(parts) != 1 or not isinstance(parts[0], Started) or len(parts[0].tables) != 1 or parts[0].within or parts[0].block.triples:
        return None
    words = [str(part) for part in query.head.parts[2:]]
    is_distinct = bool(words) and words[0].upper() == "DISTINCT"
    words = words[is_distinct:]
    words = words[:-1] if words and words[-1].upper() == "WHERE" else words
    names = tuple(word[1:] for word in words)
    table = parts[0].tables[0]
    if not names or table.is_literal or any(word[0] not in "?$" for word in words) or len(set(names)) < len(names) or not set(names) <= set(table.variables):
        return None
    return KnownAnswer(names, table, task.index, is_distinct)
