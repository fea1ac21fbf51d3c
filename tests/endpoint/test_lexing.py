"""Lexing, guards and negotiation as functions."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from endpoint.errors import FederationRefused, QueryTooDeep, QueryTooLong
from endpoint.guards import check_text
from endpoint.lexing import dataset_clauses, first_doubt, is_fleeting, nesting, tokens, with_names_written_out, words
from endpoint.media_types import GRAPH_FORMS, SOLUTION_FORMS, choose, choose_coding, parse_accept
from endpoint.protocol import read_request
from endpoint.settings import EndpointSettings

SETTINGS = EndpointSettings(service_hosts=("friend.example", "other.example:8080"))


@pytest.mark.parametrize(("text", "expected"), [
    ("SELECT * { '''a {{{ ' b''' }", 1), ('SELECT * { "\\"{{{" }', 1), ("# {{{\nSELECT * { <urn:x#{> }", 1), ("SELECT * { <urn:x#a> ?p [ <b> ( 1 ) ] }", 3), ("", 0),
    ("SELECT * { FILTER(?a<?b && ?c>?d) { } }", 2),
])
def test_nesting(text, expected):
    assert nesting(text) == expected


@pytest.mark.parametrize("text", ["SELECT (NOW() AS ?t) {}", "select (rand() as ?r) {}", "SELECT (Uuid() AS ?u) {}", "SELECT * { SERVICE <http://friend.example/> {} }"])
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


@pytest.mark.parametrize("text", [
    r"SELECT ?a { OPTIONAL { ?s <urn:\u0061#> ?o } SERVICE <http://foe.example/> { ?a ?b ?c } }", "PREFIX p: <urn:p:> SELECT * { ?s p:a·\\# ?o . SERVICE <http://foe.example/> {} }",
    "SELECT * { FILTER(?a <'x>') SERVICE <http://foe.example/> {} FILTER(?b = '') }", "SELECT * { ?s ?p trueSERVICE <http://foe.example/> {} }", "SELECT * { SERVICESILENT <http://foe.example/> {} }",
    "PREFIX : <http://foe.example/> SELECT * { SERVICE:x {} }", 'SELECT * { VALUES ?x { """x" #\\q\n } SERVICE <http://foe.example/> {} #"""\n }', 'SELECT * { VALUES ?x { """x" } SERVICE <http://foe.example/> {} }',
    "SELECT * { FILTER(?a <1#x>'''\n) SERVICE <http://foe.example/> {} #'''\n }", r"SELECT * { SERVICE <http://friend.example\u0040foe.example/> {} }",
    "PREFIX p: <http://friend.example/> PREFIX p: <http://foe.example/> SELECT * { SERVICE p: {} }", "BASE <http://friend.example/> SELECT * { SERVICE <//foe.example/> {} }",
    r"SELECT * { ?s ?p '\uD800' . SERVICE <http://friend.example/> {} }", "SELECT * { ?s ?p § . SERVICE <http://friend.example/> {} }",
])
def test_services_cannot_hide(text):
    with pytest.raises(FederationRefused):
        check_text(text, SETTINGS)


@pytest.mark.parametrize("text", [
    "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> SELECT * { ?s a <http://x.example/y#z> ; rdf:value -1.5e3 , \"it's\" , \"a\\tb\"@en FILTER(?s != 1 && ?o<?p) SERVICE <http://friend.example/> { ?s ^rdf:type+/rdf:value? ?t } }",
    "# a comment's\nSELECT (COUNT(*) AS ?n) { SERVICE SILENT <http://friend.example/sparql?a=b#c> { << ?s ?p ?o >> ?q '''it's''' } }",
])
def test_services_of_ordinary_texts_are_allowed(text):
    check_text(text, SETTINGS)


@pytest.mark.parametrize("text", [r"SELECT ?r { OPTIONAL { ?s <urn:\u0061#> ?o } BIND(RAND() AS ?r) }", "SELECT ?r { FILTER(?a <'x>') BIND(RAND() AS ?r) FILTER(?b = '') }"])
def test_fleeting_words_cannot_hide(text):
    assert is_fleeting(text)


@pytest.mark.parametrize("piece", [
    "a.", "a-", ":a.", ":%41", "p:a.p", '"', '"\\', "'\\", '"""a', "'''\"\"\"", '\\"""\n', "'''\\", "<a", r"<\u0061", "@a-", "?", "a.:", "_.", "1a.", "BASE <x/> ", "PREFIX a: <x> ", "SERVICE ",
])
def test_a_text_is_read_once(piece):
    """Texts of the greatest length, made of what begins like a token and never ends: read to the end from each place they would take minutes."""
    text = piece * (100_000 // len(piece))
    assert sum(len(token.text) for token in tokens(text)) <= len(text)
    first_doubt(text, ("SERVICE",))
    dataset_clauses(text + " FROM <x>")


@pytest.mark.parametrize(("text", "graphs"), [
    ("PREFIX g: <http://ex/ns#> SELECT * FROM g:a { }", ["http://ex/ns#a"]), ("PREFIX g: <http://ex/?> SELECT * FROM g:a { }", ["http://ex/?a"]),
    ("PREFIX : <#> SELECT * FROM :a { }", ["http://here/sparql#a"]), ("BASE <urn:x:y> SELECT * FROM <#a> { }", ["urn:x:y#a"]), ("BASE <http://x/y?z#f> SELECT * FROM <> FROM <?> FROM <../w?> { }", ["http://x/y?z", "http://x/y?", "http://x/w?"]),
    (f"SELECT * FROM <http://ex/{'a' * 3000}> {{ }}", [f"http://ex/{'a' * 3000}"]), ("SELECT * FROM <http://[/> { }", ["http://[/"]), ("BASE <http://[/> SELECT * FROM <a> { }", []),
    ("PREFIX x: <http://\u2100.example/> SELECT * FROM <urn:g> { }", ["urn:g"]),
])
def test_graphs_are_those_that_the_engine_reads(text, graphs):
    assert dataset_clauses(text, "http://here/sparql") == (graphs, [])


@pytest.mark.parametrize("text", [
    r"BASE <http://x/> PREFIX s: <http://127.0.0.1?> SELECT * { SERVICE s:\.friend.example { } }", r"PREFIX s: <http://127.0.0.1#> SELECT * { SERVICE s:\.friend.example { } }", "SELECT * { SERVICE <http://[/> {} }",
    "PREFIX s: <http://friend> SELECT * { SERVICE s:\\-foe.example { } }", "BASE <http://[/> SELECT * { SERVICE <//friend.example/> { } }",
])
def test_hosts_are_those_that_the_engine_would_ask(text):
    with pytest.raises(FederationRefused):
        check_text(text, SETTINGS)


@pytest.mark.parametrize("text", [r"SELECT * { \u0053ERVICE <http://169.254.169.254/> { ?a ?b ?c } }", "SELECT * { ?a ?b ?c FILTER(?c <'x>') SERVICE <http://foe.example/> { } FILTER(?b = '') }"])
def test_an_outside_engine_is_kept_from_other_hosts_too(text):
    with pytest.raises(FederationRefused):
        check_text(text, EndpointSettings(engine="http://127.0.0.1:9/query"))


def test_length_and_depth():
    with pytest.raises(QueryTooLong):
        check_text("é" * 100_001, SETTINGS)
    with pytest.raises(QueryTooDeep):
        check_text("{" * 101, SETTINGS)
    check_text("{}" * 5000, SETTINGS)


ORDINARY = "PREFIX é.x: <urn:y:> SELECT ?s { ?s é.x:a-b 'it\\u0027s', 'x'@en ; :c <urn:\\u0061> # \\u0061\n FILTER(?a<?b) SERVICE SILENT <urn:s> {} }"


@given(st.data())
def test_names_and_keywords_are_read_alike_however_they_are_written(data):
    escaped = list(ORDINARY)
    for token in tokens(ORDINARY):
        for place in range(token.start, token.start + len(token.text)):
            if token.kind in ("variable", "name", "word") and ORDINARY[place].isalnum() and data.draw(st.booleans()):
                escaped[place] = data.draw(st.sampled_from(["\\u{:04x}", "\\u{:04X}", "\\U{:08x}"])).format(ord(ORDINARY[place]))
    assert with_names_written_out("".join(escaped)) == ORDINARY


@given(st.text(st.sampled_from("\\\"'<>#?:aUu0061 \n{}"), max_size=80))
def test_a_text_with_names_written_out_stays_as_it_is(text):
    once = with_names_written_out(text)
    assert "\\" in text or once == text
    assert once.count("\n") == text.count("\n") and once.count('"') == text.count('"')


def test_a_service_cannot_hide_in_escapes():
    asked = read_request("GET", b"query=" + quote(r"SELECT * { S\u0045RVICE <http://foe.example/> { ?s ?p ?o } }").encode(), None, b"")
    with pytest.raises(FederationRefused):
        check_text(asked.query, SETTINGS)


@given(st.text(max_size=300))
def test_any_text_has_tokens(text):
    for token in tokens(text):
        assert text[token.start:token.start + len(token.text)] == token.text
    words(text)


@pytest.mark.parametrize("piece", ['"\\', '"a', "a;", 'q="', "a,", '"a\\",'])
def test_a_header_is_read_once(piece):
    assert choose(piece * (60_000 // len(piece)), SOLUTION_FORMS) is None
    choose_coding(piece * (60_000 // len(piece)))


@given(st.text(st.characters(max_codepoint=255), max_size=120))
def test_any_accept_has_a_choice(header):
    parse_accept(header)
    assert choose(header, SOLUTION_FORMS) in (None, *SOLUTION_FORMS)
    assert choose(header, GRAPH_FORMS) in (None, *GRAPH_FORMS)
    assert choose_coding(header) in ("identity", "gzip", "br", "zstd")


def test_signs_before_a_value_nest_as_brackets_do():
    check_text(f"SELECT ({'- ' * 90}1 AS ?x) {{ FILTER(?a {'-' * 5} 1) }} # {'-' * 300}\n", SETTINGS)
    check_text(f"SELECT ('{'-' * 300}' AS ?x) {{}}", SETTINGS)
    for signs in ("- " * 20_000, "!" * 200, "-\n+ " * 100):
        with pytest.raises(QueryTooDeep):
            check_text(f"SELECT ({signs}1 AS ?x) {{}}", SETTINGS)
