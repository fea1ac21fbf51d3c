"""Clients of one kind of query by wrk (Debian's package of that name), which takes a tenth of the processor that clients in Python
take: where a server answers tens of thousands of requests a second, those measure themselves.

What wrk tells: times of answers, with those added that requests would have taken which a slow answer kept from being sent (the
correction for coordinated omission, which cannot be left out); bytes with their headers. What is under way at the end counts
nowhere, nor does a connection that a server closes without an answer."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from benchmarks.endpoint.mix import Query

SCRIPT = Path(__file__).with_name("asking.lua")
# So many queries of those without end are asked before the first comes again.
MOST_QUERIES = 50_000


@dataclass
class Asked:
    """What clients of one kind of query saw, as those of the mix tell it."""

    rate: float
    seconds: float
    bytes: int
    failures: list[str]
    spent_ms: dict[str, float]

    def quantiles(self) -> dict[str, float]:
        """Give p50, p95 and p99 in milliseconds."""
        return self.spent_ms


def program() -> str:
    """Give where wrk is. Raises: SystemExit with a sentence when it is not on this machine."""
    found = shutil.which("wrk")
    if found is None:
        raise SystemExit("wrk is missing: apt install wrk.")
    return found


async def ask(port: int, path: str, queries: Iterable[Query], clients: int, seconds: float) -> Asked:
    """Give what so many clients saw that asked in turn, for so many seconds, queries that accept the same, under a path that ends
    where a query stands."""
    asked = list(islice(queries, MOST_QUERIES))
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="ascii") as file:
        file.writelines(f"{path}{quote(text)}\n" for _, text, _ in asked)
        file.flush()
        command = [program(), "-t1", f"-c{clients}", f"-d{max(1, round(seconds))}s", "--timeout", "60s", "-s", str(SCRIPT), f"http://127.0.0.1:{port}", "--", file.name, asked[0][2]]
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        try:
            told, faults = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
    try:
        seen = json.loads(told.splitlines()[-1])
    except (IndexError, ValueError):
        raise SystemExit(f"wrk failed: {(told + faults).decode()[-500:]}") from None
    failures = [kind for kind, count in seen["failures"].items() for _ in range(count)]
    return Asked(seen["answers"] / seen["seconds"], seen["seconds"], seen["bytes"], failures, {name: round(seen[name], 2) for name in ("p50", "p95", "p99")})
