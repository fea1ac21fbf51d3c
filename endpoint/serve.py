"""Serving: the application under its HTTP server, in one process or several."""

import asyncio
import json
import os
import socket
import struct
import tempfile
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import ValidationError
from pydantic_settings import SettingsError
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.supervisors import Multiprocess

from endpoint.settings import EndpointSettings
from endpoint.unread import unread_problem, written

# Linger of zero seconds: closing resets the connection.
RESET = struct.pack("ii", 1, 0)
# A request of which this much comes within the time for a whole one is a large one, not a slow one.
STEADY_BYTES = 64 * 1024
# How often it is looked whether a client is there whose further requests wait.
PEER_LOOK_S = 0.5
# States of a connection whose other side has ended it. Source: linux/include/net/tcp_states.h, TCP_CLOSE and TCP_CLOSE_WAIT.
ENDED_STATES = (7, 8)
# Address and headers of a request, beside what comes with their beginning. Units: bytes.
MOST_HEAD_BYTES = 256 * 1024
LOOPBACK = ("127.0.0.1", "::1", "localhost")

LOGGING: dict[str, Any] = {
    "version": 1, "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "endpoint": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "endpoint.access": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "uvicorn": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}


@cache
def served_settings() -> EndpointSettings:
    """Give the settings. Server processes read them from the environment."""
    return EndpointSettings()


@cache
def request_timeout_s() -> float:
    """Give the time within which a request must arrive."""
    return served_settings().request_timeout_s


@cache
def stall_timeout_s() -> float:
    """Give the time in which a client must take something of a waiting response."""
    return served_settings().stall_timeout_s


class BreakableProtocol(HttpToolsProtocol):
    """The server's HTTP protocol, which lets a response break its connection instead of ending it, takes a response that is
    complete in one go, and does not wait for ever for requests that come in drops or not at all, or for clients that take nothing."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.url = b""
        self._received = self._received_before = 0
        self._is_arriving = False
        # How much had come when a request began, until its headers are complete.
        self._head_from: int | None = None
        self._patience: asyncio.TimerHandle | None = None
        self._stall: asyncio.TimerHandle | None = None
        self._peer_look: asyncio.TimerHandle | None = None
        self._answered: RequestResponseCycle | None = None
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self._stop_stall()
        self._stop_looking_at_peer()
        self._part_from_client()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._await_reader()

    def resume_writing(self) -> None:
        self._stop_stall()
        super().resume_writing()

    def _await_reader(self) -> None:
        self._stop_stall()
        self._stall = self.loop.call_later(stall_timeout_s(), self._look_at_reader, self.transport.get_write_buffer_size())

    def _stop_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None

    def _look_at_reader(self, waited_before: int) -> None:
        """Give a client that takes something more time; cut off one that does not."""
        if self.transport.get_write_buffer_size() < waited_before:
            self._await_reader()
        else:
            self._stop_stall()
            self.abort()

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        super().data_received(data)
        if self._head_from is not None and self._received - self._head_from > MOST_HEAD_BYTES:
            if not self.transport.is_closing():
                self.send_400_response("Too long.")
            if not self.transport.is_closing():
                self.abort()
        if self._is_arriving and self._patience is None:
            self._await_request()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        # Most requests are here at once: the time of this one counts when it is not.
        self._stop_waiting()
        self._is_arriving = True
        self._head_from = self._received

    def on_headers_complete(self) -> None:
        self._head_from = None
        super().on_headers_complete()
        self.scope["extensions"] = {"regin.abort": self.abort, "regin.whole": partial(self.send_whole, self.cycle)}
        if self.pipeline and self._peer_look is None:
            self._await_peer()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answered = cycle
        super()._start_asgi_task(cycle, app)

    def send_400_response(self, msg: str) -> None:
        """Tell as a problem that what came cannot be read, when it is its turn, and close the connection."""
        if not self._is_unanswered():
            # What was asked before is answered first; a refusal in between would be taken for a part of that.
            self.cycle.keep_alive = False
            return
        problem = unread_problem(self.url, served_settings())
        record = self.app_state.get("record_unread")
        # Of one whose headers were read the application writes the line.
        if record is not None and (self._answered is None or self._answered.response_complete):
            record(self.client[0] if self.client else "-", problem)
        dated = b"".join(b"%b: %b\r\n" % pair for pair in self.server_state.default_headers)
        self.transport.write(b"".join([STATUS_LINE[problem.status], dated, written(problem, served_settings())]))
        self.transport.close()

    def _is_unanswered(self) -> bool:
        """Tell whether the next answer over the connection belongs to what comes now: no other is due before."""
        cycle = self._answered
        return cycle is None or cycle.response_complete or (cycle is self.cycle and cycle.more_body and not cycle.response_started)

    def _part_from_client(self) -> None:
        """Tell the request that is being answered that its client has gone: the server tells the latest one alone."""
        if self._answered is not None and not self._answered.response_complete:
            self._answered.disconnected = True
            self._answered.message_event.set()

    def _await_peer(self) -> None:
        self._peer_look = self.loop.call_later(PEER_LOOK_S, self._look_at_peer)

    def _stop_looking_at_peer(self) -> None:
        if self._peer_look is not None:
            self._peer_look.cancel()
            self._peer_look = None

    def _look_at_peer(self) -> None:
        """Cut off a client that has gone while requests of it wait. Nothing is read meanwhile, so that its end would not be seen."""
        self._peer_look = None
        if not self.pipeline:
            return
        if has_ended(self.transport):
            self.abort()
        else:
            self._await_peer()

    def on_message_complete(self) -> None:
        self._is_arriving = False
        self._stop_waiting()
        super().on_message_complete()

    def _await_request(self) -> None:
        self._stop_waiting()
        self._received_before = self._received
        self._patience = self.loop.call_later(request_timeout_s(), self._look_at_request)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _look_at_request(self) -> None:
        """Give a request that comes on more time; drop the connection of one that does not."""
        if self.flow.read_paused or self._received - self._received_before >= STEADY_BYTES:
            self._await_request()
        else:
            self._stop_waiting()
            self.transport.abort()

    async def send_whole(self, cycle: RequestResponseCycle, status: int, lines: bytes, body: bytes) -> None:
        """Send a response that is complete and whose header lines are written; the same as by two messages, whose headers
        the server would check and write one by one, in a fraction of the time."""
        if self.flow.write_paused and not cycle.disconnected:
            await self.flow.drain()
        if cycle.disconnected:
            return
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        parts = [STATUS_LINE[status], *[b"%b: %b\r\n" % pair for pair in cycle.default_headers], lines, b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n"]
        if cycle.scope["method"] != "HEAD":
            parts.append(body)
        self.transport.write(b"".join(parts))
        cycle.message_event.set()
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()

    def abort(self) -> None:
        """Reset the connection: no client takes what it got for the whole, whatever its HTTP version."""
        connection = self.transport.get_extra_info("socket")
        if connection is not None:
            with suppress(OSError):  # it is closed already
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        if self.cycle is not None:
            self.cycle.disconnected = True
        self._part_from_client()
        self.transport.abort()


def has_ended(transport: asyncio.Transport) -> bool:
    """Tell whether the other side of a connection has ended it, without reading from it."""
    connection = transport.get_extra_info("socket")
    if connection is None:
        return False
    try:
        return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] in ENDED_STATES
    except OSError:  # it is no TCP connection, or closed already
        return False


def server_config(settings: EndpointSettings, app: object) -> uvicorn.Config:
    """Give the configuration of the HTTP server for an application or the name of what makes one."""
    log_config = json.loads(json.dumps(LOGGING))
    if not settings.log_requests:
        log_config["loggers"]["endpoint.access"]["level"] = "WARNING"
    return uvicorn.Config(
        app, factory=isinstance(app, str), host=settings.host, port=settings.port, workers=settings.workers,
        http=BreakableProtocol, ws="none", loop="uvloop", lifespan="on", access_log=False, server_header=False, log_config=log_config,
        timeout_graceful_shutdown=settings.shutdown_grace_s, timeout_keep_alive=30, backlog=2048,
        proxy_headers=True, forwarded_allow_ips=settings.forwarded_allow_ips,
    )


def serve(
    release: Path | None = None, host: str | None = None, port: int | None = None, workers: int | None = None,
    scratch_files: list[Path] | None = None,
) -> None:
    """Serve a release, or a scratch store that holds files, until stopped.
    Raises: SystemExit with a sentence when that cannot be."""
    given: dict[str, Any] = {"release": release, "host": host, "port": port, "workers": workers}
    if scratch_files is not None:
        given |= {"scratch": True, "scratch_files": tuple(scratch_files), "workers": 1}
    given = {name: value for name, value in given.items() if value is not None}
    settings = read_settings(given)
    refuse_what_cannot_be(settings)
    # Server processes read the settings from the environment.
    for name in given:
        value = settings.model_dump(mode="json")[name]
        os.environ[f"REGIN_{name.upper()}"] = value if isinstance(value, str) else json.dumps(value)
    if settings.workers == 1:
        uvicorn.Server(server_config(settings, "endpoint.main:create_app")).run()
        return
    with tempfile.TemporaryDirectory(prefix="regin-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        config = server_config(settings, "endpoint.main:create_app")
        with config.bind_socket() as listener:
            Multiprocess(config, sockets=[listener]).run()


def read_settings(given: dict[str, Any]) -> EndpointSettings:
    """Give the settings of the environment, with those given instead of theirs. Raises: SystemExit with a sentence for each that is wrong."""
    try:
        return EndpointSettings(**given)
    except ValidationError as error:
        raise SystemExit("\n".join(f"REGIN_{str(fault['loc'][0]).upper()}: {fault['msg']}." for fault in error.errors())) from None
    except SettingsError as error:
        raise SystemExit(f"{error}: lists are written as JSON, such as [\"a\", \"b\"].") from None


def refuse_what_cannot_be(settings: EndpointSettings) -> None:
    """Refuse to start without a release, or a scratch store open to others. Raises: SystemExit."""
    if settings.scratch and settings.host not in LOOPBACK:
        raise SystemExit(f"A scratch store is served on this machine only, not on {settings.host}.")
    if not settings.scratch and not (settings.release / "store").is_dir():
        raise SystemExit(f"There is no release in {settings.release}. Make one by `regin build`, or name one by --release.")
