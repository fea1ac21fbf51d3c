"""Modules behind the pages: addresses, bound questions, statements, the small picture, examples in docstrings."""

import doctest
import importlib

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode

from endpoint.examples import FIRST, read_examples
from endpoint.links import page_of, place_of, split_suffix, with_parameters
from endpoint.picture import HEIGHT, WIDTH, place_point, polygons_of, ring_path
from endpoint.queries import Term
from endpoint.questions import question
from endpoint.statements import read_entity, sources_of

BASE = "https://w3id.org/regin/"


@pytest.mark.parametrize(
    "name",
    ["collation", "languages", "links", "questions", "pages", "practice_list", "region_view", "visit", "wording"],
)
def test_examples_in_docstrings(name):
    results = doctest.testmod(importlib.import_module(f"endpoint.{name}"))
    assert results.attempted > 0
    assert results.failed == 0


@pytest.mark.parametrize(
    ("iri", "page"),
    [
        (BASE + "id/practice/a", "/practices/a"),
        (BASE + "id/region/a/outline", "/regions/a#outline"),
        (BASE + "id/place/sicily", "/id/place/sicily.html"),
        (BASE + "def/Practice", "/def/Practice.html"),
        (BASE + "graph/meta", "/graph/meta.html"),
        (BASE + "scheme/topic", "/scheme/topic.html"),
        ("https://example.org/id/practice/a", "https://example.org/id/practice/a"),
        (BASE + "dataset/practices", "/dataset/practices"),
        (BASE + "something/else", BASE + "something/else"),
    ],
)
def test_page_of(iri, page):
    assert page_of(iri, BASE) == page


def test_document_addresses():
    assert [place_of("id/practice/a").document(suffix) for suffix in ("", ".html", ".ttl")] == [
        "/practices/a",
        "/practices/a",
        "/practices/a.ttl",
    ]
    assert place_of("id/actor/b/part-1").document(".nt") == "/id/actor/b.nt"
    assert split_suffix("id/edition/2021.01") == ("id/edition/2021.01", "")


def test_parameters_keep_fragment_and_leave_out_empty_ones():
    assert with_parameters("/a?x=1#b", lang="de", q="", page=None) == "/a?x=1&lang=de#b"


def test_values_are_bound_at_the_head_of_the_pattern():
    text = question("practices", topic=NamedNode("urn:x:t"), region=None, word1='a"} #').text
    assert 'WHERE {\n  VALUES ?topic { <urn:x:t> }\n  VALUES ?word1 { "a\\"} #" }' in text
    assert "VALUES ?region" not in text
    pyoxigraph.Store().query(text)


def test_bound_question_takes_limit_and_many_values():
    asked = question("labels", iri=[NamedNode("urn:a"), NamedNode("urn:b")], limit=5, offset=10)
    assert "VALUES ?iri { <urn:a> <urn:b> }" in asked.text
    assert asked.text.endswith("LIMIT 5 OFFSET 10\n")
    assert asked.path.startswith("/sparql?query=")


def test_unknown_variable_is_refused():
    with pytest.raises(KeyError):
        question("labels", subject=Literal("x"))


def row(subject, prop, value, source=None):
    cells = {"subject": Term("iri", subject), "property": Term("iri", prop), "value": value}
    return cells | ({"source": Term("iri", source)} if source else {})


def test_entity_gathers_sources_of_a_statement_and_its_parts():
    english, german = Term("literal", "one", "en"), Term("literal", "eins", "de")
    entity = read_entity(
        "urn:e",
        [
            row("urn:e", "urn:p", english, "urn:s2"),
            row("urn:e", "urn:p", english, "urn:s1"),
            row("urn:e", "urn:p", german),
            row("urn:e", "urn:part", Term("iri", "urn:e/x-1")),
            row("urn:e/x-1", "urn:q", Term("literal", "5"), "urn:s3"),
        ],
    )
    assert [statement.value for statement in entity.texts("en", "urn:p")] == [english]
    assert entity.texts("en", "urn:p")[0].sources == ("urn:s1", "urn:s2")
    assert entity.texts("sv", "urn:p")[0].value == english
    part = entity.parts_of("urn:part")[0]
    assert (part.anchor, part.first("urn:q").value, sources_of(part.statements)) == ("x-1", "5", ["urn:s3"])


def test_examples_have_titles_and_the_first_is_the_one_of_the_readme():
    examples = read_examples()
    assert examples[0].name == FIRST
    assert len({example.title for example in examples}) == len(examples) >= 12


def test_picture_places_the_window():
    assert place_point(-30, 66) == (0, 0)
    assert place_point(33, 33) == (WIDTH, HEIGHT)
    assert ring_path([[0, 0], [0.001, 0], [0, 0.001]]) == "", "smaller than a pixel"
    assert polygons_of("MULTIPOLYGON (((0 1, 2 3, 4 5, 0 1)), ((6 7, 8 9, 6 8, 6 7)))")[1][0] == [6.0, 7.0]
