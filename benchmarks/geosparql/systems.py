"""What takes part beside PostGIS: the engine in a process of its own, this endpoint, and other SPARQL servers over HTTP."""

import csv
import http.client
import io
import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from benchmarks import peers
from benchmarks.geosparql.measuring import Answer, TooSlow, Unanswered
from benchmarks.geosparql.scenarios import Question

PROJECT = Path(__file__).parents[2]
START_S = 120.0


class Process:
    """The engine in a process of its own, which is ended when a query takes too long and begun anew for the next."""

    def __init__(self, name: str, kind: str, folder: Path):
        self.name, self.kind, self.folder = name, kind, folder
        self.version = f"pyoxigraph {installed('pyoxigraph')}"
        self.process: subprocess.Popen | None = None

    def _begin(self) -> None:
        command = [sys.executable, "-m", "benchmarks.geosparql.answering", self.kind, str(self.folder)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT)
        self._hear(START_S)

    def _hear(self, within_s: float) -> dict:
        if not select.select([self.process.stdout], [], [], within_s)[0]:
            self.close()
            raise TooSlow(within_s)
        return json.loads(self.process.stdout.readline())

    def ask(self, question: Question, cap_s: float, is_checked: bool = False) -> Answer:
        """Give the answer. Raises: TooSlow, Unanswered."""
        if self.process is None:
            self._begin()
        self.process.stdin.write(json.dumps({"query": question.sparql(), "checked": is_checked}) + "\n")
        self.process.stdin.flush()
        told = self._hear(cap_s)
        if "error" in told:
            raise Unanswered(told["error"])
        return Answer(told["seconds"], told["rows"])

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


class Server:
    """A SPARQL server asked over one lasting connection, its answers read whole as CSV."""

    def __init__(self, name: str, version: str, dialect: str = ""):
        self.name, self.version, self.dialect = name, version, dialect
        self.connection: http.client.HTTPConnection | None = None

    def begin(self) -> tuple[str, dict[str, str]]:
        """Start the server; give its query address and what goes along with every query."""

    def end(self) -> None:
        """Stop the server."""

    def ask(self, question: Question, cap_s: float, is_checked: bool = False) -> Answer:
        """Give the answer. Raises: TooSlow, Unanswered."""
        if self.connection is None:
            address, self.along = self.begin()
            self.place = urlsplit(address)
            self.connection = http.client.HTTPConnection(self.place.hostname, self.place.port)
        body = urlencode({"query": question.sparql(self.dialect), **self.along})
        try:
            began, response, content = self._exchanged(body, cap_s)
        except TimeoutError as error:
            self.close()  # or it would go on with the query
            raise TooSlow(cap_s) from error
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Unanswered(f"the connection broke: {error}") from error
        took = time.perf_counter() - began
        if took > cap_s:
            raise TooSlow(cap_s)
        if response.status != 200:
            raise Unanswered(f"status {response.status}: {content[:300].decode('utf-8', 'replace')}")
        if not is_checked:
            return Answer(took, content.count(b"\n") - 1)
        rows = list(csv.reader(io.StringIO(content.decode())))[1:]
        return Answer(took, sum(bool(row) and all(row) for row in rows))

    def _exchanged(self, body: str, cap_s: float) -> tuple[float, http.client.HTTPResponse, bytes]:
        """Give when a request began, its response and content. A server may end a connection that was idle: then on a new one."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/csv"}
        for is_last in (False, True):
            self.connection.timeout = cap_s
            if self.connection.sock:
                self.connection.sock.settimeout(cap_s)
            began = time.perf_counter()
            try:
                self.connection.request("POST", self.place.path, body, headers)
                response = self.connection.getresponse()
                parts = []
                while part := response.read(1 << 20):
                    parts.append(part)
                    if time.perf_counter() - began > cap_s:  # rows may flow without end
                        raise TimeoutError
                return began, response, b"".join(parts)
            except (ConnectionError, http.client.RemoteDisconnected):
                self.connection.close()
                if is_last:
                    raise

    def close(self) -> None:
        """End connection and server."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None
            self.end()


class Endpoint(Server):
    """This endpoint over a release of the world, its cache off."""

    def __init__(self, release: Path):
        super().__init__("endpoint", f"pyoxigraph {installed('pyoxigraph')}")
        self.release = release

    def begin(self) -> tuple[str, dict[str, str]]:
        port = peers.free_port()
        environment = os.environ | {
            "REGIN_RELEASE": str(self.release), "REGIN_CACHE_MIB": "0", "REGIN_LOG_REQUESTS": "false", "REGIN_QUERY_TIMEOUT_S": "600", "PYTHONPATH": str(PROJECT),
        }
        self.process = subprocess.Popen([sys.executable, "-c", f"from endpoint.serve import serve; serve(port={port})"], env=environment, cwd=PROJECT, stderr=subprocess.DEVNULL)
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            try:
                connection.request("GET", "/health/ready")
                if connection.getresponse().status == 200:
                    return f"http://127.0.0.1:{port}/sparql", {}
            except OSError:
                pass
            finally:
                connection.close()
            time.sleep(0.1)
        raise RuntimeError("the endpoint did not start")

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(60)


class PeerServer(Server):
    """Another server, its data loaded whenever it is started anew."""

    def __init__(self, name: str, peer: str, dialect: str, version: str, world: Path, folder: Path):
        super().__init__(name, version, dialect)
        self.peer_name, self.world, self.folder = peer, world, folder
        self.starts = 0

    def begin(self) -> tuple[str, dict[str, str]]:
        self.starts += 1
        self.peer = peers.start(self.peer_name, self.folder / str(self.starts), memory_mib=4096)
        self.peer.load(self.world)
        return self.peer.query_url, {"default-graph-uri": self.peer.default_graph} if self.peer.default_graph else {}

    def end(self) -> None:
        self.peer.stop()


def installed(package: str) -> str:
    """Give the version of a Python package."""
    from importlib.metadata import version

    return version(package)
