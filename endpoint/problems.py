"""Responses for problems: problem details for programs, a page for browsers, each with what the client needs to go on."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route

from endpoint.errors import BadRequest, Forbidden, MethodNotAllowed, NotAcceptable, NotFound, Problem
from endpoint.media_types import PROBLEM, prefers_html

BY_STATUS = {400: BadRequest, 403: Forbidden, 404: NotFound, 405: MethodNotAllowed, 406: NotAcceptable}


def problem_response(request: Request, problem: Problem) -> Response:
    """Give the response for a problem in the form that the client reads."""
    headers = {"Cache-Control": "no-store", "Vary": "Accept", **problem.headers}
    if prefers_html(request.headers.get("accept")):
        from endpoint.pages import problem_page

        return problem_page(request, problem, headers=headers)
    body = problem.members(request.app.state.settings.base_iri, request.scope.get("request_id", ""))
    return Response(json.dumps(body, ensure_ascii=False).encode(), problem.status, headers, PROBLEM.media_type)


async def told_problem(request: Request, error: Exception) -> Response:
    """Give the response for one of our problems."""
    assert isinstance(error, Problem)
    return problem_response(request, error)


async def told_http_error(request: Request, error: Exception) -> Response:
    """Give the response for an error of the framework: unknown address, wrong method."""
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        allow = ", ".join(allowed_methods(request))
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": allow})
        error.headers = {"Allow": allow}
    problem = BY_STATUS.get(error.status_code, Problem)(
        "" if error.detail in ("Not Found", "Method Not Allowed") else str(error.detail), headers=dict(error.headers or {}),
    )
    problem.status = error.status_code
    return problem_response(request, problem)


def allowed_methods(request: Request) -> list[str]:
    """Give the methods that an address takes, whichever routes answer them. What answers GET answers HEAD."""
    methods = {"OPTIONS"}
    for route in routes_in(request.app.routes):
        if route.matches(request.scope)[0] != Match.NONE:
            methods |= route.methods or set()
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()), key=("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS").index)


def routes_in(routes: Iterable[BaseRoute]) -> Iterator[Route]:
    """Give all routes, those of included routers too."""
    for route in routes:
        if isinstance(route, Route):
            yield route
        elif (router := getattr(route, "original_router", None)) is not None:
            yield from routes_in(router.routes)


async def told_wrong_parameters(request: Request, error: Exception) -> Response:
    """Give the response for parameters that do not have the form they must have."""
    assert isinstance(error, RequestValidationError)
    places: list[dict[str, Any]] = [
        {"parameter": str(fault["loc"][-1]), "problem": fault["msg"]} for fault in error.errors()
    ]
    return problem_response(request, BadRequest("; ".join(f"{place['parameter']}: {place['problem']}" for place in places), parameters=places))


async def told_fault(request: Request, error: Exception) -> Response:
    """Give the response for a fault of ours; what it was stands in the log alone."""
    return problem_response(request, Problem())
