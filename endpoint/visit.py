"""A visit to a page: who reads, what was asked of the graph, and the names of everything in the answers."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import quote

from markupsafe import Markup, escape
from pyoxigraph import NamedNode
from starlette.requests import Request

from endpoint.collation import name_order
from endpoint.languages import best_text, messages, reader_of
from endpoint.queries import Term, answer_rows
from endpoint.questions import Question, Value, question

Rows = list[dict[str, Term]]

# An answer names at most this many things on a page; lists are cut before.
NAMES_AT_ONCE = 2000


class Visit:
    """State of one request for a page. Its questions are shown on the page, in the order they were asked."""

    def __init__(self, request: Request):
        self.request = request
        self.engine = request.app.state.engine
        self.base = request.app.state.settings.base_iri
        self.reader = reader_of(request)
        self.words = messages(self.reader.language)
        self.questions: list[Question] = []
        self.names: dict[str, list[Term]] = defaultdict(list)
        self.sources: dict[str, Rows] = defaultdict(list)
        self._mentioned: dict[str, None] = {}
        self._cited: dict[str, None] = {}

    def iri(self, path: str) -> NamedNode:
        """Give the identifier with this path below the base; characters that no identifier has are escaped."""
        return NamedNode(self.base + quote(path, safe="/-._~"))

    async def ask(
        self,
        name: str,
        *,
        limit: int | None = None,
        offset: int = 0,
        shown: bool = True,
        **values: Value | list[Value] | None,
    ) -> Rows:
        """Give the rows of a named query with its values bound."""
        asked = question(name, limit=limit, offset=offset, base=self.base, **values)
        if shown:
            self.questions.append(asked)
        rows = await answer_rows(self.engine, asked.text)
        for row in rows:
            for variable, term in row.items():
                if term.kind == "iri":
                    self._mentioned[term.value] = None
                    if variable == "source":
                        self._cited[term.value] = None
        return rows

    async def ask_all(self, *names: str, **values: Value | None) -> list[Rows]:
        """Give the rows of several named queries with the same values, asked side by side."""
        return list(await asyncio.gather(*(self.ask(name, **values) for name in names)))

    def mention(self, iris: Iterable[str]) -> None:
        """Have these things named as well."""
        self._mentioned.update(dict.fromkeys(iris))

    async def learn_names(self) -> None:
        """Ask for the names of everything mentioned so far and for the sources cited so far."""
        wanted = [NamedNode(iri) for iri in self._mentioned if iri not in self.names]
        for start in range(0, len(wanted), NAMES_AT_ONCE):
            for row in await self.ask("labels", iri=wanted[start : start + NAMES_AT_ONCE], shown=False):
                self.names[row["iri"].value].append(row["label"])
        cited = [NamedNode(iri) for iri in self._cited if iri not in self.sources]
        if cited:
            for row in await self.ask("sources", source=cited, shown=False):
                self.sources[row["source"].value].append(row)

    def plain_name(self, iri: str) -> str:
        """Give the best name of a thing as plain text: what it is called, else the last part of its IRI."""
        best = best_text(self.names.get(iri, ()), self.reader.language)
        return best.value if best else spoken(iri)

    def name(self, iri: str) -> Markup:
        """Give the best name of a thing, with its language when that is not the page's."""
        best = best_text(self.names.get(iri, ()), self.reader.language)
        return self.text(best) if best else escape(spoken(iri))

    def is_named(self, iri: str) -> bool:
        """True when the graph has a name for the thing."""
        return bool(self.names.get(iri))

    def text(self, term: Term) -> Markup:
        """Give a text as markup, with its language when that is not the page's."""
        if term.language and term.language != self.reader.language:
            return Markup('<span lang="{}">{}</span>').format(term.language, term.value)
        return escape(term.value)

    def by_name(self, iris: Iterable[str]) -> list[str]:
        """Give the things sorted by their names."""
        return sorted(iris, key=self.order)

    def order(self, iri: str) -> tuple[str, str]:
        """Give the key by which a thing is sorted: its name, in the order of the reader's language."""
        return name_order(self.plain_name(iri), self.reader.language)


def last_part(iri: str) -> str:
    """Give the readable end of an IRI.

    >>> last_part("https://w3id.org/regin/scheme/topic/mental-health")
    'mental-health'
    """
    return iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1] or iri


def spoken(iri: str) -> str:
    """Give the readable end of an IRI in words, for what the graph has no name of.

    >>> spoken("http://www.w3.org/ns/prov#wasDerivedFrom"), spoken("https://w3id.org/regin/id/region/some-region")
    ('was derived from', 'some-region')
    """
    return re.sub(r"(?<=[a-z])([A-Z])(?=[a-z])", lambda letter: " " + letter.group().lower(), last_part(iri))
