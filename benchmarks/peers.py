"""Other SPARQL servers on this machine, each on a free loopback port with its files in a folder of its own.

    with started("virtuoso", memory_mib=2048) as peer:
        peer.load(Path("build/current/graph.nq.gz"))
        httpx.post(peer.query_url, data={"query": "ASK {}"})

Programs: `oxigraph` and `rdflib-endpoint` from PyPI (in this Python's environment), `virtuoso-t` and `isql-vt` from Debian's
virtuoso-opensource, `java` and Fuseki's jars, which Maven's own client (`mvn`) copies by their coordinates where they are missing.
`python -m benchmarks.peers [NAME…]` fetches, starts, asks and stops each.
"""

import argparse
import gzip
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from regin_graph.errors import WrongUse

PROJECT = Path(__file__).parents[1]
# Where Fuseki's jars are kept: a folder of the build, or the one this variable names.
JARS_VARIABLE = "REGIN_PEER_JARS"
# The newest version that runs on Java 17; 6 asks for Java 21.
JENA_VERSION = "5.6.0"
START_S = 60.0
# Virtuoso has no default graph of its own: statements without a graph are loaded into this one.
DEFAULT_GRAPH = "urn:x-regin:default"


class PeerMissing(WrongUse):
    """A program of another server is not on this machine."""


class PeerFailed(WrongUse):
    """A server did not start, or refused what was loaded; the end of its log says why."""


@dataclass
class Peer:
    """A running server: its name, its addresses, and how files get into it."""

    name: str
    folder: Path
    process: subprocess.Popen
    address: str
    query_url: str
    update_url: str | None = None
    store_url: str | None = None
    # User and password of digest authentication, where writing asks for it.
    writer: tuple[str, str] | None = None
    # Sent along with every query that means the default graph; none where the server has one.
    default_graph: str | None = None
    loader: Callable[["Peer", Path], None] | None = field(default=None, repr=False)

    def load(self, file: Path) -> float:
        """Load an N-Triples or N-Quads file (.nt, .nq, also .gz); give the seconds it took. Raises: PeerFailed."""
        begun = time.monotonic()
        self.loader(self, Path(file).resolve())
        return time.monotonic() - begun

    def memory_mib(self) -> float:
        """Give the resident memory of the server and all processes below it; shared pages count once."""
        return sum(_resident(pid) for pid in _family(self.process.pid)) / 2**20

    def processor_s(self) -> float:
        """Give the processor seconds that the server and all processes below it have used."""
        return sum(_processor_s(pid) for pid in _family(self.process.pid))

    def stop(self) -> None:
        """End the server; its folder stays with whoever gave it."""
        _end(self.process)


@contextmanager
def started(name: str, folder: Path | None = None, *, memory_mib: int = 2048) -> Iterator[Peer]:
    """Give a running server by its name; it ends with the block. Raises: PeerMissing, PeerFailed."""
    peer = start(name, folder, memory_mib=memory_mib)
    try:
        yield peer
    finally:
        peer.stop()
        if folder is None:
            shutil.rmtree(peer.folder, ignore_errors=True)


def start(name: str, folder: Path | None = None, *, memory_mib: int = 2048) -> Peer:
    """Give a running server by its name, its files in a folder (a temporary one when none is named).
    Units: memory_mib is what the server may use, where it can be told. Raises: PeerMissing, PeerFailed, WrongUse."""
    if name not in STARTERS:
        raise WrongUse(f'"{name}" is no server known here.', f"Known are: {', '.join(STARTERS)}.", name)
    absent = missing(name)
    if absent:
        raise PeerMissing(f"{name} cannot start: {absent} is missing.", REMEDIES[name], absent)
    folder = Path(folder or tempfile.mkdtemp(prefix=f"{name}-"))
    folder.mkdir(parents=True, exist_ok=True)
    return STARTERS[name](folder, memory_mib)


def missing(name: str) -> str:
    """Give the program that a server lacks on this machine; empty when it can start."""
    absent = next((program for program in PROGRAMS[name] if not _program(program)), "")
    if not absent and name.startswith("fuseki") and not _jars():
        return "" if _program("mvn") else f"the jar jena-fuseki-server {JENA_VERSION}"
    return absent


