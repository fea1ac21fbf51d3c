"""Statements against the reference processor: our reading of the context equals PyLD's."""

import json
from pathlib import Path

import pytest
from pyld import jsonld
from pyoxigraph import NamedNode, RdfFormat, parse

from regin_graph.build.context import read_context
from regin_graph.build.document import document
from regin_graph.build.record import Record
from regin_graph.build.record_types import read_record_types
from regin_graph.build.records import read_records
from regin_graph.build.statements import Statements, state_records
from regin_graph.build.tables import read_tables
from regin_graph.build.unread import unread_files
from regin_graph.identifiers import CANONICAL_BASE

PROJECT = Path(__file__).parents[2]
DATA = PROJECT / "data"


def all_records() -> list[Record]:
    """Give every record of the project's data."""
    found = []
    for folder, kind in read_record_types(DATA).items():
        found += read_records(DATA / folder, kind, CANONICAL_BASE, PROJECT)
    found += read_tables(DATA, CANONICAL_BASE, PROJECT)
    return [record for record in found if isinstance(record, Record)]


def test_every_record_is_stated_as_the_json_ld_reference_processor_states_it():
    context = read_context(DATA / "context.jsonld", CANONICAL_BASE)
    loaded = json.loads((DATA / "context.jsonld").read_text("utf-8"))["@context"]
    records = all_records()
    # One record of each table and folder is enough of each kind; practices differ most, so all of them.
    chosen = {}
    for record in records:
        key = record.iri if "/practice/" in record.iri else (record.place.file.rpartition("/")[0], record.classes)
        chosen.setdefault(key, record)
    assert len(chosen) > 59
    for record in chosen.values():
        statements = Statements(CANONICAL_BASE)
        state_records([record], context, statements)
        assert not statements.findings
        ours = {str(quad.triple) for quad in statements.quads}
        nquads = jsonld.to_rdf({"@context": loaded, **document(record, context)}, {"format": "application/n-quads"})
        theirs = {str(quad.triple) for quad in parse(nquads, format=RdfFormat.N_QUADS)}
        assert ours == theirs, f"{record.place}: data/context.jsonld is read differently"


def test_a_statement_stands_once_in_the_default_graph_and_once_per_source():
    context = read_context(DATA / "context.jsonld", CANONICAL_BASE)
    practice = next(record for record in all_records() if record.iri.endswith("/skane-testbed-health-equity"))
    statements = Statements(CANONICAL_BASE)
    state_records([practice], context, statements)
    title = "Testbed on health equity and social inclusion"
    graphs = sorted(str(quad.graph_name) for quad in statements.quads if getattr(quad.object, "value", "") == title)
    base = CANONICAL_BASE + "graph/practice/skane-testbed-health-equity/"
    assert graphs == [f"<{base}regin-lab-skane-sv>", f"<{base}regin-lab-skane>", "DEFAULT"]


@pytest.mark.parametrize(
    ("wrong", "rule", "line", "repair"),
    [
        ("start: {value: 2021-13, source: [s]}", "bad-date", 2, "2021-09"),
        ("start: {value: last year, source: [s]}", "bad-date", 2, "2021-09"),
        ("objektive: {en: A, source: [s]}", "unknown-field", 2, '"objective"'),
        ("need: {en: A}", "statement-without-source", 2, "source: [id]"),
        ("need: A text\nsource: [s]", "text-without-language", 2, "en: text"),
        ("need: {en: '', source: [s]}", "empty-text", 2, "remove"),
        ("need: {xx_1: A, source: [s]}", "unknown-field", 2, "language tag"),
        ("web_page: {value: no address, source: [s]}", "not-an-address", 2, "whole address"),
        ("region: {value: Skåne!, source: [s]}", "identifier", 2, "lower case"),
        ("need: {en: A, source: [s]}\nneed: {en: B, source: [s]}", "duplicate-field", 3, "Keep one"),
        ("budget:\n  - {id: b, amount: ten, source: [s]}", "bad-value", 3, "digits"),
        ("budget:\n  - {amount: '10', source: [s]}", "identifier", 3, "id of its own"),
        ("budget:\n  - {id: b, source: [s]}\n  - {id: b, source: [s]}", "duplicate-id", 4, "id of its own"),
        ("budget: much\nsource: [s]", "not-a-part", 2, "list of entries"),
        ("budget:\n  - {id: b, amout: '10', source: [s]}", "unknown-field", 3, '"amount"'),
        ("need: {en: [unclosed", "unreadable-file", 2, "indentation"),
    ],
)
def test_a_spoiled_record_is_named_by_file_line_field_and_repair(tmp_path, wrong, rule, line, repair):
    folder = tmp_path / "data" / "practices"
    folder.mkdir(parents=True)
    (folder / "a.yml").write_text(f"id: a\n{wrong}\n", "utf-8")
    kind = read_record_types(DATA)["practices"]
    outcomes = list(read_records(folder, kind, CANONICAL_BASE, tmp_path))
    statements = Statements(CANONICAL_BASE)
    context = read_context(DATA / "context.jsonld", CANONICAL_BASE)
    state_records([one for one in outcomes if isinstance(one, Record)], context, statements)
    findings = [one for one in outcomes if not isinstance(one, Record)] + statements.findings
    assert [(finding.rule, finding.place.file) for finding in findings] == [(rule, "data/practices/a.yml")]
    assert findings[0].place.line in (line, line + 1)
    assert repair in findings[0].repair


