"""Another installation may have its own namespace: pages, queries and documents follow the setting."""

import pytest

BASE = "https://graph.example.org/x/"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/practices", "Practices: 2"),
        ("/practices?topic=health&q=well", "Well told"),
        ("/practices/well", "Ask first."),
        ("/regions/north", "North"),
        ("/map", "Well told"),
        ("/scheme/topic.html", "Mental health"),
        ("/id/actor/helpers.html", "What links here"),
        ("/vocabulary", "practice"),
    ],
)
def test_pages_follow_the_namespace(elsewhere, path, words):
    answer = elsewhere.get(path)
    assert answer.status_code == 200
    assert words in answer.text
    assert "https://w3id.org/regin/" not in answer.text


def test_documents_follow_the_namespace(elsewhere):
    assert elsewhere.get("/id/practice/well").headers["location"] == "/practices/well"
    assert f"<{BASE}id/practice/well>" in elsewhere.get("/practices/well.nt").text


def test_retired_record_is_known_as_such(elsewhere):
    assert elsewhere.get("/id/practice/retired").status_code == 410


def test_examples_follow_the_namespace(elsewhere):
    assert "https://w3id.org/regin/" not in elsewhere.get("/sparql").text
