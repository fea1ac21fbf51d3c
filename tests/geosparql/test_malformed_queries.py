"""A text that is not SPARQL is refused in the engine's words, also where the index would know the answer."""

import pytest

from regin_graph.geosparql import SpatialIndex, prepare
from regin_graph.geosparql.query_tokens import UnreadableQuery
from regin_graph.geosparql.remembered_forms import WORTH_IT
from regin_graph.geosparql.term_reader import unescaped
from tests.geosparql.test_same_answers import PREFIXES, answer, opened

SQUARE = '"POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))"'
GOOD = PREFIXES + f"SELECT ?f1 WHERE {{ ?f1 geo:hasGeometry ?g1 . ?g1 geo:asWKT ?w1 . FILTER(geof:sfWithin(?w1, {SQUARE}^^geo:wktLiteral)) }}"
STRINGS = [
    r'"P\OLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))"', r'"\UFFFFFFFF"', r'"\U00110000"', r'"\uD800"', r'"\U0000DFFF"', r'"\u00"', r'"\U0000"', r'"POLYGON\/ ((0 0, 4 0, 4 4, 0 4, 0 0))"', '"POLYGON\\\n ((0 0, 4 0, 4 4, 0 4, 0 0))"',
    r'"\u0050OLYGON\t((0 0, 4 0,\n 4 4, 0 4, 0 0))"', r"'''\U00000050OLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))'''", r'"\"POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))\'\\"', "'POLYGON ((0 0, 4 0,\n 4 4, 0 4, 0 0))'", '"POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))',
]
CHANGED = [
    ("SELECT ?f1", "SELECT ?f1 ?f1"), ("SELECT ?f1", "SELECT ?f1 $f1"), ("SELECT ?f1", "SELECT ?f1 ,"), ("SELECT ?f1", "SELECT ?f1 *"), ("SELECT ?f1", "SELECT"), ("SELECT ?f1", "SELECT DISTINCT REDUCED ?f1"), ("SELECT ?f1", "SELECT ?f1 'a'"),
    ("SELECT ?f1", "SELECT ?f1 <http://[/>"), ("SELECT ?f1", "SELECT (?f1)"), ("SELECT ?f1", "SELECT (COUNT(*) AS ?n) ?f1"), ("WHERE", "WHERE WHERE"), ("WHERE", ""), ("SELECT", "select distinct"),
    ("PREFIX ex: <https://example.org/>", "PREFIX ex: <http://[/>"), ("PREFIX ex: <https://example.org/>", "PREFIX ex:y <https://example.org/>"), ("PREFIX ex: <https://example.org/>", "PREFIX ex: 'a'"), ("PREFIX ex: <https://example.org/>", "PREFIX e\\-x: <https://example.org/>"),
    ("PREFIX ex: <https://example.org/>", "BASE 'http://a/'"), ("PREFIX ex: <https://example.org/>", "BASE <a"), ("PREFIX ex: <https://example.org/>", "VERSION '1.2'"), ("PREFIX ex: <https://example.org/>", "VERSION 1.2"), ("PREFIX ex: <https://example.org/>", "@prefix ex: <https://example.org/> ."),
    ("PREFIX ex: <https://example.org/>", "PREFIX -ex: <https://example.org/>"), ("PREFIX ex: <https://example.org/>", "PREFIX ex: <https://example.org/%zz>"), ("PREFIX uom:", "PREFIX :uom:"),
    ("?g1 geo:asWKT", "?g1 geoo:asWKT"), ("?f1 geo:hasGeometry", ". ?f1 geo:hasGeometry"), ("?g1 . ?g1", "?g1 . . ?g1"), ("?g1 . ?g1", "?g1 ?g1"), ("?w1 . FILTER", "?w1 .. FILTER"), ("?w1 . FILTER", "?w1 FILTER"), ("?w1 . FILTER", "?w1 ; FILTER"),
    ("?w1 . FILTER", "?w1 , FILTER"), ("?w1 . FILTER", "?w1 ; ; . FILTER"), ("?w1 . FILTER", "?w1 ;; . ; FILTER"), ("?w1 . FILTER", "?w1 . FILTER(true) FILTER"), ("?w1 . FILTER", "?w1 . FILTER() FILTER"), ("?w1 . FILTER", "?w1 . FILTER true FILTER"), ("?f1 geo:hasGeometry", "<http://[/> geo:hasGeometry ?g1 . ?f1 geo:hasGeometry"),
    ("geo:asWKT", "geo:asWKT+"), ("geo:asWKT", "geo:asWKT/"), ("geo:asWKT", "(geo:asWKT)"), ("geo:asWKT", "geo:\\asWKT"), ("geo:asWKT", "geo:asWKT@en"), ("geo:hasGeometry ?g1", "geo:hasGeometry '?g1'@e_n"),
    ("geof:sfWithin(?w1,", "geof:sfWithin(?w1,,"), ("geof:sfWithin(?w1,", "geof:sfWithin(DISTINCT ?w1,"), ("^^geo:wktLiteral", "^^ geo:wktLiteral"), ("^^geo:wktLiteral", "^^geo:wktLiteral@en"), ("^^geo:wktLiteral", "@en^^geo:wktLiteral"), ("^^geo:wktLiteral", "^^geo:wktLiteral 1"), ("^^geo:wktLiteral", "^^wktLiteral"),
    ("FILTER(geof", "FILTER((geof"), ("FILTER(geof", "FILTER(1. && geof"), ("FILTER(geof", "FILTER(-- 1 && geof"), ("FILTER(geof", "FILTER('a'@en-- && geof"), ("FILTER(geof", "FILTER(?f1 = && geof"), ("FILTER(geof", "FILTER(true && geof"),
    (")) }", ")) } }"), (")) }", ")) } LIMIT -1"), (")) }", ")) } LIMIT 1.5"), (")) }", ")) } LIMIT"), (")) }", ")) } OFFSET ?f1"), (")) }", ")) } ORDER BY"), (")) }", ")) } nothing"), (")) }", ")) } ;"), (")) }", ")) } ."), (")) }", ")) } {}"), (")) }", ")) } VALUES ?f1 {"), (")) }", ")) } # }\n"), (")) }", ")) . }"), (")) }", ")) . . }"), (")) }", "))"),
    (")) }", ")) } LIMIT 18446744073709551616"), (")) }", ")) } GROUP BY"), (")) }", ")) } HAVING (true)"), (")) }", ")) } BINDINGS ?f1 {}"),
]
MALFORMED = [GOOD, *(GOOD.replace(SQUARE, string) for string in STRINGS), *(GOOD.replace(old, new) for old, new in CHANGED)]
COUNTED = [text.replace("SELECT ?f1 WHERE", "SELECT (COUNT(?f1) AS ?n) WHERE") for text in MALFORMED if "SELECT ?f1 WHERE" in text]


