"""The engine: one small door between the web application and whatever answers SPARQL.

Behind it stands a pool of query processes over a release (`local`), or an outside SPARQL service (`remote`)."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from endpoint.media_types import GRAPH_FORMS, SOLUTION_FORMS, Form


@dataclass(frozen=True)
class Limits:
    """Limits of one query where they differ from the settings. Units: seconds, bytes."""

    time_s: float | None = None
    result_bytes: int | None = None


# Of what is made anew for every request nothing is frozen: that would cost several times as much.
@dataclass(slots=True)
class Inquiry:
    """A query with everything that its answer depends on, and who asks. `rdfs` and `rewrite` switch what spatial terms
    mean; None leaves it to the settings. `cut_off` breaks the client's connection."""

    text: str
    solution_form: Form | None = SOLUTION_FORMS[0]
    graph_form: Form | None = GRAPH_FORMS[0]
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    substitutions: tuple[tuple[str, str], ...] = ()
    base_iri: str = "http://localhost/sparql"
    coding: str = "identity"
    client: str = ""
    limits: Limits = Limits()
    is_explained: bool = False
    rdfs: bool | None = None
    rewrite: bool | None = None
    cut_off: Callable[[], None] | None = None

    def key(self) -> tuple:
        """What an equal answer depends on, apart from the release."""
        return (
            self.text, self.solution_form and self.solution_form.media_type, self.graph_form and self.graph_form.media_type,
            self.default_graphs, self.named_graphs, self.substitutions, self.base_iri, self.rdfs, self.rewrite, self.coding,
        )


class Pieces(Protocol):
    """The pieces of an answer as they come; closing it ends the work behind it."""

    def __aiter__(self) -> "Pieces":
        """Give the pieces, in order."""

    async def __anext__(self) -> bytes:
        """Give the next piece. Raises: a problem when the answer could not be finished."""

    async def aclose(self) -> None:
        """End the work if it is still under way."""


@dataclass(slots=True)
class Answer:
    """What came back: kind of query, form, content coding, release it is from, and the bytes as they come.
    `warnings` are those of functions that were known when the first bytes came; `facts` have all in the end.
    `kept_as` is the key under which a memory holds the answer."""

    kind: str
    media_type: str
    content_type: str
    coding: str
    release: str
    whole: bytes | None = None
    chunks: Pieces | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    kept_as: tuple | None = None

    @property
    def body(self) -> AsyncIterator[bytes]:
        """The bytes, piece by piece; ends with an error when the result could not be finished."""
        return self.chunks if self.chunks is not None else _once(self.whole or b"")

    async def read(self) -> bytes:
        """Give all bytes."""
        if self.whole is not None:
            return self.whole
        return b"".join([piece async for piece in self.body])

    async def close(self) -> None:
        """Stop what is left of the work."""
        if self.chunks is not None:
            await self.chunks.aclose()


async def _once(piece: bytes) -> AsyncIterator[bytes]:
    yield piece


class Engine(Protocol):
    """What the web application asks of an engine. Raises: the problems of endpoint.errors."""

    @property
    def release(self) -> "ReleaseFacts":
        """The release that is served now."""

    async def start(self) -> None:
        """Get ready."""

    async def stop(self, grace_s: float) -> None:
        """Let running queries finish, then end."""

    async def answer(
        self, text: str, *, media_type: str | None = None, default_graphs: tuple[str, ...] | None = None,
        named_graphs: tuple[str, ...] | None = None, substitutions: Mapping[str, str] | None = None, limits: Limits | None = None,
    ) -> Answer:
        """Answer a query in the given media type (None: JSON results or Turtle)."""

    async def inquire(self, inquiry: Inquiry) -> Answer:
        """Answer a query as it came over the protocol."""


@dataclass(frozen=True)
class Abilities:
    """What queries may use beyond the standard: IRIs of functions and of aggregates."""

    functions: tuple[str, ...] = ()
    aggregates: tuple[str, ...] = ()
    # Of an outside server: sentences about what it does differently.
    differences: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReleaseFacts:
    """What the manifest of a release says. `identity` changes with every release."""

    identity: str
    version: str = ""
    created: str = ""
    quads: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    folder: str = ""
    manifest: Mapping[str, Any] = field(default_factory=dict)
