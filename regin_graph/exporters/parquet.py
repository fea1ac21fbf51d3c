"""Parquet: each table as a file with typed columns, for data scientists; for people, not for the catalogue."""

from pathlib import Path

import pyarrow as arrow
import pyarrow.parquet as files
from pyoxigraph import Store

from regin_graph.exporters.exporter import FILE_TYPE, Exporter
from regin_graph.exporters.tables import Column, TableMaker

XSD = "http://www.w3.org/2001/XMLSchema#"
INTEGERS = {XSD + name for name in ("integer", "nonNegativeInteger", "int", "long")}
DECIMALS = INTEGERS | {XSD + name for name in ("decimal", "double", "float")}


class Parquet(Exporter):
    """Columns of whole numbers, numbers, truth values, texts, or lists of texts; an empty cell is null."""

    title = "Parquet"
    media_type = "application/vnd.apache.parquet"
    file_type, conforms_to = FILE_TYPE + "PARQUET", "https://parquet.apache.org/docs/file-format/"

    def __init__(self, maker: TableMaker):
        self.file_name, self.maker = f"{maker.name}.parquet", maker

    def write(self, store: Store, folder: Path) -> list[Path]:
        """Give the files, one for each table."""
        paths = []
        for table in self.maker.tables(store):
            columns = list(zip(*table.rows, strict=True)) or [[] for _ in table.columns]
            arrays = [_array(cells, column) for cells, column in zip(columns, table.columns, strict=True)]
            path = folder / f"{table.name}.parquet"
            files.write_table(arrow.table(arrays, names=[column.name for column in table.columns]), path, compression="zstd")
            paths.append(path)
        return paths


def _array(cells, column: Column) -> arrow.Array:
    if column.separator:
        return arrow.array([cell.split(column.separator) if cell else [] for cell in cells], arrow.list_(arrow.string()))
    if column.datatypes and column.datatypes <= INTEGERS:
        return arrow.array([int(cell) if cell else None for cell in cells], arrow.int64())
    if column.datatypes and column.datatypes <= DECIMALS:
        return arrow.array([float(cell) if cell else None for cell in cells], arrow.float64())
    if column.datatypes == {XSD + "boolean"}:
        return arrow.array([cell == "true" if cell else None for cell in cells], arrow.bool_())
    return arrow.array([cell or None for cell in cells], arrow.string())