def outcome(store, asked):
    """Give the answer, or that the text is no query."""
    try:
        return answer(store, asked)
    except SyntaxError:
        return SyntaxError


@pytest.mark.parametrize("text", MALFORMED + COUNTED)
def test_what_the_engine_refuses_is_refused(text):
    store, built = opened("plain")
    expected = outcome(store, text)
    index = SpatialIndex.build(store)
    for _ in range(WORTH_IT + 1):  # at first, and when a form with other things between its strings is ready
        assert outcome(store, prepare(text, index, rdfs=False, rewrite=False, plain_dataset=True)) == expected
    assert expected is not SyntaxError or not index.forms.ready


@pytest.mark.parametrize("string", STRINGS)
@pytest.mark.parametrize("head", ["SELECT ?f1", "SELECT (COUNT(?f1) AS ?n)"])
def test_a_form_that_is_ready_refuses_it_too(string, head):
    store, _ = opened("plain")
    index, good = SpatialIndex.build(store), GOOD.replace("SELECT ?f1", head)
    for _ in range(WORTH_IT):
        prepare(good, index, rdfs=False, rewrite=False, plain_dataset=True)
    assert index.forms.ready
    text = good.replace(SQUARE, string)
    assert outcome(store, prepare(text, index, rdfs=False, rewrite=False, plain_dataset=True)) == outcome(store, text)


@pytest.mark.parametrize("string", STRINGS[:9])
def test_an_escape_of_no_letter_is_not_read(string):
    with pytest.raises(UnreadableQuery):
        unescaped(string)


def test_the_list_has_texts_of_both_kinds():
    store, _ = opened("plain")
    outcomes = [outcome(store, text) for text in MALFORMED]
    assert outcomes.count(SyntaxError) > 40 and len(outcomes) - outcomes.count(SyntaxError) > 10 and len(set(MALFORMED)) == len(MALFORMED)
