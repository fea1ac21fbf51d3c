"""A table of nodes or literals of the index, written into a query as VALUES."""

from dataclasses import dataclass

import numpy

from regin_graph.geosparql.index import SpatialIndex
from regin_graph.geosparql.string_table import StringTable

LEAST_IN_RUNS, LONG_RUN = 1000, 8  # rows of a table, and their number to a run, from which writing by runs is quicker
MOST_ROWS = 300_000  # of one table; beyond, the engine finds them by itself


@dataclass
class Table:
    """Rows to start from: variables, and for each the numbers of nodes (or literals) in the index, row by row."""

    variables: list[str]
    columns: list[numpy.ndarray]
    is_literal: bool = False

    def __len__(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    def text(self, index: SpatialIndex) -> str:
        """Give the inline table."""
        strings = index.texts if self.is_literal else index.nodes
        if len(self.columns) == 1:
            return f"VALUES ?{self.variables[0]} {{ {' '.join(strings.take(self.columns[0]))} }}"
        rows = self.rows_in_runs(strings) or ") (".join(map(" ".join, zip(*(strings.take(column) for column in self.columns))))
        return f"VALUES ({' '.join('?' + name for name in self.variables)}) {{ {f'({rows})' if rows else ''} }}"

    def rows_in_runs(self, strings: StringTable) -> str:
        """Give the rows of two columns of which one has long runs, as joins have; nothing for another table."""
        if len(self.columns) != 2 or len(self) < LEAST_IN_RUNS:
            return ""
        for number, column in enumerate(self.columns):
            begins = numpy.concatenate([[0], numpy.flatnonzero(column[1:] != column[:-1]) + 1])
            if len(begins) * LONG_RUN <= len(self):
                others, ends = strings.take(self.columns[1 - number]), [*begins[1:].tolist(), len(self)]
                between = ((lambda one: f") ({one} "), (lambda one: f" {one}) ("))[number]
                runs = [(between(one), others[begin:end]) for one, begin, end in zip(strings.take(column[begins]), begins.tolist(), ends)]
                return ") (".join(f"{glue[3:]}{glue.join(run)}" if number == 0 else f"{glue.join(run)}{glue[:-3]}" for glue, run in runs)
        return ""
