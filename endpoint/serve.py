"""Serving: the application under its HTTP server."""

import os
import socket
import struct
from pathlib import Path

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from endpoint.settings import EndpointSettings

# Linger of zero seconds: closing resets the connection.
RESET = struct.pack("ii", 1, 0)


class BreakableProtocol(HttpToolsProtocol):
    """The server's HTTP protocol, which lets a response break its connection instead of ending it."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {"regin.abort": self.abort}

    def abort(self) -> None:
        """Reset the connection: no client takes what it got for the whole, whatever its HTTP version."""
        connection = self.transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        if self.cycle is not None:
            self.cycle.disconnected = True
        self.transport.abort()


def server_config(settings: EndpointSettings, app: object) -> uvicorn.Config:
    """Give the configuration of the HTTP server."""
    return uvicorn.Config(
        app, factory=isinstance(app, str), host=settings.host, port=settings.port, workers=settings.workers,
        http=BreakableProtocol, ws="none", loop="uvloop", lifespan="on", access_log=False, server_header=False, log_level="warning",
        timeout_graceful_shutdown=settings.shutdown_grace_s, timeout_keep_alive=30, backlog=2048,
        proxy_headers=True, forwarded_allow_ips=settings.forwarded_allow_ips, h11_max_incomplete_event_size=None,
    )


def serve(
    release: Path | None = None, host: str | None = None, port: int | None = None, workers: int | None = None,
    scratch_files: list[Path] | None = None,
) -> None:
    """Serve a release, or a scratch store that holds files, until stopped."""
    given = {"release": release, "host": host, "port": port, "workers": workers}
    if scratch_files is not None:
        given |= {"scratch": True, "scratch_files": tuple(scratch_files), "workers": 1}
    settings = EndpointSettings(**{name: value for name, value in given.items() if value is not None})
    for name, value in settings.model_dump(mode="json").items():
        # Server processes are started anew and read the environment.
        if name in given:
            os.environ[f"REGIN_{name.upper()}"] = value if isinstance(value, str) else __import__("json").dumps(value)
    config = server_config(settings, "endpoint.main:create_app")
    if settings.workers == 1:
        uvicorn.Server(config).run()
        return
    from uvicorn.supervisors import Multiprocess

    listener = config.bind_socket()
    Multiprocess(config, target=uvicorn.Server(config).run, sockets=[listener]).run()
