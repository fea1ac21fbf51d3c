"""The form of mapping tables: every fault with file, line and column; what is rejected is kept and not stated."""

import pytest

from regin_graph.build.mappings import state_mappings
from regin_graph.build.statements import Statements

BASE = "https://w3id.org/regin/"
HEAD = "# curie_map:\n#   region: https://w3id.org/regin/id/region/\n#   wikidata: http://www.wikidata.org/entity/\n#   skos: http://www.w3.org/2004/02/skos/core#\n"
COLUMNS = ["subject_id", "predicate_id", "predicate_modifier", "object_id", "mapping_justification", "confidence", "mapping_date", "review_status"]
GOOD = ["region:azores", "skos:exactMatch", "", "wikidata:Q25263", "semapv:ManualMappingCuration", "0.9", "2026-11-22", "accepted"]


def stated(tmp_path, row: list[str], columns: list[str] = COLUMNS) -> Statements:
    """Give what a table with one row states."""
    (tmp_path / "mappings").mkdir(exist_ok=True)
    text = HEAD + "\t".join(columns) + "\n" + "\t".join(row) + "\n"
    (tmp_path / "mappings" / "regions.sssom.tsv").write_text(text, "utf-8")
    statements = Statements(BASE)
    state_mappings(tmp_path, tmp_path, statements)
    return statements


def changed(column: str, value: str) -> list[str]:
    """Give the good row with one cell changed."""
    return [value if name == column else cell for name, cell in zip(COLUMNS, GOOD, strict=True)]


def test_an_accepted_row_becomes_a_link(tmp_path):
    statements = stated(tmp_path, GOOD)
    assert not statements.findings
    assert {str(quad.object) for quad in statements.quads} == {"<http://www.wikidata.org/entity/Q25263>"}


@pytest.mark.parametrize(("column", "value"), [("review_status", "rejected"), ("review_status", "proposed"), ("predicate_modifier", "Not")])
def test_what_is_not_accepted_is_kept_and_not_stated(tmp_path, column, value):
    statements = stated(tmp_path, changed(column, value))
    assert not statements.findings and not statements.quads


@pytest.mark.parametrize(("column", "value"), [
    ("subject_id", ""), ("object_id", "nobody:Q1"), ("mapping_justification", "because"), ("mapping_justification", "semapv:Guess"), ("confidence", "90 %"), ("confidence", "1.5"),
    ("mapping_date", "22.11.2026"), ("review_status", "maybe"), ("predicate_modifier", "not"),
])
def test_a_fault_is_told_with_its_place(tmp_path, column, value):
    statements = stated(tmp_path, changed(column, value))
    assert not statements.quads
    finding = statements.findings[0]
    assert (finding.place.file, finding.place.line, finding.place.field) == ("mappings/regions.sssom.tsv", 6, column) and finding.problem and finding.repair


def test_wrong_columns_and_cells_are_told(tmp_path):
    assert 'column of SSSOM' in stated(tmp_path, [*GOOD, "x"], [*COLUMNS, "colour"]).findings[0].problem
    assert "more cells" in stated(tmp_path, [*GOOD, "x"]).findings[0].problem
    assert "fewer cells" in stated(tmp_path, GOOD[:-1]).findings[0].problem
