"""Lexing, guards and negotiation as functions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from endpoint.errors import FederationRefused, QueryTooDeep, QueryTooLong
from endpoint.guards import check_text
from endpoint.lexing import dataset_clauses, is_fleeting, nesting, tokens, words
from endpoint.media_types import GRAPH_FORMS, SOLUTION_FORMS, choose, choose_coding, parse_accept
from endpoint.settings import EndpointSettings

SETTINGS = EndpointSettings(service_hosts=("friend.example", "other.example:8080"))


@pytest.mark.parametrize(("text", "expected"), [
    ("SELECT * { '''a {{{ ' b''' }", 1), ('SELECT * { "\\"{{{" }', 1), ("# {{{\nSELECT * { <urn:x#{> }", 1), ("SELECT * { <urn:x#a> ?p [ <b> ( 1 ) ] }", 3), ("", 0),
    ("SELECT * { FILTER(?a<?b && ?c>?d) { } }", 2),
])
def test_nesting(text, expected):
    assert nesting(text) == expected


@pytest.mark.parametrize("text", ["SELECT (NOW() AS ?t) {}", "select (rand() as ?r) {}", "SELECT (Uuid() AS ?u) {}"])
def test_fleeting(text):
    assert is_fleeting(text)


@pytest.mark.parametrize("text", ["SELECT ?now { ?now <urn:rand> 'UUID()' }", "SELECT * { ex:NOW ?p ?o } # RAND()", "SELECT * { ?s ?knows ?known }"])
def test_not_fleeting(text):
    assert not is_fleeting(text)


def test_dataset_clauses_are_only_those_of_the_query():
    text = "SELECT * FROM <urn:a> { { SELECT ?from { ?from <from> 'FROM <urn:b>' } } } # FROM <urn:c>"
    assert dataset_clauses(text) == (["urn:a"], [])


@pytest.mark.parametrize("text", [
    "SELECT * { SERVICE <http://friend.example/sparql> {} }", "SELECT * { SERVICE <https://other.example:8080/> {} }", "SELECT * { <urn:service> ?p 'SERVICE' }",
])
def test_services_that_are_allowed(text):
    check_text(text, SETTINGS)


@pytest.mark.parametrize("text", [
    "SELECT * { SERVICE <http://foe.example/> {} }", "SELECT * { SERVICE <http://friend.example@foe.example/> {} }", "SELECT * { SERVICE <file:///friend.example> {} }",
    "SELECT * { SERVICE ?friend {} }", "SELECT * { SERVICE <http://friend.example.foe.example/> {} }", "SELECT * { SERVICE f:x {} }", "SELECT * { SERVICE",
    "PREFIX f: <http://foe.example/> SELECT * { SERVICE f: {} }", "SELECT * { SERVICE <http://friend.example:81/> {} SERVICE <http://foe.example/> {} }",
])
def test_services_that_are_not(text):
    with pytest.raises(FederationRefused):
        check_text(text, SETTINGS)


def test_length_and_depth():
    with pytest.raises(QueryTooLong):
        check_text("é" * 100_001, SETTINGS)
    with pytest.raises(QueryTooDeep):
        check_text("{" * 101, SETTINGS)
    check_text("{}" * 5000, SETTINGS)


@given(st.text(max_size=300))
def test_any_text_has_tokens(text):
    for token in tokens(text):
        assert text[token.start:token.start + len(token.text)] == token.text
    words(text)


@given(st.text(st.characters(max_codepoint=255), max_size=120))
def test_any_accept_has_a_choice(header):
    parse_accept(header)
    assert choose(header, SOLUTION_FORMS) in (None, *SOLUTION_FORMS)
    assert choose(header, GRAPH_FORMS) in (None, *GRAPH_FORMS)
    assert choose_coding(header) in ("identity", "gzip", "br", "zstd")
