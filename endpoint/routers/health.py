"""Operation: whether the server lives, whether it can answer, and what it does."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from endpoint.metrics import CONTENT_TYPE

router = APIRouter(tags=["operation"])


@router.get("/health/live")
async def live() -> JSONResponse:
    """Tell that the process answers."""
    return JSONResponse({"status": "live"}, headers={"Cache-Control": "no-store"})


@router.get("/health/ready")
async def ready(request: Request) -> JSONResponse:
    """Tell whether queries are answered, and from which release; 503 while not."""
    engine = request.app.state.engine
    facts = {"status": "ready" if engine.is_ready else "not ready", "release": engine.release.version, "quads": engine.release.quads}
    return JSONResponse(facts, 200 if engine.is_ready else 503, headers={"Cache-Control": "no-store"})


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Give the metrics in Prometheus' text format."""
    state = request.app.state
    state.metrics.look(state.engine)
    return Response(state.metrics.text(), headers={"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE})
