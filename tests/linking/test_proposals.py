"""Proposals of links: names, countries, places; what was decided on stays decided."""

import csv
import io

import pytest
import shapely
import yaml
from click.testing import CliRunner

from regin_graph.build.mappings import state_mappings
from regin_graph.build.statements import Statements
from regin_graph.cli import main
from regin_graph.importers.table_file import Row
from regin_graph.linking import Evidence, as_sssom, proposals_for
from regin_graph.reconciliation.index import Entity, Name, NameIndex

BASE = "https://w3id.org/regin/"
REGION = f"{BASE}def/Region"


@pytest.fixture(scope="module")
def evidence():
    """Give two regions with outlines, one decided link."""
    def region(slug, *names, country):
        return Entity(f"{BASE}id/region/{slug}", [REGION], [*(Name(name) for name in names), *(Name(name, "", "country") for name in country)])

    index = NameIndex([region("azores", "Azores", "Açores", country=("Portugal", "PT")), region("skane", "Skåne", country=("Sweden", "SE"))])
    outlines = {f"{BASE}id/region/azores": shapely.box(-32, 36, -24, 40), f"{BASE}id/region/skane": shapely.box(12, 55, 15, 57)}
    return Evidence(index, outlines, {(f"{BASE}id/region/azores", "https://example.org/decided")})


def row(**cells) -> Row:
    """Give a row of an outside table."""
    return Row(2, {"id": "https://example.org/1", "name": "Acores"} | cells)


def test_name_country_and_place_together_make_a_proposal_certain(evidence):
    best = proposals_for([row(country="pt", latitude="38", longitude="-28")], evidence)[0]
    assert best.subject.endswith("azores") and best.confidence == 1 and best.reasons == ('name "Açores" 100 of 100', "same country", "place inside the outline")


def test_evidence_against_lowers_the_confidence(evidence):
    alone = proposals_for([row()], evidence)[0].confidence
    assert proposals_for([row(country="Sweden")], evidence)[0].confidence < alone
    assert proposals_for([row(latitude="10", longitude="10")], evidence)[0].confidence < alone


def test_decided_links_and_weak_ones_are_left_out(evidence):
    assert proposals_for([row(id="https://example.org/decided")], evidence) == []
    assert proposals_for([row(name="Bornholm")], evidence) == []


def test_the_proposals_are_a_table_that_the_build_reads_and_does_not_state(evidence, tmp_path):
    text = as_sssom(proposals_for([row(country="PT")], evidence), "example")
    head = yaml.safe_load("\n".join(line[1:] for line in text.splitlines() if line.startswith("#")))
    assert set(head["curie_map"]) == {"semapv", "skos", "region", "example"}
    rows = list(csv.DictReader(io.StringIO(text.partition("\nsubject_id")[1].lstrip() + text.partition("\nsubject_id")[2]), delimiter="\t"))
    assert rows[0]["subject_id"] == "region:azores" and rows[0]["review_status"] == "proposed"
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "example.sssom.tsv").write_text(text, "utf-8")
    statements = Statements(BASE)
    state_mappings(tmp_path, tmp_path, statements)
    assert not statements.findings and not statements.quads
    (tmp_path / "mappings" / "example.sssom.tsv").write_text(text.replace("\tproposed\t", "\taccepted\t"), "utf-8")
    state_mappings(tmp_path, tmp_path, statements)
    assert not statements.findings and len(statements.quads) == 2


def test_the_command_proposes_from_a_release(release, tmp_path):
    target = tmp_path / "gazetteer.csv"
    target.write_text("id,name,country,kind\nhttps://example.org/places/1,Katalonien,Spain,Region\n", "utf-8")
    told = CliRunner().invoke(main, ["link", str(target), "--release", str(release)])
    assert told.exit_code == 0 and "region:catalonia\tCatalonia\t" in told.output


@pytest.mark.parametrize(("text", "words"), [
    ("name\nx\n", 'column "id" is missing'), ("id,name\nQ1,x\n", ":2 id: \"Q1\" is no IRI"), ("id,name,latitude\nhttp://x/1,x,95\n", ":2 latitude"), ("id,name\nhttp://x/1,x,y\n", ":2"),
])
def test_faults_of_the_table_are_told_with_their_place(release, tmp_path, text, words):
    target = tmp_path / "target.csv"
    target.write_text(text, "utf-8")
    told = CliRunner().invoke(main, ["link", str(target), "--release", str(release)])
    assert told.exit_code == 1 and words in told.output


def test_an_unknown_kind_is_wrong_use(release, tmp_path):
    target = tmp_path / "target.csv"
    target.write_text("id,name,kind\nhttp://x/1,x,Planet\n", "utf-8")
    assert CliRunner().invoke(main, ["link", str(target), "--release", str(release)]).exit_code == 2
