"""The settings of serving. Read from REGIN_* once; the documented table is made from this class."""

import re
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class EndpointSettings(BaseSettings):
    """What is served, to whom, and within which limits."""

    model_config = SettingsConfigDict(env_prefix="REGIN_", frozen=True, extra="ignore")

    # What is served
    release: Path = Field(Path("build/current"), description="Release folder, or a link to one; a link that is switched is followed without a restart.")
    base_iri: str = Field("https://w3id.org/regin/", description="Namespace of every identifier; ends with a slash.")
    public_url: str = Field("", description="Address under which clients reach this server, such as https://data.example.eu; empty: taken from the request.")
    scratch: bool = Field(False, description="Serve an in-memory store that can be written to (for conformance suites and trials). Loopback only.")
    scratch_files: tuple[Path, ...] = Field((), description="RDF files that the scratch store holds at its start, as a JSON list.")
    engine: str = Field("", description="Outside SPARQL 1.1 server that answers in place of the release's store: its query address, a comma, its Graph Store address (used by `regin load`); empty: none.")
    engine_user: str = Field("", description="User of the outside server, where it asks for one (basic or digest authentication).")
    engine_password: SecretStr = Field(SecretStr(""), description="Password of that user.")

    # What spatial queries mean
    spatial_rdfs: bool = Field(True, description="Patterns with classes and properties of GeoSPARQL also match what follows from the schema (RDFS entailment); a request may say otherwise with rdfs=.")
    spatial_rewrite: bool = Field(True, description="Spatial relations asked as properties, such as geo:sfWithin, are also found from the geometries; a request may say otherwise with rewrite=.")
    spatial_strict: bool = Field(True, description="A call of a spatial function that can never give a value (wrong number of arguments, unknown unit, broken constant) is refused with 400; off: it is an error as SPARQL has it, unbound or false, and warned of.")

    # What the catalogue says
    contact: str = Field("", description="E-mail address of the function that answers for this installation; it stands in the catalogue in place of the one of data/catalogue.yml, which is a reserved address that nobody reads.")

    catalogue_page: int = Field(40, ge=1, description="Datasets that one page of the catalogue describes at least, each version counted; a catalogue of more has several pages.")

    # Where it listens
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    workers: int = Field(1, ge=1, le=64, description="Server processes over the release; each has its own query processes and cache.")
    shutdown_grace_s: int = Field(30, ge=0, description="Seconds that running queries are given to finish at a stop.")

    # Limits of one query
    query_timeout_s: float = Field(30.0, gt=0, description="Seconds from arrival until a query is stopped with 503; waiting for a slow reader does not count, nor does, up to as much again, waiting for other queries once its answer is being sent.")
    query_memory_mib: int = Field(1024, ge=64, description="Memory (address space) that one query may take beyond an idle query process, in MiB.")
    query_stack_mib: int = Field(512, ge=8, description="Stack of the thread that evaluates, in MiB; deep expressions need it. Address space, taken only as used.")
    query_length: int = Field(200_000, ge=100, description="Largest query text, in bytes; more is refused with 413.")
    query_nesting: int = Field(100, ge=10, description="Deepest nesting of brackets and braces in a query; more is refused with 400.")
    uri_length: int = Field(60_000, ge=1000, description="Longest request target, in bytes; more is refused with 414.")
    result_mib: int = Field(2048, ge=1, description="Largest result before compression, in MiB; a larger one is stopped, visibly.")
    merged_triples: int = Field(2_000_000, ge=1, description="Most triples of graphs that are merged for one query (several FROM or default-graph-uri).")
    stall_timeout_s: float = Field(60.0, gt=0, description="Seconds that a client may take nothing of a waiting result before its connection is closed.")

    request_timeout_s: float = Field(30.0, gt=0, description="Seconds within which a request must arrive, or 64 KiB more of it; the connection of a slower one is closed.")
    body_mib: int = Field(256, ge=1, description="Largest body of an update or a graph written to a scratch store, in MiB.")

    # Sharing the machine
    memory_quads: int = Field(2_000_000, ge=0, description="A release with at most so many statements is answered from memory (about 0.5 KiB each, shared by the query processes of a server process) when a quarter of what is free holds it; 0: always from disk.")
    query_processes_mib: int = Field(0, ge=0, description="Memory that all query processes may hold together beside the shared image, in MiB; when it runs short, idle ones are replaced and the longest queries ended with 503; 0: a quarter of the memory of the machine or control group, at most 8192.")
    quick_slots: int = Field(0, ge=0, description="Queries in their first moments evaluated at once, per server process; 0: twice the cores, divided by the server processes.")
    slow_slots: int = Field(0, ge=0, description="Long-running queries evaluated at once, per server process; 0: the cores, divided by the server processes.")
    quick_budget_ms: int = Field(25, ge=1, description="Milliseconds after which a query counts as long-running and moves to the slow lane.")
    slow_waiting: int = Field(62, ge=0, description="Long-running queries that are paused and take turns, per server process; more are refused with 503.")
    queue_length: int = Field(256, ge=0, description="Requests that wait for a query process, per server process; more are refused with 503.")
    client_share: float = Field(0.5, gt=0, le=1, description="Largest part of the waiting line that one client may fill.")
    spare_workers: int = Field(2, ge=0, description="Idle query processes kept ready beside those in use.")

    # Caches
    cache_mib: int = Field(64, ge=0, description="Memory for cached answers, per server process, in MiB; 0 switches the cache off.")
    cache_item_kib: int = Field(512, ge=0, description="Largest answer that is cached, in KiB.")
    max_age_s: int = Field(60, ge=0, description="Seconds that a client or proxy may use an answer without asking again.")

    # Access
    cors_origins: tuple[str, ...] = Field(("*",), description="Origins whose scripts may read answers, as a JSON list; [\"*\"]: all.")
    service_hosts: tuple[str, ...] = Field((), description="Hosts (host or host:port) that SERVICE may ask, as a JSON list; none by default.")
    rate_limit: float = Field(0.0, ge=0, description="Requests per second and client address, on average, but for /health, /metrics and /static; 0: no limit.")
    rate_burst: int = Field(40, ge=1, description="Requests that a client may send at once before the rate limit holds.")
    rate_loopback: bool = Field(False, description="Whether the rate limit holds for clients on this machine as well.")
    forwarded_allow_ips: str = Field("127.0.0.1", description="Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, separated by commas.")
    write_token: str = Field("", description="Token of the editors' functions; empty: these functions are off.")

    # Operation
    release_poll_s: float = Field(1.0, gt=0, description="Seconds between looks at the release link.")
    log_requests: bool = Field(True, description="Write one line per request to the log: id, client, address, status, milliseconds, rows, outcome.")
    log_queries: bool = Field(False, description="Write query texts to the log; otherwise only their hashes.")
    slow_query_s: float = Field(5.0, ge=0, description="Queries that ran at least this many seconds are written to the slow-query log.")

    @field_validator("base_iri")
    @classmethod
    def _ends_with_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")) or not value.endswith("/"):
            raise ValueError("must be an http(s) IRI that ends with a slash, such as https://w3id.org/regin/")
        return value

    @field_validator("engine")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if value and not all(part.strip().startswith(("http://", "https://")) for part in value.split(",")):
            raise ValueError("must be an http(s) query address, or two with a comma between them: for queries and for the Graph Store Protocol")
        return value

    @field_validator("contact")
    @classmethod
    def _is_a_mailbox(cls, value: str) -> str:
        if value and not re.fullmatch(r"[^@\s<>\"?]+@[^@\s<>\"?]+", value):
            raise ValueError("must be an e-mail address alone, such as data@region.example")
        return value

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must be an http(s) address")
        return value.rstrip("/")


def settings_table() -> list[tuple[str, str, str]]:
    """Give name of the variable, default and description of every setting, in order.

    >>> settings_table()[0][:2]
    ('REGIN_RELEASE', 'build/current')
    """
    return [
        (f"REGIN_{name.upper()}", _shown(field.get_default(call_default_factory=True)), field.description or "")
        for name, field in EndpointSettings.model_fields.items()
    ]


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{item}"' for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
