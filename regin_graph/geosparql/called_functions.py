"""The functions and aggregates that a text calls: only those are handed to the engine, as handing over all of them takes longer than a look-up."""

import re
from collections import defaultdict
from collections.abc import Callable

from pyoxigraph import NamedNode

from regin_graph.geosparql.functions import CUSTOM_AGGREGATES, CUSTOM_FUNCTIONS, DISTINCT_MARK
from regin_graph.geosparql.vocabulary import MARK

WORD = re.compile(r"\w+")
UNSURE = re.compile(r"\\u|\bBASE\b", re.IGNORECASE)  # escapes may hide a name; a base may end within one
BEGUN = re.compile(r"function/geosparql/(\w+)(?!\w|>\s*\()")  # of an IRI written out and not called: it may be a prefix that ends within a name
LONGEST = 50_000  # letters that are looked through; beyond, all functions are handed over

Called = tuple[dict[NamedNode, Callable], dict[NamedNode, type]]
EVERYTHING: Called = (CUSTOM_FUNCTIONS, CUSTOM_AGGREGATES)
NOTHING: Called = ({}, {})


def by_name(table: dict) -> dict[str, list[NamedNode]]:
    """Give the IRIs of functions by their last segment."""
    found = defaultdict(list)
    for iri in table:
        found[iri.value.removesuffix(DISTINCT_MARK).rpartition("/")[2]].append(iri)
    return dict(found)


FUNCTION_NAMES, AGGREGATE_NAMES = by_name(CUSTOM_FUNCTIONS), by_name(CUSTOM_AGGREGATES)
NAMES = FUNCTION_NAMES.keys() | AGGREGATE_NAMES.keys()
WHOLE_NAMES = {name for name in NAMES if not any(other != name and other.startswith(name) for other in NAMES)}  # that none goes on from


def called_functions(*texts: str) -> Called:
    """Give the functions and aggregates that texts of one query may call, in any spelling: rather too many than too few.

    A name is written with a prefix or in a whole IRI, so it stands in the text as a word; where it may not, all are given.
    """
    if not any(MARK in text or "\\u" in text or "\\U" in text for text in texts):
        return NOTHING
    if sum(map(len, texts)) > LONGEST or any(UNSURE.search(text) for text in texts):
        return EVERYTHING
    words = {word for text in texts for word in WORD.findall(text)}
    begun = {name for text in texts for name in BEGUN.findall(text)}
    if begun - WHOLE_NAMES:
        return EVERYTHING
    return (
        {iri: CUSTOM_FUNCTIONS[iri] for name in words & FUNCTION_NAMES.keys() for iri in FUNCTION_NAMES[name]},
        {iri: CUSTOM_AGGREGATES[iri] for name in words & AGGREGATE_NAMES.keys() for iri in AGGREGATE_NAMES[name]},
    )
