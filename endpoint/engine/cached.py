"""An engine with a memory: small answers are kept for as long as their release is served, and equal queries that come
while one is under way wait for its answer instead of being evaluated again."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from endpoint.engine import Answer, Engine, Inquiry, Limits, Pieces, ReleaseFacts
from endpoint.errors import Problem
from endpoint.lexing import is_fleeting
from endpoint.media_types import GRAPH_FORMS, SOLUTION_FORMS, by_name

# What an entry takes beside its body and its key.
OVERHEAD_BYTES = 800


class AnswerCache:
    """Answers by release and inquiry, the least recently used leaving first. Units: bytes."""

    def __init__(self, most_bytes: int, item_bytes: int):
        self.most_bytes = most_bytes
        self.item_bytes = min(item_bytes, most_bytes)
        self.bytes = 0
        self.entries: OrderedDict[tuple, Answer] = OrderedDict()

    def get(self, key: tuple) -> Answer | None:
        """Give the answer to an inquiry, if it is here."""
        answer = self.entries.get(key)
        if answer is not None:
            self.entries.move_to_end(key)
        return answer

    def put(self, key: tuple, answer: Answer) -> None:
        """Keep an answer that is complete."""
        size = _size(key, answer)
        if size > self.item_bytes or key in self.entries:
            return
        self.entries[key] = answer
        self.bytes += size
        while self.bytes > self.most_bytes:
            self.bytes -= _size(*self.entries.popitem(last=False))

    def clear(self) -> None:
        """Forget all."""
        self.entries.clear()
        self.bytes = 0


def _size(key: tuple, answer: Answer) -> int:
    return len(answer.whole or b"") + 2 * len(key[1][0]) + OVERHEAD_BYTES


class CachedEngine:
    """Another engine with a memory before it."""

    def __init__(self, inner: Engine, base_iri: str, most_bytes: int, item_bytes: int):
        self.inner = inner
        self.base_iri = base_iri
        self.cache = AnswerCache(most_bytes, item_bytes)
        self.flights: dict[tuple, asyncio.Future] = {}
        self.hits = self.misses = self.shared = 0
        self._identity = ""

    def __getattr__(self, name: str) -> Any:
        # Everything but answers is the inner engine's affair.
        return getattr(self.inner, name)

    @property
    def release(self) -> ReleaseFacts:
        """The release that is served now."""
        return self.inner.release

    async def answer(
        self, text: str, *, media_type: str | None = None, default_graphs: tuple[str, ...] | None = None,
        named_graphs: tuple[str, ...] | None = None, substitutions: Mapping[str, str] | None = None, limits: Limits | None = None,
    ) -> Answer:
        """Answer a query of our own. Raises: the problems of endpoint.errors."""
        forms = {}
        if media_type is not None:
            forms = {"solution_form": by_name(media_type, SOLUTION_FORMS), "graph_form": by_name(media_type, GRAPH_FORMS)}
        return await self.inquire(Inquiry(
            text, default_graphs=default_graphs, named_graphs=named_graphs, substitutions=tuple((substitutions or {}).items()),
            base_iri=self.base_iri, client="pages", limits=limits or Limits(), **forms,
        ))

    async def inquire(self, inquiry: Inquiry) -> Answer:
        """Answer a query as it came over the protocol. Raises: the problems of endpoint.errors."""
        if not self.cache.most_bytes or inquiry.is_explained or is_fleeting(inquiry.text):
            return await self.inner.inquire(inquiry)
        while True:
            identity = self.inner.release.identity
            if identity != self._identity:
                self.cache.clear()
                self._identity = identity
            key = (identity, inquiry.key())
            known = self.cache.get(key)
            if known is not None:
                self.hits += 1
                return replace(known, facts={**known.facts, "cache": "hit"})
            flight_key = (key, inquiry.limits)
            flight = self.flights.get(flight_key)
            if flight is None:
                return await self._lead(key, flight_key, inquiry)
            outcome = await asyncio.shield(flight)
            if isinstance(outcome, Answer):
                self.shared += 1
                return replace(outcome, facts={**outcome.facts, "cache": "shared"})
            if isinstance(outcome, Problem):
                raise outcome
            if outcome == "streams":
                return await self.inner.inquire(inquiry)
            # The one that was under way was given up by its client: ask again.

    async def _lead(self, key: tuple, flight_key: tuple, inquiry: Inquiry) -> Answer:
        self.misses += 1
        flight: asyncio.Future = asyncio.get_running_loop().create_future()
        self.flights[flight_key] = flight
        outcome: Any = "given up"
        try:
            answer = await self.inner.inquire(inquiry)
            if answer.chunks is not None:
                outcome = "streams"
                answer.chunks = KeptPieces(
                    answer.chunks, self.cache.item_bytes, lambda body: self._keep(key, replace(answer, whole=body, chunks=None)),
                )
            else:
                outcome = answer
                self._keep(key, answer)
            return answer
        except Problem as problem:
            outcome = problem
            raise
        finally:
            del self.flights[flight_key]
            flight.set_result(outcome)

    def _keep(self, key: tuple, answer: Answer) -> None:
        if answer.release == key[0] == self._identity:
            self.cache.put(key, answer)


class KeptPieces:
    """Passes the pieces of an answer on, and has it kept when it turns out small enough."""

    def __init__(self, pieces: Pieces, most_bytes: int, keep: Callable[[bytes], None]):
        self.pieces = pieces
        self.most_bytes = most_bytes
        self.keep = keep
        self._held: list[bytes] | None = []
        self._size = 0

    def __aiter__(self) -> "KeptPieces":
        return self

    async def __anext__(self) -> bytes:
        try:
            piece = await anext(self.pieces)
        except StopAsyncIteration:
            if self._held is not None:
                self.keep(b"".join(self._held))
                self._held = None
            raise
        if self._held is not None:
            self._size += len(piece)
            self._held.append(piece)
            if self._size > self.most_bytes:
                self._held = None
        return piece

    async def aclose(self) -> None:
        """End the query if it is still under way."""
        await self.pieces.aclose()
