"""Rewrite a query so that a spatial index answers its spatial parts; the answer stays the same.

`prepare` gives the text to hand to the engine and an explanation. Queries that name no GeoSPARQL IRI, and queries
whose text is not understood for certain, are given back as they are.
Method: conditions that are conjuncts of a filter are looked up in the index, and the group's triples are started
from what was found (VALUES … LATERAL). That is done only for variables the same basic graph pattern certainly binds,
because a row without a value must stay an error. A condition leaves the filter only when the index tells exactly.
"""

import re

from pyoxigraph import Store

from regin_graph.geosparql.engine_syntax import is_read_by_engine
from regin_graph.geosparql.functions import CUSTOM_AGGREGATES, DISTINCT_MARK
from regin_graph.geosparql.index import SpatialIndex
from regin_graph.geosparql.known_answers import known_answer
from regin_graph.geosparql.prepared_query import PreparedQuery
from regin_graph.geosparql.query_parser import parse
from regin_graph.geosparql.query_tokens import UnreadableQuery
from regin_graph.geosparql.remembered_forms import LONGEST, RememberedForms, cut
from regin_graph.geosparql.rewriter import Rewriter
from regin_graph.geosparql.rewriting_task import RewritingTask
from regin_graph.geosparql.schema import Schema
from regin_graph.geosparql.term_reader import TermReader
from regin_graph.geosparql.vocabulary import MARK, RDF, RDFS, XSD

DEFAULT_PREFIXES = {"rdf": RDF, "rdfs": RDFS, "xsd": XSD}
DISTINCT_AGGREGATE = re.compile(r"agg\w*>?\s*\(\s*DISTINCT\b", re.IGNORECASE)


def prepare(text: str, index: SpatialIndex | Schema | None = None, *, rdfs: bool = True, rewrite: bool = True, plain_dataset: bool = False, prefixes: dict[str, str] | None = None, substitutions: dict[str, object] | None = None, store: Store | None = None) -> PreparedQuery:
    """Give the query to hand to the engine; with a schema in place of an index, only its meaning is rewritten.

    `rdfs` switches RDFS entailment of spatial terms, `rewrite` the relations as properties. `plain_dataset` tells that the
    query runs over the store's own default graph (no graphs named in the request): then parts the index knows
    completely are not asked of the store again. `prefixes` are those the engine is given besides the query's own,
    `substitutions` the terms it will put in for variables, by name: a geometry among them is looked up as a constant. `store`
    is that of the index: what patterns with a name or a code single out is looked up in it before a join.
    """
    if MARK not in text and not any(MARK in iri for iri in (prefixes or {}).values()):
        return PreparedQuery(text, ("The query names no GeoSPARQL IRI: it goes to the engine as it is.",))
    known = DEFAULT_PREFIXES | (prefixes or {})
    forms, pieces, key = None, None, None
    if isinstance(index, SpatialIndex) and plain_dataset and not substitutions and len(text) <= LONGEST:
        forms = index.forms = index.forms or RememberedForms()
        pieces = cut(text)
        key = (pieces.between, rdfs, rewrite, tuple(known.items()))
        ready = forms.prepared(text, key, pieces.strings)
        if ready is not None:
            return ready
    source = text
    try:
        if DISTINCT_AGGREGATE.search(text):
            text = with_distinct_aggregates(text, known)
        query = parse(text, known)
        task = RewritingTask(text, query, index, rdfs=rdfs, rewrite=rewrite, is_plain=plain_dataset and not query.has_dataset, substitutions=substitutions, store=store)
        Rewriter(task).rewrite_query()
    except UnreadableQuery as reason:
        return PreparedQuery(text, (f"The query goes to the engine as it is: {reason}.",))
    except RecursionError:
        return PreparedQuery(text, ("The query goes to the engine as it is: its groups lie too deep in each other.",))
    if not task.notes:
        return PreparedQuery(text, ("No part of the query is for the spatial index: it goes to the engine as it is.",))
    prepared = PreparedQuery(text, tuple(task.notes), query, known_answer(task), tuple(task.generated))
    comes_again = forms is not None and text is source and forms.comes_again(key, task)
    if (prepared.known or comes_again) and not is_read_by_engine(text, prefixes or {}):
        return PreparedQuery(text, ("The query goes to the engine as it is: the engine does not read it, and says why.",))
    if comes_again:
        forms.learn(key, pieces, task, prepared)
    return prepared


def explain(text: str, index: SpatialIndex | None = None, **switches) -> str:
    """Give the rewritten query with, as comments, which look-ups in the index it used."""
    return prepare(text, index, **switches).explanation


def with_distinct_aggregates(text: str, prefixes: dict[str, str]) -> str:
    """Give the query with `agg(DISTINCT ?x)` of spatial aggregates as calls of the aggregate over different values."""
    parser = TermReader(text, prefixes)
    parser.prologue()
    names = {name.value for name in CUSTOM_AGGREGATES}
    pieces, place, found = [], 0, parser.tokens
    for token, opening, word in zip(found, found[1:], found[2:]):
        if token.kind in ("iri", "name") and opening.word == "(" and word.word == "DISTINCT" and (iri := parser.resolved(token)) in names:
            pieces += [text[place:token.begin], f"<{iri}{DISTINCT_MARK}>(", " "]
            place = word.end
    return "".join([*pieces, text[place:]])
