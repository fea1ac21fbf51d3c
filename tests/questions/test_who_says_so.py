"""Questions users come with, asked with the clients they use, over the real data and real HTTP."""

import csv
import io
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import httpx
import pytest
from SPARQLWrapper import JSON, SPARQLWrapper

PROJECT = Path(__file__).parents[2]
PREFIXES = """
PREFIX regin: <https://w3id.org/regin/def/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX sdmx-measure: <http://purl.org/linked-data/sdmx/2009/measure#>
PREFIX scheme: <https://w3id.org/regin/scheme/>
PREFIX id: <https://w3id.org/regin/id/>
"""
EXCLUSIVE_HOUSING = PREFIXES + """
SELECT DISTINCT ?region ?practice ?source WHERE {
  GRAPH ?g {
    ?competence regin:competenceKind <https://w3id.org/regin/scheme/competence-kind/exclusive> ;
                regin:policyField <https://w3id.org/regin/scheme/policy-field/housing> .
  }
  ?g prov:wasDerivedFrom ?source .
  ?competence regin:territory/regin:member? ?region .
  ?practice regin:inRegion ?region .
}"""
# Counted by hand in the records: regions with the competence, their practices, and who says so.
EXPECTED = {("azores", "seed-001"): 4, ("catalonia", "seed-001"): 3, ("valencia", "regpex-valencia"): 3}


def local(iri: str) -> str:
    """Give the last part of an IRI."""
    return iri.rpartition("/")[2]


