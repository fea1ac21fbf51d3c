"""The page of the query form: the query, its answer as a table, the formats, the prefixes, examples. Works without scripts."""

import asyncio
import json
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from endpoint.engine import Inquiry
from endpoint.errors import Problem
from endpoint.media_types import GRAPH_FORMS, JSON_RESULTS, SOLUTION_FORMS, TURTLE
from endpoint.prefixes import known_prefixes
from endpoint.protocol import SparqlRequest
from endpoint.queries import Term, rows_of
from endpoint.questions import Question

# A page shows this much of an answer; the formats have all of it.
PAGE_BYTES = 1_000_000
PAGE_ROWS = 500

FIRST_PREFIXES = ("regin", "skos", "dcterms")
FIRST_QUERY = "SELECT ?subject ?property ?value\nWHERE {\n  ?subject ?property ?value .\n}\nLIMIT 10\n"


@dataclass(frozen=True)
class Shown:
    """What a page shows of an answer. `kind`: table, graph (RDF as text), yes or no. `total`: rows that were read."""

    kind: str
    columns: tuple[str, ...] = ()
    rows: tuple[dict[str, Term], ...] = ()
    total: int = 0
    text: str = ""
    downloads: tuple[str, ...] = ()


@cache
def examples() -> tuple[Question, ...]:
    """Give the example queries with their titles."""
    found = []
    for file in sorted(files("regin_graph").joinpath("queries", "examples").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".rq"):
            first, _, rest = file.read_text(encoding="utf-8").partition("\n")
            found.append(Question(first.removeprefix("# Title:").strip(), rest))
    return tuple(found)


async def query_page(scope: Scope, receive: Receive, send: Send, asked: SparqlRequest, inquiry: Inquiry | None) -> None:
    """Send the page for a query, or for none yet. A problem of the query is shown in the page, with its status."""
    from endpoint.pages import filled_page
    from endpoint.visit import Visit

    shown, problem = None, None
    engine = scope["app"].state.engine
    if inquiry is not None:
        try:
            shown = await show(engine, replace(inquiry, solution_form=JSON_RESULTS, graph_form=TURTLE, coding="identity"))
        except Problem as error:
            problem = error
    request = Request(scope, receive)
    response = filled_page(
        Visit(request), "sparql.html", status=problem.status if problem else 200,
        headers={"Cache-Control": "no-cache", "Vary": "Accept, Accept-Language", **(problem.headers if problem else {})},
        query=asked.query if asked.query is not None else first_query(), shown=shown, problem=problem, examples=examples(),
    )
    await response(scope, receive, send)


def first_query() -> str:
    """Give the query that the form starts with."""
    known = known_prefixes()
    return "".join(f"PREFIX {prefix}: <{known[prefix]}>\n" for prefix in FIRST_PREFIXES if prefix in known) + FIRST_QUERY


async def show(engine: Any, inquiry: Inquiry) -> Shown:
    """Give what a page shows of the answer to a query. Raises: the problems of endpoint.errors."""
    answer = await engine.inquire(inquiry)
    pieces, size = [], 0
    try:
        async for piece in answer.body:
            pieces.append(piece)
            size += len(piece)
            if size > PAGE_BYTES:
                break
    finally:
        await asyncio.shield(answer.close())
    text = b"".join(pieces)
    is_cut = size > PAGE_BYTES
    if answer.kind == "graph":
        return Shown("graph", text=text[:PAGE_BYTES].decode("utf-8", "ignore"), downloads=tuple(form.names[0] for form in GRAPH_FORMS[:4]))
    if answer.kind == "boolean":
        return Shown("yes" if json.loads(text)["boolean"] else "no")
    results = complete(text) if is_cut else text
    rows = rows_of(results)
    columns = tuple(json.loads(results)["head"]["vars"])
    return Shown("table", columns, tuple(rows[:PAGE_ROWS]), len(rows), downloads=tuple(form.names[0] for form in SOLUTION_FORMS))


def complete(text: bytes) -> bytes:
    """Give JSON results that were cut off, closed after their last whole row. Rows that hold triples may be left out.

    >>> complete(b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"uri","value":"x"}},{"a":{"ty')
    b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"uri","value":"x"}}]}}'
    """
    end = text.rfind(b'}},{"')
    if end < 0:
        return text[:text.index(b"[", text.index(b'"bindings"')) + 1] + b"]}}"
    return text[:end + 2] + b"]}}"

