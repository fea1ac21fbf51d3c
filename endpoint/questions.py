"""Questions: the named queries of regin_graph/queries with their values bound, as they are run, shown and linked.

Values enter as one VALUES block at the head of the pattern, written by the RDF library, so that the text which a page
shows is the text that was run, and gives the same answer on any SPARQL engine."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode

from endpoint.queries import as_text, query_text
from regin_graph.identifiers import CANONICAL_BASE, rebase

Value = NamedNode | Literal | str

PATTERN_START = re.compile(r"\bWHERE\s*\{")


@dataclass(frozen=True)
class Question:
    """A query ready to run, with the title that its header gives."""

    title: str
    text: str

    @property
    def path(self) -> str:
        """Address of the query editor with this query in it."""
        return "/sparql?" + urlencode({"query": self.text})


def question(
    name: str,
    limit: int | None = None,
    offset: int = 0,
    base: str = CANONICAL_BASE,
    **values: Value | Sequence[Value] | None,
) -> Question:
    """Give the named query in the namespace of this installation with its values bound; None leaves a variable open.
    Raises: KeyError when the query has no such variable.

    >>> "VALUES ?class { <urn:x:C> }" in question("count_of_class", **{"class": NamedNode("urn:x:C")}).text
    True
    """
    text = rebase(query_text(name), base)
    title = re.search(r"^# Title: (.*)$", text, re.MULTILINE)
    body = re.sub(r"^# Bind:.*\n", "", text, flags=re.MULTILINE)
    blocks = [values_block(body, variable, value) for variable, value in values.items() if value is not None]
    body = PATTERN_START.sub(lambda start: start.group() + "".join(blocks), body, count=1)
    if limit is not None:
        body = f"{body.rstrip()} LIMIT {int(limit)} OFFSET {int(offset)}\n"
    return Question(title.group(1) if title else name, body)


def values_block(text: str, variable: str, value: Value | Sequence[Value]) -> str:
    """Give the VALUES line of one variable."""
    if not re.search(rf"\?{variable}\b", text):
        raise KeyError(variable)
    terms = [value] if isinstance(value, Value) else value
    return f"\n  VALUES ?{variable} {{ {' '.join(map(as_text, terms))} }}"
