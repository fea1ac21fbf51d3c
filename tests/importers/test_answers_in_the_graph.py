"""Answers that were imported are stated, and found as the page of a region finds them."""

import shutil

import pytest
from pyoxigraph import NamedNode, Store

from endpoint.questions import question
from regin_graph.build import read, state
from regin_graph.importers.importing import import_file
from regin_graph.settings import BuildSettings

ANSWERS = """Region,Edition,Question,Target group,Expert,Answer,Reason,Agreement,Justification,Source
skane,2021-01-preliminary,ind-01,,1,"yes, systematically/regularly",,,,seed-004
skane,2021-01-preliminary,ind-01,,2,50,,,,seed-004
skane,2021-01-preliminary,ind-01,,,50,,settled-by-review,Not every year.,seed-004
skane,2021-01-preliminary,top-01,TCN,,,no-answer,,,seed-004
"""


@pytest.fixture(scope="module")
def graph(tmp_path_factory) -> Store:
    """Give the statements of the data with these answers."""
    folder = tmp_path_factory.mktemp("answers")
    shutil.copytree(BuildSettings().data, folder / "data")
    (folder / "answers.csv").write_text(ANSWERS, "utf-8")
    settings = BuildSettings(data=folder / "data")
    import_file("mipexr-answers", folder / "answers.csv", settings).write(settings.data)

    def step(*_, **__) -> None:
        """Say nothing."""

    records, findings = read(settings, step)
    statements = state(records, settings, step)
    assert not findings and not [one for one in statements.findings if one.severity == "Violation"]
    store = Store()
    store.extend(statements.quads)
    return store


def test_the_page_of_a_region_finds_the_reviewed_answers(graph):
    asked = question("region_answers", base="https://w3id.org/regin/", region=NamedNode("https://w3id.org/regin/id/region/skane"))
    found = graph.query(asked.text)
    names = [variable.value for variable in found.variables]
    rows = [{name: row[name].value.rpartition("/")[2] for name in names if row[name] is not None} for row in found]
    assert [(row["indicator"], row.get("points"), row.get("reason"), row.get("text")) for row in rows] == [
        ("ind-01", "50", None, "Not every year."), ("top-01", None, "no-answer", None),
    ]


def test_a_reviewed_answer_leads_to_those_of_the_experts(graph):
    found = graph.query(
        "PREFIX regin: <https://w3id.org/regin/def/> SELECT ?code ?points WHERE { ?reviewed regin:reviewOf ?answer . ?answer regin:expertCode ?code ; regin:chosenOption/regin:points ?points } ORDER BY ?code"
    )
    assert [(row["code"].value, row["points"].value) for row in found] == [("expert-1", "100"), ("expert-2", "50")]
    assert not list(graph.query("PREFIX regin: <https://w3id.org/regin/def/> SELECT ?a WHERE { ?a a regin:ReviewedAnswer ; regin:score ?s }"))
