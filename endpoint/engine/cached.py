"""An engine with a memory: small answers are kept for as long as their release is served, and equal queries that come
while one is under way wait for its answer instead of being evaluated again."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from endpoint.engine import Answer, Engine, Inquiry, Limits, Pieces, ReleaseFacts
from endpoint.errors import Busy, Problem
from endpoint.lexing import is_fleeting
from endpoint.media_types import GRAPH_FORMS, SOLUTION_FORMS, by_name

# The largest answer to a question of our own; the limit of results is for those of others. Units: bytes.
OWN_RESULT_BYTES = 1 << 30
# What an entry takes beside its body and its key, and each request beside its own.
OVERHEAD_BYTES = 800
# Requests in other words for the same answer, as of clients that accept other things, are told apart anew.
MOST_REQUESTS = 8


@dataclass(slots=True)
class Entry:
    """An answer that is kept, the requests that it is known to be the answer to, and what all that takes."""

    answer: Answer
    size: int
    requests: list[tuple] = field(default_factory=list)


class AnswerCache:
    """Answers by release and inquiry, the least recently used leaving first. Units: bytes.
    Beside that the header lines of responses by request: who asks with the very words of another needs no reading."""

    def __init__(self, most_bytes: int, item_bytes: int):
        self.most_bytes = most_bytes
        self.item_bytes = min(item_bytes, most_bytes)
        self.bytes = 0
        self.entries: OrderedDict[tuple, Entry] = OrderedDict()
        self.responses: dict[tuple, tuple[tuple, bytes]] = {}

    def get(self, key: tuple) -> Answer | None:
        """Give the answer to an inquiry, if it is here."""
        entry = self.entries.get(key)
        if entry is None:
            return None
        self.entries.move_to_end(key)
        return entry.answer

    def put(self, key: tuple, answer: Answer) -> None:
        """Keep an answer that is complete."""
        size = _size(key, answer)
        if size > self.item_bytes or key in self.entries:
            return
        self.entries[key] = Entry(answer, size)
        self.bytes += size
        self._make_room()

    def response(self, request: tuple) -> tuple[Answer, bytes] | None:
        """Give the answer to a request and the header lines that it goes with, if they are here."""
        known = self.responses.get(request)
        if known is None:
            return None
        self.entries.move_to_end(known[0])
        return self.entries[known[0]].answer, known[1]

    def remember(self, key: tuple, request: tuple, lines: bytes) -> None:
        """Keep, for as long as an answer is kept, that it goes with these header lines to this request."""
        entry = self.entries.get(key)
        if entry is None or request in self.responses or len(entry.requests) >= MOST_REQUESTS:
            return
        size = len(lines) + sum(map(len, request)) + OVERHEAD_BYTES
        entry.requests.append(request)
        entry.size += size
        self.responses[request] = key, lines
        self.bytes += size
        self._make_room()

    def _make_room(self) -> None:
        while self.bytes > self.most_bytes:
            _, entry = self.entries.popitem(last=False)
            self.bytes -= entry.size
            for request in entry.requests:
                del self.responses[request]

    def clear(self) -> None:
        """Forget all."""
        self.entries.clear()
        self.responses.clear()
        self.bytes = 0


def _size(key: tuple, answer: Answer) -> int:
    return len(answer.whole or b"") + _weight(key) + OVERHEAD_BYTES


def _weight(part: object) -> int:
    """Give at least what the texts of a key take in memory: a letter takes up to four bytes. Units: bytes."""
    if isinstance(part, str):
        return len(part) if part.isascii() else 4 * len(part)
    return sum(map(_weight, part)) + 100 * len(part) if isinstance(part, tuple) else 0


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
            base_iri=self.base_iri, client="pages", limits=limits or Limits(result_bytes=OWN_RESULT_BYTES), **forms,
        ))

    async def inquire(self, inquiry: Inquiry) -> Answer:
        """Answer a query as it came over the protocol. Raises: the problems of endpoint.errors."""
        if not self.cache.most_bytes or inquiry.is_explained or is_fleeting(inquiry.text):
            return await self.inner.inquire(inquiry)
        was_turned_away = False
        while True:
            self._follow_release()
            key = (self._identity, inquiry.key())
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
                return replace(outcome, facts={**outcome.facts, "cache": "shared"}, kept_as=None)
            if isinstance(outcome, Busy) and not was_turned_away:
                # The other one was turned away for what its client asked beside; this one has a place of its own to ask for.
                was_turned_away = True
                continue
            if isinstance(outcome, Problem):
                raise outcome
            if outcome == "streams":
                return await self.inner.inquire(inquiry)
            # The one that was under way was given up by its client: ask again.

    def _follow_release(self) -> None:
        """Forget what is of another release than the one that is served now."""
        identity = self.inner.release.identity
        if identity != self._identity:
            self.cache.clear()
            self._identity = identity

    def response(self, request: tuple) -> tuple[Answer, bytes] | None:
        """Give the kept answer to a request, and the header lines that it goes with."""
        if not self.cache.responses:
            return None
        self._follow_release()
        known = self.cache.response(request)
        if known is not None:
            self.hits += 1
        return known

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
            self.cache.put(key, replace(answer, kept_as=key))


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
