"""Clients that ask in a loop over plain sockets, so that they take little of the processor that they measure."""

import asyncio
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

from benchmarks.endpoint.mix import Query

# The last part of the type that a problem names. Source: RFC 9457, 3.1.1.
PROBLEM = re.compile(rb'"type": ?"[^"]*/([a-z-]+)"')


@dataclass
class Seen:
    """What the clients saw: milliseconds of each answer by kind, failures, bytes."""

    spent_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)
    bytes: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return sum(map(len, self.spent_ms.values())) / self.seconds if self.seconds else 0.0

    def quantiles(self, kind: str | None = None) -> dict[str, float]:
        """Give p50, p95 and p99 in milliseconds, of one kind or of all."""
        values = sorted(self.spent_ms[kind] if kind else [value for spent in self.spent_ms.values() for value in spent])
        if len(values) < 2:
            return {}
        cuts = statistics.quantiles(values, n=100)
        return {"p50": round(cuts[49], 2), "p95": round(cuts[94], 2), "p99": round(cuts[98], 2)}


async def ask_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, query: Query) -> tuple[str, int]:
    """Ask by GET over an open connection, under a path that ends where the query stands; give how it ended, `200` or the status
    with the problem's name, and the bytes of the body."""
    _, text, accept = query
    writer.write(f"GET {path}{quote(text)} HTTP/1.1\r\nHost: bench\r\nAccept: {accept}\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = head[9:12].decode()
    if b"transfer-encoding: chunked" in head:
        size = 0
        while length := int((await reader.readuntil(b"\r\n"))[:-2].split(b";")[0], 16):
            await reader.readexactly(length + 2)
            size += length
        await reader.readexactly(2)
        return status, size
    length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
    body = await reader.readexactly(length)
    problem = PROBLEM.search(body) if status != "200" else None
    return f"{status} {problem[1].decode()}" if problem else status, length


async def ask_for(port: int, path: str, queries: Iterator[Query], until: float, seen: Seen) -> None:
    """Ask one query after the other until the time is over."""
    reader = writer = None
    while time.monotonic() < until:
        query = next(queries)
        begun = time.monotonic()
        try:
            if writer is None:
                reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
            ended, size = await ask_once(reader, writer, path, query)
        except (OSError, asyncio.IncompleteReadError, ValueError) as error:
            seen.failures.append(f"{query[0]}: {type(error).__name__}")
            writer = None
            continue
        if ended != "200":
            seen.failures.append(f"{query[0]}: {ended}")
            continue
        seen.spent_ms[query[0]].append((time.monotonic() - begun) * 1e3)
        seen.bytes += size
    if writer is not None:
        writer.close()


async def measure(port: int, path: str, sources: list[Iterator[Query]], seconds: float) -> Seen:
    """Give what as many clients as there are sources saw in so many seconds."""
    seen = Seen()
    begun = time.monotonic()
    await asyncio.gather(*(ask_for(port, path, source, begun + seconds, seen) for source in sources))
    seen.seconds = time.monotonic() - begun
    return seen
