"""A field of a part may name its own sources: they stand in the place of the part's."""

from pathlib import Path

from regin_graph.build.context import read_context
from regin_graph.build.record_types import read_record_types
from regin_graph.build.records import read_records
from regin_graph.build.statements import Statements, state_records
from regin_graph.identifiers import CANONICAL_BASE

DATA = Path(__file__).parents[2] / "data"
RECORD = """\
id: example-aspects
assesses: example
framework: aspect
origin: editorial
finding:
  - id: finding-1
    aspect: communication
    kind: inspiring
    text: {en: Neighbours speak., source: [example-report]}
    source: [editorial]
source: [editorial]
"""


def test_the_tag_is_the_editors_and_the_fact_is_the_reports(tmp_path):
    """Aspect, kind and the finding itself stand under the editors' name alone, the text under the report's alone."""
    (tmp_path / "example-aspects.yml").write_text(RECORD, "utf-8")
    kind = read_record_types(DATA)["evaluations"]
    statements = Statements(CANONICAL_BASE)
    records = list(read_records(tmp_path, kind, CANONICAL_BASE, tmp_path))
    state_records(records, read_context(DATA / "context.jsonld", CANONICAL_BASE), statements)
    graphs = {}
    for quad in statements.quads:
        name = quad.predicate.value.rpartition("/")[2]
        graphs.setdefault(name, set()).add(getattr(quad.graph_name, "value", "").rpartition("/")[2])
    assert not statements.findings
    assert graphs["aspect"] == graphs["findingKind"] == graphs["finding"] == {"", "editorial"}
    assert graphs["text"] == {"", "example-report"}
