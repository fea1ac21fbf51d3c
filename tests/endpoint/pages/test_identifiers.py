"""Identifiers dereference: 303 to the document that the client wants, documents in five forms, 404, 406, 410."""

from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import RdfFormat

BASE = "https://w3id.org/regin/"
FORMS = {
    ".ttl": ("text/turtle", RdfFormat.TURTLE),
    ".nt": ("application/n-triples", RdfFormat.N_TRIPLES),
    ".rdf": ("application/rdf+xml", RdfFormat.RDF_XML),
    ".jsonld": ("application/ld+json", RdfFormat.JSON_LD),
}

# One identifier of each kind, and the page that it leads to.
KINDS = {
    "/id/practice/well": "/practices/well",
    "/id/region/north": "/regions/north",
    "/id/actor/helpers": "/id/actor/helpers.html",
    "/id/source/one": "/id/source/one.html",
    "/def/Practice": "/def/Practice.html",
    "/def/topic": "/def/topic.html",
    "/scheme/topic": "/scheme/topic.html",
    "/scheme/topic/health": "/scheme/topic/health.html",
    "/graph/practice/well/one": "/graph/practice/well/one.html",
    "/id/practice/well/participation-1": "/practices/well#participation-1",
    "/def": "/vocabulary",
}


@pytest.mark.parametrize(("identifier", "page"), KINDS.items())
def test_identifier_leads_a_browser_to_its_page(small, identifier, page):
    answer = small.get(identifier)
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert "Accept" in answer.headers["vary"]
    document = small.get(page)
    assert document.status_code == 200
    assert document.headers["content-type"] == "text/html; charset=utf-8"
    anchor = page.partition("#")[2]
    assert not anchor or f'id="{anchor}"' in document.text


@pytest.mark.parametrize("identifier", KINDS)
@pytest.mark.parametrize("suffix", FORMS)
def test_identifier_leads_a_program_to_its_data(small, identifier, suffix):
    media_type, form = FORMS[suffix]
    answer = small.get(identifier, headers={"Accept": media_type})
    assert answer.status_code == 303
    assert answer.headers["location"].endswith(suffix)
    document = small.get(answer.headers["location"], headers={"Accept": "*/*"})
    assert (document.status_code, document.headers["content-type"].split(";")[0]) == (200, media_type)
    assert len(list(pyoxigraph.parse(document.content, form))) > 1


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("text/turtle;q=0.9, text/html;q=0.8", ".ttl"),
        ("application/ld+json, text/turtle;q=0.9", ".jsonld"),
        ("text/html, */*;q=0.1", ""),
        ("application/rdf+xml;q=0.5, text/html;q=0.4", ".rdf"),
        ("application/n-triples", ".nt"),
        ("*/*", ""),
        ("text/html;q=0, text/turtle", ".ttl"),
    ],
)
def test_weights_of_accept_are_kept(small, accept, suffix):
    assert small.get("/id/practice/well", headers={"Accept": accept}).headers["location"] == f"/practices/well{suffix}"


def test_friendly_address_is_negotiated_in_place(small):
    answer = small.get("/practices/well", headers={"Accept": "text/turtle"})
    assert answer.headers["content-type"].startswith("text/turtle")
    assert "Accept" in answer.headers["vary"]


def test_forms_of_a_document_say_the_same(small):
    graphs = [
        {str(triple) for triple in pyoxigraph.parse(small.get(f"/practices/well{suffix}").content, form)}
        for suffix, (_, form) in FORMS.items()
    ]
    assert all(graph == graphs[0] for graph in graphs)


def test_document_tells_the_parts_the_graphs_and_the_sources(small):
    text = small.get("/practices/well.nt").text
    assert (
        f"<{BASE}id/practice/well/participation-1> <http://data.europa.eu/m8g/hasParticipant> <{BASE}id/actor/helpers>"
        in text
    )
    assert f"<{BASE}graph/practice/well/two> <http://www.w3.org/ns/prov#wasDerivedFrom> <{BASE}id/source/two>" in text
    assert f'<{BASE}id/source/one> <http://purl.org/dc/terms/title> "The first source"@en' in text


