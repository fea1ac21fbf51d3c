"""Outlines: stated as default geometries; a broken one is a finding that says what is wrong."""

import json

import pytest

from regin_graph.build.outlines import state_outlines
from regin_graph.build.statements import Statements
from regin_graph.identifiers import CANONICAL_BASE

SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]


def state(tmp_path, rings, **properties) -> Statements:
    """State one outline of the given rings."""
    folder = tmp_path / "regions" / "outlines"
    folder.mkdir(parents=True)
    feature = {"type": "Feature", "properties": {"id": "a", "source": ["s"], **properties},
               "geometry": {"type": "Polygon", "coordinates": rings}}
    (folder / "a.geojson").write_text(json.dumps(feature), "utf-8")
    statements = Statements(CANONICAL_BASE)
    state_outlines(tmp_path, tmp_path, statements)
    return statements


def test_an_outline_is_the_regions_default_geometry(tmp_path):
    statements = state(tmp_path, [SQUARE])
    found = {(quad.subject.value.rpartition("/")[2], quad.predicate.value.rpartition("#")[2]) for quad in statements.quads}
    assert {("a", "hasDefaultGeometry"), ("a", "hasGeometry"), ("outline", "asWKT"), ("outline", "type")} == found
    assert not statements.findings


@pytest.mark.parametrize(
    ("rings", "properties", "rule", "word"),
    [
        ([[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]], {}, "broken-geometry", "Self-intersection"),
        ([[[0, 0], [1, 0], [1, 1]]], {}, "broken-geometry", ""),
        ([], {}, "broken-geometry", "empty"),
        ([[[0, 60], [0, 61], [1, 99], [0, 60]]], {}, "broken-geometry", "lon lat"),
        ([SQUARE], {"id": "b"}, "id-and-file-name", "b"),
    ],
)
def test_a_broken_outline_is_a_finding(tmp_path, rings, properties, rule, word):
    statements = state(tmp_path, rings, **properties)
    (finding,) = statements.findings
    assert (finding.rule, finding.place.file) == (rule, "regions/outlines/a.geojson")
    assert word in finding.problem and finding.repair
    assert not statements.quads


def test_a_file_that_is_no_json_is_named_with_its_line(tmp_path):
    folder = tmp_path / "regions" / "outlines"
    folder.mkdir(parents=True)
    (folder / "a.geojson").write_text('{"type":\n "Feature",,}', "utf-8")
    statements = Statements(CANONICAL_BASE)
    state_outlines(tmp_path, tmp_path, statements)
    assert [(one.rule, one.place.line) for one in statements.findings] == [("unreadable-file", 2)]
