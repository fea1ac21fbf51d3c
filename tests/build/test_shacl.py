"""Checking in chunks gives what one run of pySHACL over everything gives."""

import shutil

import pyshacl
import pytest
from pyoxigraph import DefaultGraph, RdfFormat, serialize
from rdflib import SH, Graph

from regin_graph.build import derive_facts, read, state
from regin_graph.build.shacl import check_shapes, chunks, read_shapes
from regin_graph.settings import BuildSettings
from regin_graph.synthesis import SYNTHETIC_BASE, synthesise

SPOILS = {
    "synthetic-1": ("scale: ", "scal3: "),
    "synthetic-2": ("value: published", "value: unheard-of"),
    "synthetic-5": ("    role:\n", "    role: [no-such-role]\n    x:\n"),
}


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory):
    """Give the statements of synthetic data in which some records break a shape."""
    data = tmp_path_factory.mktemp("spoiled") / "data"
    synthesise(30, 4, data)
    for name, (old, new) in SPOILS.items():
        path = data / "practices" / f"{name}.yml"
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    shutil.rmtree(data / "actors")
    (data / "actors").mkdir()
    settings = BuildSettings(data=data, base_iri=SYNTHETIC_BASE)
    records, _ = read(settings, lambda *_, **__: None)
    statements = state(records, settings, lambda *_, **__: None)
    derive_facts(statements, lambda *_, **__: None)
    return settings, statements


def whole(quads, shapes: str) -> set[tuple[str, str]]:
    """Give focus node and shape of each result of one plain run of pySHACL."""
    text = serialize((q.triple for q in quads if isinstance(q.graph_name, DefaultGraph)), format=RdfFormat.N_TRIPLES)
    data = Graph().parse(data=text, format="nt")
    _, report, _ = pyshacl.validate(data, shacl_graph=Graph().parse(data=shapes, format="nt"), inplace=True)
    return {(str(report.value(r, SH.focusNode)), str(report.value(r, SH.resultPath) or "")) for r in report.objects(None, SH.result)}


def test_chunks_give_the_same_results_as_the_whole(spoiled):
    settings, statements = spoiled
    shapes = read_shapes(settings.shapes, settings.base_iri)
    assert len(chunks(statements.quads, settings.base_iri, 500)) > 10
    findings = check_shapes(statements.quads, shapes, settings.base_iri, 1, statements.place_of, size=500)
    expected = whole(statements.quads, shapes)
    assert {finding.record for finding in findings} == {node for node, _ in expected}
    assert len(findings) >= len(expected) > 30


def test_two_processes_give_the_same_findings_as_one(spoiled):
    settings, statements = spoiled
    shapes = read_shapes(settings.shapes, settings.base_iri)
    one, two = (check_shapes(statements.quads, shapes, settings.base_iri, jobs, statements.place_of) for jobs in (1, 2))
    assert one == two and one


def test_a_finding_names_the_line_of_the_wrong_value(spoiled):
    settings, statements = spoiled
    shapes = read_shapes(settings.shapes, settings.base_iri)
    findings = check_shapes(statements.quads, shapes, settings.base_iri, 1, statements.place_of)
    about = [f for f in findings if f.record.endswith("/practice/synthetic-2") and "unheard-of" in f.value]
    lines = (settings.data / "practices" / "synthetic-2.yml").read_text("utf-8").splitlines()
    assert about and all("status" in lines[finding.place.line - 1] for finding in about)