def test_equal_documents_are_equal_bytes(small):
    assert small.get("/practices/well.ttl").content == small.get("/id/practice/well.ttl").content


def test_link_header_names_the_other_forms(small):
    link = small.get("/practices/well").headers["link"]
    for expected in (
        '</practices/well.ttl>; rel="alternate"; type="text/turtle"',
        'rel="describedby"',
        '</practices/well>; rel="canonical"',
        f'<{BASE}id/practice/well>; rel="cite-as"',
    ):
        assert expected in link


@pytest.mark.parametrize(
    "path",
    [
        "/id/practice/unknown",
        "/id/nothing/well",
        "/practices/unknown",
        "/regions/unknown.ttl",
        "/def/Unknown",
        "/scheme/unknown",
        "/scheme/topic/unknown",
        "/graph/practice/well/unknown",
        "/id/practice/well/part-9",
        "/def.doc",
        "/no/such/page",
        "/practices/%00%22%3E",
        "/id/practice/..%2f..",
    ],
)
def test_unknown_is_404_with_a_page(small, path):
    answer = small.get(path)
    assert answer.status_code == 404
    assert "<h1>" in answer.text
    program = small.get(path, headers={"Accept": "text/turtle, application/problem+json;q=0.1"})
    assert program.status_code == 404
    assert program.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/id/practice/well", "/practices/well", "/def/Practice", "/def"])
def test_no_acceptable_form_is_406(small, path):
    answer = small.get(path, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/turtle" in answer.text


def test_retired_record_is_410_with_its_successor(small):
    for path in ("/id/practice/retired", "/practices/retired"):
        answer = small.get(path)
        assert answer.status_code == 410
        assert 'href="/practices/well"' in answer.text


@pytest.mark.parametrize("suffix", FORMS)
def test_retired_record_is_410_in_data_too(small, suffix):
    answer = small.get("/id/practice/retired", headers={"Accept": FORMS[suffix][0]})
    assert answer.status_code == 410
    quads = [str(quad) for quad in pyoxigraph.parse(answer.content, FORMS[suffix][1])]
    assert any("isReplacedBy" in quad for quad in quads)
    assert 'id/practice/well>; rel="successor-version"' in answer.headers["link"]


def test_retired_record_is_in_no_list(small):
    assert "No longer kept" not in small.get("/practices").text


def test_head_answers_as_get_without_body(small):
    answer = small.head("/practices/well")
    assert (answer.status_code, answer.content) == (200, b"")


def test_everything_that_the_header_of_the_ontology_names_answers(site):
    header = Path(__file__).parents[3].joinpath("ontology", "regin.ttl").read_bytes()
    terms = {
        term.value
        for triple in pyoxigraph.parse(header, format=pyoxigraph.RdfFormat.TURTLE)
        for term in (triple.subject, triple.object)
        if isinstance(term, pyoxigraph.NamedNode) and term.value.startswith("https://w3id.org/regin/")
    }
    assert "https://w3id.org/regin/def/0.1.0" in terms
    for accepted in ("text/html", "text/turtle"):
        for iri in sorted(terms | {"https://w3id.org/regin/def/"}):
            answer = site.get(
                iri.removeprefix("https://w3id.org/regin"), headers={"Accept": accepted}, follow_redirects=True
            )
            assert answer.status_code == 200, iri
            # The logo is a picture, whatever is asked for.
            assert answer.headers["content-type"].startswith("image/svg+xml" if iri.endswith(".svg") else accepted), iri
    turtle = site.get("/def/0.1.0", headers={"Accept": "text/turtle"}, follow_redirects=True).text
    assert "Ontology" in turtle and "versionIRI" in turtle
