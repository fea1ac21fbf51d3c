"""What is read once from a release and kept until the next one: read when first asked for, or before anybody asks."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from fastapi import FastAPI

from endpoint.engine import Engine
from endpoint.errors import Problem

T = TypeVar("T")
log = logging.getLogger(__name__)
# A new release is looked for this often; requests that come earlier read it themselves.
LOOK_EVERY_S = 5.0


@dataclass
class Shelf:
    """Where one thing stands in an application. Shape: its lock, the release that it was read from, the thing."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    release: str | None = None
    content: Any = None


class Kept(Generic[T]):
    """One thing that is read once per release. Shape: its name, and what reads it from an engine, given the base IRI."""

    def __init__(self, name: str, read: Callable[[Engine, str], Awaitable[T]]):
        self.name, self._read = name, read

    async def of(self, app: FastAPI) -> T:
        """Give it as it is in the release that is served; who asks while it is read waits for the same reading."""
        if not hasattr(app.state, "kept"):
            app.state.kept = {}
        shelf = app.state.kept.setdefault(self.name, Shelf())
        async with shelf.lock:
            release = app.state.engine.release.identity
            if shelf.release != release:
                shelf.content, shelf.release = await self._read(app.state.engine, app.state.settings.base_iri), release
            return shelf.content


async def read_beforehand(app: FastAPI, every: list[Callable[[FastAPI], Awaitable]]) -> None:
    """Read what is kept as soon as a release is served, so that nobody waits for it. `every`: what reads each thing for an application."""
    release, left = None, []
    while True:
        now = app.state.engine.release.identity
        if now != release:
            release, left = now, every
        left = [read for read in left if not await _is_done(app, read)]
        await asyncio.sleep(LOOK_EVERY_S)


async def _is_done(app: FastAPI, read: Callable[[FastAPI], Awaitable]) -> bool:
    """Read one thing, and tell whether it need not be tried again in this release: a problem may pass, a fault of the program stays."""
    try:
        await read(app)
    except Problem as error:
        log.warning("could not be read beforehand: %s", error)
        return False
    except Exception:
        log.exception("could not be read beforehand: %r", read)
    return True
