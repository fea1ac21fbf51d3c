"""Formats for people: what their programs read is what the graph says, with the right types, the same bytes each time."""

import json
import sqlite3
import subprocess

import openpyxl
import pandas
import pytest
from click.testing import CliRunner

from regin_graph.cli import main
from regin_graph.errors import WrongUse
from regin_graph.exporters.selection import KINDS, export_release


@pytest.fixture(scope="module")
def exported(release, tmp_path_factory):
    """Give a function that exports once and gives the folder."""
    done = {}

    def export(form: str, *kinds: str):
        if (form, kinds) not in done:
            done[form, kinds] = tmp_path_factory.mktemp(form)
            export_release(form, kinds, release, done[form, kinds])
        return done[form, kinds]

    return export


def test_a_workbook_has_a_sheet_for_each_kind_and_numbers_are_numbers(exported):
    book = openpyxl.load_workbook(exported("xlsx", "practices", "regions") / "regin-graph.xlsx", read_only=True)
    assert book.sheetnames == ["practice", "region"]
    frame = pandas.read_excel(exported("xlsx", "practices", "regions") / "regin-graph.xlsx", sheet_name="region").set_index("iri")
    assert len(frame) == 32 and frame.loc["https://w3id.org/regin/id/region/azores", "population"] == 242846
    assert pandas.isna(frame.loc["https://w3id.org/regin/id/region/algarve", "population"])


def test_columns_of_parquet_have_types(exported):
    frame = pandas.read_parquet(exported("parquet", "regions") / "region.parquet")
    assert frame["population"].dropna().dtype.kind in "if" and frame["area_km2"].dtype.kind == "f" and len(frame) == 32
    practices = pandas.read_parquet(exported("parquet", "practices") / "practice.parquet")
    assert "https://w3id.org/regin/scheme/topic/health" in set(practices["topic"].explode())


def test_a_geopackage_is_read_by_gdal(exported):
    path = exported("gpkg", "practices", "regions") / "regin-graph.gpkg"
    told = json.loads(subprocess.run(["ogrinfo", "-json", "-so", path], capture_output=True, text=True, check=True, timeout=60).stdout) if _speaks_json() else None
    text = subprocess.run(["ogrinfo", "-ro", "-so", "-al", path], capture_output=True, text=True, check=True, timeout=60)
    assert "Feature Count: 59" in text.stdout and "Feature Count: 32" in text.stdout and not text.stderr.strip()
    assert told is None or {layer["name"] for layer in told["layers"]} == {"practice", "region"}
    with sqlite3.connect(path) as package:
        assert package.execute("SELECT geometry_type_name FROM gpkg_geometry_columns ORDER BY table_name").fetchall() == [("POINT",), ("MULTIPOLYGON",)]
        assert package.execute("SELECT count(*) FROM practice WHERE geom IS NULL").fetchone() == (2,)


def _speaks_json() -> bool:
    told = subprocess.run(["ogrinfo", "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(map(int, told.split()[1].rstrip(",").split(".")[:2])) >= (3, 7)


@pytest.mark.parametrize("form", ["xlsx", "csv", "ods", "geojson", "gpkg", "parquet"])
def test_the_same_release_gives_the_same_bytes(form, exported, release, tmp_path):
    first = exported(form, "regions")
    second = {path.name: path.read_bytes() for path in export_release(form, ("regions",), release, tmp_path)}
    assert second and all((first / name).read_bytes() == content for name, content in second.items())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_table(kind, exported):
    tables = list(exported("csv", kind).glob("*.csv"))
    assert tables and all(table.read_text("utf-8").count("\n") > 1 for table in tables)


def test_the_command_writes_and_refuses(release, tmp_path):
    told = CliRunner().invoke(main, ["export", "geojson", "practices", "--out", str(tmp_path), "--release", str(release)])
    assert told.exit_code == 0 and len(json.loads((tmp_path / "practices.geojson").read_text("utf-8"))["features"]) == 57
    for words in (["export", "gpkg", "actors"], ["export", "csv", "planets"], ["export", "dbf"]):
        assert CliRunner().invoke(main, [*words, "--out", str(tmp_path), "--release", str(release)]).exit_code == 2
    with pytest.raises(WrongUse):
        export_release("csv", (), tmp_path, tmp_path)
