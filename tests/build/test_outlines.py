"""Outlines: stated as default geometries; a broken one is a finding that says what is wrong."""

import json

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from regin_graph.build.outlines import state_outlines
from regin_graph.build.statements import RDF_TYPE, Statements
from regin_graph.identifiers import CANONICAL_BASE

SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]


def with_region() -> Statements:
    """Give statements that know a region "a" at lon 0.5, lat 0.5."""
    statements, node = Statements(CANONICAL_BASE), NamedNode(CANONICAL_BASE + "id/region/a")
    statements.quads.add(Quad(node, RDF_TYPE, NamedNode(CANONICAL_BASE + "def/Region")))
    for name in ("longitude", "latitude"):
        statements.quads.add(Quad(node, NamedNode(f"{CANONICAL_BASE}def/{name}"), Literal("0.5")))
    return statements


def state(tmp_path, rings, form="Polygon", **properties) -> Statements:
    """State one outline of the given rings."""
    folder = tmp_path / "regions" / "outlines"
    folder.mkdir(parents=True)
    feature = {"type": "Feature", "properties": {"id": "a", "source": ["s"], **properties},
               "geometry": {"type": form, "coordinates": rings}}
    (folder / "a.geojson").write_text(json.dumps(feature), "utf-8")
    statements = with_region()
    state_outlines(tmp_path, tmp_path, statements)
    return statements


def test_an_outline_is_the_regions_default_geometry(tmp_path):
    statements = state(tmp_path, [SQUARE])
    found = {(quad.subject.value.rpartition("/")[2], quad.predicate.value.rpartition("#")[2]) for quad in statements.quads}
    assert {("a", "hasDefaultGeometry"), ("a", "hasGeometry"), ("outline", "asWKT"), ("outline", "type")} <= found
    assert not statements.findings


@pytest.mark.parametrize(
    ("rings", "properties", "rule", "word"),
    [
        ([[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]], {}, "broken-geometry", "Self-intersection"),
        ([[[0, 0], [1, 0], [1, 1]]], {}, "broken-geometry", ""),
        ([], {}, "broken-geometry", "empty"),
        ([[[0, 60], [0, 61], [1, 99], [0, 60]]], {}, "broken-geometry", "lon lat"),
        ([SQUARE], {"id": "b"}, "id-and-file-name", "b"),
        ([0.5, 0.5], {"form": "Point"}, "broken-geometry", "Point"),
        ([[[40, 0], [41, 0], [41, 1], [40, 0]]], {}, "broken-geometry", "far from"),
    ],
)
def test_a_broken_outline_is_a_finding(tmp_path, rings, properties, rule, word):
    statements = state(tmp_path, rings, **properties)
    (finding,) = statements.findings
    assert (finding.rule, finding.place.file) == (rule, "regions/outlines/a.geojson")
    assert word in finding.problem and finding.repair
    assert not any(quad.predicate.value.endswith("asWKT") for quad in statements.quads)


def test_an_outline_of_no_region_is_a_finding(tmp_path):
    state(tmp_path, [SQUARE])
    statements = Statements(CANONICAL_BASE)
    state_outlines(tmp_path, tmp_path, statements)
    assert [(one.rule, one.place.file) for one in statements.findings] == [("outline-of-nothing", "regions/outlines/a.geojson")]


def test_a_file_that_is_no_json_is_named_with_its_line(tmp_path):
    folder = tmp_path / "regions" / "outlines"
    folder.mkdir(parents=True)
    (folder / "a.geojson").write_text('{"type":\n "Feature",,}', "utf-8")
    statements = Statements(CANONICAL_BASE)
    state_outlines(tmp_path, tmp_path, statements)
    assert [(one.rule, one.place.line) for one in statements.findings] == [("unreadable-file", 2)]
