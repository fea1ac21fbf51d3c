"""Every geometry literal that is stated is read at build time; all broken ones are named, each with its file and line."""

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from regin_graph.build.geometries import check_geometries
from regin_graph.build.report import Place
from regin_graph.build.statements import Statements
from regin_graph.build.vocabulary import state_vocabulary
from regin_graph.geosparql.vocabulary import GEO
from regin_graph.identifiers import CANONICAL_BASE

PREFIXES = f"@prefix geo: <{GEO}> .\n@prefix ex: <https://example.org/> .\n"
WRONG = {
    '"POINT (1"^^geo:wktLiteral': "cannot be read", '"<https://example.org/moon> POINT (1 1)"^^geo:wktLiteral': "is not known", '"POINT (40 95)"^^geo:wktLiteral': "is it lon lat?",
    '"POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))"^^geo:wktLiteral': "Self-intersection", "'{\"type\": \"Point\"}'^^geo:geoJSONLiteral": "cannot be read", '"<Model/>"^^geo:kmlLiteral': "not supported",
    "'<gml:Point xmlns:gml=\"http://www.opengis.net/gml\"><gml:pos>one two</gml:pos></gml:Point>'^^geo:gmlLiteral": "cannot be read", '"POINT EMPTY"^^geo:wktLiteral': "empty",
}
RIGHT = ['"POINT (1 2)"^^geo:wktLiteral', '"<http://www.opengis.net/def/crs/EPSG/0/4326> POINT (52 12)"^^geo:wktLiteral', "'{\"type\": \"Point\", \"coordinates\": [1, 2]}'^^geo:geoJSONLiteral", '"POINT (1"']


def checked(tmp_path, literals) -> Statements:
    """State a vocabulary file of literals, one a line from the third on, and check it."""
    (tmp_path / "ontology").mkdir()
    lines = [f"ex:place{number} geo:asWKT {literal} ." for number, literal in enumerate(literals)]
    (tmp_path / "ontology" / "places.ttl").write_text(PREFIXES + "\n".join(lines), "utf-8")
    statements = Statements(CANONICAL_BASE)
    state_vocabulary(tmp_path / "ontology", tmp_path, statements)
    check_geometries(tmp_path, statements)
    return statements


def test_all_broken_literals_are_named_with_their_lines(tmp_path):
    findings = checked(tmp_path, WRONG).findings
    assert [(one.place.file, one.place.line, one.rule, one.severity) for one in findings] == [("ontology/places.ttl", number + 3, "broken-geometry", "Violation") for number in range(len(WRONG))]
    for finding, word in zip(findings, WRONG.values(), strict=True):
        assert word in finding.problem and finding.repair


def test_sound_literals_and_texts_are_no_findings(tmp_path):
    assert not checked(tmp_path, RIGHT).findings


@pytest.mark.parametrize("stated", [2, 3])
def test_a_literal_of_a_record_is_found_at_its_line(tmp_path, stated):
    (tmp_path / "record.yml").write_text("id: a\nplace:\n  wkt: POINT (1\n", "utf-8")
    statements = Statements(CANONICAL_BASE)
    literal = Literal("POINT (1", datatype=NamedNode(GEO + "wktLiteral"))
    statements.add(Triple(NamedNode("https://example.org/a"), NamedNode(GEO + "asWKT"), literal), "https://example.org/a", ["s"], Place("record.yml", stated, "wkt"))
    check_geometries(tmp_path, statements)
    assert [str(one.place) for one in statements.findings] == ["record.yml:3 wkt"]
