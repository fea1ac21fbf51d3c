"""A table of nodes or literals of the index, written into a query as VALUES."""

from dataclasses import dataclass

import numpy

from regin_graph.geosparql.index import SpatialIndex
from regin_graph.geosparql.query_tree import Block, Part

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
        return " ".join(self.pieces(index))

    def pieces(self, index: SpatialIndex) -> list[str]:
        """Give the inline table in pieces that a space joins."""
        if len(self.columns) == 1:
            return [f"VALUES ?{self.variables[0]} {{", *self.rows(index, "", "", "", " "), "}"]
        return [f"VALUES ({' '.join('?' + name for name in self.variables)}) {{", *self.rows(index, "(", " ", ")", " "), "}"]

    def rows(self, index: SpatialIndex, opening: str, between: str, closing: str, gap: str) -> list[str]:
        """Give the rows written with these signs, in pieces that a gap joins: single rows, or runs of rows where a column repeats itself."""
        strings = index.texts if self.is_literal else index.nodes
        if len(self.columns) == 1 and not opening:
            return strings.take(self.columns[0])
        if len(self.columns) == 2 and len(self) >= LEAST_IN_RUNS:
            for number, column in enumerate(self.columns):
                begins = numpy.concatenate([[0], numpy.flatnonzero(column[1:] != column[:-1]) + 1])
                if len(begins) * LONG_RUN > len(self):
                    continue
                others, ends = strings.take(self.columns[1 - number]), [*begins[1:].tolist(), len(self)]
                runs = zip(strings.take(column[begins]), begins.tolist(), ends)
                around = [((opening + one + between, closing) if number == 0 else (opening, between + one + closing), begin, end) for one, begin, end in runs]
                return [before + f"{after}{gap}{before}".join(others[begin:end]) + after for (before, after), begin, end in around]
        return [f"{opening}{between.join(row)}{closing}" for row in zip(*(strings.take(column) for column in self.columns))]


@dataclass
class Started(Part):
    """A block that starts from tables: the first ones side by side, those that share no variable with them joined within."""

    tables: list[Table]
    within: list[Table]
    block: Block
    index: SpatialIndex

    def pieces(self) -> list[str]:
        """Give the group in pieces."""
        first, inside = ([piece for table in tables for piece in table.pieces(self.index)] for tables in (self.tables, self.within))
        inside += self.block.pieces()
        return ["{", *first, *(["LATERAL {", *inside, "}"] if inside else []), "}"]
