"""One query on its way to being rewritten: what it is asked over, what is known of its variables, and what was done."""

import re
from collections import Counter

from pyoxigraph import Store

from regin_graph.geosparql.index import SpatialIndex
from regin_graph.geosparql.query_tree import Filter, Group, Nested, Opaque, Query, Select, Term, Union
from regin_graph.geosparql.schema import Schema
from regin_graph.geosparql.spatial_conditions import ConditionReader


class RewritingTask:
    """A parsed query with its index, its switches and its names.

    `store` is the store the index was made of, where few statements may be read beforehand. `is_plain` tells that the query
    runs over the store's own default graph. `pinned` are variables that generated text names: they stay. `exposed_count`
    counts new variables that `SELECT *` would show. `notes` tell what was done, `look_ups` those that may be made again with
    another constant, `generated` are the names of functions that generated text calls.
    """

    def __init__(
        self, text: str, query: Query, index: SpatialIndex | Schema | None, *, rdfs: bool, rewrite: bool, is_plain: bool,
        substitutions: dict[str, object] | None = None, store: Store | None = None,
    ):
        self.query, self.rdfs, self.rewrite, self.is_plain, self.store = query, rdfs, rewrite, is_plain, store
        self.index = index if isinstance(index, SpatialIndex) else None
        self.schema = index.schema if isinstance(index, SpatialIndex) else index or Schema()
        self.substituted = set(substitutions or ())
        self.reader = ConditionReader(query.prefixes, substitutions=substitutions)
        self.mentions = Counter(re.findall(r"[?$](\w+)", text))
        self.pinned: set[str] = set()
        self.notes: list = []
        self.look_ups: list = []
        self.generated: set[str] = set()
        self.fresh_stem = "regin"
        while f"?{self.fresh_stem}" in text or f"${self.fresh_stem}" in text:
            self.fresh_stem += "_"
        self.fresh_count = self.exposed_count = 0
        self.has_star = query.has_star or counts_all(query) or any_star(query.group)

    def fresh(self, is_exposed: bool = False) -> Term:
        """Give a variable the query does not have; exposed when `SELECT *` would show it."""
        self.fresh_count += 1
        self.exposed_count += is_exposed
        name = f"{self.fresh_stem}{self.fresh_count}"
        return Term("variable", f"?{name}", name)

    def uses(self, name: str) -> int:
        """Give how often the query names a variable; new variables are named by the pattern alone."""
        return 1 if name.startswith(self.fresh_stem) else self.mentions[name]

    def number(self, term: Term) -> int:
        """Give the number of an IRI in the index; one that no row has when it is not there."""
        found = self.index.nodes.number(f"<{term.value}>")
        return -1 if found is None else found


def counts_all(part: Query | Select) -> bool:
    """Tell whether a selection counts the different solutions by all their variables, in its head or its modifiers: COUNT(DISTINCT *)."""
    words = [str(word).upper() for word in (*part.head.parts, *part.tail.parts)]
    return any(words[place:place + 3] == ["(", "DISTINCT", "*"] for place in range(len(words)))


def any_star(part) -> bool:
    """Tell whether a sub-select within a part selects, or counts, all variables."""
    if isinstance(part, Select):
        return part.has_star or counts_all(part) or any_star(part.group)
    if isinstance(part, (Nested, Group, Union, Opaque)):
        inner = [part.group] if isinstance(part, Nested) else part.groups if isinstance(part, Union) else part.parts
        return any(any_star(one) for one in inner)
    if isinstance(part, Filter):
        return any(any_star(one) for conjunct in part.conjuncts for one in conjunct.parts)
    return False
