"""The application: settings, engine, problems, routers, frontage."""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from endpoint.engine.local import LocalEngine
from endpoint.errors import Problem
from endpoint.frontage import Frontage
from endpoint.lifespan import lifespan
from endpoint.problems import told_http_error, told_problem, told_wrong_parameters
from endpoint.routers import health
from endpoint.routers.sparql import SparqlEndpoint
from endpoint.settings import EndpointSettings


def create_app(settings: EndpointSettings | None = None) -> FastAPI:
    """Give the application for these settings, or for those of the environment."""
    settings = settings or EndpointSettings()
    app = FastAPI(title="REGIN Graph", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.settings = settings
    app.state.engine = LocalEngine(settings)

    app.add_exception_handler(Problem, told_problem)
    app.add_exception_handler(HTTPException, told_http_error)
    app.add_exception_handler(RequestValidationError, told_wrong_parameters)

    app.include_router(health.router)

    sparql = SparqlEndpoint(app)
    app.add_middleware(Frontage, settings=settings, bare={"/sparql": sparql, "/sparql/": sparql})
    return app