def ask(server: str, query: str) -> list[dict[str, str]]:
    """Give the rows of a query, by SPARQLWrapper."""
    client = SPARQLWrapper(f"{server}/sparql")
    client.setQuery(PREFIXES + query)
    client.setReturnFormat(JSON)
    rows = client.query().convert()["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in rows]


def test_practices_of_regions_with_an_exclusive_housing_competence_by_sparqlwrapper(server):
    rows = ask(server, EXCLUSIVE_HOUSING.removeprefix(PREFIXES))
    assert Counter((local(row["region"]), local(row["source"])) for row in rows) == EXPECTED


def test_the_same_by_curl(server):
    if not shutil.which("curl"):
        pytest.fail("curl is not installed: apt-get install curl")
    command = ["curl", "-sS", f"{server}/sparql", "-H", "Accept: text/csv", "--data-urlencode", f"query={EXCLUSIVE_HOUSING}"]
    output = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    rows = list(csv.DictReader(io.StringIO(output)))
    assert Counter((local(row["region"]), local(row["source"])) for row in rows) == EXPECTED


def test_the_first_query_of_the_readme_answers_as_printed(server):
    text = (PROJECT / "README.md").read_text("utf-8")
    query = re.search(r"<<'SPARQL'\n(.*?)\nSPARQL\n", text, re.S)[1]
    printed = re.search(r"```text\n(.*?)\n…\n```", text, re.S)[1].splitlines()
    answer = httpx.post(f"{server}/sparql", data={"query": query}, headers={"Accept": "text/csv"}).text.splitlines()
    assert answer[: len(printed)] == printed
    assert len(answer) > len(printed)


def test_the_python_lines_of_the_readme_run(server):
    code = re.search(r"```python\n(.*?)```", (PROJECT / "README.md").read_text("utf-8"), re.S)[1]
    command = [sys.executable, "-c", code.replace("http://127.0.0.1:8000", server)]
    output = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert "63" in output and "id/region/azores" in output


def test_only_valencia_is_said_to_hold_it_without_reserve(server):
    rows = ask(server, EXCLUSIVE_HOUSING.removeprefix(PREFIXES).replace("SELECT DISTINCT ?region", "SELECT DISTINCT ?region ?kind")
               .replace("regin:policyField", "regin:kindText ?kind ; regin:policyField"))
    assert {(local(row["region"]), row["kind"]) for row in rows} == {
        ("azores", "exclusive (some)"), ("catalonia", "exclusive (some)"), ("valencia", "exclusive"),
    }


def test_tags_of_the_editors_are_not_attributed_to_others(server):
    rows = ask(server, """SELECT DISTINCT ?kind WHERE {
      GRAPH ?g { ?finding regin:aspect ?aspect } ?g regin:assertionKind ?kind . ?g a regin:SourceGraph }""")
    assert [local(row["kind"]) for row in rows] == ["editorial"]
    facts = ask(server, """SELECT DISTINCT ?kind WHERE {
      ?finding a regin:Finding . GRAPH ?g { ?finding regin:text ?text } ?g regin:assertionKind ?kind }""")
    assert [local(row["kind"]) for row in facts] == ["reported"]


def test_every_graph_says_who_says_so(server):
    (row,) = ask(server, """SELECT (COUNT(DISTINCT ?g) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o }
      FILTER NOT EXISTS { ?g prov:wasDerivedFrom ?source } FILTER(!STRENDS(STR(?g), "/graph/meta")) }""")
    assert row["n"] == "0"


def test_words_that_may_not_be_published_are_not_there(server):
    rows = ask(server, """SELECT ?p ?o WHERE { id:observation\/verbal-24 ?p ?o . FILTER(LANG(?o) != "") }""")
    assert rows == []
    assert "maximum score" not in httpx.get(f"{server}/regions/lisbon").text


def test_a_single_field_names_its_source(server):
    rows = ask(server, """SELECT ?text ?source WHERE {
      GRAPH ?g { <https://w3id.org/regin/id/practice/skane-testbed-health-equity> regin:need ?text }
      ?g prov:wasDerivedFrom ?source }""")
    assert {local(row["source"]) for row in rows} == {"regin-skane-eval", "regin-lab-skane"}
    assert len({row["text"] for row in rows}) == 1


def test_a_statement_of_two_sources_is_counted_once(server):
    (row,) = ask(server, """SELECT (COUNT(*) AS ?n) WHERE {
      <https://w3id.org/regin/id/practice/skane-testbed-health-equity> regin:need ?text }""")
    assert row["n"] == "1"


def test_both_scores_of_the_azores_stay_with_their_editions(server):
    rows = ask(server, """SELECT ?score ?edition WHERE {
      ?o a regin:Score ; regin:region id:region\\/azores ; regin:edition ?edition ; regin:score ?score ;
         regin:dimension scheme:mipexr-overall\\/overall }""")
    assert {(float(row["score"]), local(row["edition"])) for row in rows} == {(56, "website-prototype"), (63, "policy-briefs")}


def test_no_missing_value_is_a_number(server):
    (row,) = ask(server, """SELECT (COUNT(*) AS ?n) WHERE {
      ?cell a regin:MissingCell . { ?cell sdmx-measure:obsValue ?v } UNION { ?cell regin:score ?v }
      UNION { ?cell a qb:Observation . BIND(1 AS ?v) } }""")
    assert row["n"] == "0"
    (known,) = ask(server, """SELECT (COUNT(*) AS ?n) WHERE {
      ?cell a regin:MissingCell ; regin:missingReason ?reason }""")
    assert int(known["n"]) > 100


def test_every_panel_item_of_every_region_is_known_or_said_to_be_missing(server):
    rows = ask(server, """SELECT ?region ?indicator (COUNT(DISTINCT ?o) AS ?figures) (COUNT(DISTINCT ?m) AS ?gaps) WHERE {
      ?region a regin:Region . ?indicator a regin:OutcomeIndicator . FILTER(CONTAINS(STR(?indicator), "/panel-"))
      OPTIONAL { ?o a regin:ContextFigure ; regin:region ?region ; regin:indicator ?indicator }
      OPTIONAL { ?m a regin:MissingCell ; regin:region ?region ; regin:indicator ?indicator }
    } GROUP BY ?region ?indicator""")
    assert len(rows) > 300
    assert not [row for row in rows if (row["figures"] == "0") == (row["gaps"] == "0")]


def test_a_figure_of_a_wider_area_names_that_area(server):
    rows = ask(server, """PREFIX sdmx: <http://purl.org/linked-data/sdmx/2009/dimension#>
      SELECT DISTINCT ?area ?fit WHERE { ?o a regin:ContextFigure ; regin:region id:region\\/paijat-hame ;
        sdmx:refArea ?area ; regin:areaFit ?fit ; regin:indicator id:indicator\\/panel-unemp-total }""")
    assert [(local(row["area"]), local(row["fit"])) for row in rows] == [("FI1C", "wider")]


def test_editorial_readings_are_told_apart_from_findings_of_regin(server):
    rows = ask(server, """SELECT ?origin (COUNT(?f) AS ?n) WHERE {
      ?e a regin:Evaluation ; regin:evaluationOrigin ?origin ; regin:finding ?f } GROUP BY ?origin""")
    assert [(local(row["origin"]), row["n"]) for row in rows] == [("editorial", "76")]


def test_practices_within_a_region_by_containment(server):
    rows = ask(server, """PREFIX geo: <http://www.opengis.net/ont/geosparql#>
      SELECT ?practice WHERE { ?practice a regin:Practice ; geo:sfWithin id:region\\/azores }""")
    assert len(rows) == 4
    assert all("azores" in row["practice"] for row in rows)


def test_labels_translated_by_the_project_can_be_told_apart(server):
    rows = ask(server, """SELECT ?label WHERE { scheme:aspect\\/communication skos:prefLabel ?label ; regin:ownTranslation ?own .
      FILTER(LANG(?label) = ?own) }""")
    given = ask(server, "SELECT (LANG(?label) AS ?l) WHERE { scheme:aspect\\/communication skos:prefLabel ?label }")
    assert len(rows) == 6 and {row["l"] for row in given} == {"en", "fr", "de", "it", "es", "pt", "sv", "el"}
