"""The mix of queries: named kinds with their weights, each made anew with other constants."""

import random
from collections.abc import Callable, Iterator
from itertools import islice

PREFIX = "PREFIX : <https://example.org/bench/> "
Query = tuple[str, str, str]
"""Kind, text, Accept."""

JSON, CSV, TURTLE = "application/sparql-results+json", "text/csv", "text/turtle"


def kinds(practices: int) -> dict[str, tuple[int, str, Callable[[random.Random], str]]]:
    """Give weight, Accept and maker of each kind."""
    return {
        "lookup": (60, JSON, lambda c: f"SELECT ?p ?o {{ <https://example.org/bench/practice/{c.randrange(practices)}> ?p ?o }}"),
        "list": (12, JSON, lambda c: f"SELECT ?practice ?title {{ ?practice :region <https://example.org/bench/region/{c.randrange(300)}> ; :title ?title }} LIMIT 50"),
        "series": (8, JSON, lambda c: f"SELECT ?year ?value {{ ?f :region <https://example.org/bench/region/{c.randrange(300)}> ; :year ?year ; :value ?value }} ORDER BY ?year"),
        "describe": (5, TURTLE, lambda c: f"DESCRIBE <https://example.org/bench/practice/{c.randrange(practices)}>"),
        "construct": (5, TURTLE, lambda c: f"CONSTRUCT {{ ?p :title ?t ; :actor ?a }} WHERE {{ ?p :topic <https://example.org/bench/topic/{c.randrange(40)}> ; :region <https://example.org/bench/region/{c.randrange(300)}> ; :title ?t ; :participation/:actor ?a }}"),
        "page": (4, JSON, lambda c: f"SELECT ?practice ?budget {{ ?practice :topic <https://example.org/bench/topic/{c.randrange(40)}> ; :budget ?budget }} ORDER BY DESC(?budget) LIMIT 20 OFFSET {c.randrange(500)}"),
        "aggregate": (3, JSON, lambda c: f"SELECT ?topic (COUNT(*) AS ?n) (AVG(?budget) AS ?mean) {{ ?practice :start \"{c.randint(2000, 2024)}\"^^<http://www.w3.org/2001/XMLSchema#gYear> ; :topic ?topic ; :budget ?budget }} GROUP BY ?topic ORDER BY DESC(?n)"),
        "text": (2, JSON, lambda c: f"SELECT ?practice {{ ?practice :topic <https://example.org/bench/topic/{c.randrange(40)}> ; :description ?d FILTER(CONTAINS(?d, \"{c.choice(['housing women', 'health youth', 'work rights'])}\")) }}"),
        "large": (1, CSV, lambda c: f"SELECT ?practice ?actor ?role {{ ?practice :start \"{c.randint(2000, 2024)}\"^^<http://www.w3.org/2001/XMLSchema#gYear> ; :participation ?part . ?part :actor ?actor ; :role ?role }}"),
    }


def mixed(practices: int, seed: int, only: str | None = None) -> Iterator[Query]:
    """Give queries without end in the proportions of the mix, or of one kind alone."""
    chance = random.Random(seed)
    table = kinds(practices)
    names = [only] if only else list(table)
    weights = [table[name][0] for name in names]
    while True:
        name = chance.choices(names, weights)[0]
        _, accept, make = table[name]
        yield name, PREFIX + make(chance), accept


# What the first pages of a portal show: counts and means over the whole set, each of which a server has to go through all for.
OVERVIEWS = (
    "SELECT ?region ?topic (COUNT(?practice) AS ?n) { ?practice :region ?region ; :topic ?topic } GROUP BY ?region ?topic ORDER BY DESC(?n) LIMIT 100",
    "SELECT ?actor ?role (COUNT(*) AS ?n) { ?part :actor ?actor ; :role ?role } GROUP BY ?actor ?role ORDER BY DESC(?n) LIMIT 100",
    "SELECT ?topic ?year (AVG(?budget) AS ?mean) (COUNT(*) AS ?n) { ?practice :topic ?topic ; :start ?year ; :budget ?budget } GROUP BY ?topic ?year ORDER BY DESC(?mean) LIMIT 100",
    "SELECT ?region (COUNT(*) AS ?n) (AVG(?budget) AS ?mean) { ?practice :region ?region ; :budget ?budget } GROUP BY ?region ORDER BY DESC(?n) LIMIT 50",
    "SELECT ?topic (COUNT(*) AS ?n) (SUM(?budget) AS ?all) { ?practice :topic ?topic ; :budget ?budget } GROUP BY ?topic ORDER BY DESC(?n)",
)
# The things that most readers look at, out of all.
SOUGHT = 2_000


def repeated(practices: int, kind: str) -> list[Query]:
    """Give the few questions that are asked again and again: lookups, aggregates or overviews."""
    if kind == "lookups":
        return list(islice(mixed(practices, 7, "lookup"), SOUGHT))
    if kind == "aggregates":
        return list(islice(mixed(practices, 5, "aggregate"), 5))
    return [("overview", PREFIX + text, JSON) for text in OVERVIEWS]


HOSTILE = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c",
    "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y FILTER REGEX(CONCAT(STR(?x), STR(?y)), '(a+)+b') }",
)
