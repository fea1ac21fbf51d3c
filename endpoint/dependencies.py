"""What routers are given: the engine and the settings of this application."""

from typing import Annotated

from fastapi import Depends, Request

from endpoint.engine import Engine
from endpoint.settings import EndpointSettings


def _engine(request: Request) -> Engine:
    return request.app.state.engine


def _settings(request: Request) -> EndpointSettings:
    return request.app.state.settings


Graph = Annotated[Engine, Depends(_engine)]
Settings = Annotated[EndpointSettings, Depends(_settings)]
