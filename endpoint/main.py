"""The application: settings, engine, problems, routers, frontage."""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from endpoint.engine.cached import CachedEngine
from endpoint.engine.local import LocalEngine
from endpoint.engine.outside import OutsideEngine
from endpoint.engine.scratch import ScratchEngine
from endpoint.errors import Problem
from endpoint.frontage import Frontage
from endpoint.lifespan import lifespan
from endpoint.metrics import Metrics
from endpoint.packing import LEVEL, PackedPages
from endpoint.problems import told_fault, told_http_error, told_problem, told_wrong_parameters
from endpoint.revisiting import Revisits
from endpoint.routers import (
    browse,
    catalogue,
    discovery,
    dumps,
    features,
    feed,
    health,
    home,
    practices,
    problem,
    reconcile,
    regions,
    resolve,
    resource,
    terms,
)
from endpoint.routers import map as map_pages
from endpoint.routers.graph_store import GraphStore
from endpoint.routers.sparql import SparqlEndpoint
from endpoint.settings import EndpointSettings


class Application(FastAPI):
    """A FastAPI application behind a frontage."""

    frontage: Frontage

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: the frontage first, then the routers."""
        await self.frontage(scope, receive, send, super().__call__)


def create_app(settings: EndpointSettings | None = None) -> FastAPI:
    """Give the application for these settings, or for those of the environment."""
    settings = settings or EndpointSettings()
    app = Application(title="REGIN Graph", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.settings = settings
    app.state.engine = open_engine(settings)
    app.state.metrics = Metrics()

    app.add_middleware(Revisits)
    app.add_middleware(PackedPages, compresslevel=LEVEL)
    app.add_exception_handler(Problem, told_problem)
    app.add_exception_handler(HTTPException, told_http_error)
    app.add_exception_handler(RequestValidationError, told_wrong_parameters)
    app.add_exception_handler(Exception, told_fault)

    app.include_router(health.router)
    app.include_router(problem.router)
    app.include_router(features.router)
    app.include_router(reconcile.router)
    app.include_router(resolve.router)
    for pages in (home, practices, regions, browse, map_pages, resource, terms, catalogue, dumps, discovery, feed):
        app.include_router(pages.router)
    app.mount("/static", StaticFiles(packages=[("endpoint", "static")]), name="static")

    graph_store = GraphStore(app)
    app.router.routes.append(Route("/data", graph_store))
    app.router.routes.append(Route("/data/{path:path}", graph_store))

    sparql, update = SparqlEndpoint(app), SparqlEndpoint(app, takes_queries=False)
    app.frontage = Frontage(app, {"/sparql": sparql, "/sparql/": sparql, "/update": update})
    return app


def open_engine(settings: EndpointSettings) -> CachedEngine:
    """Give the engine for these settings: over a release, a scratch store or an outside server, with a memory before it."""
    kind = ScratchEngine if settings.scratch else OutsideEngine if settings.engine else LocalEngine
    inner = kind(settings)
    return CachedEngine(inner, settings.base_iri, settings.cache_mib * 1024 * 1024, settings.cache_item_kib * 1024)
