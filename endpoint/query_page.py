"""The page of the query form: the query, its answer as a table, text, yes or no, the downloads, examples. Works without scripts."""

import re
from dataclasses import dataclass, replace

from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QueryResultsFormat, parse_query_results
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from endpoint.citation import Citation, cite_result
from endpoint.engine import Answer, Engine, Inquiry
from endpoint.errors import NotFound, Problem
from endpoint.examples import Example, read_examples
from endpoint.media_types import CSV_RESULTS, JSON_LD, JSON_RESULTS, N_TRIPLES, TSV_RESULTS, TURTLE, XML_RESULTS, Form
from endpoint.pages import filled_page, page
from endpoint.problem_wording import told_problem
from endpoint.protocol import SparqlRequest
from endpoint.published import published
from endpoint.queries import Term
from endpoint.revisiting import Revisits
from endpoint.visit import Visit

# A page shows this much of an answer; the downloads have all of it.
PAGE_BYTES = 1_000_000
PAGE_ROWS = 500
GEOF = "http://www.opengis.net/def/function/geosparql/"
SPATIAL_CALL = re.compile(r"\bgeof:(\w+)")


@dataclass(frozen=True)
class Shown:
    """What a page shows of an answer. `kind`: table, graph (RDF as text), yes or no. `is_cut`: the answer has more."""

    kind: str
    columns: tuple[str, ...] = ()
    rows: tuple[dict[str, Term], ...] = ()
    text: str = ""
    is_cut: bool = False
    downloads: tuple[str, ...] = ()


async def query_page(scope: Scope, receive: Receive, send: Send, asked: SparqlRequest, inquiry: Inquiry | None) -> None:
    """Send the editor; with an inquiry, its answer below, or what is wrong with it."""
    request = Request(scope, receive)
    if inquiry is None:
        response = editor(request, asked.query or examples_for(request)[0].text)
    else:
        try:
            response = await answered_editor(
                request, inquiry.text, await answer_to_show(request.app.state.engine, inquiry)
            )
        except Problem as problem:
            response = editor(request, inquiry.text, problem)
    await Revisits(response)(scope, receive, send)


def examples_for(request: Request) -> tuple[Example, ...]:
    """Give the examples in the namespace of this installation; those with spatial functions only where the engine has them."""
    functions = request.app.state.engine.abilities.functions
    examples = read_examples(request.app.state.settings.base_iri)
    return tuple(example for example in examples if all(GEOF + name in functions for name in SPATIAL_CALL.findall(example.text)))


def editor(request: Request, query: str, problem: Problem | None = None) -> Response:
    """Give the editor with a query in it, and with what is wrong with it; it asks the graph nothing."""
    status, headers = (problem.status, problem.headers) if problem else (200, {})
    visit = Visit(request)
    return filled_page(
        visit,
        "sparql.html",
        status=status,
        headers=headers,
        query=query,
        examples=examples_for(request),
        shown=None,
        problem=problem,
        told=told_problem(problem, visit.words, visit.reader.language) if problem else None,
        citation=None,
        abilities=request.app.state.engine.abilities,
    )


async def answered_editor(request: Request, query: str, shown: Shown) -> Response:
    """Give the editor with the answer below."""
    visit = Visit(request)
    return await page(
        visit,
        "sparql.html",
        query=query,
        examples=examples_for(request),
        shown=shown,
        problem=None,
        told=None,
        citation=await citation_of(visit, query),
        abilities=visit.engine.abilities,
    )


async def citation_of(visit: Visit, query: str) -> Citation | None:
    """Give the citation of the answer; None when what is asked is no published release."""
    try:
        known = await published(visit.request)
    except NotFound:
        return None
    return cite_result(known.current, query, visit.base, visit.reader.language)


async def answer_to_show(engine: Engine, inquiry: Inquiry) -> Shown:
    """Give the beginning of an answer in a shape that people can read; no more of it is computed.
    Raises: the problems of endpoint.errors."""
    # Both forms are lines, so that a beginning of the answer is an answer.
    answer = await engine.inquire(replace(inquiry, solution_form=TSV_RESULTS, graph_form=N_TRIPLES, coding="identity"))
    body, is_cut = await read_beginning(answer)
    if answer.media_type == N_TRIPLES.media_type:
        return Shown("graph", text=body.decode(), is_cut=is_cut, downloads=names_of(TURTLE, JSON_LD, N_TRIPLES))
    results = parse_query_results(body, QueryResultsFormat.TSV)
    if isinstance(results, QueryBoolean):
        return Shown("yes" if results else "no", downloads=names_of(JSON_RESULTS, XML_RESULTS))
    columns = tuple(variable.value for variable in results.variables)
    rows = []
    for solution in results:
        if len(rows) == PAGE_ROWS:
            is_cut = True
            break
        rows.append(
            {name: read_term(value) for name, value in zip(columns, solution, strict=True) if value is not None}
        )
    return Shown(
        "table", columns, tuple(rows), is_cut=is_cut, downloads=names_of(CSV_RESULTS, JSON_RESULTS, XML_RESULTS)
    )


async def read_beginning(answer: Answer) -> tuple[bytes, bool]:
    """Give the first whole lines of an answer, and whether it has more. Units: PAGE_BYTES."""
    body = b""
    async for piece in answer.body:
        body += piece
        if len(body) > PAGE_BYTES:
            await answer.close()
            return body[: body.rindex(b"\n", 0, PAGE_BYTES) + 1], True
    return body, False


def names_of(*forms: Form) -> tuple[str, ...]:
    """Give the short names of forms, as `format=` takes them."""
    return tuple(form.names[0] for form in forms)


def read_term(value: NamedNode | BlankNode | Literal) -> Term:
    """Give a term of the RDF library as pages have it; a quoted triple becomes its text."""
    if isinstance(value, NamedNode):
        return Term("iri", value.value)
    if isinstance(value, Literal):
        return Term("literal", value.value, value.language or "", value.datatype.value)
    return Term("bnode", str(value))
