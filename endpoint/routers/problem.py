"""/problem: what each kind of problem means and what helps; the addresses that problem details give as their type."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from endpoint.errors import NotFound, every_problem
from endpoint.media_types import prefers_html

router = APIRouter(tags=["operation"])


@router.get("/problem")
async def problems(request: Request) -> Response:
    """List the kinds of problems."""
    return JSONResponse([
        {"type": f"{request.app.state.settings.base_iri}problem/{kind.slug}", "status": kind.status, "title": kind.title, "detail": kind.explanation}
        for kind in every_problem()
    ])


@router.get("/problem/{slug}")
async def problem(request: Request, slug: str) -> Response:
    """Explain one kind of problem."""
    for kind in every_problem():
        if kind.slug == slug:
            if prefers_html(request.headers.get("accept")):
                from endpoint.pages import problem_page

                return problem_page(request, kind(), 200)
            return JSONResponse({"type": f"{request.app.state.settings.base_iri}problem/{slug}", "status": kind.status, "title": kind.title, "detail": kind.explanation})
    raise NotFound("There is no such kind of problem.")
