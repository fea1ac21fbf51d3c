"""A table of nodes or literals of the index, written into a query as VALUES."""

from dataclasses import dataclass

import numpy

from regin_graph.geosparql.index import SpatialIndex

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
        rows = ") (".join(map(" ".join, zip(*(strings.take(column) for column in self.columns))))
        return f"VALUES ({' '.join('?' + name for name in self.variables)}) {{ {f'({rows})' if rows else ''} }}"