def state_text(tmp_path, text: str) -> Statements:
    """State one practice written as text."""
    (tmp_path / "a.yml").write_text(f"id: a\n{text}\n", "utf-8")
    kind = read_record_types(DATA)["practices"]
    statements = Statements(CANONICAL_BASE)
    records = list(read_records(tmp_path, kind, CANONICAL_BASE, tmp_path))
    state_records(records, read_context(DATA / "context.jsonld", CANONICAL_BASE), statements)
    assert not statements.findings
    return statements


def test_a_field_inside_a_part_may_have_sources_of_its_own(tmp_path):
    text = "funding:\n  - {id: f, instrument: amif, text: {en: Half, source: [report]}, source: [editorial]}"
    graphs = {
        (quad.predicate.value.rpartition("/")[2], quad.graph_name.value.rpartition("/")[2])
        for quad in state_text(tmp_path, text).quads if isinstance(quad.graph_name, NamedNode)
    }
    assert ("text", "report") in graphs and ("fundingInstrument", "editorial") in graphs
    assert ("text", "editorial") not in graphs and ("fundingInstrument", "report") not in graphs


def test_of_a_result_that_may_not_be_published_the_words_stay_back():
    context = read_context(DATA / "context.jsonld", CANONICAL_BASE)
    records = [record for record in all_records() if record.says("publishable", "false")]
    assert records
    statements = Statements(CANONICAL_BASE)
    state_records(records, context, statements)
    assert not statements.findings
    assert not [quad for quad in statements.quads if getattr(quad.object, "language", None)]
    assert any(quad.predicate.value.endswith("/edition") for quad in statements.quads)


@pytest.mark.parametrize("name", ["practices/x.yml.txt", "practices/below/x.yml", "actors/x.txt", "notes/loose.docx"])
def test_a_file_that_nothing_reads_is_a_finding(tmp_path, name):
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text("id: x\n", "utf-8")
    (tmp_path / ".hidden").write_text("", "utf-8")
    (tmp_path / "record_types.yml").write_text((DATA / "record_types.yml").read_text("utf-8"), "utf-8")
    assert [(one.rule, one.place.file) for one in unread_files(tmp_path, tmp_path)] == [("unread-file", name)]


def test_all_findings_of_a_file_come_at_once(tmp_path):
    folder = tmp_path / "practices"
    folder.mkdir()
    (folder / "b.yml").write_text("id: c\nx: 1\ny: 2\nneed: {en: A}\n", "utf-8")
    kind = read_record_types(DATA)["practices"]
    findings = [one for one in read_records(folder, kind, CANONICAL_BASE, tmp_path) if not isinstance(one, Record)]
    assert sorted(finding.rule for finding in findings) == [
        "id-and-file-name", "statement-without-source", "unknown-field", "unknown-field",
    ]


def test_an_unreadable_file_is_a_finding(tmp_path):
    (tmp_path / "d.yml").write_bytes(b"id: d\nneed: \xff\xfe\n")
    kind = read_record_types(DATA)["practices"]
    (finding,) = read_records(tmp_path, kind, CANONICAL_BASE, tmp_path)
    assert (finding.rule, finding.place.line) == ("unreadable-file", 2)
