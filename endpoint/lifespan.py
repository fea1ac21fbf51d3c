"""The life of the application: open the release, serve, let running queries finish, close."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from endpoint.features.register import REGISTERS
from endpoint.kept import read_beforehand
from endpoint.published import check_published
from endpoint.reconciliation.catalogue import CATALOGUE
from endpoint.routers.terms import prepare_vocabulary

OBSERVE_EVERY_S = 5.0
# A request makes some hundred objects, which go with it by themselves: looking for those that do not after every 700 took
# an eighth of the web process's time. Units: objects; rounds.
COLLECT_AFTER = (10_000, 10, 10)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    """Open the engine before the first request and close it after the last.
    Shape: what the server gets to know of the application: `record_unread`."""
    await app.state.engine.start()
    observer = asyncio.get_running_loop().create_task(_observe(app))
    checker = asyncio.get_running_loop().create_task(check_published(app))
    reader = asyncio.get_running_loop().create_task(read_beforehand(app, [CATALOGUE.of, REGISTERS.of, prepare_vocabulary]))
    # What is there now stays: it is not looked through again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    try:
        yield {"record_unread": app.frontage.record_unread}
    finally:
        observer.cancel()
        checker.cancel()
        reader.cancel()
        await app.state.engine.stop(app.state.settings.shutdown_grace_s)


async def _observe(app: FastAPI) -> None:
    """Take the engine's state into the metrics from time to time, for the server processes that are not asked themselves."""
    while True:
        app.state.metrics.look(app.state.engine)
        await asyncio.sleep(OBSERVE_EVERY_S)
