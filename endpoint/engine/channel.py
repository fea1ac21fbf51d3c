"""The web process's end of a link to a query process: requests out, frames in, with back pressure."""

import asyncio
from collections import deque
from time import monotonic

from endpoint.engine.frames import END, LENGTH, split

# Reading stops when this much waits for a slow client, and the query process then waits, too.
HIGH_WATER = 512 * 1024
LOW_WATER = 128 * 1024


class LinkLost(Exception):
    """The query process is gone."""


class Channel(asyncio.Protocol):
    """Frames of one query process, in order."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.is_lost = False
        self.blocked_s = 0.0
        self._blocked_since: float | None = None
        self._buffer = bytearray()
        self._frames: deque[tuple[bytes, bytes]] = deque()
        self._waiting_bytes = 0
        self._reader: asyncio.Future | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        for letter, payload in split(self._buffer):
            self._frames.append((letter, payload))
            self._waiting_bytes += len(payload)
        if self._waiting_bytes > HIGH_WATER and self._blocked_since is None and self.transport is not None:
            self.transport.pause_reading()
            self._blocked_since = monotonic()
        if self._frames:
            self._wake()

    def connection_lost(self, error: Exception | None) -> None:
        self.is_lost = True
        self._wake()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def ask(self, request: bytes) -> None:
        """Send a request."""
        self.blocked_s = 0.0
        if self.transport is not None:
            self.transport.write(LENGTH.pack(len(request)) + request)

    @property
    def is_blocked(self) -> bool:
        """Whether the query process waits for the client."""
        return self._blocked_since is not None

    def blocked_now_s(self) -> float:
        """Seconds of the current wait for the client."""
        return monotonic() - self._blocked_since if self._blocked_since is not None else 0.0

    def blocked_in_all_s(self) -> float:
        """Seconds that the query process has waited for the client of this query."""
        return self.blocked_s + self.blocked_now_s()

    async def next_frame(self) -> tuple[bytes, bytes]:
        """Give the next frame. Raises: LinkLost."""
        while not self._frames:
            if self.is_lost:
                raise LinkLost
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        letter, payload = self._frames.popleft()
        self._waiting_bytes -= len(payload)
        if self._blocked_since is not None and self._waiting_bytes < LOW_WATER:
            self.blocked_s += monotonic() - self._blocked_since
            self._blocked_since = None
            if self.transport is not None and not self.transport.is_closing():
                self.transport.resume_reading()
        return letter, payload

    def take_end(self) -> bytes | None:
        """Give the facts of the end when that is what comes next, already here; else None."""
        if self._frames and self._frames[0][0] == END:
            payload = self._frames.popleft()[1]
            self._waiting_bytes -= len(payload)
            return payload
        return None

    def close(self) -> None:
        """Close the link; an idle query process ends by that."""
        if self.transport is not None:
            self.transport.close()
