"""The life of the application: open the release, serve, let running queries finish, close."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open the engine before the first request and close it after the last."""
    await app.state.engine.start()
    try:
        yield
    finally:
        await app.state.engine.stop(app.state.settings.shutdown_grace_s)
