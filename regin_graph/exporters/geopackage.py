"""GeoPackage: everything that has a place, a layer for each table, for geographic information systems."""

import sqlite3
import struct
from pathlib import Path

import shapely
from pyoxigraph import DefaultGraph, NamedNode, Store

from regin_graph.exporters.exporter import FILE_TYPE, Exporter
from regin_graph.exporters.parquet import DECIMALS, INTEGERS
from regin_graph.exporters.tables import Column, Table, TableMaker

GEO = "http://www.opengis.net/ont/geosparql#"
MOMENT = "1980-01-01T00:00:00.000Z"
WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]'
)
# Tables that every GeoPackage has, as clause 1.1 and annex C define them.
SCHEMA = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name), FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name));
"""


class GeoPackage(Exporter):
    """Features in WGS 84. Units: degrees. Source: OGC GeoPackage 1.3 (12-128r18)."""

    title = "GeoPackage"
    media_type = "application/geopackage+sqlite3"
    file_type, conforms_to = FILE_TYPE + "GPKG", "https://www.geopackage.org/spec130/"

    def __init__(self, maker: TableMaker):
        self.file_name, self.maker = f"{maker.name}.gpkg", maker

    def write(self, store: Store, folder: Path) -> list[Path]:
        """Give the file of layers; none when nothing in the store has a place."""
        places = _places(store)
        layers = [table for table in self.maker.tables(store) if any(row[0] in places for row in table.rows)]
        if not layers:
            return []
        path = folder / self.file_name
        path.unlink(missing_ok=True)
        with sqlite3.connect(path) as package:
            # "GPKG" and version 1.3.0, by which programs know the file.
            package.execute("PRAGMA application_id = 1196444487")
            package.execute("PRAGMA user_version = 10300")
            package.executescript(SCHEMA)
            package.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", [
                ("WGS 84", 4326, "EPSG", 4326, WGS84, "longitude and latitude"),
                ("Undefined cartesian", -1, "NONE", -1, "undefined", ""), ("Undefined geographic", 0, "NONE", 0, "undefined", ""),
            ])
            for table in layers:
                _write_layer(package, table, places)
        package.close()
        return [path]


def _places(store: Store) -> dict[str, shapely.Geometry]:
    found = {}
    for quad in store.quads_for_pattern(None, NamedNode(GEO + "hasDefaultGeometry"), None, DefaultGraph()):
        for wkt in store.quads_for_pattern(quad.object, NamedNode(GEO + "asWKT"), None, DefaultGraph()):
            found[quad.subject.value] = shapely.from_wkt(wkt.object.value)
    return found


def _write_layer(package: sqlite3.Connection, table: Table, places: dict[str, shapely.Geometry]) -> None:
    name = table.name.replace("-", "_")
    known = [places[row[0]] for row in table.rows if row[0] in places]
    kinds = {geometry.geom_type.upper() for geometry in known}
    # A layer has one type of geometry: single outlines are written as sets of one.
    is_many = kinds == {"POLYGON", "MULTIPOLYGON"}
    kind = "MULTIPOLYGON" if is_many else kinds.pop() if len(kinds) == 1 else "GEOMETRY"
    # SQLite takes names of columns for the same whatever their case.
    columns = ", ".join(f"{_quoted(column.name)} {_type(column)}" for column in table.columns)
    package.execute(f"CREATE TABLE {_quoted(name)} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom {kind}, {columns})")
    marks = ", ".join("?" for _ in range(len(table.columns) + 1))
    names = ", ".join(_quoted(column.name) for column in table.columns)
    package.executemany(f"INSERT INTO {_quoted(name)} (geom, {names}) VALUES ({marks})", [
        [_blob(places.get(row[0]), is_many), *(_value(text, column) for text, column in zip(row, table.columns, strict=True))] for row in table.rows
    ])
    bounds = [float(number) for number in shapely.total_bounds(known)]
    package.execute("INSERT INTO gpkg_contents VALUES (?, 'features', ?, '', ?, ?, ?, ?, ?, 4326)", (name, table.name, MOMENT, *bounds))
    package.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, 4326, 0, 0)", (name, kind))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _type(column: Column) -> str:
    if column.separator or not column.datatypes:
        return "TEXT"
    return "INTEGER" if column.datatypes <= INTEGERS else "REAL" if column.datatypes <= DECIMALS else "TEXT"


def _value(text: str, column: Column):
    if not text:
        return None
    return {"INTEGER": int, "REAL": float}.get(_type(column), str)(text)


def _blob(geometry: shapely.Geometry | None, is_many: bool) -> bytes | None:
    """Give the bytes of a geometry: the header of clause 2.1.3, little endian, without an envelope, then WKB."""
    if geometry is None:
        return None
    if is_many and geometry.geom_type == "Polygon":
        geometry = shapely.MultiPolygon([geometry])
    return b"GP" + struct.pack("<BBi", 0, 1, 4326) + shapely.to_wkb(geometry, byte_order=1)
