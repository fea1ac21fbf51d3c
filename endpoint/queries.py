"""Named queries of the package, asked of an engine: rows of terms, or a graph."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pyoxigraph import BlankNode, Literal, NamedNode

from endpoint.engine import Engine
from endpoint.media_types import JSON_RESULTS, N_TRIPLES

KINDS = {"uri": "iri", "bnode": "bnode", "literal": "literal", "typed-literal": "literal"}
STRING = "http://www.w3.org/2001/XMLSchema#string"


@dataclass(frozen=True)
class Term:
    """A term of an answer. `kind`: iri, literal or bnode; `language` and `datatype` are empty where they do not apply."""

    kind: str
    value: str
    language: str = ""
    datatype: str = ""

    def __str__(self) -> str:
        return self.value


@cache
def query_text(name: str) -> str:
    """Give the text of a named query."""
    return files("regin_graph").joinpath("queries", f"{name}.rq").read_text(encoding="utf-8")


def as_text(value: "Term | NamedNode | Literal | BlankNode | str | int | float | bool") -> str:
    """Give a value as N-Triples; plain Python values become literals.

    >>> as_text("a"), as_text(2), as_text(NamedNode("urn:x"))
    ('"a"', '"2"^^<http://www.w3.org/2001/XMLSchema#integer>', '<urn:x>')
    """
    if isinstance(value, Term):
        if value.kind == "iri":
            return str(NamedNode(value.value))
        if value.kind == "bnode":
            return str(BlankNode(value.value))
        return str(Literal(value.value, language=value.language) if value.language else Literal(value.value, datatype=NamedNode(value.datatype or STRING)))
    return str(value) if isinstance(value, NamedNode | Literal | BlankNode) else str(Literal(value))


def rows_of(results: bytes) -> list[dict[str, Term]]:
    """Give the rows of SPARQL JSON results."""
    return [{name: _term(cell) for name, cell in row.items()} for row in json.loads(results)["results"]["bindings"]]


def _term(cell: dict) -> Term:
    if cell["type"] == "triple":
        return Term("triple", " ".join(_term(cell["value"][part]).value for part in ("subject", "predicate", "object")))
    return Term(KINDS[cell["type"]], cell["value"], cell.get("xml:lang", ""), cell.get("datatype", ""))


async def answer_rows(engine: Engine, text: str, substitutions: Mapping[str, str] | None = None) -> list[dict[str, Term]]:
    """Give the rows of a SELECT query. Raises: the problems of endpoint.errors."""
    answer = await engine.answer(text, media_type=JSON_RESULTS.media_type, substitutions=substitutions)
    return rows_of(await answer.read())


async def select(engine: Engine, name: str, **bindings) -> list[dict[str, Term]]:
    """Give the rows of a named SELECT query with these variables bound; None leaves a variable open."""
    return await answer_rows(engine, query_text(name), {key: as_text(value) for key, value in bindings.items() if value is not None})


async def construct(engine: Engine, name: str, media_type: str = N_TRIPLES.media_type, **bindings) -> bytes:
    """Give the graph of a named CONSTRUCT or DESCRIBE query in a media type."""
    values = {key: as_text(value) for key, value in bindings.items() if value is not None}
    answer = await engine.answer(query_text(name), media_type=media_type, substitutions=values)
    return await answer.read()