def _start_oxigraph(folder: Path, memory_mib: int) -> Peer:
    port = free_port()
    command = [_program("oxigraph"), "serve", "--location", str(folder / "store"), "--bind", f"127.0.0.1:{port}"]
    address = f"http://127.0.0.1:{port}"
    process = _launched("oxigraph", command, folder, f"{address}/query")
    return Peer("oxigraph", folder, process, address, f"{address}/query", f"{address}/update", f"{address}/store", loader=_post_quads)


def _start_virtuoso(folder: Path, memory_mib: int) -> Peer:
    port, sql_port = free_port(), free_port()
    # A buffer is a page of 8 KiB; Virtuoso's manual gives two thirds of the memory to buffers, three quarters of them dirty.
    buffers = max(4000, memory_mib * 1024 * 2 // 3 // 8)
    settings = VIRTUOSO_SETTINGS.format(folder=folder, port=port, sql_port=sql_port, buffers=buffers, dirty=buffers * 3 // 4, query_mib=max(256, memory_mib // 2))
    (folder / "virtuoso.ini").write_text(settings)
    address = f"http://127.0.0.1:{port}"
    process = _launched("virtuoso", [_program("virtuoso-t"), "+configfile", str(folder / "virtuoso.ini"), "+foreground"], folder, f"{address}/sparql?query=ASK%20%7B%7D")
    # Where its web address is /sparql, writing is at /sparql-graph-crud-auth, by digest; a new database has the user dba with the password dba.
    peer = Peer(
        "virtuoso", folder, process, address, f"{address}/sparql", f"{address}/sparql-auth", f"{address}/sparql-graph-crud-auth", ("dba", "dba"), DEFAULT_GRAPH,
        loader=lambda peer, file: _load_by_isql(peer, file, sql_port),
    )
    # The right to update by the authenticated addresses goes by this role.
    _isql(peer, sql_port, "GRANT SPARQL_UPDATE TO \"dba\";")
    return peer


def _start_fuseki(folder: Path, memory_mib: int, *, is_spatial: bool = False) -> Peer:
    name = "fuseki-geosparql" if is_spatial else "fuseki"
    jars = _jars() or _fetched_jars()
    port = free_port()
    (folder / "config.ttl").write_text((FUSEKI_SPATIAL if is_spatial else FUSEKI_PLAIN) + FUSEKI_DATA.format(folder=folder))
    # On the class path the spatial jars switch their functions on by themselves.
    classpath = os.pathsep.join(str(jar) for jar in (jars if is_spatial else jars[:1]))
    command = [_program("java"), f"-Xmx{memory_mib}m", "-cp", classpath, "org.apache.jena.fuseki.main.cmds.FusekiMainCmd", "--localhost", f"--port={port}", f"--config={folder / 'config.ttl'}"]
    address = f"http://127.0.0.1:{port}/ds"
    probe = f"{address}/query?query=ASK%20%7B%7D"
    process = _launched(name, command, folder, probe)
    peer = Peer(name, folder, process, address, f"{address}/query", f"{address}/update", f"{address}/data")

    def load(peer: Peer, file: Path) -> None:
        _post_quads(peer, file)
        if is_spatial:
            # The spatial index is made of what the store holds when the server starts.
            _end(peer.process)
            peer.process = _launched(name, command, folder, probe)

    peer.loader = load
    return peer


def _start_rdflib(folder: Path, memory_mib: int) -> Peer:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [_program("rdflib-endpoint"), "serve", "--host", "127.0.0.1", "--port", str(port), "--store", "default", "--enable-update"]
    process = _launched("rdflib-endpoint", command, folder, f"{address}/?query=ASK%20%7B%7D")
    peer = Peer("rdflib-endpoint", folder, process, address, f"{address}/", f"{address}/")

    def load(peer: Peer, file: Path) -> None:
        # It reads files only at its start, and no compressed ones.
        plain = folder / f"data.{'nq' if '.nq' in file.name else 'nt'}"
        plain.write_bytes(_read(file))
        _end(peer.process)
        peer.process = _launched("rdflib-endpoint", [*command, str(plain)], folder, f"{address}/?query=ASK%20%7B%7D", within_s=600)

    peer.loader = load
    return peer


STARTERS: dict[str, Callable[[Path, int], Peer]] = {
    "oxigraph": _start_oxigraph,
    "virtuoso": _start_virtuoso,
    "fuseki": _start_fuseki,
    "fuseki-geosparql": lambda folder, memory_mib: _start_fuseki(folder, memory_mib, is_spatial=True),
    "rdflib-endpoint": _start_rdflib,
}
PROGRAMS = {
    "oxigraph": ("oxigraph",), "virtuoso": ("virtuoso-t", "isql-vt"), "fuseki": ("java",), "fuseki-geosparql": ("java",), "rdflib-endpoint": ("rdflib-endpoint",),
}
REMEDIES = {
    "oxigraph": "Install it: pip install oxigraph.",
    "virtuoso": "Install it: apt-get install virtuoso-opensource.",
    "fuseki": "Install Java 17 or later and Maven: apt-get install default-jre-headless maven.",
    "fuseki-geosparql": "Install Java 17 or later and Maven: apt-get install default-jre-headless maven.",
    "rdflib-endpoint": "Install it: pip install 'rdflib-endpoint[cli]'.",
}
VIRTUOSO_SETTINGS = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
MaxCheckpointRemap = 2000
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
MaxClientConnections = 20
CheckpointInterval = 60
CaseMode = 2
DirsAllowed = /
ThreadsPerQuery = 2
AsyncQueueMaxThreads = 4
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
MaxQueryMem = {query_mib}M
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
ServerThreads = 20
MaxClientConnections = 20
MaxKeepAlives = 20
KeepAliveTimeout = 10
Charset = UTF-8
[URIQA]
DynamicLocal = 0
DefaultHost = 127.0.0.1:{port}
[SPARQL]
ResultSetMaxRows = 100000000
MaxQueryExecutionTime = 0
MaxQueryCostEstimationTime = 0
"""
FUSEKI_PREFIXES = """\
PREFIX fuseki: <http://jena.apache.org/fuseki#>
PREFIX tdb2: <http://jena.apache.org/2016/tdb#>
PREFIX geosparql: <http://jena.apache.org/geosparql#>
<#service> a fuseki:Service ; fuseki:name "ds" ;
  fuseki:endpoint [ fuseki:operation fuseki:query ; fuseki:name "query" ] , [ fuseki:operation fuseki:update ; fuseki:name "update" ] ,
    [ fuseki:operation fuseki:gsp-rw ; fuseki:name "data" ] ;
"""
FUSEKI_PLAIN = FUSEKI_PREFIXES + "  fuseki:dataset <#data> .\n"
FUSEKI_SPATIAL = FUSEKI_PREFIXES + """\
  fuseki:dataset <#spatial> .
<#spatial> a geosparql:geosparqlDataset ; geosparql:dataset <#data> ; geosparql:inference false ; geosparql:queryRewrite true ; geosparql:indexEnabled true .
"""
FUSEKI_DATA = '<#data> a tdb2:DatasetTDB2 ; tdb2:location "{folder}/tdb2" .\n'
# Maven's own client reads its wishes from a project file.
JAR_PROJECT = """\
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>regin</groupId><artifactId>peers</artifactId><version>1</version>
<dependencies>
<dependency><groupId>org.apache.jena</groupId><artifactId>jena-fuseki-server</artifactId><version>{version}</version></dependency>
<dependency><groupId>org.apache.jena</groupId><artifactId>jena-geosparql</artifactId><version>{version}</version></dependency>
</dependencies></project>
"""


def free_port() -> int:
    """Give a port of the loopback interface that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")


def _jar_folder() -> Path:
    return Path(os.environ.get(JARS_VARIABLE) or PROJECT / "build" / "peer_jars")


def _jars() -> list[Path]:
    """Give Fuseki's jars, the server's own first; none when they were not fetched yet."""
    own = _jar_folder() / f"jena-fuseki-server-{JENA_VERSION}.jar"
    return [own, *sorted(jar for jar in _jar_folder().glob("*.jar") if jar != own)] if own.exists() else []


def _fetched_jars() -> list[Path]:
    """Give Fuseki's jars, fetched by Maven. Raises: PeerFailed."""
    folder = _jar_folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pom.xml").write_text(JAR_PROJECT.format(version=JENA_VERSION))
    done = subprocess.run(
        [_program("mvn"), "-q", "-B", "-f", str(folder / "pom.xml"), "dependency:copy-dependencies", f"-DoutputDirectory={folder}"],
        capture_output=True, text=True, timeout=600,
    )
    if done.returncode or not _jars():
        raise PeerFailed("Maven could not fetch Fuseki.", (done.stdout + done.stderr)[-500:], "jena-fuseki-server")
    return _jars()


def _launched(name: str, command: list[str], folder: Path, probe: str, within_s: float = START_S) -> subprocess.Popen:
    """Give a process that answers at an address. Raises: PeerFailed with the end of its log."""
    log = folder / "log.txt"
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, cwd=folder)
    until = time.monotonic() + within_s
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(probe, timeout=5, trust_env=False).status_code < 500:
                return process
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    _end(process)
    raise PeerFailed(f"{name} did not start.", log.read_text("utf-8", "replace")[-1500:], str(log))


def _end(process: subprocess.Popen) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _read(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()


def _post_quads(peer: Peer, file: Path) -> None:
    """Send a file whole to the Graph Store: N-Quads fill every graph."""
    is_quads = ".nq" in file.name
    options = "?no_transaction" if peer.name == "oxigraph" else ""
    target = peer.store_url + (options if is_quads else f"{options}{'&' if options else '?'}default")
    headers = {"Content-Type": "application/n-quads" if is_quads else "application/n-triples"}
    response = httpx.post(target, content=_read(file), headers=headers, timeout=1800, trust_env=False)
    if response.status_code >= 300:
        raise PeerFailed(f"{peer.name} refused {file.name} with status {response.status_code}.", response.text[:500], str(file))


def _load_by_isql(peer: Peer, file: Path, sql_port: int) -> None:
    """Load a file by Virtuoso's bulk loader and write it to disk."""
    told = _isql(
        peer, sql_port,
        f"ld_dir('{file.parent}', '{file.name}', '{peer.default_graph}');", "rdf_loader_run();", "checkpoint;",
        "select concat('LOADED ', cast(ll_state as varchar), ' ', coalesce(ll_error, 'well')) from DB.DBA.load_list order by ll_started desc;",
    )
    if "LOADED 2 well" not in told:
        raise PeerFailed(f"virtuoso did not load {file.name}.", told[-1000:], str(file))


def _isql(peer: Peer, sql_port: int, *statements: str) -> str:
    """Give what Virtuoso's command line says to statements. Raises: PeerFailed."""
    user, password = peer.writer
    command = [_program("isql-vt"), f"127.0.0.1:{sql_port}", user, password, "VERBOSE=OFF", "BANNER=OFF", "ERRORS=STDOUT"]
    done = subprocess.run(command, input="\n".join(statements), capture_output=True, text=True, timeout=1800)
    if done.returncode or "*** Error" in done.stdout:
        raise PeerFailed("virtuoso refused a statement.", (done.stdout + done.stderr)[-1000:], statements[0])
    return done.stdout


def _family(pid: int) -> list[int]:
    """Give a process and all below it."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents.setdefault(int((folder / "stat").read_text().rpartition(")")[2].split()[1]), []).append(int(folder.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
    found = [pid]
    for one in found:
        found.extend(parents.get(one, ()))
    return found


def _resident(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    return 0


def _processor_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (FileNotFoundError, ProcessLookupError):
        return 0.0


def _try(name: str) -> str:
    """Give a line about a server that was started, asked and stopped."""
    with started(name) as peer:
        status = httpx.post(peer.query_url, data={"query": "ASK {}"}, headers={"Accept": "application/sparql-results+json"}, trust_env=False).status_code
        return f"{name}: answers with status {status}, {peer.memory_mib():.0f} MiB"


def main(arguments: list[str] | None = None) -> None:
    """Fetch, start, ask and stop servers; tell what each answers."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="*", default=list(STARTERS), help=f"server to try, of {', '.join(STARTERS)}; without names all of them")
    for wanted in parser.parse_args(arguments).name:
        try:
            sys.stdout.write(_try(wanted) + "\n")
        except WrongUse as problem:
            sys.stdout.write(f"{wanted}: {problem}\n")


if __name__ == "__main__":
    main()
