"""A query of a form that came before is answered as if it were read anew."""

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from regin_graph.geosparql import SpatialIndex, prepare
from regin_graph.geosparql.query_tokens import UnreadableQuery, tokens
from regin_graph.geosparql.remembered_forms import MOST_FORMS, WORTH_IT, cut
from tests.geosparql.test_same_answers import (
    CONSTANTS,
    GENERATED,
    PREFIXES,
    VARIANTS,
    answer,
    conditions,
    constants,
    opened,
    readable,
)

PATTERNS = ["?f1 geo:hasGeometry ?g1 . ?g1 geo:asWKT ?w1 .", "?f1 geo:hasGeometry/geo:asWKT ?w1 .", "?f1 geo:hasDefaultGeometry ?g1 . ?g1 geo:asWKT ?w1 .", "?g1 geo:asWKT ?w1 ."]
MORE = ["", "", "?f1 a ex:Practice .", "?f1 ex:kind 'a' .", "FILTER(!bound(?f1) || ?f1 != ex:square)", "OPTIONAL { ?f1 ex:kind ?k1 }", "VALUES ?f1 { ex:inside ex:twin }", "# it's \"so\n", "FILTER(?f1 != 'it\\'s' && ?f1 != <it's>)"]
HEADS = ["SELECT ?f1", "SELECT DISTINCT ?f1 WHERE", "SELECT ?g1", "SELECT ?f1 ?k1", "SELECT (COUNT(*) AS ?n)", "SELECT $f1", "SELECT *", "ASK", "CONSTRUCT { ?f1 ex:found 'in' } WHERE"]
LITERAL = re.compile(r'"[^"]*"\^\^geo:wktLiteral')


@st.composite
def asked_often(draw):
    """Give a query with one spatial condition."""
    parts = [draw(st.sampled_from(PATTERNS)), draw(st.sampled_from(MORE)), f"FILTER({draw(conditions(['w1']).filter(LITERAL.search))})"]
    return f"{PREFIXES}{draw(st.sampled_from(HEADS))} {{ {' '.join(draw(st.permutations(parts)))} }}{draw(st.sampled_from(['', '', ' ORDER BY ?f1 LIMIT 50']))}"


@pytest.mark.parametrize("variant", VARIANTS)
@settings(GENERATED, max_examples=30)
@given(text=asked_often(), others=st.lists(constants, min_size=2, max_size=4), switch=st.booleans())
def test_other_constants(variant, text, others, switch):
    store, index = opened(variant)
    for _ in range(WORTH_IT):
        prepare(LITERAL.sub(lambda _: f'"{CONSTANTS[0]}"^^geo:wktLiteral', text), index, rdfs=switch, rewrite=False, plain_dataset=True)
    for other in [f'"{CONSTANTS[0]}"^^geo:wktLiteral', *others]:
        again = LITERAL.sub(lambda _, other=other: other, text)
        if not readable(store, again):
            return
        expected = answer(store, prepare(again, index.schema, rdfs=switch, rewrite=False))
        prepared = prepare(again, index, rdfs=switch, rewrite=False, plain_dataset=True)
        assert answer(store, prepared) == expected, prepared.explanation
        assert prepared.known is None or answer(store, prepared.text) == expected, prepared.explanation
        assert again in (prepared.source, prepared.text) or prepared.is_rewritten
    assert not index.forms or len(index.forms.ready) <= MOST_FORMS


@pytest.mark.parametrize("condition", [
    'geof:sfWithin(?w1, "$"^^geo:wktLiteral)', 'geof:sfContains("$"^^geo:wktLiteral, ?w1)', 'geof:rcc8ntpp(?w1, "$"^^geo:wktLiteral)', 'geof:relate(?w1, "$"^^geo:wktLiteral, "T********")',
    'geof:distance(?w1, "$"^^geo:wktLiteral, uom:metre) < 200000.5', '1.5 >= geof:distance("$"^^geo:wktLiteral, ?w1, uom:degree)', 'geof:metricDistance(?w1, "$"^^geo:wktLiteral) <= 1e6',
])
@pytest.mark.parametrize("more", ["", "FILTER(?f1 != ex:square)", "?f1 ex:kind ?k1 ."])
def test_a_form_is_ready_after_some_queries_and_tells_the_same(condition, more):
    store, _ = opened("plain")
    index, fresh = SpatialIndex.build(store), SpatialIndex.build(store)
    text = f"{PREFIXES}SELECT ?f1 {{ ?f1 geo:hasGeometry ?g1 . ?g1 geo:asWKT ?w1 . {more} FILTER({condition}) }}"
    for number in range(WORTH_IT):
        assert not (index.forms and index.forms.ready)
        prepare(text.replace("$", f"POLYGON ((0 0, {number + 1} 0, 4 4, 0 4, 0 0))"), index, rdfs=False, plain_dataset=True)
    assert len(index.forms.ready) == 1
    for constant in CONSTANTS:
        again = text.replace("$", constant)
        one, other = (prepare(again, known, rdfs=False, plain_dataset=True) for known in (index, fresh))
        fresh.forms = None
        assert one.text == other.text  # in the same order, so that pages fit together
        assert answer(store, one) == answer(store, other) == answer(store, again)


def test_other_strings_are_part_of_the_form():
    store, index = opened("plain")
    text = PREFIXES + 'SELECT ?f1 { ?f1 geo:hasGeometry ?g1 . ?g1 geo:asWKT ?w1 . ?f1 ex:kind "$" FILTER(geof:sfWithin(?w1, "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))"^^geo:wktLiteral)) }'
    for kind in "aaaabcabc":
        again = text.replace("$", kind)
        assert answer(store, prepare(again, index, rdfs=False, plain_dataset=True)) == answer(store, again)


FRAGMENTS = ['"a"', "'b c'", "'x'", "''", '""', '"""x"y"""', "'''z' '''", "<", "<<", ">", "<a>", "<it's>", "?a", " ", "#c 'd'\n", "ex:a\\'b", "&&", "\n", "'>'", '"<"', "'\\''", "'# '", "ex:b", "^^", "!="]
STRINGS = ['"a"', "'b c'", "'x'", '"<"', "'>'", "'\\''", "'# '", '"""x"y"""', "'b'", "''"]


@settings(GENERATED, max_examples=600)
@given(fragments=st.lists(st.sampled_from(FRAGMENTS), max_size=9), strings=st.lists(st.sampled_from(STRINGS), min_size=9, max_size=9))
def test_a_text_is_cut_where_its_strings_are(fragments, strings):
    """Where the cut of one text is that of the reader, it is so for every text with the same between its strings."""
    def read(text: str) -> tuple[int, ...] | None:
        try:
            return tuple(token.begin for token in tokens(text) if token.kind == "string")
        except UnreadableQuery:
            return None

    pieces = cut("".join(fragments))
    assume(read("".join(fragments)) == pieces.begins)
    other = "".join(part for pair in zip(pieces.between, [*strings[:len(pieces.strings)], ""]) for part in pair)
    if cut(other).between == pieces.between:
        assert read(other) == cut(other).begins
